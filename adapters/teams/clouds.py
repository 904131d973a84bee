"""Microsoft's clouds: where tokens come from, who signs what we are sent, and which hosts may see our own token."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """One of Microsoft's clouds. `hosts` are those that a message may name as its `serviceUrl`; `service_url` is for
    whoever has not written to us yet. `login` and `scope` get our own token, `metadata_url` and `issuer` check theirs.
    `graph` answers what a bot is not told; names of hosts that it has files fetched from end with one of `files`.
    `has_blocking`: Graph lets an app block messages there.
    """

    login: str
    scope: str
    issuer: str
    metadata_url: str
    hosts: frozenset[str]
    service_url: str
    web: str = "https://teams.microsoft.com"
    graph: str = "https://graph.microsoft.com"
    files: tuple[str, ...] = (".sharepoint.com",)
    has_blocking: bool = True

    def may_see_our_token(self, url: str) -> bool:
        """Whether our token may be sent there: to Teams over TLS, or to a host that the operator named. Plain HTTP
        goes to this machine only."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return False
        host = (parts.hostname or "").lower()
        if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
            return False
        if parts.scheme == "http":
            return host in LOOPBACK and f"{host}:{port}" in self.hosts
        if parts.scheme != "https":
            return False
        return host in self.hosts if port in (None, 443) else f"{host}:{port}" in self.hosts


_COMMERCIAL = Cloud(
    login="https://login.microsoftonline.com",
    scope="https://api.botframework.com/.default",
    issuer="https://api.botframework.com",
    metadata_url="https://login.botframework.com/v1/.well-known/openidconfiguration",
    hosts=frozenset({"smba.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com"}),
    service_url="https://smba.trafficmanager.net/teams",
)


def _government(host: str, web: str, graph: str) -> Cloud:
    return Cloud(
        login="https://login.microsoftonline.us",
        scope="https://api.botframework.us/.default",
        issuer="https://api.botframework.us",
        metadata_url="https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
        hosts=frozenset({host}),
        service_url=f"https://{host}/teams",
        web=web,
        graph=graph,
        files=(".sharepoint.us", ".sharepoint-mil.us"),
        has_blocking=False,
    )


CLOUDS: Mapping[str, Cloud] = MappingProxyType(
    {
        "public": _COMMERCIAL,
        "gcc": Cloud(
            login=_COMMERCIAL.login,
            scope=_COMMERCIAL.scope,
            issuer=_COMMERCIAL.issuer,
            metadata_url=_COMMERCIAL.metadata_url,
            hosts=_COMMERCIAL.hosts,
            service_url="https://smba.infra.gcc.teams.microsoft.com/teams",
        ),
        "gcc-high": _government(
            "smba.infra.gov.teams.microsoft.us", "https://gov.teams.microsoft.us", "https://graph.microsoft.us"
        ),
        "dod": _government(
            "smba.infra.dod.teams.microsoft.us", "https://dod.teams.microsoft.us", "https://dod-graph.microsoft.us"
        ),
    }
)
"""By the name that TEAMS_CLOUD takes. GCC shares its identity service with the public cloud."""

"""How this bot is registered with Microsoft, read from the settings: its id, its tenants, its cloud, its secret."""

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from adapters.settings import BadSettings, Settings
from adapters.teams.clouds import CLOUDS, LOOPBACK, Cloud


@dataclass(frozen=True, slots=True)
class Secret:
    """A client secret of the registration."""

    value: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """A PEM file with the private key and the certificate that was uploaded to the registration."""

    file: Path


@dataclass(frozen=True, slots=True)
class ManagedIdentity:
    """The machine itself is known to Microsoft (Azure, or a server under Azure Arc)."""


@dataclass(frozen=True, slots=True)
class NoCredentials:
    """Nothing is proved and no token fetched: tests and a local emulator, with TEAMS_AUTH_DISABLED."""


Credentials = Secret | Certificate | ManagedIdentity | NoCredentials


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Everything that Microsoft must know of us and we of Microsoft. `token_url` takes requests for our own token;
    only activities of `tenants` are taken. `graph_url` is where Microsoft Graph answers; empty: it is not asked.
    `may_block`: reviewers may have messages blocked through it.
    `is_checked` is false where TEAMS_AUTH_DISABLED switches checking off."""

    app_id: str
    tenant: str
    tenants: frozenset[str]
    cloud: Cloud
    token_url: str
    credentials: Credentials
    graph_url: str = ""
    may_block: bool = False
    is_checked: bool = True

    @property
    def bot_id(self) -> str:
        """What Teams calls the bot in a conversation."""
        return f"28:{self.app_id}"


def connection(settings: Settings) -> Connection | None:
    """How the settings connect us to Teams; None where they do not. Raises BadSettings where they do by half."""
    if not settings.microsoft_app_id:
        if settings.teams_auth_disabled:
            raise BadSettings("TEAMS_AUTH_DISABLED is set and MicrosoftAppId is not. Set both, or neither.")
        return None
    tenants = _tenants(settings)
    cloud = CLOUDS[settings.teams_cloud]
    cloud = replace(
        cloud,
        hosts=cloud.hosts | _names(settings.teams_service_hosts),
        issuer=settings.teams_token_issuer or cloud.issuer,
        metadata_url=settings.teams_openid_metadata_url or cloud.metadata_url,
    )
    tenant = settings.microsoft_app_tenant_id.strip().lower()
    credentials = _credentials(settings)
    graph_url = "" if isinstance(credentials, NoCredentials) else _graph(settings, cloud)
    return Connection(
        app_id=settings.microsoft_app_id.strip().lower(),
        tenant=tenant,
        tenants=tenants,
        cloud=cloud,
        token_url=settings.teams_token_url or f"{cloud.login}/{tenant}/oauth2/v2.0/token",
        credentials=credentials,
        graph_url=graph_url,
        may_block=_may_block(settings, cloud, graph_url),
        is_checked=not settings.teams_auth_disabled,
    )


def _graph(settings: Settings, cloud: Cloud) -> str:
    """Where Graph is asked: over TLS, or on this machine."""
    url = (settings.teams_graph_url or cloud.graph).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise BadSettings("TEAMS_GRAPH_URL must begin with https://: our token goes there. Mend it, or unset it.")
    return url if settings.teams_graph else ""


def _may_block(settings: Settings, cloud: Cloud, graph_url: str) -> bool:
    if settings.teams_blocking and not cloud.has_blocking:
        raise BadSettings(
            f"TEAMS_BLOCKING is not possible in {settings.teams_cloud}: Microsoft Graph does not offer it there. "
            "Unset it."
        )
    if settings.teams_blocking and not graph_url:
        raise BadSettings(
            "TEAMS_BLOCKING needs Microsoft Graph, which is not asked here. Unset it, or set TEAMS_GRAPH."
        )
    return settings.teams_blocking


def _tenants(settings: Settings) -> frozenset[str]:
    if settings.teams_auth_disabled and settings.host not in LOOPBACK:
        raise BadSettings(
            f"TEAMS_AUTH_DISABLED lets anybody be anybody, so it is refused on {settings.host}. Unset it, or set "
            "CHAPERONE_HOST=127.0.0.1."
        )
    if not settings.microsoft_app_tenant_id:
        raise BadSettings(
            "MicrosoftAppTenantId is missing. It is the directory (tenant) id of the registration; a bot for several "
            "tenants cannot be registered any more."
        )
    return _names(settings.teams_tenants) or frozenset({settings.microsoft_app_tenant_id.strip().lower()})


def _credentials(settings: Settings) -> Credentials:
    if settings.microsoft_app_type == "UserAssignedMSI":
        return ManagedIdentity()
    if settings.teams_certificate is not None:
        return Certificate(settings.teams_certificate)
    if settings.microsoft_app_password is not None:
        return Secret(settings.microsoft_app_password.get_secret_value())
    if settings.teams_auth_disabled:
        return NoCredentials()
    raise BadSettings(
        "MicrosoftAppId is set without a way to prove it. Set MicrosoftAppPassword or TEAMS_CERTIFICATE, or "
        "MicrosoftAppType=UserAssignedMSI on a machine with a managed identity."
    )


def _names(given: str) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in given.split(",") if name.strip())

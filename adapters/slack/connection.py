"""How Chaperone is connected to Slack, read from the settings: tokens, the signing secret, which Slack."""

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from pydantic import SecretStr

from adapters.settings import BadSettings, Settings

SLACK_API = "https://slack.com/api/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """The app as it asks workspaces to install it. `teams` are the ids of the workspaces, or of their organisations,
    that may."""

    id: str
    secret: SecretStr
    authorize_url: str
    teams: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What the settings say. `bot_token` is of the one workspace, or `client` is for many; without `signing_secret`
    nothing comes over HTTP, without `app_token` nothing through sockets. `known_apps` are the ids of apps that may post
    (None: every app of the workspace); `alerts` is the channel where a team of reviewers sees every alert, empty for
    none."""

    bot_token: str
    client: Client | None
    admin_token: str | None
    signing_secret: str
    app_token: str
    api_url: str
    known_apps: frozenset[str] | None
    alerts: str


class OneWorkspace:
    """The tokens where there is one workspace. Whether it is the one that is asked for, Slack itself tells."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def teams(self) -> Collection[str]:
        """Its id only Slack knows."""
        return ("",)

    async def bot(self, team: str) -> str:
        del team
        return self._connection.bot_token

    async def admin(self, team: str) -> str | None:
        del team
        return self._connection.admin_token


def connection(settings: Settings) -> Connection | None:
    """How the settings connect us to Slack; None where they do not. Raises BadSettings where they do by half."""
    token, app_token = _secret(settings.slack_bot_token), _secret(settings.slack_app_token)
    signing, admin = _secret(settings.slack_signing_secret), _secret(settings.slack_admin_token)
    api_url = _api_url(settings.slack_api_url)
    client = _client(settings, api_url)
    if not (token or signing or app_token or client):
        return None
    if not token and client is None:
        raise BadSettings(
            f"{'SLACK_SIGNING_SECRET' if signing else 'SLACK_APP_TOKEN'} is set and SLACK_BOT_TOKEN is not. It stands "
            "under OAuth & Permissions on the app's page in Slack, once the app is installed."
        )
    if token and client is not None:
        raise BadSettings(
            "SLACK_BOT_TOKEN is for one workspace, SLACK_CLIENT_ID for many. Unset one of them: with SLACK_CLIENT_ID "
            "the workspace of the token lets Chaperone in at /slack/install, like any other."
        )
    if admin and client is not None:
        raise BadSettings("SLACK_ADMIN_TOKEN is for one workspace and cannot go with SLACK_CLIENT_ID. Unset it.")
    if not signing and not app_token:
        raise BadSettings(
            "SLACK_SIGNING_SECRET is not set, so nobody could tell Slack from others. It stands under Basic "
            "Information on the app's page in Slack. Where Slack cannot reach this server, set SLACK_APP_TOKEN instead."
        )
    if token and not token.startswith("xoxb-"):
        raise BadSettings("SLACK_BOT_TOKEN must be a bot's token, which begins with xoxb-.")
    if app_token and not app_token.startswith("xapp-"):
        raise BadSettings("SLACK_APP_TOKEN must be an app-level token, which begins with xapp-.")
    return Connection(
        bot_token=token,
        client=client,
        admin_token=admin or None,
        signing_secret=signing,
        app_token=app_token,
        api_url=api_url,
        known_apps=_ids(settings.slack_apps) or None,
        alerts=settings.slack_alerts_channel.strip(),
    )


def _client(settings: Settings, api_url: str) -> Client | None:
    id_, secret = settings.slack_client_id.strip(), _secret(settings.slack_client_secret)
    if not id_ and not secret:
        return None
    if not id_ or not secret:
        raise BadSettings("SLACK_CLIENT_ID and SLACK_CLIENT_SECRET go together. Set both, or neither.")
    authorize_url = urljoin(api_url, "/oauth/v2/authorize")
    return Client(id=id_, secret=SecretStr(secret), authorize_url=authorize_url, teams=_ids(settings.slack_teams))


def _ids(given: str) -> frozenset[str]:
    return frozenset(word.strip() for word in given.split(",") if word.strip())


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value().strip() if value is not None else ""


def _api_url(given: str) -> str:
    """Where the Web API is. The token goes there, so it is not sent unprotected to another machine."""
    url = (given.strip() or SLACK_API).rstrip("/") + "/"
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return url
    if parts.scheme == "http" and is_loopback(parts.hostname or ""):
        return url
    raise BadSettings("SLACK_API_URL must begin with https:// (http:// for this machine only), such as " + SLACK_API)


def is_loopback(host: str) -> bool:
    """Whether the host is this machine itself."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

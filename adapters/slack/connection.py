"""How Chaperone is connected to Slack, read from the settings: tokens, the signing secret, which Slack."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr

from adapters.settings import BadSettings, Settings

SLACK_API = "https://slack.com/api/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What the settings say. `known_apps` are the ids of apps that may post (None: every app of the workspace);
    `alerts` is the channel where a team of reviewers sees every alert, empty for none."""

    bot_token: str
    admin_token: str | None
    signing_secret: str
    api_url: str
    known_apps: frozenset[str] | None
    alerts: str


class OneWorkspace:
    """The tokens where there is one workspace. Whether it is the one that is asked for, Slack itself tells."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def bot(self, team: str) -> str:
        del team
        return self._connection.bot_token

    async def admin(self, team: str) -> str | None:
        del team
        return self._connection.admin_token


def connection(settings: Settings) -> Connection | None:
    """How the settings connect us to Slack; None where they do not. Raises BadSettings where they do by half."""
    token = _secret(settings.slack_bot_token)
    signing = _secret(settings.slack_signing_secret)
    if not token and not signing:
        return None
    if not token:
        raise BadSettings("SLACK_SIGNING_SECRET is set and SLACK_BOT_TOKEN is not. Set both, or neither.")
    if not signing:
        raise BadSettings(
            "SLACK_BOT_TOKEN is set and SLACK_SIGNING_SECRET is not, so nobody could tell Slack from others. It stands "
            "under Basic Information on the app's page in Slack."
        )
    if not token.startswith("xoxb-"):
        raise BadSettings("SLACK_BOT_TOKEN must be a bot's token, which begins with xoxb-.")
    apps = frozenset(word.strip() for word in settings.slack_apps.split(",") if word.strip())
    return Connection(
        bot_token=token,
        admin_token=_secret(settings.slack_admin_token) or None,
        signing_secret=signing,
        api_url=_api_url(settings.slack_api_url),
        known_apps=apps or None,
        alerts=settings.slack_alerts_channel.strip(),
    )


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value().strip() if value is not None else ""


def _api_url(given: str) -> str:
    """Where the Web API is. The token goes there, so it is not sent unprotected to another machine."""
    url = (given.strip() or SLACK_API).rstrip("/") + "/"
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return url
    if parts.scheme == "http" and _is_loopback(parts.hostname or ""):
        return url
    raise BadSettings("SLACK_API_URL must begin with https:// (http:// for this machine only), such as " + SLACK_API)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

"""The manifest from which Slack makes the app: the rights of `rights.py`, and where Slack finds this server."""

import json
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import yaml

from adapters.slack.connection import is_loopback
from adapters.slack.rights import COMMAND, ENTRIES, EVENTS, REMOVING, SCOPES
from bot.errors import ChaperoneError

Json: TypeAlias = dict[str, Any]

ROUTE, REDIRECT = "/slack/events", "/slack/oauth_redirect"
WIDEST = 120

ABOUT = (
    "Chaperone reads the channels that your district sponsors and that it was invited to, compares each message with "
    "the district's own social-media policy, and privately tells the channel's owner and their supervisor what it "
    "found, under which clause, and what can be done. It flags and explains; people decide. It runs on the district's "
    "own server, and keeps no words of a message in which it found nothing."
)


class BadAddress(ChaperoneError):
    """The address cannot be one at which Slack reaches this server. Give --url https://chaperone.example.org, without a
    path of Slack's."""


def manifest(*, url: str = "", socket: bool = False, oauth: bool = False, removal: bool = False) -> Json:
    """The manifest. `url` is where Slack reaches this server; with `socket` it need not, for then we call Slack.
    `oauth` is for several workspaces, `removal` for an administrator's token with which reviewers may remove messages.
    Raises BadAddress."""
    base = _base(url) if url else ""
    at = {} if socket else {"request_url": base + ROUTE}
    command = {
        "command": COMMAND,
        **({} if socket else {"url": base + ROUTE}),
        "description": "The policy in plain words, and what Chaperone knows of this channel",
        "usage_hint": "help",
        "should_escape": True,
    }
    return {
        "_metadata": {"major_version": 2},
        "display_information": {
            "name": "Chaperone",
            "description": "Reads sponsored channels against the district's own social-media policy",
            "long_description": ABOUT,
            "background_color": "#1d3557",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "Chaperone", "always_online": True},
            "slash_commands": [command],
            "shortcuts": [
                {"name": e.name, "type": e.kind, "callback_id": e.callback, "description": e.description}
                for e in ENTRIES
            ],
        },
        "oauth_config": {
            **({"redirect_urls": [base + REDIRECT]} if oauth else {}),
            "scopes": {
                "bot": [scope.name for scope in SCOPES],
                **({"user": [REMOVING.name]} if removal else {}),
            },
        },
        "settings": {
            "event_subscriptions": {**at, "bot_events": [event.name for event in EVENTS]},
            "interactivity": {"is_enabled": True, **at},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": False,
        },
    }


def as_json(made: Json) -> str:
    """The manifest as JSON, in which there is no room for reasons."""
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def as_yaml(made: Json) -> str:
    """The manifest as YAML, with the reason beside each scope and event."""
    why = {item.name: item.why for item in (*EVENTS, *SCOPES)}
    lines = yaml.safe_dump(made, sort_keys=False, allow_unicode=True, width=WIDEST).splitlines()
    return "".join(_commented(line, why) for line in lines)


def reasons() -> tuple[tuple[str, str, str], ...]:
    """Kind, name and reason of all that is asked for."""
    scopes = ((f"scope{' (optional)' if s.without else ''}", s.name, _with_loss(s.why, s.without)) for s in SCOPES)
    events = (("event", event.name, event.why) for event in EVENTS)
    user = ("administrator", REMOVING.name, _with_loss(REMOVING.why, REMOVING.without))
    return (*scopes, user, *events)


def _with_loss(why: str, without: str) -> str:
    return f"{why}; without it {without}" if without else why


def _commented(line: str, why: dict[str, str]) -> str:
    item = line.strip().removeprefix("- ")
    return f"{line}  # {why[item]}\n" if line.lstrip().startswith("- ") and item in why else f"{line}\n"


def _base(url: str) -> str:
    """The server's address without what comes behind it. Slack itself asks for TLS; this machine is for trying."""
    base = url.strip().rstrip("/").removesuffix(ROUTE)
    parts = urlsplit(base)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if not (is_safe and parts.hostname) or parts.query or parts.fragment or parts.username:
        raise BadAddress(
            f"{url!r} is no address at which Slack reaches this server. Give --url https://… without more."
        )
    return base

"""What Slack tells of an account (`users.info`, `user_change`, `team_join`), in our own words. Pure."""

from collections.abc import Mapping

from adapters.slack.content import Json, Payload
from bot.ids import PersonId, PersonRef, WorkspaceId
from bot.records.accounts import Account
from policy.words import Lang

SLACKBOT = "USLACKBOT"


def account_of(workspace: WorkspaceId, user: Payload) -> Account:
    """The account of a user object. Raises KeyError where it has no id."""
    profile = _dict(user.get("profile"))
    id_ = _text(user.get("id"))
    if not id_:
        raise KeyError("id")
    names = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"), user.get("name"))
    return Account(
        ref=PersonRef(workspace, PersonId(id_)),
        name=next((name.strip() for name in map(_text, names) if name.strip()), id_),
        email=_text(profile.get("email")),
        title=_text(profile.get("title")),
        zone=_text(user.get("tz")),
        lang=_lang(_text(user.get("locale"))),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_external=_is_external(workspace, user),
        # Slackbot says of itself that it is no bot.
        is_app=bool(user.get("is_bot") or user.get("is_app_user")) or id_ == SLACKBOT,
        is_admin=bool(user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner")),
        is_active=not user.get("deleted"),
    )


def _is_external(workspace: WorkspaceId, user: Payload) -> bool:
    """Whether the account belongs to another organisation. In an organisation of several workspaces an account names
    one as its home, and all that it is in."""
    if user.get("is_stranger"):
        return True
    team, home = workspace.partition(":")[2], _text(user.get("team_id"))
    teams = _dict(user.get("enterprise_user")).get("teams")
    return bool(home) and home != team and not (isinstance(teams, list) and team in teams)


def _lang(locale: str) -> Lang | None:
    return next((lang for lang in Lang if locale.lower().startswith(lang.value)), None)


def _dict(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""

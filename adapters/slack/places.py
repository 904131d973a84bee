"""Where in Slack something happened, who did it, and how they can be answered there."""

from dataclasses import dataclass

from adapters.slack.buttons import HOME
from adapters.slack.content import Payload
from adapters.slack.events import PLATFORM
from adapters.slack.versions import dict_of, id_in, text_of
from bot.errors import Undeliverable
from bot.ids import PersonId, PersonRef, WorkspaceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody pressed: in a `message`, in an `ephemeral` one that they alone see, in a `modal`, in Chaperone's
    `home`."""

    team: str
    kind: str
    trigger: str
    url: str
    view: str


def place_of(payload: Payload) -> Place:
    """Where the click happened. Raises Unreadable."""
    container, view = dict_of(payload.get("container")), dict_of(payload.get("view"))
    kind = {"home": HOME, "modal": "modal"}.get(text_of(view.get("type")), "message")
    return Place(
        team=_team_of(payload),
        kind="ephemeral" if container.get("is_ephemeral") else kind,
        trigger=text_of(payload.get("trigger_id")),
        url=text_of(payload.get("response_url")),
        view=text_of(view.get("id")),
    )


def clicker_of(payload: Payload) -> PersonRef:
    """Who clicked. Raises Unreadable."""
    return person_in(_team_of(payload), id_in(dict_of(payload.get("user")), "id"))


def person_in(team: str, user: str) -> PersonRef:
    """The account in the workspace of that id."""
    return PersonRef(WorkspaceId(f"{PLATFORM}:{team}"), PersonId(user))


def team_in(workspace: WorkspaceId) -> str:
    """Slack's own id of the workspace. Raises Undeliverable where it is none of Slack's."""
    platform, _, team = workspace.partition(":")
    if platform != PLATFORM or not team:
        raise Undeliverable
    return team


def _team_of(payload: Payload) -> str:
    """The workspace where it happened; an app installed for a whole organisation is told the person's instead."""
    team = dict_of(payload.get("team"))
    return id_in(team, "id") if team else id_in(dict_of(payload.get("user")), "team_id")

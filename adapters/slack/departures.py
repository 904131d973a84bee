"""A workspace takes Chaperone out, or withdraws its token: from then on nothing is seen there, and people are told."""

from datetime import datetime

import structlog

from adapters.slack.content import Payload
from adapters.slack.events import PLATFORM, workspace_of
from adapters.slack.installations import SKEW, installed_since, journal, leave
from adapters.slack.places import team_in
from adapters.slack.versions import dict_of, text_of, time_of
from bot.core import Core
from bot.ids import WorkspaceId
from bot.inbox.coverage import note_blind, note_seeing
from bot.people.alerts import owe
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.gaps import Blindness
from policy.verdict import Severity

log = structlog.get_logger()

KINDS = frozenset({"app_uninstalled", "tokens_revoked"})
AN_HOUR = 3_600
"""Slack tells of one departure in two events; within the hour people are told once."""


class Departures:
    """Keeps what Slack says of them. Said twice, or late, it changes nothing."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def note(self, body: Payload) -> None:
        """Returns once it is durable. Raises Unreadable and StoreUnavailable."""
        event = dict_of(body.get("event"))
        if event.get("type") == "tokens_revoked" and not dict_of(event.get("tokens")).get("bot"):
            return  # somebody withdrew their own token, not the bot's
        workspace = workspace_of(body)
        at = time_of(text_of(event.get("event_ts")) or str(body.get("event_time", "")))
        since = await self._core.store.read(lambda tx: installed_since(tx, team_in(workspace)))
        if since is not None and at + SKEW < since:
            return
        log.error("slack.removed", key=str(workspace), kind=str(event.get("type")))
        await note_blind(self._core, workspace, Blindness.UNSUBSCRIBED, since=at)
        await self._core.store.write(lambda tx: _tell(tx, workspace, at))

    async def back(self, team: str) -> None:
        """Chaperone is in the workspace, and its token works: what was missed meanwhile is read. Raises
        StoreUnavailable."""
        await note_seeing(self._core, WorkspaceId(f"{PLATFORM}:{team}"), Blindness.UNSUBSCRIBED)


def _tell(tx: Transaction, workspace: WorkspaceId, at: datetime) -> None:
    """The operators of every workspace: where Chaperone is no more, nobody can be told."""
    left = leave(tx, team_in(workspace), at=at)
    topic = Topic(TopicKind.TROUBLE, f"away:{workspace}")
    for person in tx.registry.people():
        if person.is_operator and person.is_active:
            owe(tx, topic, person, version=int(at.timestamp()) // AN_HOUR, severity=Severity.HIGH)
    if left:
        journal(tx, "removed", team_in(workspace))

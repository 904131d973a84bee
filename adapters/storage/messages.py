"""That messages were checked, with what result, and the last few sealed words of each conversation."""

from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa

from adapters.storage.rows import insert_new, insert_or_replace
from adapters.storage.tables import context, findings, messages, verdicts
from bot.ids import ChannelRef, MessageId, MessageRef
from bot.ports import MessageState
from bot.records.incidents import FindingRecord
from policy.verdict import PackId


def _said_before(*, in_thread: bool) -> sa.Select[bytes]:
    c = context.c
    if in_thread:
        is_near = sa.or_(c.thread == sa.bindparam("named_thread"), c.message == sa.bindparam("named_thread"))
    else:
        is_near = sa.or_(c.thread.is_(None), c.thread == c.message)
    return (
        sa.select(c.sealed)
        .where(
            c.workspace == sa.bindparam("named_workspace"),
            c.channel == sa.bindparam("named_channel"),
            c.said_at < sa.bindparam("said_before"),
            c.until > sa.bindparam("kept_now"),
            is_near,
        )
        .order_by(c.said_at.desc(), c.message.desc())
        .limit(sa.bindparam("most"))
    )


_STATE = sa.select(messages).where(
    messages.c.workspace == sa.bindparam("named_workspace"),
    messages.c.channel == sa.bindparam("named_channel"),
    messages.c.message == sa.bindparam("named_message"),
)
_LOCKED = _STATE.with_for_update()
_SAID, _SAID_IN_THREAD = _said_before(in_thread=False), _said_before(in_thread=True)
"""What every message asks: built once, because building a statement costs more than running it."""


class SqlMessages:
    """`bot.ports.Messages` within one transaction."""

    def __init__(self, connection: sa.Connection, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._now = now

    def lock(self, message: MessageRef) -> MessageState:
        insert_new(self._connection, messages, {**_key(message), "newest_revision": -1})
        return self._state(message, is_locked=True) or _unseen(message)

    def get(self, message: MessageRef) -> MessageState | None:
        return self._state(message, is_locked=False)

    def _state(self, message: MessageRef, *, is_locked: bool) -> MessageState | None:
        row = self._connection.execute(_LOCKED if is_locked else _STATE, _named(message)).one_or_none()
        return None if row is None else _state_of(row)

    def save(self, state: MessageState) -> None:
        values = {
            **_key(state.ref),
            "thread": state.thread,
            "author": state.author,
            "newest_revision": state.newest_revision,
            "deleted_at": state.deleted_at,
            "restored_at": state.restored_at,
            "said_at": state.said_at,
        }
        insert_or_replace(self._connection, messages, values)

    def said_in(self, channel: ChannelRef, *, after: datetime, until: datetime) -> Sequence[MessageState]:
        m = messages.c
        here = sa.and_(m.workspace == channel.workspace, m.channel == channel.channel)
        is_there = sa.or_(m.deleted_at.is_(None), m.restored_at >= m.deleted_at)
        query = sa.select(messages).where(here, m.said_at > after, m.said_at <= until, is_there)
        return [_state_of(row) for row in self._connection.execute(query.order_by(m.said_at, m.message))]

    def add_verdict(
        self, message: MessageRef, revision: int, *, pack: PackId, pack_version: str, findings: Sequence[FindingRecord]
    ) -> bool:
        verdict = {
            **_key(message),
            "revision": revision,
            "pack": pack,
            "pack_version": pack_version,
            "judged_at": self._now(),
            "is_flagged": any(not finding.is_trial for finding in findings),
        }
        is_new = insert_new(self._connection, verdicts, verdict)
        if is_new and findings:
            self._add_findings({**_key(message), "revision": revision}, findings)
        return is_new

    def _add_findings(self, revision: dict[str, str | int], records: Sequence[FindingRecord]) -> None:
        rows = [
            {
                **revision,
                "position": position,
                "rule": record.rule,
                "clause": record.clause,
                "detector": record.detector,
                "score": record.score,
                "severity": int(record.severity),
                "is_trial": record.is_trial,
            }
            for position, record in enumerate(records)
        ]
        self._connection.execute(sa.insert(findings), rows)

    def is_clean(self, message: MessageRef, revision: int) -> bool:
        query = sa.select(verdicts.c.is_flagged).where(_is(verdicts, message), verdicts.c.revision == revision)
        return self._connection.scalar(query) is False

    def keep_context(
        self, message: MessageRef, *, thread: MessageId | None, said_at: datetime, sealed: bytes, until: datetime
    ) -> None:
        values = {**_key(message), "thread": thread, "said_at": said_at, "sealed": sealed, "until": until}
        insert_or_replace(self._connection, context, values)

    def context_before(
        self, channel: ChannelRef, *, thread: MessageId | None, said_before: datetime, limit: int
    ) -> Sequence[bytes]:
        asked = {
            "named_workspace": channel.workspace,
            "named_channel": channel.channel,
            "said_before": said_before,
            "kept_now": self._now(),
            "most": limit,
        }
        if thread is not None:
            asked["named_thread"] = thread
        return list(self._connection.scalars(_SAID if thread is None else _SAID_IN_THREAD, asked))[::-1]

    def drop_context(self, message: MessageRef) -> None:
        self._connection.execute(sa.delete(context).where(_is(context, message)))

    def purge_context(self) -> int:
        return self._connection.execute(sa.delete(context).where(context.c.until <= self._now())).rowcount

    def counted(self, channel: ChannelRef, *, since: datetime) -> tuple[int, int]:
        v = verdicts.c
        is_new = sa.and_(v.workspace == channel.workspace, v.channel == channel.channel, v.judged_at > since)
        flagged = sa.func.count(sa.case((v.is_flagged, 1)))
        checked, alerting = self._connection.execute(sa.select(sa.func.count(), flagged).where(is_new)).one()
        return checked, alerting

    def counts(self) -> dict[str, int]:
        flagged = sa.func.count(sa.case((verdicts.c.is_flagged, 1)))
        checked, found = self._connection.execute(sa.select(sa.func.count(), flagged).select_from(verdicts)).one()
        return {"checked": checked, "flagged": found}


def _named(message: MessageRef) -> dict[str, str]:
    return {
        "named_workspace": message.workspace,
        "named_channel": message.channel,
        "named_message": message.message,
    }


def _key(message: MessageRef) -> dict[str, str | int]:
    return {"workspace": message.workspace, "channel": message.channel, "message": message.message}


def _is(table: sa.Table, message: MessageRef) -> sa.ColumnElement[bool]:
    t = table.c
    return sa.and_(t.workspace == message.workspace, t.channel == message.channel, t.message == message.message)


def _state_of(row: sa.Row[tuple[object, ...]]) -> MessageState:
    return MessageState(
        ref=MessageRef(row.workspace, row.channel, row.message),
        thread=row.thread,
        author=row.author,
        newest_revision=row.newest_revision,
        deleted_at=row.deleted_at,
        restored_at=row.restored_at,
        said_at=row.said_at,
    )


def _unseen(message: MessageRef) -> MessageState:
    return MessageState(ref=message, thread=None, author=None, newest_revision=-1)

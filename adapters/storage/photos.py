"""Pictures in channels, whom they show, and parents' permissions."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from adapters.storage.photo_tables import photo_permissions, picture_students, pictures
from adapters.storage.rows import insert_or_replace, insert_or_replace_all
from bot.ids import ChannelId, ChannelRef, MessageId, MessageRef, PersonId, PersonRef, WorkspaceId
from bot.records.photos import Answer, NotSeen, PhotoPermission, Pictures, PictureState
from bot.records.roster import RosterId


class SqlPhotos:
    """`bot.ports.Photos` within one transaction."""

    def __init__(self, connection: sa.Connection, *, is_read_only: bool) -> None:
        self._connection = connection
        self._is_read_only = is_read_only

    def get(self, message: MessageRef) -> Pictures | None:
        query = sa.select(pictures).where(*_is(pictures, message))
        found = self._read(query if self._is_read_only else query.with_for_update())
        return found[0] if found else None

    def save(self, record: Pictures) -> None:
        insert_or_replace(self._connection, pictures, _row(record))
        self._connection.execute(sa.delete(picture_students).where(*_is(picture_students, record.message)))
        names = [{**_key(record.message), "student": student} for student in record.students]
        insert_or_replace_all(self._connection, picture_students, names)

    def waiting_in(self, channel: ChannelRef) -> Sequence[Pictures]:
        p = pictures.c
        states = [state for state in PictureState if state.is_waiting]
        return self._ordered(p.workspace == channel.workspace, p.channel == channel.channel, p.state.in_(states))

    def waiting_for(self, poster: PersonRef) -> Sequence[Pictures]:
        p = pictures.c
        return self._ordered(p.workspace == poster.workspace, p.author == poster.person, p.state == PictureState.ASKED)

    def showing(self, student: RosterId) -> Sequence[Pictures]:
        p, s = pictures.c, picture_students.c
        same = sa.and_(s.workspace == p.workspace, s.channel == p.channel, s.message == p.message)
        shown = sa.exists().where(same, s.student == student)
        return self._ordered(shown, p.state != PictureState.GONE)

    def permissions(self, student: RosterId) -> Sequence[PhotoPermission]:
        p = photo_permissions.c
        query = sa.select(photo_permissions).where(p.student == student).order_by(p.at, p.parent, p.about)
        return [_permission(row) for row in self._connection.execute(query).mappings()]

    def save_permission(self, permission: PhotoPermission) -> None:
        about = "|".join(_key(permission.message).values()) if permission.message else ""
        names = ("student", "parent", "is_given", "at", "by", "until")
        row = {name: getattr(permission, name) for name in names} | {"about": about}
        insert_or_replace(self._connection, photo_permissions, row)

    def _ordered(self, *conditions: sa.ColumnElement[bool]) -> Sequence[Pictures]:
        p = pictures.c
        return self._read(sa.select(pictures).where(*conditions).order_by(p.posted_at, p.message))

    def _read(self, query: sa.Select[Any]) -> list[Pictures]:
        return [self._record(row) for row in self._connection.execute(query).mappings().all()]

    def _record(self, row: sa.RowMapping) -> Pictures:
        message = MessageRef(WorkspaceId(row["workspace"]), ChannelId(row["channel"]), MessageId(row["message"]))
        s = picture_students.c
        shown = self._connection.scalars(
            sa.select(s.student).where(*_is(picture_students, message)).order_by(s.student)
        )
        own = {name: row[name] for name in _OWN}
        return Pictures(
            **own,
            message=message,
            author=PersonId(row["author"]),
            state=PictureState(row["state"]),
            answer=Answer(row["answer"]) if row["answer"] else None,
            looked=tuple(json.loads(row["looked"])),
            unseen=tuple(NotSeen(each) for each in json.loads(row["unseen"])),
            students=tuple(RosterId(each) for each in shown),
        )


_OWN = (
    *("posted_at", "revision", "sealed", "faces", "asked_at", "answered_at", "answered_by"),
    *("has_others", "is_overdue", "version"),
)
"""The fields that stand in the table as they are."""


def _key(message: MessageRef) -> dict[str, str]:
    return {"workspace": message.workspace, "channel": message.channel, "message": message.message}


def _is(table: sa.Table, message: MessageRef) -> list[sa.ColumnElement[bool]]:
    return [table.c[name] == value for name, value in _key(message).items()]


def _row(record: Pictures) -> dict[str, Any]:
    return {name: getattr(record, name) for name in _OWN} | {
        **_key(record.message),
        "author": record.author,
        "state": record.state.value,
        "answer": record.answer.value if record.answer else None,
        "looked": json.dumps(record.looked),
        "unseen": json.dumps(record.unseen),
    }


def _permission(row: sa.RowMapping) -> PhotoPermission:
    workspace, _, rest = row["about"].partition("|")
    channel, _, message = rest.partition("|")
    own = {name: row[name] for name in ("parent", "is_given", "at", "by", "until")}
    about = MessageRef(WorkspaceId(workspace), ChannelId(channel), MessageId(message)) if message else None
    return PhotoPermission(**own, student=RosterId(row["student"]), message=about)

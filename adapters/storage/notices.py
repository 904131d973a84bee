"""Notices on record, and who was shown them."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from adapters.storage.governance_tables import notice_receipts, notices
from adapters.storage.rows import insert_new, insert_or_replace
from bot.ids import ChannelRef, PersonRef
from bot.records.governance import NoticePosting, NoticeReceipt

_POSTINGS = sa.select(notices).where(notices.c.channel == sa.bindparam("of"))
_RECEIPTS = (
    sa.select(notice_receipts)
    .where(notice_receipts.c.channel == sa.bindparam("of"), notice_receipts.c.notice == sa.bindparam("named"))
    .order_by(notice_receipts.c.person)
)
"""What every look at a channel asks: built once, because building a statement costs more than running it."""


class SqlNotices:
    """`bot.ports.Notices` within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def posting(self, channel: ChannelRef, notice: str, version: str) -> NoticePosting | None:
        n = notices.c
        query = sa.select(notices).where(n.channel == channel, n.notice == notice, n.version == version)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else NoticePosting(**dict(row))

    def postings(self, channel: ChannelRef) -> Sequence[NoticePosting]:
        return [NoticePosting(**row) for row in self._connection.execute(_POSTINGS, {"of": channel}).mappings()]

    def add_posting(self, posting: NoticePosting) -> bool:
        return insert_new(self._connection, notices, _values(notices, posting))

    def receipt(self, channel: ChannelRef, notice: str, person: PersonRef) -> NoticeReceipt | None:
        r = notice_receipts.c
        query = sa.select(notice_receipts).where(r.channel == channel, r.notice == notice, r.person == person)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else NoticeReceipt(**dict(row))

    def receipts(self, channel: ChannelRef, notice: str) -> Sequence[NoticeReceipt]:
        rows = self._connection.execute(_RECEIPTS, {"of": channel, "named": notice}).mappings()
        return [NoticeReceipt(**row) for row in rows]

    def save_receipt(self, receipt: NoticeReceipt) -> None:
        insert_or_replace(self._connection, notice_receipts, _values(notice_receipts, receipt))


def _values(table: sa.Table, record: object) -> dict[str, Any]:
    return {column.name: getattr(record, column.name) for column in table.columns}

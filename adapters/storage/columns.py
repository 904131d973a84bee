"""Column types that read back as the product's own values, the same on SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect

from bot.ids import ChannelId, ChannelRef, PersonId, PersonRef, WorkspaceId

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A growing number; SQLite grows nothing but INTEGER."""


class Instant(sa.types.TypeDecorator[datetime]):
    """A moment with its zone, to the microsecond: `timestamptz` on PostgreSQL, microseconds since 1970 on SQLite, so
    that moments sort and compare in the database. Read back in UTC."""

    impl = sa.BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(sa.BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | int | None:
        if value is None or dialect.name == "postgresql":
            return value
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: datetime | int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return _EPOCH + timedelta(microseconds=value)


def storable(text: str) -> str:
    """The text with U+FFFD in the place of what PostgreSQL (NUL) or UTF-8 (half a surrogate pair) cannot hold."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if not text.isascii():
        text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return text


class Line(sa.types.TypeDecorator[str]):
    """Text that people or platforms wrote; what a database could not hold is replaced, never refused."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else storable(value)


Ref = TypeVar("Ref", PersonRef, ChannelRef)


class _RefColumn(sa.types.TypeDecorator[Any], Generic[Ref]):
    """`workspace|id` in one column. A workspace's name is ours and holds no bar."""

    impl = sa.Text
    cache_ok = True

    parts: Callable[[Ref], tuple[str, str]]
    whole: Callable[[str, str], Ref]

    def process_bind_param(self, value: Ref | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else storable("|".join(type(self).parts(value)))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Ref | None:  # noqa: ARG002
        if value is None:
            return None
        workspace, _, name = value.partition("|")
        return type(self).whole(workspace, name)


class PersonColumn(_RefColumn[PersonRef]):
    """One account in one workspace."""

    cache_ok = True

    @staticmethod
    def parts(value: PersonRef) -> tuple[str, str]:
        return value.workspace, value.person

    @staticmethod
    def whole(workspace: str, name: str) -> PersonRef:
        return PersonRef(WorkspaceId(workspace), PersonId(name))


class ChannelColumn(_RefColumn[ChannelRef]):
    """One channel in one workspace."""

    cache_ok = True

    @staticmethod
    def parts(value: ChannelRef) -> tuple[str, str]:
        return value.workspace, value.channel

    @staticmethod
    def whole(workspace: str, name: str) -> ChannelRef:
        return ChannelRef(WorkspaceId(workspace), ChannelId(name))

"""What a pressed button calls, and what a due duty calls."""

from collections.abc import Mapping
from typing import Protocol

from bot.cards import Card
from bot.core import Core
from bot.records.duties import DutyItem
from bot.records.registry import Person


class Handler(Protocol):
    """Does what the button says, for the person who pressed it. `subject` and `values` come from outside: they say
    what is meant, never what is allowed. The card that is returned is shown to that person alone. Raises Refused."""

    async def __call__(self, core: Core, actor: Person, subject: str, values: Mapping[str, str]) -> Card | None: ...


class DutyHandler(Protocol):
    """Does a duty and, in the transaction that keeps what came of it, calls `tx.duties.finish(item)`. It may be called
    again for the same duty after a crash: what it does outside that transaction must bear to be done twice."""

    async def __call__(self, core: Core, item: DutyItem) -> None: ...

"""Ask first: a question to one's supervisor before posting, and the answer on record."""

from dataclasses import dataclass
from datetime import datetime

from bot.ids import ChannelRef, PersonRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question and, once given, its answer; both sealed. `sealed_shared` is the question in the general words of
    whoever answered, where others may find the answer."""

    id: str
    asked_by: PersonRef
    asked_of: PersonRef
    asked_at: datetime
    sealed_text: bytes
    channel: ChannelRef | None = None
    answered_at: datetime | None = None
    answered_by: PersonRef | None = None
    sealed_answer: bytes | None = None
    sealed_shared: bytes | None = None
    version: int = 1

"""What a policy wants people told: a notice's wording, whom it is for, and the clause that asks for it."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from policy.verdict import ClauseId
from policy.words import Text


class Audience(StrEnum):
    """Whom a notice is for: everybody in the channel, or the parents of the students in it."""

    MEMBERS = "members"
    PARENTS = "parents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice. `{channel}`, `{owner}`, `{purpose}` and `{district}` in its text are filled in where it is shown.
    `is_asked`: the reader answers yes or no, as on a permission slip. `is_first`: no message of the channel is read
    before this notice is on record."""

    id: str
    to: Audience
    clause: ClauseId
    title: Text
    text: Text
    is_asked: bool = False
    is_first: bool = False

    @property
    def version(self) -> str:
        """A fingerprint of the wording: who was shown another one is told anew."""
        words = f"{self.title.en}\n{self.title.es}\n{self.text.en}\n{self.text.es}"
        return sha256(words.encode()).hexdigest()[:12]


PLACES = frozenset({"channel", "owner", "purpose", "district"})
"""What may stand in braces in a notice's wording."""

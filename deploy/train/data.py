"""The corpus: read, split by blocks so that twins stay together, and roughened as people type."""

import json
import random
from dataclasses import dataclass
from pathlib import Path

from policy.message import ChannelKind, Context, Message, Role, Said

LABELS = (
    "commercial", "political", "proselytizing", "personal_link", "confidential", "student_location", "respect",
    "boundary", "private_contact", "misrepresentation", "illicit", "copyright", "safety", "instructional",
)  # fmt: skip
BLOCK, FOLDS, HELD_OUT = 20, 10, 7


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled message, and the block of its file that it stands in."""

    id: str
    message: Message
    context: Context
    labels: frozenset[str]
    lang: str
    tags: tuple[str, ...]
    block: int

    @property
    def is_held_out(self) -> bool:
        return self.block % FOLDS == HELD_OUT


def read_rows(*paths: Path) -> list[Row]:
    """All rows of the files, in order."""
    rows: list[Row] = []
    for path in paths:
        lines = path.read_text(encoding="utf-8").splitlines()
        rows += [_row(json.loads(line), number // BLOCK) for number, line in enumerate(lines) if line.strip()]
    return rows


def _row(fields: dict[str, object], block: int) -> Row:
    kind, _, name = str(fields["channel"]).partition(":")
    said = [str(text).partition(":") for text in fields.get("context") or ()]  # type: ignore[union-attr]
    known = {role.value for role in Role}
    before = tuple(
        Said(Role(who.strip() if who.strip() in known else "student"), text.strip()) for who, _, text in said
    )
    return Row(
        id=str(fields["id"]),
        message=Message(str(fields["text"]), Role(str(fields["author"]))),
        context=Context(ChannelKind(kind.strip().split()[0]), name.strip(), before),
        labels=frozenset(fields["labels"]),  # type: ignore[arg-type]
        lang=str(fields["lang"]),
        tags=tuple(fields.get("tags") or ()),  # type: ignore[arg-type]
        block=block,
    )


_LEET = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0", "s": "$", "t": "7"})
_ACCENTS = str.maketrans("áéíóúüñ", "aeiouun")


def roughened(text: str, chance: random.Random) -> str:
    """The text as somebody in a hurry, or somebody hiding, might type it. Most often as it stands."""
    dice = chance.random()
    if dice < 0.7:
        return text
    if dice < 0.76:
        return text.translate(_ACCENTS)
    if dice < 0.79:
        return text.upper()
    words = text.split(" ")
    share = chance.choice((0.15, 0.3, 0.6))
    change = chance.choice((_leet, _spaced, _split, _swapped, _dropped, _doubled))
    return " ".join(change(word, chance) if chance.random() < share else word for word in words)


def _leet(word: str, _chance: random.Random) -> str:
    return word.translate(_LEET)


def _spaced(word: str, chance: random.Random) -> str:
    return chance.choice((" ", ".", "-")).join(word) if 3 < len(word) < 9 and word.isalpha() else word


def _split(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word)) if len(word) > 4 else 0
    return word[:at] + chance.choice((".", "*", "_", "-", " ")) + word[at:] if at else word


def _swapped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 2) if len(word) > 4 else 0
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :] if at else word


def _dropped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1) if len(word) > 4 else 0
    return word[:at] + word[at + 1 :] if at else word


def _doubled(word: str, chance: random.Random) -> str:
    at = chance.randrange(0, len(word)) if len(word) > 3 else -1
    return word[:at] + word[at] * chance.randrange(1, 4) + word[at:] if at >= 0 else word

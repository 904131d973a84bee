"""What is wrong with a file, where, and what to do about it; collected, so that one look shows all of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from policy.pack import Pack
from policy.verdict import PackId


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend. `file` is as its author knows it; lines count from 1, and 0 is the file as a whole."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


class PackError(Exception):
    """A rule, lexicon or pack file is not right. Mend the lines listed and load again; until then nothing changes."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ModelError(Exception):
    """The files of the trained model do not fit this version of Chaperone, or are not whole. Install it anew."""


class CasesFail(PackError):
    """Examples of a pack do not hold; else all is well. Change the pack or the examples, and load again.

    `packs` are all that were loaded, for those who would rather go on with them."""

    def __init__(self, problems: Iterable[Problem], packs: Mapping[PackId, Pack]) -> None:
        super().__init__(problems)
        self.packs = packs


@dataclass(slots=True)
class Problems:
    """The problems found so far."""

    found: list[Problem] = field(default_factory=list)

    def add(self, file: str, line: int, message: str) -> None:
        self.found.append(Problem(file, line, message))

    def raise_if_any(self) -> None:
        if self.found:
            raise PackError(self.found)


def suggestion(word: str, known: Iterable[str]) -> str:
    """What may have been meant: ` (did you mean “…”?)`, or nothing."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" (did you mean “{close[0]}”?)" if close else ""

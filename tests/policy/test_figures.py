"""Numbers in words are read as figures, and single units only where something links them with another number."""

import pytest

from policy.figures import NUMBER, PATTERNS, numbers_in
from policy.fold import fold
from policy.patterns import compiled


def in_figures(text: str) -> list[str]:
    """The numbers of a text, read only where the sweep's pattern says that there are some."""
    folded = fold(text)
    is_there = compiled(PATTERNS[NUMBER]).search(folded.plain) is not None
    return [figures for _, _, figures in numbers_in(folded.tokens)] if is_there else []


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("room two oh four", ["204"]),
        ("bus forty-two leaves", ["42"]),
        ("treinta y uno", ["31"]),
        ("five thru seven tomorrow", ["5", "7"]),
        ("the three into an eight", ["3", "8"]),
        ("six to nine", ["6", "9"]),
        ("three one - seven - two two", ["31", "7", "22"]),
        ("nine - twenty four - three", ["9", "24", "3"]),
        ("no one - or two by two, then three of us", []),
        ("one by one to the bus", []),
        ("one of the two", []),
        ("one, please", []),
    ],
)
def test_numbers_in_words_are_figures_and_single_words_stay_words(text: str, figures: list[str]) -> None:
    assert in_figures(text) == figures

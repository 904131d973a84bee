"""The bench finds the text that takes longest."""

from adapters.bench.speed import worst_hostile
from policy import load_pack


def test_the_worst_hostile_text_is_named_with_its_time() -> None:
    name, seconds = worst_hostile(load_pack("crec", check_cases=False))

    assert name
    assert seconds > 0

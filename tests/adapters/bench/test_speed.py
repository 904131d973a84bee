"""The bench finds the text that takes longest, and times ordinary chat."""

from adapters.bench.hostile import worst_by_family
from adapters.bench.speed import chat_rows
from policy import load_pack
from policy.message import ChannelKind, Context, Message, Role


def test_of_each_family_of_hostile_texts_the_worst_is_named_with_its_time() -> None:
    worst = worst_by_family(load_pack("crec", check_cases=False), length=1_000)

    assert {"one thing repeated", "words", "phrases", "words in disguise", "on a roster of 2,000"} <= worst.keys()
    assert all(name and seconds > 0 for name, seconds in worst.values())


def test_short_chat_is_timed_message_by_message() -> None:
    said = [(Message(f"see you at {hour}", Role.STUDENT), Context(ChannelKind.CLUB)) for hour in range(1, 12)]

    (mean_name, mean, _), (_, p99, unit) = chat_rows(said, load_pack("crec", check_cases=False))

    assert "11 messages" in mean_name
    assert 0 < mean <= p99
    assert unit == "ms"

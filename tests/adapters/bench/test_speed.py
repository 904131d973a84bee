"""The bench finds the text that takes longest, and times ordinary chat."""

from adapters.bench.speed import chat_rows, worst_hostile
from policy import load_pack
from policy.message import ChannelKind, Context, Message, Role


def test_the_worst_hostile_text_is_named_with_its_time() -> None:
    name, seconds = worst_hostile(load_pack("crec", check_cases=False))

    assert name
    assert seconds > 0


def test_short_chat_is_timed_message_by_message() -> None:
    said = [(Message(f"see you at {hour}", Role.STUDENT), Context(ChannelKind.CLUB)) for hour in range(1, 12)]

    (mean_name, mean, _), (_, p99, unit) = chat_rows(said, load_pack("crec", check_cases=False))

    assert "11 messages" in mean_name
    assert 0 < mean <= p99
    assert unit == "ms"

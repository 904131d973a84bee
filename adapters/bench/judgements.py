"""How long one judgement takes: of the same message again and again, and of messages that follow one another."""

import json
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from policy import judge
from policy.message import Context, Message
from policy.pack import Pack

Said = tuple[Message, Context]
Call = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Times:
    """The microseconds of one call among several."""

    mean: float
    p99: float


def of_labelled(
    rows: Sequence[Mapping[str, object]], said: Sequence[Said], by_rules: Pack, pack: Pack, rounds: int
) -> Iterator[str]:
    """A line for each way of judging, with its ratio to reading the same rows as JSON in the same way: machines differ,
    the ratio hardly does. The model remembers what it has read, so with it each message is judged once."""
    reading = [partial(json.loads, json.dumps(row)) for row in rows]
    judging, asking = ([partial(judge, *each, chosen) for each in said] for chosen in (by_rules, pack))
    read = in_turn(reading, rounds)
    for what, times, base in (
        ("rules, the same again and again", again_and_again(judging, rounds), again_and_again(reading, rounds)),
        ("rules, one message after the other", in_turn(judging, rounds), read),
        ("rules and model, one message after the other", in_turn(asking, 1), read),
    ):
        yield f"one judgement, {what}: {_told(times)}; {times.mean / base.mean:,.0f} times the JSON"


def of_chat(said: Sequence[Said], by_rules: Pack, pack: Pack, rounds: int) -> Iterator[str]:
    """The same of ordinary short chat, which is what most of a channel is, one message after the other."""
    for what, chosen, passes in (("rules", by_rules, rounds), ("rules and model", pack, 1)):
        times = in_turn([partial(judge, *each, chosen) for each in said], passes)
        yield f"one judgement of short chat, {what}: {_told(times)}; {len(said):,} messages"


def again_and_again(calls: Sequence[Call], rounds: int) -> Times:
    """Each call so often in a row, and the quickest counts: what a processor takes that has all it needs at hand."""
    return _times([min(_microseconds(call) for _ in range(rounds)) for call in calls])


def in_turn(calls: Sequence[Call], passes: int) -> Times:
    """Each call once, all one after the other, and the pass that took least counts: what it takes in a service, where
    no message is like the one before."""
    return _times(min(([_microseconds(call) for call in calls] for _ in range(passes)), key=sum))


def _times(each: Sequence[float]) -> Times:
    p99 = statistics.quantiles(each, n=100, method="inclusive")[98] if len(each) > 1 else each[0]
    return Times(statistics.mean(each), p99)


def _told(times: Times) -> str:
    return f"mean {times.mean:,.0f} µs, p99 {times.p99:,.0f} µs"


def _microseconds(call: Call) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1e6

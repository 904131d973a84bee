"""Chaperone beside other libraries, on the same messages in one run: time, rude words found, contact data found."""

import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from adapters.bench.labelled import Counts
from adapters.bench.peers import Peer, Says
from policy import judge
from policy.identifiers import EMAIL, PHONE
from policy.message import ChannelKind, Context, Message, Role
from policy.pack import Pack
from policy.reading import read
from policy.verdict import RuleId

CONTACT = Path(__file__).with_name("contact.yml")
RESPECT = RuleId("respect")
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """One labelled message, in its place."""

    message: Message
    context: Context
    is_rude: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What one library did. `ratio` is its time to that of Chaperone's rules; None where it has no opinion."""

    name: str
    microseconds: float
    ratio: float
    respect: Counts | None
    contact: Counts | None


@dataclass(frozen=True, slots=True)
class _Engine:
    """A library, ready to be timed: `run` does all that it does with one message."""

    name: str
    run: Callable[[Sample], object]
    respect: Callable[[Sample], bool] | None
    contact: Says | None
    rounds: int = ROUNDS


def side_by_side(samples: Sequence[Sample], by_rules: Pack, pack: Pack, peers: Iterable[Peer]) -> list[Result]:
    """Every engine on the same messages, and on the same lines with and without contact data. The model remembers what
    it has read, so with it each message is judged once."""
    engines = [_ours("Chaperone, rules", by_rules), _ours("Chaperone, with model", pack, rounds=1)]
    engines += [_theirs(peer) for peer in peers]
    base = 0.0
    results: list[Result] = []
    for engine in engines:
        mean = statistics.mean(_microseconds(engine, sample) for sample in samples)
        base = base or mean
        respect = _counts((s.is_rude, engine.respect(s)) for s in samples) if engine.respect else None
        results.append(Result(engine.name, mean, mean / base, respect, _contact(engine.contact)))
    return results


def contact_lines(file: Path = CONTACT) -> list[tuple[str, bool]]:
    """Lines, and whether each holds a phone number or e-mail address."""
    fields: Mapping[str, list[str]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [(text, kind == "with") for kind, texts in fields.items() for text in texts]


def _contact(says: Says | None) -> Counts | None:
    return _counts((has, says(text)) for text, has in contact_lines()) if says else None


def _counts(pairs: Iterable[tuple[bool, bool]]) -> Counts:
    seen = list(pairs)
    return Counts(
        hit=sum(gold and found for gold, found in seen),
        false=sum(found and not gold for gold, found in seen),
        missed=sum(gold and not found for gold, found in seen),
    )


def _ours(name: str, pack: Pack, *, rounds: int = ROUNDS) -> _Engine:
    place = Context(ChannelKind.CLUB)

    def is_rude(sample: Sample) -> bool:
        return any(finding.rule == RESPECT for finding in judge(sample.message, sample.context, pack).alerting)

    def has_contact(text: str) -> bool:
        return not {PHONE, EMAIL}.isdisjoint(read(Message(text, Role.STUDENT), place, pack).hits)

    return _Engine(name, lambda s: judge(s.message, s.context, pack), is_rude, has_contact, rounds)


def _theirs(peer: Peer) -> _Engine:
    says = peer.respect
    respect = (lambda sample: says(sample.message.text)) if says else None
    return _Engine(peer.name, lambda sample: peer.run(sample.message.text), respect, peer.contact)


def _microseconds(engine: _Engine, sample: Sample) -> float:
    best = float("inf")
    for _ in range(engine.rounds):
        started = time.perf_counter()
        engine.run(sample)
        best = min(best, time.perf_counter() - started)
    return best * 1e6

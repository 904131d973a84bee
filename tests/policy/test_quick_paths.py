"""What the judge leaves out to be quick changes nothing: it answers what looking at everything answers."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import policy
from policy import identifiers, judge, unmask
from policy.detect import Candidate, DetectorIndex, index_of
from policy.fold import fold
from policy.links import Hosts
from policy.loading import load_pack
from policy.loading.compiling import Compiler
from policy.loading.lexicon import HOSTS, read_groups, read_hosts
from policy.loading.problems import Problems
from policy.message import ChannelKind, Message, Role
from policy.pack import Pack
from policy.patterns import compiled
from policy.reading import SIGNALS
from policy.sweep import Sweep
from tests.policy.building import a_context

HOME = Path(policy.__file__).parent
WORDS = (
    *("you", "your", "i", "my", "the", "a", "mom", "idiot", "are", "text", "me", "call", "number", "at", "dot", "com"),
    *("room", "214", "$25", "555-0134", "gym", "now", "tu", "mamá", "eres", "tonta", "vote", "for", "pray", "with"),
    *("practice", "k1ll", "snap:", "jt_09", "@jt_09", "a@b.co", "www.x.co", "12", "maple", "st", "don't", "tell"),
    *("w e e d", "forty two", "gmail", "hide the vape", "office", "everybody", "hates", "calle", "juarez", "x[.]com"),
)
text = st.lists(st.sampled_from(WORDS), max_size=16).map(" ".join)


@cache
def quick_pack() -> Pack:
    return load_pack("crec", check_cases=False)


@cache
def hosts() -> Hosts:
    return read_hosts(HOSTS, HOME / "lexicon" / HOSTS, Problems())


@dataclass(frozen=True, slots=True)
class EveryDetector(DetectorIndex):
    """Every detector of a place, whatever may be there and whatever it starts from."""

    def possible(self, _groups: int, author: Role, channel: ChannelKind) -> list[Candidate]:
        every = {candidate.number: candidate for candidates in self.by_start.values() for candidate in candidates}
        return [
            every[number]
            for number in sorted(every)
            if author in (every[number].detector.authors or Role)
            if channel in (every[number].detector.channels or ChannelKind)
        ]


@cache
def slow_pack() -> Pack:
    """The same pack: all groups and exact patterns are looked for at once, and every detector is tried."""
    quick = quick_pack()
    files = [(path.name, path) for path in sorted((HOME / "lexicon").glob("*.yml"))]
    compiler = Compiler(read_groups(files, Problems()), hosts(), tuple(quick.rules.values()))
    extras = {**identifiers.PATTERNS, **unmask.PATTERNS, "link": hosts().pattern}
    sweep = Sweep(compiler._groups, extras, SIGNALS)
    index = index_of(quick.rules.values(), sweep)
    return replace(quick, sweep=sweep, index=EveryDetector(index.by_start, index.starts, index.alone))


@settings(max_examples=150, deadline=None)
@given(text, st.sampled_from(list(Role)), st.sampled_from(list(ChannelKind)))
def test_the_quick_judge_answers_what_the_slow_one_answers(said: str, author: Role, channel: ChannelKind) -> None:
    message, context = Message(said, author), a_context(channel)

    quick, slow = (judge(message, context, pack) for pack in (quick_pack(), slow_pack()))

    assert quick.findings == slow.findings
    assert quick.exempted == slow.exempted


def test_the_slow_judge_finds_something_at_all() -> None:
    verdict = judge(Message("text me at 555-0134, don't tell your mom", Role.OWNER), a_context(), slow_pack())

    assert verdict.findings != ()


@pytest.mark.parametrize("name", [*identifiers.PATTERNS, "link"])
@settings(max_examples=60, deadline=None)
@given(said=st.one_of(text, st.text(alphabet="ab0159@.-/#$: [](){}dot", max_size=24)))
def test_where_a_pattern_is_its_hint_is_too(name: str, said: str) -> None:
    exact = hosts().pattern if name == "link" else identifiers.PATTERNS[name]
    hint = hosts().hint if name == "link" else identifiers.HINTS[name]
    plain = fold(said).plain

    assert compiled(exact).search(plain) is None or compiled(hint).search(plain) is not None

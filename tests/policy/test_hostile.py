"""No text stops the judge: hostile messages cost time as their length does, and more phrases cost next to nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from policy import judge, load_pack
from policy.fold import fold
from policy.message import Context, Link, Message, Role, Said
from policy.pack import Pack
from policy.rule import GroupId
from policy.sweep import Sweep
from tests.policy.building import a_context, a_message

NAUGHTY = Path(__file__).parents[3] / "shared" / "corpora" / "naughty-strings.json"
LENGTH = 40_000
SLOWEST_SECONDS = 0.5
"""Far above what is measured (about 20 ms) so that a busy machine passes, far below what backtracking would take."""


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("west-hartford", check_cases=False)


def repeated(part: str, length: int = LENGTH) -> str:
    return (part * (length // len(part) + 1))[:length]


HOSTILE = {
    part.encode("ascii", "backslashreplace").decode(): repeated(part)
    for part in (
        *("a", "a ", "a.", "a.a-", " ", "\n", "@", "$$ ", "((", '"', "> x\n", "aA!1 "),
        *("555-", "555-0134 ", "5 ", "+1", "one two five ", "12 maple st ", "student id 12345 "),
        *("a@", "a@b.co ", "a.co ", "http://", "hxxp://a[.]co ", "a dot com ", "snap: a_1 ", "@a1 "),
        *("text me ", "tell your mom ", "i have ", "k1ll ", "k y s ", "k.y.s xx ", "k**l ", "kiiill ", "f-u-n-n-y "),
        *("k\u200by\u200bs ", "a\u0301", "🍕🎉", "🇺🇸🇲🇽", "но ", "sсhооl ", "ﷺ", "\udc80", "\x00", "𝓼"),
    )
}


def seconds(work: Callable[[], object]) -> float:
    """The processor's time for the work, the quicker of two runs."""
    times = []
    for _ in range(2):
        started = process_time()
        work()
        times.append(process_time() - started)
    return min(times)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_message_of_40000_characters_is_judged_at_once(pack: Pack, text: str) -> None:
    message = Message(text, Role.OWNER)

    assert seconds(lambda: judge(message, a_context(students=["Maya"]), pack)) < SLOWEST_SECONDS


def test_everything_that_the_rules_look_for_at_once_is_judged_at_once(pack: Pack) -> None:
    words = sorted(word.rstrip("*") for word in pack.sweep.vocabulary)
    text = " ".join(words)[:100_000]

    assert len(text) > LENGTH
    assert seconds(lambda: judge(a_message(text), a_context(), pack)) < 4 * SLOWEST_SECONDS


@pytest.mark.parametrize("between", [".", ".com ", "_1 @", " 🍕 "])
def test_the_words_of_all_rules_strung_together_in_any_way_are_judged_at_once(pack: Pack, between: str) -> None:
    text = between.join(sorted(word.rstrip("*") for word in pack.sweep.vocabulary))[:LENGTH]

    assert len(text) == LENGTH
    assert seconds(lambda: judge(a_message(text), a_context(), pack)) < SLOWEST_SECONDS


def test_a_long_message_costs_in_proportion_to_its_length(pack: Pack) -> None:
    short = a_message("practice is at four, bring water and your k1nd words " * 100)
    long = a_message("practice is at four, bring water and your k1nd words " * 1600)

    times = seconds(lambda: judge(long, a_context(), pack)) / seconds(lambda: judge(short, a_context(), pack))

    assert times < 64


def test_ten_thousand_links_and_messages_before_are_no_trouble(pack: Pack) -> None:
    text = " ".join(f"l{number}" for number in range(10_000))
    at = 0
    links = []
    for word in text.split(" "):
        links.append(Link(f"https://site{at}.example.org", at, at + len(word)))
        at += len(word) + 1
    context = Context(a_context().channel, before=tuple(Said(Role.STUDENT, "see you") for _ in range(200)))

    verdict = judge(Message(text, Role.STUDENT, tuple(links)), context, pack)

    assert "personal_link" in {finding.rule for finding in verdict.findings}


def test_ten_times_the_phrases_cost_hardly_more_time() -> None:
    texts = [fold(f"see you at practice number {number} in the gym, bring water") for number in range(400)]

    def a_sweep(size: int) -> Sweep:
        return Sweep(
            {GroupId(f"/group{number}"): [f"phrase{number} of{number}", f"word{number}"] for number in range(size)}
        )

    small, large = a_sweep(1_000), a_sweep(10_000)
    few = seconds(lambda: [small.scan(text) for text in texts])
    many = seconds(lambda: [large.scan(text) for text in texts])

    assert many / few < 2


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the corpus of naughty strings is not on this machine")
def test_naughty_strings_are_judged(pack: Pack) -> None:
    strings = json.loads(NAUGHTY.read_text(encoding="utf-8"))

    verdicts = [judge(a_message(text), a_context(before=[Said(Role.PARENT, text)]), pack) for text in strings]

    assert len(verdicts) > 400
    for text, verdict in zip(strings, verdicts, strict=True):
        assert all(0 <= finding.start <= finding.end <= len(text) for finding in verdict.findings)

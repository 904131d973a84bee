"""Texts written to hold the judge up, by family: one thing without end, all that the rules look for, in disguise, and
the names of a large roster."""

import time
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from random import Random

from adapters.bench.obfuscations import obfuscated
from policy import judge
from policy.message import ChannelKind, Context, Message, Role
from policy.pack import Pack
from policy.phrases import Phrase, parse
from policy.sweep import PATTERN_PREFIX

LENGTH = 40_000
_PARTS = (
    *("a", "a ", "a.a-", "@", "((", "aA!1 ", "555-", "5 ", "one two five ", "12 maple st ", "a@b.co ", "http://"),
    *(
        "hxxp://a[.]co ",
        "xn--a ",
        "snap: a_1 ",
        "text me ",
        "tell your mom ",
        "i have ",
        "k1ll ",
        "k y s ",
        "k.y.s xx ",
    ),
    *("kiiill ", "k\u200by\u200bs ", "a\u0301", "🍕🎉", "🇺🇸🇲🇽", "sсhооl ", "𝓼", "no.", "но "),
)
_BETWEEN = (" ", ".", ". ", "_1 @", ".com ", "_1.snap: ", " you ", "   ", ' " ')
_DISGUISES = (
    *("leet", "spacing", "joined", "look-alike letters", "zero-width", "bidi", "combining marks"),
    *("full-width and math letters", "emoji letters", "markup splits", "doubled and swapped letters", "reversed"),
)
_NAMES = 2_000
_EVERYBODY = Context(ChannelKind.CLUB)


def worst_by_family(pack: Pack, length: int = LENGTH) -> Mapping[str, tuple[str, float]]:
    """For each family which of its texts took longest to judge, and how many seconds that was when it first came."""
    worst: dict[str, tuple[str, float]] = {}
    roster = _roster()
    for family, name, text in _texts(pack, roster, length):
        context = Context(ChannelKind.CLUB, students=frozenset(roster)) if family == _OF_NAMES else _EVERYBODY
        seconds = _seconds(lambda text=text, context=context: judge(Message(text, Role.OWNER), context, pack), pack)  # type: ignore[misc]
        worst[family] = max(worst.get(family, ("", 0.0)), (name, seconds), key=lambda each: each[1])
    return worst


_OF_NAMES = "on a roster of 2,000"


def _texts(pack: Pack, roster: list[str], length: int) -> Iterator[tuple[str, str, str]]:
    """Family, name and text of each."""
    for part in _PARTS:
        yield "one thing repeated", part.strip() or part, _filled(part, length)
    chance = Random(5)  # noqa: S311 - no secret
    every = {
        "words": sorted(word.rstrip("*") for word in pack.sweep.vocabulary),
        "phrases": _phrases(pack),
        "phrases cut short": [phrase.rpartition(" ")[0] for phrase in _phrases(pack)],
        "dictionary": sorted(pack.vocabulary.ordinary),
        "no words": ["".join(chance.choice("aeioulnrstbdm") for _ in range(3 + at % 9)) for at in range(9_000)],
    }
    sources = {what: _mixed(words) for what, words in every.items()}
    for (what, words), between in product(sources.items(), _BETWEEN):
        yield what, f"with {between!r}", _filled(between.join(words) + between, length)
    for (what, words), disguise in product(sources.items(), _DISGUISES):
        message = Message(_filled(" ".join(words), length), Role.OWNER)
        seen = obfuscated(disguise, message, _EVERYBODY, chance)
        if seen is not None:
            yield f"{what} in disguise", disguise, seen[0].text[:length]
    for disguise, words in product(("", *_DISGUISES), (_mixed(roster), sources["words"], sources["no words"])):
        text = _filled(" ".join(words), length)
        seen = obfuscated(disguise, Message(text, Role.OWNER), _EVERYBODY, chance) if disguise else None
        yield _OF_NAMES, disguise or "plain", (seen[0].text if seen else text)[:length]


def _filled(part: str, length: int) -> str:
    return (part * (length // len(part) + 1))[:length]


_MOST_WORDS = 10_000


def _mixed(words: list[str]) -> list[str]:
    return Random(3).sample(words, min(len(words), _MOST_WORDS))  # noqa: S311 - no secret


def _phrases(pack: Pack) -> list[str]:
    """The rules' own phrases of several words, each in one wording."""
    entries = (entry for rule in pack.rules.values() for terms in rule.terms.values() for entry in terms)
    phrases = (phrase for entry in entries if not entry.startswith(PATTERN_PREFIX) for phrase in parse(entry))
    return sorted({words for phrase in phrases if " " in (words := _wording(phrase))})


def _wording(phrase: Phrase) -> str:
    slots = (slot for slot in phrase if not (slot.is_gap or slot.is_optional))
    return " ".join(min(wording.text for wording in slot.wordings) for slot in slots)


def _roster() -> list[str]:
    """Names that nobody has."""
    chance = Random(7)  # noqa: S311 - no secret
    names = set[str]()
    while len(names) < _NAMES:
        names.add("".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(2 + len(names) % 3)))
    return sorted(name.title() for name in names)


def _seconds(work: Callable[[], object], pack: Pack) -> float:
    """The processor's time for the work, the quickest of three runs, each as if no such words had come before."""
    times = []
    for _ in range(3):
        pack.vocabulary.memory.nothing, pack.vocabulary.memory.meant = set(), {}
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)

"""Which detectors fire on what was found in a message."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from itertools import product
from operator import itemgetter
from typing import NamedTuple

from policy.fold import Folded
from policy.groups import bits_of
from policy.hits import MOST_SPANS, Hit, Hits
from policy.message import ChannelKind, Role
from policy.rule import Detector, GroupId, Rule, Status
from policy.sweep import Chances, Sweep
from policy.unmask import DISGUISED
from policy.verdict import RuleId


class Fired(NamedTuple):
    """A detector that fired, with the hits that made it fire."""

    detector: Detector
    hits: tuple[Hit, ...]


class Candidate(NamedTuple):
    """A detector, and the bits of what it asks for. `number` is its place among all detectors.

    It fires in one of `places`; all groups of `every` and one of `any` have to be there, and `groups` are all that it
    asks for.
    """

    number: int
    places: int
    every: int
    any: int
    rule: RuleId
    detector: Detector
    groups: int


_PLACES = {place: 1 << number for number, place in enumerate(product(Role, ChannelKind))}
"""A bit for each role of an author in each kind of channel."""


@dataclass(frozen=True, slots=True)
class DetectorIndex:
    """Which detectors may fire for whom and where. One that no group of the message starts costs nothing."""

    by_start: Mapping[int, tuple[Candidate, ...]]
    """By the bit of a group: the detectors that it starts."""
    starts: int
    """The bits of all groups that start a detector."""
    alone: frozenset[GroupId]
    """Groups that make some detector fire by themselves."""

    def possible(self, groups: int, author: Role, channel: ChannelKind) -> list[Candidate]:
        """Every detector that may fire where the message has at most these groups, in the order of the rules."""
        place, by_start = _PLACES[author, channel], self.by_start
        candidates: dict[int, Candidate] = {}
        left = groups & self.starts
        while left:
            start = left & -left
            left ^= start
            for candidate in by_start[start]:
                number, places, every, some, _, _, _ = candidate
                if places & place and every & groups == every and (some & groups or not some):
                    candidates[number] = candidate
        return [candidates[number] for number in sorted(candidates)] if candidates else []


def index_of(rules: Iterable[Rule], sweep: Sweep) -> DetectorIndex:
    """The index over all rules that work."""
    by_start: dict[int, list[Candidate]] = defaultdict(list)
    working = [
        (rule.id, detector) for rule in rules if rule.status is not Status.RETIRED for detector in rule.detectors
    ]
    all_starts = 0
    for number, (rule, detector) in enumerate(working):
        starts = _starts(detector, sweep.chances)
        every, some = bits_of(detector.every, sweep.bits), bits_of(detector.any, sweep.bits)
        candidate = Candidate(
            number,
            sum(_PLACES[place] for place in product(detector.authors or Role, detector.channels or ChannelKind)),
            every,
            some,
            rule,
            detector,
            groups=every | some | bits_of(detector.unless, sweep.bits),
        )
        all_starts |= bits_of(starts, sweep.bits)
        for group in starts:
            by_start[sweep.bits[group]].append(candidate)
    return DetectorIndex(
        {group: tuple(candidates) for group, candidates in by_start.items()},
        starts=all_starts,
        alone=frozenset(group for _, detector in working for group in _alone(detector)),
    )


def _starts(detector: Detector, chances: Chances) -> tuple[GroupId, ...]:
    """The group that it needs and that is met least often; or else any of those of which it needs one."""
    if not detector.every:
        return detector.any
    return (min(detector.every, key=lambda group: chances.get(group, 1.0 if group == DISGUISED else 0.0)),)


def _alone(detector: Detector) -> tuple[GroupId, ...]:
    if len(detector.every) + bool(detector.any) > 1 or detector.before:
        return ()
    return detector.every or detector.any


def groups_of(candidates: Iterable[Candidate]) -> int:
    """The bits of all that these ask for."""
    groups = 0
    for candidate in candidates:
        groups |= candidate.groups
    return groups


def fired(
    candidates: Iterable[Candidate],
    hits: Hits,
    hidden: Set[GroupId],
    text: Folded,
    was_said: Callable[[Collection[GroupId]], bool],
) -> dict[RuleId, list[Fired]]:
    """The detectors that fire, by rule. `hidden` groups excuse nothing; `was_said` is asked where it matters."""
    found: dict[RuleId, list[Fired]] = {}
    for candidate in candidates:
        detector = candidate.detector
        parts = _parts(detector, hits)
        together = _together(parts, detector.within, text) if parts else None
        if together is None or (detector.unless and _is_excused(detector, together, hits, hidden, text)):
            continue
        if detector.before and not was_said(detector.before):
            continue
        found.setdefault(candidate.rule, []).append(Fired(detector, together))
    return found


def excuses_of(candidates: Iterable[Candidate]) -> set[GroupId]:
    """The groups that may excuse these."""
    return {group for candidate in candidates for group in candidate.detector.unless}


def _parts(detector: Detector, hits: Hits) -> list[list[Hit]] | None:
    """The hits of each group that the detector needs, and of those of which it needs one; None where one is missing."""
    parts: list[list[Hit]] = []
    for group in detector.every:
        if group not in hits:
            return None
        parts.append(hits[group])
    if detector.any:
        some = [hit for group in detector.any if group in hits for hit in hits[group]]
        if not some:
            return None
        parts.append(some)
    return parts


def score_of(fires: Iterable[Fired]) -> float:
    """All detectors of a rule together: each takes away its share of the doubt."""
    doubt = 1.0
    for fire in fires:
        doubt *= 1.0 - fire.detector.score
    return round(1.0 - doubt, 4)


LONG = 400
"""In a text of more letters, what excuses a detector has to stand near what it found."""
NEAR_WORDS = 15


def _is_excused(detector: Detector, together: tuple[Hit, ...], hits: Hits, hidden: Set[GroupId], text: Folded) -> bool:
    """Whether one of the `unless` groups is there; in a long text, within some words of what was found."""
    excuses = [group for group in detector.unless if group in hits and group not in hidden]
    if not excuses or len(text.plain) < LONG or any(hit.start == hit.end for hit in together):
        return bool(excuses)
    first, last = together[0], max(together, key=_end)
    return any(
        _words_between(hit, first, text) <= NEAR_WORDS and _words_between(last, hit, text) <= NEAR_WORDS
        for group in excuses
        for hit in hits[group]
    )


def _together(parts: list[list[Hit]], within: int | None, text: Folded) -> tuple[Hit, ...] | None:
    """The hits that count, or None where they do not stand near enough to each other."""
    if len(parts) > 1 and within is not None:
        return _near(parts, within, text)
    return _each_once(parts)


def _each_once(parts: list[list[Hit]]) -> tuple[Hit, ...]:
    if len(parts) == 1 and len(parts[0]) == 1:
        return tuple(parts[0])
    return tuple(sorted({hit for part in parts for hit in part}))


def _near(parts: list[list[Hit]], within: int, text: Folded) -> tuple[Hit, ...] | None:
    """The hits of all stretches that hold one of each part with at most so many words between the outermost.

    A part that is repeated without end, or that is about the message as a whole, is near everything.
    """
    whole: list[Hit] = []
    placed: list[list[Hit]] = []
    for part in parts:
        nowhere = [hit for hit in part if hit.start == hit.end]
        whole += nowhere
        if not nowhere and len(part) < MOST_SPANS:
            placed.append(part)
    if len(placed) < len(parts):
        whole += [part[0] for part in parts if len(part) >= MOST_SPANS]
    if len(placed) < 2:
        return _each_once([whole, *placed])
    near: set[Hit] = set()
    latest: dict[int, Hit] = {}
    count = len(placed)
    for hit, number in sorted([(hit, number) for number, part in enumerate(placed) for hit in part]):
        latest[number] = hit
        if len(latest) == count:
            first = min(latest.values(), key=_end)
            # There are no more words than letters: most need not be counted.
            if hit[0] - first[1] <= within or _words_between(first, hit, text) <= within:
                near.update(latest.values())
    return _each_once([whole, [*near]]) if near else None


_end = itemgetter(1)


def _words_between(first: Hit, last: Hit, text: Folded) -> int:
    _, end, is_disguised = first
    start, _, is_other_disguised = last
    if start <= end:
        return 0
    words = max(0, text.blanks(end, start) - 1)
    if words and (is_disguised or is_other_disguised):
        # What stands between may be letters set apart.
        words = min(words, (start - end - words) // _LETTERS_OF_WORD)
    return words


_LETTERS_OF_WORD = 4

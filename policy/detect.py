"""Which detectors fire on what was found in a message."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from heapq import merge
from itertools import product
from typing import NamedTuple

from policy.hits import MOST_SPANS, Hit, Hits
from policy.message import ChannelKind, Role
from policy.rule import Detector, GroupId, Rule, Status
from policy.sweep import Chances
from policy.unmask import DISGUISED
from policy.verdict import RuleId


@dataclass(frozen=True, slots=True)
class Fired:
    """A detector that fired, with the hits that made it fire."""

    detector: Detector
    hits: tuple[Hit, ...]


class Candidate(NamedTuple):
    """A detector that may fire in one kind of place. `number` is its place among all detectors.

    `needed`, `wanted` and `unwanted` are those of its `every`, `any` and `unless` that are known before all groups are
    looked up; `wanted` is empty where some of `any` are not.
    """

    number: int
    rule: RuleId
    detector: Detector
    every: frozenset[GroupId]
    any: frozenset[GroupId]
    groups: frozenset[GroupId]
    needed: frozenset[GroupId]
    wanted: frozenset[GroupId]
    unwanted: frozenset[GroupId]

    def may_fire(self, found: Hits, hidden: Set[GroupId]) -> bool:
        """Whether nothing that is known by now speaks against it."""
        return (
            found.keys() >= self.needed
            and not (self.wanted and self.wanted.isdisjoint(found))
            and (not self.unwanted or hidden >= self.unwanted & found.keys())
        )


_Place = tuple[Role, ChannelKind]


@dataclass(frozen=True, slots=True)
class DetectorIndex:
    """Which detectors may fire for whom and where once a group is there. One that none starts from costs nothing."""

    by_place: Mapping[_Place, Mapping[GroupId, tuple[Candidate, ...]]]
    alone: frozenset[GroupId]
    """Groups that make some detector fire by themselves."""

    def starting_from(self, found: Hits, hidden: Set[GroupId], author: Role, channel: ChannelKind) -> list[Candidate]:
        """Every detector that starts from one of the groups and may fire, once each, in the order of the rules.

        `found` are at least those groups that are looked for first, and all signals; `hidden` ones excuse nothing.
        """
        by_group = self.by_place[author, channel]
        candidates = {
            candidate.number: candidate
            for group in found
            for candidate in by_group.get(group, ())
            if candidate.may_fire(found, hidden)
        }
        return [candidates[number] for number in sorted(candidates)] if candidates else []


def starts_of(rules: Iterable[Rule], chances: Chances) -> frozenset[GroupId]:
    """The groups that some detector starts from."""
    return frozenset(group for rule in rules for detector in rule.detectors for group in _starts(detector, chances))


def _starts(detector: Detector, chances: Chances) -> tuple[GroupId, ...]:
    """The group that it needs and that is met least often; or else any of those of which it needs one."""
    if not detector.every:
        return detector.any
    return (min(detector.every, key=lambda group: chances.get(group, 1.0 if group == DISGUISED else 0.0)),)


def index_of(rules: Iterable[Rule], chances: Chances, first: Collection[GroupId]) -> DetectorIndex:
    """The index over all rules that work. `first` are the groups that are looked for first; signals are known, too."""
    by_place: dict[_Place, dict[GroupId, list[Candidate]]] = {
        place: defaultdict(list) for place in product(Role, ChannelKind)
    }
    working = [
        (rule.id, detector) for rule in rules if rule.status is not Status.RETIRED for detector in rule.detectors
    ]
    for number, (rule, detector) in enumerate(working):
        candidate = _candidate(number, rule, detector, first)
        for place in product(detector.authors or Role, detector.channels or ChannelKind):
            for group in _starts(detector, chances):
                by_place[place][group].append(candidate)
    return DetectorIndex(
        {place: {group: tuple(found) for group, found in groups.items()} for place, groups in by_place.items()},
        alone=frozenset(group for _, detector in working for group in _alone(detector)),
    )


def _alone(detector: Detector) -> tuple[GroupId, ...]:
    if len(detector.every) + bool(detector.any) > 1 or detector.before:
        return ()
    return detector.every or detector.any


def _candidate(number: int, rule: RuleId, detector: Detector, first: Collection[GroupId]) -> Candidate:
    def known(groups: Iterable[GroupId]) -> frozenset[GroupId]:
        return frozenset(group for group in groups if group in first or (group.startswith("@") and group != DISGUISED))

    wanted = known(detector.any)
    return Candidate(
        number=number,
        rule=rule,
        detector=detector,
        every=frozenset(detector.every),
        any=frozenset(detector.any),
        groups=frozenset((*detector.every, *detector.any, *detector.unless)),
        needed=known(detector.every),
        wanted=wanted if len(wanted) == len(set(detector.any)) else frozenset(),
        unwanted=known(detector.unless),
    )


def possible(candidates: Iterable[Candidate], groups: Set[GroupId]) -> list[Candidate]:
    """Those that may fire where at most these groups are in the message."""
    return [
        candidate
        for candidate in candidates
        if groups >= candidate.every and not (candidate.any and groups.isdisjoint(candidate.any))
    ]


def fired(
    candidates: Iterable[Candidate],
    hits: Hits,
    hidden: Set[GroupId],
    plain: str,
    said_before: Callable[[], frozenset[GroupId]],
) -> dict[RuleId, list[Fired]]:
    """The detectors that fire, by rule. `hidden` groups excuse nothing; `said_before` is asked where it matters."""
    found: dict[RuleId, list[Fired]] = {}
    for candidate in candidates:
        detector = candidate.detector
        if not _has_groups(detector, hits):
            continue
        together = _together(detector, hits, plain)
        if together is None or _is_excused(detector, together, hits, hidden, plain):
            continue
        if detector.before and not said_before().issuperset(detector.before):
            continue
        found.setdefault(candidate.rule, []).append(Fired(detector, together))
    return found


def score_of(fires: Iterable[Fired]) -> float:
    """All detectors of a rule together: each takes away its share of the doubt."""
    doubt = 1.0
    for fire in fires:
        doubt *= 1.0 - fire.detector.score
    return round(1.0 - doubt, 4)


def _has_groups(detector: Detector, hits: Hits) -> bool:
    return all(group in hits for group in detector.every) and (
        not detector.any or any(group in hits for group in detector.any)
    )


LONG = 400
"""In a text of more letters, what excuses a detector has to stand near what it found."""
NEAR_WORDS = 15


def _is_excused(detector: Detector, together: tuple[Hit, ...], hits: Hits, hidden: Set[GroupId], plain: str) -> bool:
    """Whether one of the `unless` groups is there; in a long text, within some words of what was found."""
    excuses = [group for group in detector.unless if group in hits and group not in hidden]
    if not excuses or len(plain) < LONG or any(hit.start == hit.end for hit in together):
        return bool(excuses)
    first, last = together[0], max(together, key=lambda hit: hit.end)
    return any(
        _words_between(hit, first, plain) <= NEAR_WORDS and _words_between(last, hit, plain) <= NEAR_WORDS
        for group in excuses
        for hit in hits[group]
    )


def _together(detector: Detector, hits: Hits, plain: str) -> tuple[Hit, ...] | None:
    """The hits that count, or None where they do not stand near enough to each other."""
    parts = [hits[group] for group in detector.every]
    if detector.any:
        parts.append([hit for group in detector.any for hit in hits.get(group, ())])
    if detector.within is not None and len(parts) > 1:
        return _near(parts, detector.within, plain)
    return tuple(sorted({hit for part in parts for hit in part}))


def _near(parts: list[list[Hit]], within: int, plain: str) -> tuple[Hit, ...] | None:
    """The hits of all stretches that hold one of each part with at most so many words between the outermost.

    A part that is repeated without end, or that is about the message as a whole, is near everything.
    """
    whole = [hit for part in parts for hit in part if hit.start == hit.end]
    placed = [
        sorted(part) for part in parts if len(part) < MOST_SPANS and not any(hit.start == hit.end for hit in part)
    ]
    if len(placed) < len(parts):
        whole += [part[0] for part in parts if len(part) >= MOST_SPANS]
    if len(placed) < 2:
        return tuple(sorted({*whole, *(hit for part in placed for hit in part)}))
    near: set[Hit] = set()
    latest: dict[int, Hit] = {}
    for hit, number in merge(*([(hit, number) for hit in part] for number, part in enumerate(placed))):
        latest[number] = hit
        if len(latest) == len(placed):
            first = min(latest.values(), key=lambda seen: seen.end)
            if _words_between(first, hit, plain) <= within:
                near.update(latest.values())
    return tuple(sorted({*whole, *near})) if near else None


def _words_between(first: Hit, last: Hit, plain: str) -> int:
    if last.start <= first.end:
        return 0
    words = max(0, plain.count(" ", first.end, last.start) - 1)
    if words and (first.is_disguised or last.is_disguised):
        # What stands between may be letters set apart.
        words = min(words, (last.start - first.end - words) // _LETTERS_OF_WORD)
    return words


_LETTERS_OF_WORD = 4

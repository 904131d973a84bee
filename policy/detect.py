"""Which detectors fire on what was found in a message."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from heapq import merge

from policy.message import Context, Message
from policy.rule import Detector, GroupId, Rule, Status
from policy.sweep import MOST_SPANS, Hit, Hits
from policy.verdict import RuleId


@dataclass(frozen=True, slots=True)
class Fired:
    """A detector that fired, with the hits that made it fire."""

    detector: Detector
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class DetectorIndex:
    """Which detectors may fire once a group is there. A group that no detector starts from costs nothing."""

    by_group: Mapping[GroupId, tuple[tuple[RuleId, Detector], ...]]

    def starting_from(self, hits: Hits) -> list[tuple[RuleId, Detector]]:
        """Every detector that starts from one of the groups found, once each."""
        found: dict[tuple[RuleId, str], tuple[RuleId, Detector]] = {}
        for group in hits:
            for pair in self.by_group.get(group, ()):
                found[pair[0], pair[1].id] = pair
        return list(found.values())


def index_of(rules: Iterable[Rule], sizes: Mapping[GroupId, int]) -> DetectorIndex:
    """The index over all rules that work. Each detector starts from the smallest group that it needs."""
    by_group: dict[GroupId, list[tuple[RuleId, Detector]]] = defaultdict(list)
    for rule in rules:
        if rule.status is Status.RETIRED:
            continue
        for detector in rule.detectors:
            starts = [min(detector.every, key=lambda group: sizes.get(group, 0))] if detector.every else detector.any
            for group in starts:
                by_group[group].append((rule.id, detector))
    return DetectorIndex({group: tuple(pairs) for group, pairs in by_group.items()})


def fired(
    candidates: Iterable[tuple[RuleId, Detector]],
    hits: Hits,
    message: Message,
    context: Context,
    plain: str,
    said_before: Callable[[], frozenset[GroupId]],
) -> dict[RuleId, list[Fired]]:
    """The detectors that fire, by rule. `said_before` is asked only where a detector depends on it."""
    found: dict[RuleId, list[Fired]] = {}
    for rule, detector in candidates:
        if not _applies(detector, hits, message, context):
            continue
        together = _together(detector, hits, plain)
        if together is None or (detector.before and not said_before().issuperset(detector.before)):
            continue
        found.setdefault(rule, []).append(Fired(detector, together))
    return found


def score_of(fires: Iterable[Fired]) -> float:
    """All detectors of a rule together: each takes away its share of the doubt."""
    doubt = 1.0
    for fire in fires:
        doubt *= 1.0 - fire.detector.score
    return round(1.0 - doubt, 4)


def _applies(detector: Detector, hits: Hits, message: Message, context: Context) -> bool:
    return (
        (not detector.authors or message.author in detector.authors)
        and (not detector.channels or context.channel in detector.channels)
        and all(group in hits for group in detector.every)
        and (not detector.any or any(group in hits for group in detector.any))
        and not any(group in hits for group in detector.unless)
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
    return max(0, plain.count(" ", first.end, last.start) - 1) if last.start > first.end else 0

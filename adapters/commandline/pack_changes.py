"""What changes when one pack takes another's place: which messages are newly flagged, and which are let go."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from adapters.commandline.samples import Sample
from policy import judge
from policy.fold import fold
from policy.pack import Pack
from policy.unless import Unless
from policy.verdict import RuleId, Severity, Verdict


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that finds something in a message by one of the two packs alone."""

    rule: RuleId
    sample: Sample
    is_new: bool

    @property
    def is_right(self) -> bool | None:
        """Whether the message's label or case wants it so; None where it has none."""
        return self.sample.is_right(self.rule, is_found=self.is_new)


@dataclass(slots=True)
class Comparison:
    """The same messages judged by both packs. Only what would alert counts, as in the live bot. `is_whole` where each
    was judged; else those of which both packs must say the same were passed over, and `before` and `after` lack them.
    """

    judged: int = 0
    is_whole: bool = True
    before: Counter[RuleId] = field(default_factory=Counter)
    after: Counter[RuleId] = field(default_factory=Counter)
    graver: Counter[RuleId] = field(default_factory=Counter)
    milder: Counter[RuleId] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)

    @property
    def new(self) -> list[Change]:
        return [change for change in self.changes if change.is_new]

    @property
    def gone(self) -> list[Change]:
        return [change for change in self.changes if not change.is_new]

    @property
    def is_same(self) -> bool:
        return not (self.changes or self.graver or self.milder)

    def add(self, sample: Sample, before: Verdict, after: Verdict) -> None:
        """Counts one message."""
        was, now = _alerting(before), _alerting(after)
        self.judged += 1
        self.before.update(was.keys())
        self.after.update(now.keys())
        self.changes += [Change(rule, sample, is_new=True) for rule in now if rule not in was]
        self.changes += [Change(rule, sample, is_new=False) for rule in was if rule not in now]
        self.graver.update(rule for rule in was.keys() & now.keys() if now[rule] > was[rule])
        self.milder.update(rule for rule in was.keys() & now.keys() if now[rule] < was[rule])


def compared(samples: Iterable[Sample], before: Pack, after: Pack) -> Comparison:
    """Every message by both packs; where they differ in nothing but phrases, those messages that have one of these."""
    phrases = _phrases_apart(before, after)
    comparison = Comparison(is_whole=phrases is None)
    for sample in samples:
        if phrases is not None and not _stands_in(phrases, sample):
            comparison.judged += 1
            continue
        verdicts = (judge(sample.message, sample.context, pack) for pack in (before, after))
        comparison.add(sample, *verdicts)
    return comparison


def _phrases_apart(before: Pack, after: Pack) -> tuple[Unless, ...] | None:
    """By what only one of the packs leaves messages alone; None where more than that may change a verdict."""
    if any(getattr(before, name) != getattr(after, name) for name in ("rules", "links", "district", "model")):
        return None
    both = [(before.unless.get(rule), after.unless.get(rule)) for rule in before.unless.keys() | after.unless.keys()]
    return tuple(each for was, now in both if not _is_same(was, now) for each in (was, now) if each)


def _is_same(was: Unless | None, now: Unless | None) -> bool:
    return was is not None and now is not None and (was.phrases, was.even_urgent) == (now.phrases, now.even_urgent)


def _stands_in(phrases: Iterable[Unless], sample: Sample) -> bool:
    """Whether one of the phrases may be in what is judged. A sentence may begin in the message before."""
    message, before = sample.message, sample.context.before[-1:]
    texts = [fold(text) for text in (message.text, *(f"{said.text} {message.text}" for said in before))]
    return bool(message.attachments) or any(each.found(text) for each in phrases for text in texts)


def altered(before: Pack, after: Pack) -> Iterator[str]:
    """What the packs say differently, a line for each rule or field."""
    for rule in sorted(before.rules.keys() | after.rules.keys()):
        was, now = before.rules.get(rule), after.rules.get(rule)
        if was is None or now is None:
            yield f"{rule}: {'no clause names it any more' if now is None else 'a clause names it now'}"
            continue
        for name in ("status", "severity", "threshold"):
            old, new = _word(getattr(was, name)), _word(getattr(now, name))
            if old != new:
                yield f"{rule}: {name} {old} → {new}"
        yield from _left_alone(rule, before, after)
    if before.links != after.links:
        yield f"links: {before.links} → {after.links}"
    for name in ("hosts", "accounts", "tools"):
        old_names, new_names = set(getattr(before.district, name)), set(getattr(after.district, name))
        signs = [f"+{each}" for each in sorted(new_names - old_names)]
        signs += [f"-{each}" for each in sorted(old_names - new_names)]
        if signs:
            yield f"district {name}: {' '.join(signs)}"


def _alerting(verdict: Verdict) -> dict[RuleId, Severity]:
    return {finding.rule: finding.severity for finding in verdict.alerting}


def _left_alone(rule: RuleId, before: Pack, after: Pack) -> Iterator[str]:
    """The phrases by which a pack leaves alone what the rule finds, where they are not the same."""
    was, now = before.unless.get(rule), after.unless.get(rule)
    old, new = set(was.phrases if was else ()), set(now.phrases if now else ())
    signs = [f"+“{each}”" for each in sorted(new - old)] + [f"-“{each}”" for each in sorted(old - new)]
    if signs:
        yield f"{rule}: left alone {' '.join(signs)}"
    if now is not None and new - old and not now.even_urgent and after.rules[rule].severity is Severity.URGENT:
        yield f"{rule}: what it finds urgent is flagged all the same (only “even_urgent: why” leaves that alone, too)"
    if (was.even_urgent if was else None) != (now.even_urgent if now else None):
        yield f"{rule}: even what is urgent is {'left alone' if now and now.even_urgent else 'no more left alone'} so"


def _word(value: object) -> str:
    return value.word if isinstance(value, Severity) else str(value)

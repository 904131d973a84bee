"""What changes when one pack takes another's place: which messages are newly flagged, and which are let go."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from adapters.commandline.samples import Sample
from policy import judge
from policy.pack import Pack
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
    """The same messages judged by both packs. Only what would alert counts, as in the live bot."""

    judged: int = 0
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
    """Every message by both packs."""
    comparison = Comparison()
    for sample in samples:
        verdicts = (judge(sample.message, sample.context, pack) for pack in (before, after))
        comparison.add(sample, *verdicts)
    return comparison


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
    if (was.even_urgent if was else None) != (now.even_urgent if now else None):
        yield f"{rule}: even what is urgent is {'left alone' if now and now.even_urgent else 'no more left alone'} so"


def _word(value: object) -> str:
    return value.word if isinstance(value, Severity) else str(value)

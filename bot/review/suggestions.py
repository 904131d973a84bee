"""What reviewers' decisions suggest: an exception for a channel, another threshold, a rule on trial, a case to leave
alone. Nothing here changes anything: people do (`bot/review/tuning.py`)."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import BrokenSeal
from bot.events import Content
from bot.ids import ChannelRef
from bot.judging.casebook import content_in, findings_in
from bot.judging.verdicts import as_message
from bot.language import plain
from bot.ports import Keys, Transaction
from bot.records.incidents import Incident, IncidentState, Origin
from bot.records.registry import role_in
from policy.message import AllowanceKind, Context
from policy.model.suspecting import DETECTOR as MODEL
from policy.pack import Pack
from policy.reading import read
from policy.rule import Rule, Status
from policy.verdict import Finding, PackId, RuleId, Severity
from policy.words import Lang, Text

MOST_DECIDED = 500
"""So many of the newest decided incidents are looked at."""
LEAST_ALIKE = 3
"""So many dismissals of one kind suggest something."""
LEAST_FOR_TRIAL = 10
GOOD_ENOUGH, TOO_BAD = 0.7, 0.3
"""A rule of which so many alerts were confirmed is left as it is; one with less than the other may go on trial."""
OF = Text(en="{confirmed} of {decided} alerts confirmed", es="{confirmed} de {decided} alertas confirmadas")
_NEVER_ALLOWED = frozenset({"shortener", "invite", "payment"})

PackOf = Callable[[PackId], Pack | None]


class Kind(StrEnum):
    """What is suggested."""

    EXCEPTION = "exception"
    THRESHOLD = "threshold"
    TRIAL = "trial"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Tally:
    """How reviewers decided about one rule's alerts. An incident counts for each rule that it names."""

    confirmed: int = 0
    dismissed: int = 0

    @property
    def decided(self) -> int:
        return self.confirmed + self.dismissed

    @property
    def precision(self) -> float:
        return self.confirmed / self.decided if self.decided else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One thing to accept or leave. `value` is what is allowed (with `channel` and `allowance`), the threshold, or how
    many dismissals ask for a case; `incidents` are those that were dismissed, newest first."""

    kind: Kind
    pack: PackId
    rule: RuleId
    value: str = ""
    tally: Tally
    incidents: tuple[Incident, ...] = ()
    channel: ChannelRef | None = None
    allowance: AllowanceKind | None = None

    @property
    def id(self) -> str:
        """The same for the same suggestion, whoever asks and however often."""
        return f"{self.kind}|{self.pack}|{self.rule}|{self.value}"


@dataclass(frozen=True, slots=True)
class Decided:
    """A decided incident, with as much of its evidence as its key opens."""

    incident: Incident
    findings: Mapping[RuleId, Finding]
    content: Content | None

    @property
    def is_dismissed(self) -> bool:
        return self.incident.state is IncidentState.DISMISSED


def in_words(tally: Tally, lang: Lang) -> str:
    """How reviewers decided: `7 of 9 alerts confirmed`."""
    return OF(lang, confirmed=tally.confirmed, decided=tally.decided)


def tallies(tx: Transaction) -> dict[RuleId, Tally]:
    """How reviewers decided about each rule, most decided first. What joined another alert counts with that one."""
    counts: dict[RuleId, Counter[bool]] = defaultdict(Counter)
    for incident in _decided(tx):
        for rule in incident.rules:
            counts[rule][incident.state is IncidentState.CONFIRMED] += 1
    found = {rule: Tally(count[True], count[False]) for rule, count in counts.items()}
    return dict(sorted(found.items(), key=lambda pair: (-pair[1].decided, pair[0])))


def suggested(tx: Transaction, keys: Keys, pack_of: PackOf) -> tuple[Suggestion, ...]:
    """All that the newest decisions suggest, those with most dismissals first. What is urgent is never made weaker."""
    by_pack: dict[PackId, list[Decided]] = defaultdict(list)
    for incident in _decided(tx):
        by_pack[incident.pack].append(opened(tx, keys, incident))
    found: list[Suggestion] = []
    for name, decided in by_pack.items():
        pack = pack_of(name)
        if pack is not None:
            found += _exceptions(tx, pack, decided)
            for rule in pack.rules.values():
                if rule.severity < Severity.URGENT and rule.status is Status.ACTIVE:
                    found += _of_rule(pack, rule, [each for each in decided if rule.id in each.incident.rules])
    return tuple(sorted(found, key=lambda each: (-each.tally.dismissed, each.id)))


def opened(tx: Transaction, keys: Keys, incident: Incident) -> Decided:
    """The incident with its findings and words, as far as they are kept and these keys open them."""
    findings: dict[RuleId, Finding] = {}
    content: Content | None = None
    key = tx.incidents.wrapped_key(incident.id)
    for evidence in tx.incidents.evidence(incident.id) if key else ():
        try:
            words = json.loads(keys.open_with(key or b"", evidence.sealed))
        except BrokenSeal:
            break
        findings |= {finding.rule: finding for finding in findings_in(words)}
        content = content_in(words) or content
    return Decided(incident, findings, content)


def _decided(tx: Transaction) -> Iterable[Incident]:
    newest = tx.incidents.newest(states=(IncidentState.CONFIRMED, IncidentState.DISMISSED), limit=MOST_DECIDED)
    return [each for each in newest if each.origin is Origin.RULE and each.folded_into is None]


def _of_rule(pack: Pack, rule: Rule, decided: Sequence[Decided]) -> Iterator[Suggestion]:
    dismissed = [each for each in decided if each.is_dismissed]
    tally = Tally(len(decided) - len(dismissed), len(dismissed))
    if tally.dismissed < LEAST_ALIKE or tally.precision >= GOOD_ENOUGH:
        return
    incidents = tuple(each.incident for each in dismissed)
    threshold = _threshold(rule, decided)
    if threshold is not None:
        value = f"{threshold:.2f}"
        yield Suggestion(kind=Kind.THRESHOLD, pack=pack.id, rule=rule.id, value=value, tally=tally, incidents=incidents)
    elif tally.decided >= LEAST_FOR_TRIAL and tally.precision < TOO_BAD:
        yield Suggestion(kind=Kind.TRIAL, pack=pack.id, rule=rule.id, tally=tally, incidents=incidents)
    # Named for how many there were, so that it comes back when as many more were dismissed.
    value = str(tally.dismissed - tally.dismissed % LEAST_ALIKE)
    yield Suggestion(kind=Kind.CASE, pack=pack.id, rule=rule.id, value=value, tally=tally, incidents=incidents)


def _threshold(rule: Rule, decided: Sequence[Decided]) -> float | None:
    """The highest threshold that keeps every confirmed alert, where it lets go of most of those dismissed. What the
    trained model found is not held against the rule's threshold, so it says nothing here."""
    scores: dict[bool, list[float]] = {True: [], False: []}
    for each in decided:
        finding = each.findings.get(rule.id)
        if finding is not None and finding.detector != MODEL:
            scores[each.is_dismissed].append(finding.score)
    kept, gone = scores[False], scores[True]
    if not kept or len(gone) < LEAST_ALIKE:
        return None
    threshold = math.floor(min(kept) * 100) / 100
    let_go = sum(score < threshold for score in gone)
    return threshold if threshold > rule.threshold and 2 * let_go > len(gone) and let_go >= LEAST_ALIKE else None


def _exceptions(tx: Transaction, pack: Pack, decided: Sequence[Decided]) -> Iterator[Suggestion]:
    """The same site or account dismissed several times in one channel, and never confirmed there."""
    seen: dict[tuple[ChannelRef, AllowanceKind, str], list[Decided]] = defaultdict(list)
    for each in decided:
        for kind, value in _places(tx, pack, each):
            seen[each.incident.message.channel_ref, kind, value].append(each)
    for (place, kind, value), own in seen.items():
        dismissed = [each.incident for each in own if each.is_dismissed]
        if len(dismissed) < LEAST_ALIKE or len(dismissed) < len(own) or _is_asked_for(tx, place, kind, value):
            continue
        yield Suggestion(
            kind=Kind.EXCEPTION,
            pack=pack.id,
            rule=dismissed[0].rules[0],
            value=value,
            tally=Tally(0, len(dismissed)),
            incidents=tuple(dismissed),
            channel=place,
            allowance=kind,
        )


def _places(tx: Transaction, pack: Pack, decided: Decided) -> set[tuple[AllowanceKind, str]]:
    """What a channel could be allowed of the message's links: a whole site, or of social media one account."""
    channel = tx.registry.channel(decided.incident.message.channel_ref)
    if decided.content is None or channel is None:
        return set()
    author = tx.registry.person(decided.incident.message.person(decided.incident.author))
    message = as_message(decided.content, role_in(channel, author))
    found: set[tuple[AllowanceKind, str]] = set()
    for link in read(message, Context(channel.kind, channel.name), pack).links:
        kinds = pack.hosts.kinds_of(link.place)
        if link.is_mislabelled or pack.sponsored.has(link.place) or kinds & _NEVER_ALLOWED:
            continue
        account = link.place.path.split("/")[0].split("?")[0]
        if "social" not in kinds:
            found.add((AllowanceKind.HOST, link.place.host))
        elif account:
            found.add((AllowanceKind.ACCOUNT, f"{link.place.host}/{account}"))
    return found


def _is_asked_for(tx: Transaction, place: ChannelRef, kind: AllowanceKind, value: str) -> bool:
    return any(
        each.kind is kind and plain(each.value) == plain(value)
        for each in tx.registry.exceptions(place)
        if each.decided_at is None or each.is_declined or each.is_in_force(tx.now)
    )

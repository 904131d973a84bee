"""The judge: a message and a pack in, a verdict with reasons out."""

from collections.abc import Iterator, Mapping
from functools import partial

from policy import detect, exemptions
from policy.detect import Candidate, Fired
from policy.flood import MOST_PARTS
from policy.going_on import found_together, of_the_last
from policy.groups import bits_of
from policy.hits import Hit
from policy.message import Context, Message
from policy.model.opinion import Opinion
from policy.model.suspecting import doubted, lessened, suspected
from policy.pack import Pack
from policy.reading import Reading, read, was_said
from policy.rule import Rule, Status
from policy.unless import EXEMPTION as LEFT_ALONE
from policy.verdict import Exempted, Finding, RuleId, Severity, Span, Verdict
from policy.wording import reason_of

MOST_MARKS = 200
"""So many stretches of one message are marked for one rule."""


def judge(message: Message, context: Context, pack: Pack) -> Verdict:
    """All findings of the message under the pack, gravest first, and what was excused.

    Pure: the same three always give the same verdict, whatever else was judged before. Takes any text of any length.
    """
    reading = read(message, context, pack)
    findings: dict[RuleId, Finding] = {}
    exempted: dict[RuleId, Exempted] = {}

    def weigh(finding: Finding) -> None:
        excuse = exemptions.excuse(pack.rules[finding.rule].exemptions, finding, reading, message, context, pack)
        if excuse is None:
            findings[finding.rule] = finding
        else:
            exempted[finding.rule] = excuse

    for finding in _by_rules(reading, context, pack):
        weigh(finding)
    if not findings and context.before:
        for finding in _going_on(message, context, pack):
            findings.setdefault(finding.rule, finding)
    if pack.model is not None:
        opinion = pack.model.opinion(message, context, {rule: finding.score for rule, finding in findings.items()})
        _heed(opinion, findings, exempted, reading)
        for suspicion in opinion.suspicions:
            suspect = None if suspicion.rule in findings else suspected(suspicion, reading, pack)
            if suspect is not None and not _is_settled(suspect, exempted):
                weigh(suspect)
    if not (findings or exempted):
        return pack.clean
    return Verdict(
        pack.id,
        pack.version,
        tuple(sorted(findings.values(), key=_gravity)),
        tuple(sorted(exempted.values(), key=_excused_gravity)),
    )


def _is_settled(suspect: Finding, exempted: Mapping[RuleId, Exempted]) -> bool:
    """Whether the rule was excused already. What a pack leaves alone says nothing of a graver suspicion."""
    excused = exempted.get(suspect.rule)
    if excused is None:
        return False
    return excused.exemption != LEFT_ALONE or suspect.severity <= excused.finding.severity


def _heed(
    opinion: Opinion, findings: dict[RuleId, Finding], exempted: dict[RuleId, Exempted], reading: Reading
) -> None:
    """What the model says against the rules' findings. What is urgent stays as it is, and so does what is buried in a
    long message, of which the model sees the whole and not the line."""
    if len(reading.text.plain) >= detect.LONG:
        return
    for rule in (opinion.doubted | opinion.unsure) & findings.keys():
        if findings[rule].severity is Severity.URGENT or _is_hidden_from_the_model(findings[rule], reading):
            continue
        if rule in opinion.doubted:
            exempted[rule] = doubted(findings.pop(rule))
        else:
            findings[rule] = lessened(findings[rule])


def _is_hidden_from_the_model(finding: Finding, reading: Reading) -> bool:
    """Whether the rule fired on what the model does not read: words in disguise, or where a link leads whose label says
    something else."""
    reading.look_up(reading.pack.index.starts)
    text = reading.message.text
    spans = [reading.typed(hit) for _, hit in reading.unmasked if hit.start < hit.end]
    spans += [
        Span(link.start, link.end) for link in reading.message.links if text[link.start : link.end] not in link.target
    ]
    return any(span.start < mark.end and mark.start < span.end for mark in finding.marks for span in spans)


def _going_on(message: Message, context: Context, pack: Pack) -> Iterator[Finding]:
    """What the message says together with the one before it."""
    for finding, reading in found_together(message, context, pack, _by_rules):
        if not _is_excused(finding, reading, context, pack):
            yield of_the_last(finding, message, len(reading.message.text) - len(message.text))


def _by_rules(reading: Reading, context: Context, pack: Pack) -> list[Finding]:
    """What the rules found, each where its detectors together reach its threshold."""
    candidates = pack.index.possible(reading.may_have(), reading.message.author, context.channel)
    if not candidates:
        return []
    if reading.swept.is_flood:
        return _by_rules_in_a_flood(candidates, reading, context, pack)
    hits = reading.look_up(detect.groups_of(candidates))
    fires = detect.fired(candidates, hits, reading.hidden, reading.text, partial(was_said, context, pack))
    weighed = (_finding(pack.rules[rule], rule_fires, reading, pack) for rule, rule_fires in fires.items())
    return [finding for finding in weighed if finding is not None]


def _by_rules_in_a_flood(candidates: list[Candidate], reading: Reading, context: Context, pack: Pack) -> list[Finding]:
    """The same of a text that is full of what the rules look for: where a part of it breaks a rule and nothing excuses
    that, the rest is only asked for something graver."""
    text, said = reading.text, partial(was_said, context, pack)
    reading.look_up(bits_of(exemptions.GROUPS, pack.sweep.bits))
    findings: dict[RuleId, Finding] = {}
    before: dict[RuleId, list[Fired]] = {}
    left, begin = candidates, 0
    for _ in range(MOST_PARTS):
        excuses = bits_of(detect.excuses_of(left), pack.sweep.bits)
        hits, begin = reading.swept.look_at_part(detect.groups_of(left), excuses, begin)
        for rule, fires in detect.fired(left, hits, reading.hidden, text, said).items():
            finding = _finding(pack.rules[rule], [*before.get(rule, ()), *fires], reading, pack)
            if finding is not None and not _is_excused(finding, reading, context, pack):
                findings[rule] = finding
                before.setdefault(rule, []).extend(fires)
        left = [each for each in left if not _is_settled_by(findings.get(each.rule), each)]
    for rule, fires in detect.fired(left, reading.look_up(detect.groups_of(left)), reading.hidden, text, said).items():
        finding = _finding(pack.rules[rule], [*before.get(rule, ()), *fires], reading, pack)
        # Where all together is excused, what a part said without an excuse still stands.
        if finding is not None and not (rule in findings and _is_excused(finding, reading, context, pack)):
            findings[rule] = finding
    return [*findings.values()]


def _is_settled_by(finding: Finding | None, candidate: Candidate) -> bool:
    return finding is not None and candidate.detector.severity <= finding.severity


def _is_excused(finding: Finding, reading: Reading, context: Context, pack: Pack) -> bool:
    names = pack.rules[finding.rule].exemptions
    return exemptions.excuse(names, finding, reading, reading.message, context, pack) is not None


def _gravity(finding: Finding) -> tuple[int, float, RuleId]:
    return -finding.severity, -finding.score, finding.rule


def _excused_gravity(exempted: Exempted) -> tuple[int, float, RuleId]:
    return _gravity(exempted.finding)


def _finding(rule: Rule, fires: list[Fired], reading: Reading, pack: Pack) -> Finding | None:
    """What the rule found, where its detectors together reach its threshold."""
    score = detect.score_of(fires)
    if score < rule.threshold:
        return None
    first, *also = pack.clauses_of(rule.id)
    if len(fires) == 1:
        main, hits = fires[0], fires[0].hits
    else:
        main, hits = max(fires, key=_weight), tuple(sorted({hit for fire in fires for hit in fire.hits}))
    marks = _marks(hits, reading)
    start, end = (marks[0].start, marks[-1].end) if marks else (0, 0)
    return Finding(
        rule=rule.id,
        clause=first.id,
        start=start,
        end=end,
        excerpt=reading.message.text[start:end],
        score=score,
        severity=main.detector.severity,
        reason=reason_of(main, reading),
        detector=main.detector.id,
        marks=marks,
        also=tuple([clause.id for clause in also]),
        is_trial=rule.status is Status.TRIAL,
    )


def _weight(fire: Fired) -> tuple[int, float]:
    return fire.detector.severity, fire.detector.score


def _marks(hits: tuple[Hit, ...], reading: Reading) -> tuple[Span, ...]:
    """The typed characters behind the hits, which are in order, without overlaps; only of the message's own text."""
    marks: list[Span] = []
    text, most, last = reading.text, len(reading.message.text), -1
    for hit_start, hit_end, _ in [hit for hit in hits if hit[0] < hit[1]][:MOST_MARKS]:
        span = text.span(hit_start, hit_end)
        start, end = span
        if end > most:
            continue
        if start > last:
            marks.append(span)
        elif end > last:
            marks[-1] = Span(marks[-1].start, end)
        last = max(last, end)
    return tuple(marks)

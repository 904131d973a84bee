"""Turns a model's opinion into findings. The rule's file stays the authority on severity, status and excuses."""

from collections.abc import Iterable
from dataclasses import replace

from policy.model.opinion import Suspicion
from policy.pack import Pack
from policy.reading import Reading
from policy.rule import Rule, Status
from policy.verdict import Exempted, Finding, Severity, Span
from policy.words import Text

DETECTOR = "model"
"""What a finding of the model names as its detector."""
DOUBTED = "model_disagrees"
"""What an excused finding names, where it was the model that excused it."""
_LONGEST = 40


def suspected(suspicion: Suspicion, reading: Reading, pack: Pack) -> Finding | None:
    """The finding, or None where the rule does not work in this pack."""
    rule = pack.rules.get(suspicion.rule)
    if rule is None or rule.status is Status.RETIRED:
        return None
    text = reading.message.text
    marks = _joined((span for span in suspicion.words if span.end <= len(text)), text)
    start, end = (marks[0].start, marks[-1].end) if marks else (0, 0)
    first, *also = pack.clauses_of(rule.id)
    return Finding(
        rule=rule.id,
        clause=first.id,
        start=start,
        end=end,
        excerpt=text[start:end],
        score=suspicion.score,
        severity=_severity(rule, suspicion),
        reason=_reason(rule, suspicion, [text[mark.start : mark.end] for mark in marks]),
        detector=DETECTOR,
        marks=marks,
        also=tuple(clause.id for clause in also),
        is_trial=rule.status is Status.TRIAL,
    )


def doubted(finding: Finding) -> Exempted:
    """The finding of a rule, excused because the model, which reads the whole message, strongly disagrees."""
    reason = Text(
        en="The trained model, which reads the whole message, sees nothing of this kind in it.",
        es="El modelo entrenado, que lee el mensaje entero, no ve nada de este tipo en él.",
    )
    return Exempted(finding, DOUBTED, reason)


def lessened(finding: Finding) -> Finding:
    """The finding of a rule where the model does not firmly agree: `high` is for what both see."""
    return replace(finding, severity=min(finding.severity, Severity.NORMAL))


def _severity(rule: Rule, suspicion: Suspicion) -> Severity:
    """The rule's; `urgent` and `high` are one step less where the model is not sure: it wakes nobody on a guess."""
    if suspicion.is_sure or rule.severity <= Severity.NORMAL:
        return rule.severity
    return Severity(rule.severity - 1)


def _joined(spans: Iterable[Span], text: str) -> tuple[Span, ...]:
    """The spans in order, neighbours with only blanks between them as one."""
    marks: list[Span] = []
    for span in sorted(spans):
        if marks and not text[marks[-1].end : span.start].strip():
            marks[-1] = Span(marks[-1].start, max(marks[-1].end, span.end))
        else:
            marks.append(span)
    return tuple(marks)


def _reason(rule: Rule, suspicion: Suspicion, words: list[str]) -> Text:
    """That it was the model, what moved it, and what the message resembles."""
    seen = [_short(word) for word in words]
    en = f"No set phrase shows it; the trained model reads this as “{rule.title.en}”"
    es = f"Ninguna frase fija lo muestra; el modelo entrenado lo lee como «{rule.title.es}»"
    if seen:
        en += f", most of all because of {', '.join(f'“{word}”' for word in seen)}"
        es += f", sobre todo por {', '.join(f'«{word}»' for word in seen)}"
    en, es = f"{en}.", f"{es}."
    if suspicion.examples:
        en += f" It resembles what was made up to teach it: {', '.join(f'“{text}”' for text in suspicion.examples)}"
        es += f" Se parece a lo inventado para enseñarle: {', '.join(f'«{text}»' for text in suspicion.examples)}"
    return Text(en=en, es=es)


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1].rstrip()}…"

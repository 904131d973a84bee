"""One message explained for a person: marked words, rules with their clauses, what was excused, the model's scores."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rich.console import Console
from rich.text import Text as Styled

from bot.wording.phrasing import KIND, ROLE, SEVERITY
from policy import judge
from policy.message import Context, Message
from policy.model.opinion import Model, Opinion
from policy.model.suspecting import DETECTOR, DOUBTED
from policy.pack import Pack
from policy.verdict import Exempted, Finding, RuleId, Span, Verdict
from policy.words import Lang, Text

CLEAN = Text(en="Nothing to flag.", es="Nada que señalar.")
FLAGGED = Text(en="Flagged by one rule. People decide.", es="Señalado por una regla. Deciden las personas.")
FLAGGED_MORE = Text(en="Flagged by {n} rules. People decide.", es="Señalado por {n} reglas. Deciden las personas.")
FLAGGED_TRIAL = Text(
    en="Nothing to flag: what was found is on trial and alerts nobody.",
    es="Nada que señalar: lo hallado está a prueba y no avisa a nadie.",
)
CLAUSE = Text(en="Clause", es="Cláusula")
ALSO = Text(en="also under", es="también")
WHY = Text(en="Why", es="Motivo")
SEEN = Text(en="Seen", es="Visto")
SCORE = Text(en="Score", es="Puntuación")
REVIEWER = Text(en="To review", es="Al revisar")
MEND = Text(en="Advice", es="Consejo")
BY_RULE = Text(en="{score}, needed {threshold}", es="{score}, hacía falta {threshold}")
BY_MODEL = Text(
    en="{score} by the trained model, needed {threshold}",
    es="{score} del modelo entrenado, hacía falta {threshold}",
)
TRIAL = Text(en="on trial: alerts nobody", es="a prueba: no avisa a nadie")
EXCUSED = Text(en="Excused", es="Excusado")
NO_MODEL = Text(
    en="The trained model was not asked: rules alone.", es="No se preguntó al modelo entrenado: solo reglas."
)
MODEL = Text(
    en="The trained model: how sure it is, and from where on that counts (a short message needs more)",
    es="El modelo entrenado: cuán seguro está y desde dónde cuenta (un mensaje corto pide más)",
)
SMALL = Text(
    en="The small model alone was asked, which sees less: `chaperone doctor` says what is missing.",
    es="Se preguntó solo al modelo pequeño, que ve menos: «chaperone doctor» dice qué falta.",
)
OTHERS = Text(en="the other {n} rules: below {least:.2f}", es="las otras {n} reglas: menos de {least:.2f}")
NONE_OF = Text(en="all {n} rules: below {least:.2f}", es="las {n} reglas: menos de {least:.2f}")
SHORT_CLEAN = Text(en="clean", es="nada que señalar")
SHORT_EXCUSED = Text(en="excused: {rule} by {by}: {reason}", es="excusado: {rule} por {by}: {reason}")
MOST_DIGITS = 6
WORTH_A_LINE = 0.05
"""What the model thinks less likely is told of all together."""
RESEMBLES = Text(en="resembles the made-up {examples}", es="se parece a los ejemplos inventados {examples}")
RESEMBLED = Text(en="“{example}”", es="«{example}»")
DOUBTS = Text(en="doubts what the rule found", es="duda de lo que halló la regla")
_INDENT = 14
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = frozenset("\u200d\ufe0f\ufe0e")
"""Part of many emoji, and no disguise there."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict with what the model said on the way to it. `opinion` is None where no model was asked."""

    message: Message
    context: Context
    pack: Pack
    verdict: Verdict
    opinion: Opinion | None


class _Overheard:
    """The pack's own model, whose opinion is kept for the explanation."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.said: Opinion | None = None

    @property
    def version(self) -> str:
        return self._model.version

    def opinion(self, message: Message, context: Context, found: Mapping[RuleId, float]) -> Opinion:
        self.said = self._model.opinion(message, context, found)
        return self.said


def explained(message: Message, context: Context, pack: Pack) -> Explanation:
    """The verdict of `policy.judge`, the same as everywhere, and what the model said meanwhile."""
    if pack.model is None:
        return Explanation(message, context, pack, judge(message, context, pack), None)
    model = _Overheard(pack.model)
    verdict = judge(message, context, replace(pack, model=model))
    return Explanation(message, context, pack, verdict, model.said)


def show(console: Console, explanation: Explanation, lang: Lang) -> None:
    """Prints it. On a terminal the words in question are underlined, elsewhere they stand in brackets."""
    is_plain = not console.is_terminal or console.is_dumb_terminal
    found = explanation.verdict.findings
    marks = merged(mark for finding in found for mark in finding.marks)
    console.print(marked(explanation.message.text, marks, with_brackets=is_plain), soft_wrap=True)
    for line in _lines(explanation, lang):
        console.print(line if is_plain else _hanging(line, console), soft_wrap=True, style=None)


def in_short(id_: object, text: str, verdict: Verdict, pack: Pack, lang: Lang) -> str:
    """One of many messages, in a few lines that no terminal would obey."""
    found, excused = verdict.findings, verdict.exempted
    lines = [f"{id_}: {', '.join(each.rule for each in found) or SHORT_CLEAN(lang)}"]
    for finding in found:
        trial = f" ({TRIAL(lang)})" if finding.is_trial else ""
        lines.append(f"  {finding.rule} · {SEVERITY[finding.severity](lang)} · {finding.score:.2f}{trial}")
        lines.append(f"    {pack.citation(finding.clause)}: {pack.clauses[finding.clause].summary(lang)}")
        lines.append(f"    {finding.reason(lang)}")
        lines.extend(f"    > {' '.join(text[mark.start : mark.end].split())}" for mark in finding.marks)
    lines += [
        f"  {SHORT_EXCUSED(lang, rule=each.finding.rule, by=each.exemption, reason=each.reason(lang))}"
        for each in excused
    ]
    return "\n".join(map(visible, lines))


def marked(text: str, marks: Sequence[Span], *, with_brackets: bool) -> Styled:
    """The text with its marks; what a terminal would not show, or would obey, is written as its code: `⟨U+200B⟩`."""
    shown, at = Styled(), 0
    for mark in marks:
        shown.append(visible(text[at : mark.start]))
        words = visible(text[mark.start : mark.end])
        shown.append(f"[{words}]" if with_brackets else words, style="bold underline")
        at = mark.end
    return shown.append(visible(text[at:]))


def visible(text: str) -> str:
    return "".join(
        f"⟨U+{ord(char):04X}⟩"
        if unicodedata.category(char) in _INVISIBLE and char not in _JOINERS and char not in "\n\t"
        else char
        for char in text
    )


def merged(marks: Iterable[Span]) -> tuple[Span, ...]:
    """The marks in order, those that overlap as one."""
    whole: list[Span] = []
    for mark in sorted(marks):
        if whole and mark.start < whole[-1].end:
            whole[-1] = Span(whole[-1].start, max(whole[-1].end, mark.end))
        else:
            whole.append(mark)
    return tuple(whole)


def _lines(explanation: Explanation, lang: Lang) -> Iterator[Styled]:
    pack, context = explanation.pack, explanation.context
    place = ": ".join(part for part in (KIND[context.channel](lang), visible(context.channel_name)) if part)
    yield Styled(f"{ROLE[explanation.message.author](lang)} · {place} · {pack.name} ({pack.cite})", style="dim")
    yield Styled()
    verdict = explanation.verdict
    count = len(verdict.alerting)
    clean = FLAGGED_TRIAL if verdict.findings else CLEAN
    yield Styled((FLAGGED if count == 1 else FLAGGED_MORE if count else clean)(lang, n=count), style="bold")
    for finding in verdict.findings:
        yield Styled()
        yield from _finding(explanation, finding, lang)
    for excused in verdict.exempted:
        yield Styled()
        yield from _excused(pack, excused, lang)
    yield Styled()
    yield from _scores(explanation, lang)


def _finding(explanation: Explanation, finding: Finding, lang: Lang) -> Iterator[Styled]:
    pack = explanation.pack
    rule = pack.rules[finding.rule]
    trial = f" · {TRIAL(lang)}" if finding.is_trial else ""
    yield Styled(f"{rule.title(lang)} ({rule.id}) · {SEVERITY[finding.severity](lang)}{trial}", style="bold")
    clause = pack.clauses[finding.clause]
    also = f" ({ALSO(lang)} {', '.join(finding.also)})" if finding.also else ""
    yield _row(CLAUSE(lang), f"{pack.citation(finding.clause)}: {clause.summary(lang)}{also}")
    yield _row(WHY(lang), finding.reason(lang))
    yield _row(SCORE(lang), _score(explanation, finding, lang))
    yield _row(REVIEWER(lang), rule.reviewer(lang))
    yield _row(MEND(lang), rule.mend(lang))


def _score(explanation: Explanation, finding: Finding, lang: Lang) -> str:
    if finding.detector == DETECTOR and explanation.opinion is not None:
        threshold = explanation.opinion.thresholds.get(finding.rule, 0.0)
        return BY_MODEL(lang, **_apart(finding.score, threshold))
    return BY_RULE(lang, **_apart(finding.score, explanation.pack.rules[finding.rule].threshold))


def _excused(pack: Pack, excused: Exempted, lang: Lang) -> Iterator[Styled]:
    finding = excused.finding
    title = f"{EXCUSED(lang)}: {pack.rules[finding.rule].title(lang)} ({finding.rule}) · {excused.exemption}"
    yield Styled(title, style="bold")
    yield _row(WHY(lang), excused.reason(lang))
    yield _row(SEEN(lang), finding.reason(lang))


def _scores(explanation: Explanation, lang: Lang) -> Iterator[Styled]:
    opinion = explanation.opinion
    if opinion is None:
        yield Styled(NO_MODEL(lang), style="dim")
        return
    yield Styled(MODEL(lang), style="bold")
    if not getattr(explanation.pack.model, "is_whole", True):
        yield Styled(f"  {SMALL(lang)}", style="dim")
    resembled = {suspicion.rule: suspicion.examples for suspicion in opinion.suspicions}
    doubted = {each.finding.rule for each in explanation.verdict.exempted if each.exemption == DOUBTED}
    ordered = sorted(opinion.scores.items(), key=lambda pair: -pair[1])
    told = [(rule, score) for rule, score in ordered if score >= WORTH_A_LINE or rule in resembled or rule in doubted]
    width = max((len(rule) for rule, _ in told), default=0)
    for rule, score in told:
        threshold = opinion.thresholds.get(rule, 0.0)
        sign = "≥" if score >= threshold else "<"
        quoted = ", ".join(RESEMBLED(lang, example=visible(example)) for example in resembled.get(rule, ()))
        note = f"  {RESEMBLES(lang, examples=quoted)}" if quoted else ""
        note += f"  {DOUBTS(lang)}" if rule in doubted else ""
        style = "bold" if score >= threshold else "dim"
        figures = _apart(score, threshold)
        yield Styled(f"  {rule:{width}} {figures['score']:>5} {sign} {figures['threshold']}{note}", style=style)
    if len(told) < len(ordered):
        rest = (OTHERS if told else NONE_OF)(lang, n=len(ordered) - len(told), least=WORTH_A_LINE)
        yield Styled(f"  {rest}", style="dim")


def _apart(score: float, threshold: float) -> dict[str, str]:
    """Both with two digits, or as many more as tell them apart from one another and the threshold from certainty."""
    digits = 2
    while digits < MOST_DIGITS and not _is_told(score, threshold, digits):
        digits += 1
    return {"score": f"{score:.{digits}f}", "threshold": f"{threshold:.{digits}f}"}


def _is_told(score: float, threshold: float, digits: int) -> bool:
    """Whether so many digits show which of the two is more, and no threshold that is merely high as 1."""
    is_apart = score == threshold or f"{score:.{digits}f}" != f"{threshold:.{digits}f}"
    return is_apart and (threshold >= 1 or round(threshold, digits) < 1)


def _row(label: str, words: str) -> Styled:
    return Styled(f"  {label + ':':<{_INDENT - 2}}").append(visible(words))


def _hanging(line: Styled, console: Console) -> Styled:
    """The line as a terminal shows it, broken between words; what goes on stands below the words of a row."""
    indent = _INDENT if line.plain.startswith("  ") else 0
    if line.cell_len <= console.width or console.width < 2 * _INDENT:
        return line
    first = line.wrap(console, console.width)[0]
    rest = line.plain[len(first) :].lstrip()
    following = line[len(line) - len(rest) :].wrap(console, console.width - indent) if rest else ()
    for part in (first, *following):
        part.rstrip()
    return Styled("\n").join([first, *(Styled(" " * indent).append_text(part) for part in following)])

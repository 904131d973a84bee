"""The report as one HTML page that needs nothing from anywhere: charts are drawn in it, no script, no network."""

from collections import Counter
from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date

from jinja2 import Environment, PackageLoader, StrictUndefined

from adapters.export.postings import Posting
from adapters.export.tally import Flagged, Line, Tally
from adapters.export.words import MONTHS, WORDS
from adapters.export.workspace import ExportedChannel, Notes
from bot.wording.phrasing import KIND, ROLE, SEVERITY
from policy.pack import Pack
from policy.verdict import RuleId, Severity, Span
from policy.words import Lang

MOST_CHANNELS = 25
MOST_NAMED = 12
"""So many channels, and so many files of each kind that could not be read, stand in the report by name."""
MOST_MONTHS = 36
"""More months than this are drawn as years."""

AROUND = 140
LONGEST_EXCERPT = 700


@dataclass(frozen=True, slots=True)
class Subject:
    """What the report is about."""

    export: str
    channels: tuple[ExportedChannel, ...]
    pack: Pack
    tally: Tally
    notes: Notes


@dataclass(frozen=True, slots=True)
class Bar:
    """One column of the chart."""

    label: str
    line: Line
    height: float


def render(subject: Subject, lang: Lang) -> str:
    """The whole page in one language."""
    environment = Environment(
        loader=PackageLoader("adapters.export", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    template = environment.get_template("report.html")
    tally, pack = subject.tally, subject.pack

    def say(word: str, **values: object) -> str:
        return WORDS[word](lang, **values)

    return template.render(
        say=say,
        lang=lang.value,
        export=subject.export,
        pack=pack,
        tally=tally,
        notes=subject.notes,
        period=tuple(_day(day, lang) for day in (tally.first, tally.last) if day),
        severities=[(severity, SEVERITY[severity](lang)) for severity in sorted(Severity, reverse=True)],
        headline=_headline(subject, lang),
        rules=[_rule_row(pack, tally, rule, lang) for rule in _gravest_rules(tally)],
        not_found=", ".join(sorted(rule.title(lang) for rule in pack.rules.values() if rule.id not in tally.rules)),
        most_of_a_rule=max(tally.rules.values(), default=1),
        channels=_channel_rows(subject, lang),
        bars=bars(tally, lang),
        is_by_year=len(tally.months_in_order()) > MOST_MONTHS,
        gravest=_cards(subject, lang),
        problems=list(_problems(subject.notes, lang)),
        count=number,
        percent=percent,
    )


def bars(tally: Tally, lang: Lang) -> list[Bar]:
    """The chart's columns, their heights from 0 to 1: months, or years where there are many months."""
    months = tally.months_in_order()
    lines = {_month(name, lang): line for name, line in months} if len(months) <= MOST_MONTHS else _by_year(months)
    highest = max((line.flagged for line in lines.values()), default=0) or 1
    return [Bar(label, line, line.flagged / highest) for label, line in lines.items()]


def marked(text: str, marks: Iterable[Span]) -> list[tuple[str, bool]]:
    """The part of a message around the words in question, in pieces that are marked or not."""
    ordered = sorted(mark for mark in marks if 0 <= mark.start < mark.end <= len(text))
    first = ordered[0].start if ordered else 0
    start = max(0, first - AROUND)
    end = min(len(text), max(start, *(mark.end for mark in ordered), 0) + AROUND if ordered else LONGEST_EXCERPT)
    end = min(end, start + LONGEST_EXCERPT)
    pieces = [("… ", False)] if start else []
    at = start
    for mark in ordered:
        if mark.end <= at or mark.start >= end:
            continue
        pieces += [(text[at : max(at, mark.start)], False), (text[max(at, mark.start) : min(mark.end, end)], True)]
        at = min(mark.end, end)
    pieces.append((text[at:end], False))
    if end < len(text):
        pieces.append((" …", False))
    return [(piece, is_mark) for piece, is_mark in pieces if piece]


def number(value: int) -> str:
    """A count as people write it: 12,345. School districts here use the same form in Spanish."""
    return f"{value:,}"


def percent(part: int, whole: int) -> str:
    """A share as people write it; never 0 % of something."""
    if not part or not whole:
        return "0%"
    share = 100 * part / whole
    return "<0.1%" if share < 0.1 else f"{share:.1f}%" if share < 10 else f"{share:.0f}%"


def _headline(subject: Subject, lang: Lang) -> list[str]:
    total = subject.tally.total
    if not total.messages:
        return [WORDS["none_read"](lang)]
    channels = _counted("channel", len(subject.tally.channels), lang)
    if not total.flagged:
        return [WORDS["nothing_found"](lang, messages=number(total.messages), channels=channels)]
    said = WORDS["found"](
        lang,
        flagged=number(total.flagged),
        messages=number(total.messages),
        channels=channels,
        percent=percent(total.flagged, total.messages),
    )
    urgent = total.severities[Severity.URGENT]
    return [said, WORDS["urgent_first"](lang, urgent=_counted("message", urgent, lang))] if urgent else [said]


def _counted(noun: str, n: int, lang: Lang) -> str:
    return WORDS[f"one_{noun}"](lang) if n == 1 else WORDS[f"many_{noun}s"](lang, n=number(n))


def _gravest_rules(tally: Tally) -> list[RuleId]:
    """Rules about people in danger first, then those that are broken most."""
    return sorted(
        tally.rules, key=lambda rule: (-tally.rule_severities[rule][Severity.URGENT], -tally.rules[rule], rule)
    )


def _rule_row(pack: Pack, tally: Tally, rule: RuleId, lang: Lang) -> dict[str, object]:
    found = pack.rules[rule]
    severities = tally.rule_severities[rule]
    return {
        "title": found.title(lang),
        "count": tally.rules[rule],
        "severity": max(severities).word,
        "severity_word": SEVERITY[max(severities)](lang),
        "clauses": [(pack.citation(clause.id), clause.summary(lang)) for clause in pack.clauses_of(rule)],
    }


def _channel_rows(subject: Subject, lang: Lang) -> dict[str, object]:
    """The channels with findings, the most flagged first, and how many more there are of each sort."""
    kinds = {channel.name: channel.kind for channel in subject.channels}
    flagged = sorted(
        ((name, line) for name, line in subject.tally.channels.items() if line.flagged),
        key=lambda entry: (-entry[1].severities[Severity.URGENT], -entry[1].flagged, entry[0]),
    )
    shown = flagged[:MOST_CHANNELS]
    return {
        "rows": [
            {
                "name": name,
                "kind": KIND[kinds[name]](lang),
                "line": line,
                "often": ", ".join(subject.pack.rules[rule].title(lang) for rule, _ in line.rules.most_common(2)),
            }
            for name, line in shown
        ],
        "most": max((line.flagged for _, line in shown), default=1),
        "more": len(flagged) - len(shown),
        "more_flagged": sum(line.flagged for _, line in flagged[MOST_CHANNELS:]),
        "quiet": len(subject.tally.channels) - len(flagged),
    }


def _by_year(months: list[tuple[str, Line]]) -> dict[str, Line]:
    years: dict[str, Line] = {}
    for name, line in months:
        year = years.setdefault(name[:4], Line())
        year.messages += line.messages
        year.flagged += line.flagged
    return years


def _month(name: str, lang: Lang) -> str:
    year, month = name.split("-")
    return f"{MONTHS(lang).split()[int(month) - 1]} {year}"


def _cards(subject: Subject, lang: Lang) -> list[dict[str, object]]:
    explained: set[RuleId] = set()
    cards = []
    for flagged in subject.tally.gravest():
        cards.append(_card(subject, flagged, explained, lang))
        explained |= {finding.rule for finding in flagged.findings}
    return cards


def _card(subject: Subject, flagged: Flagged, explained: Set[RuleId], lang: Lang) -> dict[str, object]:
    posting, pack = flagged.posting, subject.pack
    marks = [mark for finding in flagged.findings for mark in finding.marks]
    return {
        "severity": flagged.severity.word,
        "severity_word": SEVERITY[flagged.severity](lang),
        "posting": posting,
        "role": ROLE[posting.role](lang),
        "time": _time(subject.tally, posting, lang),
        "pieces": marked(posting.content.text, marks),
        "findings": [
            {
                "title": pack.rules[finding.rule].title(lang),
                "citation": pack.citation(finding.clause),
                "clause": pack.clauses[finding.clause].summary(lang),
                "reason": finding.reason(lang),
                "reviewer": "" if finding.rule in explained else pack.rules[finding.rule].reviewer(lang),
            }
            for finding in flagged.findings
        ],
    }


def _time(tally: Tally, posting: Posting, lang: Lang) -> str:
    at = tally.time_of(posting)
    if at is None:
        return WORDS["no_time"](lang)
    return f"{_day(at, lang)}, {at:%H:%M}"


def _day(day: date, lang: Lang) -> str:
    month = MONTHS(lang).split()[day.month - 1]
    return f"{day.day} {month} {day.year}" if lang is Lang.ES else f"{month} {day.day}, {day.year}"


def _problems(notes: Notes, lang: Lang) -> Iterable[tuple[str, list[str]]]:
    """What could not be read, each with the files' names."""

    def named(names: list[str]) -> list[str]:
        rest = len(names) - MOST_NAMED
        return [*names[:MOST_NAMED], WORDS["and_more"](lang, n=number(rest))] if rest > 0 else names

    if notes.unchecked:
        yield WORDS["unchecked"](lang, n=number(notes.unchecked.total())), named(_files(notes.unchecked))
    if notes.broken:
        why = [f"{file}: {reason}" for file, reason in notes.broken.items()]
        yield WORDS["broken_files"](lang, n=number(len(why))), named(why)
    if notes.odd:
        yield WORDS["odd_rows"](lang, n=number(notes.odd.total())), named(_files(notes.odd))
    if notes.unsafe:
        yield WORDS["unsafe"](lang, n=number(len(notes.unsafe))), named(notes.unsafe)
    if notes.unlisted:
        yield WORDS["unlisted"](lang, names=", ".join(f"#{name}" for name in named(notes.unlisted))), []
    if notes.direct_folders:
        yield WORDS["direct"](lang, n=number(notes.direct_folders)), []


def _files(counted: Counter[str]) -> list[str]:
    return [f"{file} ({rows})" for file, rows in counted.most_common()]

"""`chaperone packs suggestions`: how reviewers decided about each rule, what that suggests, and what people accepted,
as lines for the district's own pack."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from adapters.commandline.database import existing_store
from adapters.commandline.samples import known_keys
from adapters.settings import Settings
from bot.core import Shelf
from bot.errors import BrokenSeal
from bot.ids import IncidentId
from bot.ports import Keys, Transaction
from bot.records.journal import Row
from bot.review.suggestions import Kind, Suggestion, Tally, suggested, tallies
from bot.review.tuning import ACCEPTED, CASE, answered_now
from bot.wording.forms import filled
from policy import judge
from policy.message import ChannelKind, Context, Message, Role
from policy.pack import Pack
from policy.rule import Rule, Status
from policy.unless import Unless
from policy.verdict import PackId, RuleId
from policy.words import Text

REVIEWED = Text(
    en="Reviewers dismissed {dismissed} of {decided} alerts until {day}.",
    es="Se descartaron {dismissed} de {decided} alertas hasta el {day}.",
)


@dataclass(slots=True)
class RuleLines:
    """What people accepted about one rule: changes, examples to leave alone, and phrases by which to."""

    changes: dict[str, Any] = field(default_factory=dict)
    ignore: list[dict[str, str]] = field(default_factory=list)
    unless: list[str] = field(default_factory=list)
    reason: Text = field(default_factory=lambda: Text("", ""))

    def as_tree(self) -> dict[str, object]:
        """As it stands under `rules:` of a pack. Examples alone need no reason."""
        tree = dict(self.changes)
        if self.unless:
            tree["unless"] = self.unless
        if tree:
            tree["reason"] = {"en": self.reason.en, "es": self.reason.es}
        if self.ignore:
            tree["cases"] = {"ignore": self.ignore}
        return tree


@dataclass(slots=True)
class PackLines:
    """What people accepted for one pack, by rule; `notes` are about examples that do not hold yet."""

    rules: dict[RuleId, RuleLines] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def of(self, rule: RuleId) -> RuleLines:
        return self.rules.setdefault(rule, RuleLines())


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that the command shows. `sealed` are accepted examples that could not be opened here."""

    tallies: dict[RuleId, Tally]
    open: tuple[Suggestion, ...]
    accepted: dict[PackId, PackLines]
    sealed: int

    def as_text(self) -> str:
        """For a person; what goes into files is YAML, the rest comments."""
        return "\n".join(_lines(self))


async def overview(settings: Settings, shelf: Shelf) -> Overview:
    """Reads the deployment's database and changes nothing. Raises NoDatabase where there is none."""
    store = await existing_store(settings)
    try:
        return await store.read(lambda tx: _overview(tx, known_keys(settings), shelf))
    finally:
        await store.close()


def _overview(tx: Transaction, keys: Keys | None, shelf: Shelf) -> Overview:
    given = answered_now(tx)
    found = suggested(tx, keys, shelf.get) if keys else ()
    accepted: dict[PackId, PackLines] = {}
    sealed = 0
    for row in given.values():
        pack = shelf.get(PackId(str(row.entry.facts["pack"])))
        rule = pack.rules.get(RuleId(str(row.entry.facts["rule"]))) if pack else None
        if row.entry.name != ACCEPTED or pack is None or rule is None:
            continue
        lines = accepted.setdefault(pack.id, PackLines())
        if row.entry.facts["kind"] != Kind.CASE:
            _add_change(lines, rule, row)
        elif not (keys and _add_case(tx, keys, lines, pack, row)):
            sealed += 1
    for name, lines in accepted.items():
        lines.rules = {rule: each for rule, each in lines.rules.items() if each.as_tree()}
        lines.notes = list(_still_flagged(shelf[name], lines))
    kept = {name: lines for name, lines in accepted.items() if lines.rules}
    return Overview(tallies(tx), tuple(each for each in found if each.id not in given), kept, sealed)


def _add_change(lines: PackLines, rule: Rule, row: Row) -> None:
    """The change that was accepted, unless the pack has it already."""
    facts = row.entry.facts
    if facts["kind"] == Kind.THRESHOLD and float(str(facts["value"])) > rule.threshold:
        lines.of(rule.id).changes["threshold"] = float(str(facts["value"]))
    elif facts["kind"] == Kind.TRIAL and rule.status is Status.ACTIVE:
        lines.of(rule.id).changes["status"] = Status.TRIAL.value
    lines.of(rule.id).reason = _reason(row)


def _reason(row: Row) -> Text:
    facts = row.entry.facts
    decided = int(facts["confirmed"] or 0) + int(facts["dismissed"] or 0)
    return filled(REVIEWED, dismissed=facts["dismissed"], decided=decided, day=f"{row.entry.at:%Y-%m-%d}")


def _add_case(tx: Transaction, keys: Keys, lines: PackLines, pack: Pack, row: Row) -> bool:
    """The invented example and its harmless words, where its incident's key is still there; what the pack has already
    is left out."""
    rule, incident = RuleId(str(row.entry.facts["rule"])), IncidentId(str(row.entry.facts.get("incident")))
    key = tx.incidents.wrapped_key(incident)
    sealed = next((each.sealed for each in tx.incidents.evidence(incident) if each.what == f"{CASE}{rule}"[:64]), None)
    if key is None or sealed is None:
        return False
    try:
        words = json.loads(keys.open_with(key, sealed))
    except BrokenSeal:
        return False
    own, there = lines.of(rule), pack.unless.get(rule)
    own.reason = _reason(row)
    if words["case"]["text"] not in {each.case.message.text for each in pack.cases if each.rule == rule}:
        own.ignore.append(words["case"])
    phrase = words.get("unless")
    if phrase and phrase not in (*(there.phrases if there else ()), *own.unless):
        # What stands there already comes along: the list takes the other's place.
        own.unless += [*(there.phrases if there and not own.unless else ()), phrase]
    if there and own.unless:
        own.reason = Text(f"{there.reason.en} {own.reason.en}", f"{there.reason.es} {own.reason.es}")
    return True


def _still_flagged(pack: Pack, lines: PackLines) -> Iterator[str]:
    """A note on each example that would be flagged although all of these lines stood in the pack."""
    rules, unless = dict(pack.rules), dict(pack.unless)
    for rule, own in lines.rules.items():
        rules[rule] = replace(rules[rule], threshold=own.changes.get("threshold", rules[rule].threshold))
        if own.unless:
            unless[rule] = Unless.of(tuple(own.unless), own.reason)
    changed = replace(pack, rules=rules, unless=unless)
    for rule, own in lines.rules.items():
        for case in own.ignore:
            message = Message(case["text"], Role(case["author"]))
            found = judge(message, Context(ChannelKind(case["channel"])), changed).findings
            if rule in {finding.rule for finding in found}:
                yield f"“{case['text']}” is still flagged by {rule}: add words of it that are harmless to its “unless”."


def _lines(overview: Overview) -> Iterator[str]:
    yield "# How reviewers decided, by rule"
    if not overview.tallies:
        yield "#   nothing is decided yet"
    for rule, tally in overview.tallies.items():
        yield f"#   {rule:18} {tally.confirmed} of {tally.decided} confirmed: precision {tally.precision:.2f}"
    if overview.open:
        yield "# Suggested, and waiting for a person (/policy suggestions):"
        yield from (f"#   {_short(each)}" for each in overview.open)
    for pack, lines in sorted(overview.accepted.items()):
        yield f"# Accepted for the pack “{pack}”"
        yield from _of_pack(pack, lines)
    if overview.sealed:
        yield f"# {overview.sealed} accepted examples cannot be opened: the master key or their incident's is not here."
    if not overview.accepted:
        yield "# Nothing that was accepted is still to be taken over."


def _of_pack(pack: PackId, lines: PackLines) -> Iterator[str]:
    yield f"# In your own pack file (one that says “extends: {pack}”, or {pack}.yml itself); then"
    yield "# `chaperone packs check FILE` shows what it changes, and `chaperone packs reload` takes it."
    yield from (f"# {note}" for note in lines.notes)
    yield _yaml({"rules": {str(rule): own.as_tree() for rule, own in sorted(lines.rules.items())}})


def _short(suggestion: Suggestion) -> str:
    tally = suggestion.tally
    value = f" {suggestion.value}" if suggestion.kind is Kind.THRESHOLD else ""
    # Which site or account it is stays with the channel's own people.
    return f"{suggestion.kind}{value}: {suggestion.rule} ({suggestion.pack}), {tally.dismissed} dismissed"


def _yaml(tree: object) -> str:
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110).rstrip()

"""`chaperone packs suggestions`: how reviewers decided about each rule, what that suggests, and what people accepted,
as lines for the district's own pack."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import yaml

from adapters.commandline.database import existing_store
from adapters.commandline.samples import known_keys
from adapters.settings import Settings
from bot.core import Shelf
from bot.errors import BrokenSeal
from bot.ids import IncidentId
from bot.journal import Row
from bot.ports import Keys, Transaction
from bot.suggestions import Kind, Suggestion, Tally, suggested, tallies
from bot.tuning import ACCEPTED, CASE, answers
from policy.pack import Pack
from policy.rule import Status
from policy.verdict import PackId, RuleId


@dataclass(slots=True)
class PackLines:
    """What people accepted for one pack: changes for its `rules:`, and cases that rules ought to leave alone."""

    rules: dict[str, dict[str, object]] = field(default_factory=dict)
    cases: dict[str, list[dict[str, str]]] = field(default_factory=dict)


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
    # The newest answer to a suggestion counts.
    given = {str(row.entry.facts["id"]): row for row in answers(tx)}
    found = suggested(tx, keys, shelf.get) if keys else ()
    accepted: dict[PackId, PackLines] = {}
    sealed = 0
    for row in given.values():
        pack = shelf.get(PackId(str(row.entry.facts["pack"])))
        if row.entry.name != ACCEPTED or pack is None:
            continue
        lines = accepted.setdefault(pack.id, PackLines())
        if row.entry.facts["kind"] != Kind.CASE:
            _add_change(lines, pack, row)
        elif not (keys and _add_case(tx, keys, lines, row)):
            sealed += 1
    kept = {name: lines for name, lines in accepted.items() if lines.rules or lines.cases}
    return Overview(tallies(tx), tuple(each for each in found if each.id not in given), kept, sealed)


def _add_change(lines: PackLines, pack: Pack, row: Row) -> None:
    """The change that was accepted, unless the pack has it already."""
    facts = row.entry.facts
    rule = pack.rules.get(RuleId(str(facts["rule"])))
    if rule is None:
        return
    decided = int(facts["confirmed"] or 0) + int(facts["dismissed"] or 0)
    reason = f"Reviewers dismissed {facts['dismissed']} of {decided} alerts until {row.entry.at:%Y-%m-%d}."
    if facts["kind"] == Kind.THRESHOLD and float(str(facts["value"])) > rule.threshold:
        lines.rules[rule.id] = lines.rules.get(rule.id, {}) | {
            "threshold": float(str(facts["value"])),
            "reason": reason,
        }
    elif facts["kind"] == Kind.TRIAL and rule.status is Status.ACTIVE:
        lines.rules[rule.id] = lines.rules.get(rule.id, {}) | {"status": "trial", "reason": reason}


def _add_case(tx: Transaction, keys: Keys, lines: PackLines, row: Row) -> bool:
    """The invented example, where its incident's key is still there."""
    rule, incident = str(row.entry.facts["rule"]), IncidentId(str(row.entry.facts.get("incident")))
    key = tx.incidents.wrapped_key(incident)
    sealed = next((each.sealed for each in tx.incidents.evidence(incident) if each.what == f"{CASE}{rule}"[:64]), None)
    if key is None or sealed is None:
        return False
    try:
        words = json.loads(keys.open_with(key, sealed))
    except BrokenSeal:
        return False
    lines.cases.setdefault(rule, []).append(words["case"])
    return True


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


def _of_pack(pack: PackId, lines: PackLines) -> Sequence[str]:
    out: list[str] = []
    if lines.rules:
        out += [
            f"# In your own pack file (one that says “extends: {pack}”, or {pack}.yml itself); then",
            "# `chaperone packs check FILE` shows what it changes, and `chaperone packs reload` takes it.",
            _yaml({"rules": lines.rules}),
        ]
    for rule, cases in sorted(lines.cases.items()):
        out += [
            f"# For the `ignore` cases of policy/rules/{rule}.yml: send them to whoever keeps the rules.",
            _yaml({"ignore": cases}),
        ]
    return out


def _short(suggestion: Suggestion) -> str:
    tally = suggestion.tally
    value = f" {suggestion.value}" if suggestion.kind is Kind.THRESHOLD else ""
    # Which site or account it is stays with the channel's own people.
    return f"{suggestion.kind}{value}: {suggestion.rule} ({suggestion.pack}), {tally.dismissed} dismissed"


def _yaml(tree: object) -> str:
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=True, default_flow_style=None, width=110).rstrip()

"""Reads a pack's notices: their wording may come from the pack that it extends; the clause is the pack's own."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from string import Formatter

from policy.loading.problems import suggestion
from policy.loading.yaml_file import Node, YamlFile
from policy.notices import PLACES, Audience, Notice
from policy.verdict import ClauseId
from policy.words import Text

_FIELDS = {"clause", "to", "title", "text", "asks", "first"}


def read_notices(file: YamlFile, node: Node | None, before: Mapping[str, Notice]) -> dict[str, Notice]:
    """The notices of this file over those of the pack that it extends, field by field."""
    found = dict(before)
    for name, entry in file.entries(node).items():
        fields = file.fields(entry, set(), _FIELDS)
        known = found.get(name)
        if known is None and not {"to", "title", "text"} <= fields.keys():
            file.wrong(entry, f"the notice “{name}” is new here and needs to, title and text")
        known = known or Notice(
            id=name, to=Audience.MEMBERS, clause=ClauseId(""), title=Text("", ""), text=Text("", "")
        )
        notice = replace(
            known,
            clause=ClauseId(file.text(fields["clause"])) if "clause" in fields else known.clause,
            to=Audience(file.choice(fields.get("to"), tuple(Audience), known.to)),
            title=_wording(file, fields["title"]) if "title" in fields else known.title,
            text=_wording(file, fields["text"]) if "text" in fields else known.text,
            is_asked=file.flag(fields.get("asks"), default=known.is_asked),
            is_first=file.flag(fields.get("first"), default=known.is_first),
        )
        found[name] = notice
    return found


def check_clauses(
    file: YamlFile, node: Node | None, found: Mapping[str, Notice], clauses: Collection[ClauseId]
) -> None:
    """Records each notice of this file whose clause the pack does not have."""
    for name, entry in file.entries(node).items():
        clause = found[name].clause
        if clause and clause not in clauses:
            file.wrong(entry, f"the pack has no clause “{clause}”{suggestion(clause, clauses)}")


def _wording(file: YamlFile, node: Node) -> Text:
    text = file.bilingual(node)
    for words in (text.en, text.es):
        try:
            names = {name for _, name, _, _ in Formatter().parse(words) if name is not None}
        except ValueError:
            file.wrong(node, "a brace stands alone; braces only stand around " + ", ".join(sorted(PLACES)))
            continue
        unknown = sorted(names - PLACES)
        if unknown:
            file.wrong(node, f"nothing is known to fill in for “{unknown[0]}”{suggestion(unknown[0], PLACES)}")
    return text

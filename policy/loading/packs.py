"""Reads a pack file, with the packs that it extends (the format is in policy/README.md)."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from policy.district import District, LinkStrictness
from policy.loading.changes import Change, read_changes
from policy.loading.notices import check_clauses, read_notices
from policy.loading.problems import Problems, suggestion
from policy.loading.yaml_file import Node, YamlFile, text_of
from policy.message import ChannelKind
from policy.notices import Notice
from policy.pack import CHECKS, WORKFLOWS, Approver, ChannelHints, Clause, PhotoTimes, Settings
from policy.rule import OwnCase
from policy.verdict import ClauseId, RuleId

_LABELS = ("name", "policy", "cite")
_DATES = ("adopted", "revised")
_OPTIONAL = {
    *_LABELS, *_DATES, "extends", "abstract", "district", "links", "settings", "clauses", "notices", "rules",
}  # fmt: skip


@dataclass(slots=True)
class Draft:
    """A pack as written, put together with what it extends. `cases` are those of its own file alone: what holds where
    it is extended is the other pack's to say."""

    id: str = ""
    is_abstract: bool = False
    labels: dict[str, str] = field(default_factory=dict)
    district: District = field(default_factory=lambda: District(""))
    links: LinkStrictness = LinkStrictness.SOCIAL
    settings: Settings = field(default_factory=Settings)
    clauses: dict[ClauseId, Clause] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    changes: dict[RuleId, Change] = field(default_factory=dict)
    cases: tuple[OwnCase, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def rule_ids(self) -> tuple[RuleId, ...]:
        """The rules that work in the pack: those that a clause names."""
        return tuple(dict.fromkeys(rule for clause in self.clauses.values() for rule in clause.rules))


Find = Callable[[str], tuple[str, Path] | None]
"""Finds the file of a pack by its id."""


def read_pack(name: str, path: Path, find: Find, rules: Collection[str], problems: Problems) -> Draft | None:
    """The pack with all that it extends, or None where a file of them has problems."""
    before = len(problems.found)
    draft = _read(name, path, find, rules, problems, ())
    return draft if len(problems.found) == before else None


def _read(
    name: str, path: Path, find: Find, rules: Collection[str], problems: Problems, below: tuple[str, ...]
) -> Draft:
    text = text_of(name, path, problems)
    if text is None:
        return Draft()
    file = YamlFile(name, text, problems)
    fields = file.fields(file.root, {"id"}, _OPTIONAL) if file.root else {}
    pack_id = file.text(fields.get("id"))
    if "id" in fields and pack_id != path.stem:
        file.wrong(fields["id"], f"the id “{pack_id}” is not the file's name “{path.stem}”")
    draft = _extended(file, fields.get("extends"), find, rules, (*below, pack_id))
    draft.id = pack_id
    draft.is_abstract = file.flag(fields.get("abstract"), default=False)
    draft.sources = (*draft.sources, text)
    _add_labels(file, fields, draft)
    draft.district = _district(file, fields.get("district"), draft.district)
    links = file.choice(fields.get("links"), tuple(LinkStrictness), draft.links)
    draft.links = LinkStrictness(links)
    draft.settings = _settings(file, fields.get("settings"), draft.settings)
    _add_clauses(file, fields.get("clauses"), rules, draft)
    draft.notices = read_notices(file, fields.get("notices"), draft.notices)
    check_clauses(file, fields.get("notices"), draft.notices, draft.clauses)
    draft.changes, draft.cases = read_changes(file, fields.get("rules"), rules, draft.rule_ids, draft.changes)
    return draft


def _extended(file: YamlFile, node: Node | None, find: Find, rules: Collection[str], below: tuple[str, ...]) -> Draft:
    if node is None:
        return Draft()
    parent = file.text(node)
    found = find(parent)
    if parent in below:
        file.wrong(node, f"“{parent}” extends this pack in turn: {' → '.join((*below, parent))}")
    elif found is None:
        file.wrong(node, f"there is no pack “{parent}” to extend")
    else:
        return _read(*found, find, rules, file.problems, below)
    return Draft()


def _add_labels(file: YamlFile, fields: Mapping[str, Node], draft: Draft) -> None:
    for label in (*_LABELS, *_DATES):
        if label in fields:
            draft.labels[label] = file.date(fields[label]) if label in _DATES else file.text(fields[label])
        elif label in _LABELS and label not in draft.labels and file.root is not None:
            file.wrong(file.root, f"the field “{label}” is missing")
        elif label not in _LABELS:
            # When another policy was adopted says nothing about this one.
            draft.labels.pop(label, None)


def _district(file: YamlFile, node: Node | None, before: District) -> District:
    if node is None:
        return before
    fields = file.fields(node, set(), {"name", "hosts", "accounts", "tools"})
    tools = {tool: file.texts(hosts) for tool, hosts in file.entries(fields.get("tools")).items()}
    for host in (*file.items(fields.get("hosts")), *_of_all(file, fields.get("tools"))):
        _check_host(file, host)
    for account in file.items(fields.get("accounts")):
        _check_account(file, account)
    return District(
        name=file.text(fields.get("name"), before.name),
        hosts=file.texts(fields["hosts"]) if "hosts" in fields else before.hosts,
        accounts=file.texts(fields["accounts"]) if "accounts" in fields else before.accounts,
        tools=tools if "tools" in fields else before.tools,
    )


def _of_all(file: YamlFile, node: Node | None) -> Iterator[Node]:
    """The items of all lists of a node with free keys."""
    for items in node.value.values() if node is not None and isinstance(node.value, dict) else ():
        yield from file.items(items) if isinstance(items.value, tuple) else ()


def _check_host(file: YamlFile, node: Node) -> None:
    """A host that no link would ever be at is a slip."""
    host = file.text(node)
    name = host.removeprefix("*.")
    if "." not in name or "*" in name or " " in name or (name != host and "/" in name):
        file.wrong(node, f"“{host}” is no host: write it as ourdistrict.org, or *.ourdistrict.org for all below it")


def _check_account(file: YamlFile, node: Node) -> None:
    """An account that no message could name is a slip."""
    account = file.text(node)
    if "://" in account or " " in account.strip():
        file.wrong(node, f"“{account}” is no account: write it as facebook.com/OurDistrict, or @OurDistrict")


def _settings(file: YamlFile, node: Node | None, before: Settings) -> Settings:
    if node is None:
        return before
    fields = file.fields(node, set(), {"approver", "monitoring_days", "channel_hints", "photos"})
    return Settings(
        photos=_photo_times(file, fields.get("photos"), before.photos),
        channel_hints=_hints(file, fields.get("channel_hints"), before.channel_hints),
        approver=Approver(file.choice(fields.get("approver"), tuple(Approver), before.approver)),
        monitoring_days=file.whole_number(fields.get("monitoring_days"), before.monitoring_days, 1, 366),
    )


def _photo_times(file: YamlFile, node: Node | None, before: PhotoTimes) -> PhotoTimes:
    """Who is to be reminded is reminded before the answer is due."""
    if node is None:
        return before
    fields = file.fields(node, set(), {"poster_hours", "poster_reminder_hours", "parent_days", "parent_reminder_days"})
    times = PhotoTimes(
        poster_hours=file.whole_number(fields.get("poster_hours"), before.poster_hours, 1, 720),
        poster_reminder_hours=file.whole_number(
            fields.get("poster_reminder_hours"), before.poster_reminder_hours, 0, 720
        ),
        parent_days=file.whole_number(fields.get("parent_days"), before.parent_days, 1, 60),
        parent_reminder_days=file.whole_number(fields.get("parent_reminder_days"), before.parent_reminder_days, 0, 60),
    )
    for due, reminder in (("poster_hours", "poster_reminder_hours"), ("parent_days", "parent_reminder_days")):
        if getattr(times, reminder) >= getattr(times, due):
            file.wrong(node, f"“{reminder}” comes no sooner than the answer is due (“{due}”); 0 is no reminder")
    return times


def _hints(file: YamlFile, node: Node | None, before: ChannelHints) -> ChannelHints:
    """What this file says of one kind of channel takes the place of what was said before."""
    if node is None:
        return before
    fields = file.fields(node, set(), {"names", "families"})
    names = dict(before.names)
    for kind, words in file.entries(fields.get("names")).items():
        if kind not in tuple(ChannelKind):
            file.wrong(words.key_line, f"there is no kind of channel “{kind}”{suggestion(kind, tuple(ChannelKind))}")
        else:
            names[ChannelKind(kind)] = tuple(word.lower() for word in file.texts(words))
    return ChannelHints(names=names, families=file.whole_number(fields.get("families"), before.families, 1, 1_000))


def _add_clauses(file: YamlFile, node: Node | None, rules: Collection[str], draft: Draft) -> None:
    """Clauses of this file; one with the number of an extended pack's takes its place."""
    seen: set[str] = set()
    for item in file.items(node):
        fields = file.fields(item, {"id", "section", "summary"}, {"in_policy", "rules", "checks", "workflows"})
        clause = Clause(
            id=ClauseId(file.text(fields.get("id"))),
            section=file.bilingual(fields.get("section")),
            summary=file.bilingual(fields.get("summary")),
            rules=tuple(RuleId(rule) for rule in _known(file, fields.get("rules"), rules, "rule")),
            checks=_known(file, fields.get("checks"), CHECKS, "check"),
            workflows=_known(file, fields.get("workflows"), WORKFLOWS, "workflow"),
            is_in_policy=file.flag(fields.get("in_policy"), default=True),
        )
        if clause.id in seen:
            file.wrong(item, f"a second clause “{clause.id}”")
        seen.add(clause.id)
        draft.clauses[clause.id] = clause


def _known(file: YamlFile, node: Node | None, known: Collection[str], what: str) -> tuple[str, ...]:
    names = []
    for item in file.items(node):
        name = file.text(item)
        if name not in known:
            file.wrong(item, f"there is no {what} “{name}”{suggestion(name, known)}")
        names.append(name)
    return tuple(dict.fromkeys(names))

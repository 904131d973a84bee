"""Reads the shared groups of `lexicon/*.yml`, and what is known about hosts."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from policy import patterns, phrases
from policy.links import ACCOUNTS, Hosts, Site, place_of
from policy.loading.problems import Problems
from policy.loading.yaml_file import Node, YamlFile
from policy.rule import GroupId
from policy.sweep import PATTERN_PREFIX

HOSTS = "hosts.yml"
WORDS = ("words-en.txt", "words-es.txt")
_KINDS = {"social", "personal", "item", "invite", "payment", "shortener", "file_share"}
_OTHERS = {"mail", "top_level", "top_level_and_word"}

Groups = Mapping[GroupId, tuple[str, ...]]


def read_groups(files: Iterable[tuple[str, Path]], problems: Problems) -> Groups:
    """All groups by id (`/name`), each once."""
    groups: dict[GroupId, tuple[str, ...]] = {}
    owners: dict[str, str] = {}
    for name, path in files:
        if path.name == HOSTS:
            continue
        file = YamlFile(name, path.read_text(encoding="utf-8"), problems)
        for group, node in file.entries(file.root).items():
            if group in owners:
                file.wrong(node.key_line, f"the group “{group}” is already in {owners[group]}")
            owners[group] = name
            groups[GroupId(f"/{group}")] = entries(file, group, node)
    return groups


def entries(file: YamlFile, group: str, node: Node) -> tuple[str, ...]:
    """The entries of a group, each checked to be in the phrase language or a pattern that RE2 takes."""
    if not group.replace("_", "").isalnum() or group != group.lower():
        file.wrong(node.key_line, f"“{group}” is no name for a group: small letters, digits and _ only")
    good = []
    for item in file.items(node):
        entry = file.text(item)
        reason = what_is_wrong(entry) if entry.strip() else ""
        if reason is None:
            good.append(entry)
        elif reason:
            file.wrong(item, reason)
    if isinstance(node.value, tuple) and not node.value:
        file.wrong(node, f"the group “{group}” is empty")
    return tuple(good)


def what_is_wrong(entry: str) -> str | None:
    """Why an entry cannot be used; None where it can."""
    try:
        if entry.startswith(PATTERN_PREFIX):
            patterns.check(entry.removeprefix(PATTERN_PREFIX).strip())
        else:
            phrases.check(entry)
    except patterns.PatternError as error:
        return f"RE2 refuses the pattern “{entry}”: {error}"
    except phrases.PhraseError as error:
        return str(error)
    return None


def read_hosts(name: str, path: Path, problems: Problems) -> Hosts:
    """What is known about hosts."""
    file = YamlFile(name, path.read_text(encoding="utf-8"), problems)
    fields = file.fields(file.root, _KINDS | _OTHERS, set()) if file.root else {}
    hosts = Hosts(
        kinds={kind: tuple(_sites(file, fields.get(kind))) for kind in sorted(_KINDS)},
        mail=frozenset(file.texts(fields.get("mail"))),
        top_level=file.texts(fields.get("top_level")),
        top_level_and_word=file.texts(fields.get("top_level_and_word")),
    )
    for item in file.items(fields.get("item")):
        place = place_of(file.text(item))
        if not hosts.kinds_of(place) & ACCOUNTS:
            file.wrong(
                item, f"“{item.value}” changes nothing: {place.host} is in none of {', '.join(sorted(ACCOUNTS))}"
            )
    return hosts


def read_words(folder: Path) -> tuple[str, ...]:
    """Ordinary words of each language, the commonest first: they are never read as others that they resemble."""
    return tuple((folder / name).read_text(encoding="utf-8") for name in WORDS if (folder / name).is_file())


def _sites(file: YamlFile, node: Node | None) -> Iterable[Site]:
    for item in file.items(node):
        place = place_of(file.text(item))
        if "." not in place.host:
            file.wrong(item, f"“{item.value}” is no host")
        yield Site(place.host, place.path)

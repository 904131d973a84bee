"""Reads YAML so that every value knows its line. All scalars are text: `no` and `2014-02-19` stay as written."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from policy.loading.problems import Problems, suggestion
from policy.words import Text

_DEEPEST = 12
_TAGS = frozenset({"str", "int", "float", "bool", "null", "timestamp", "value", "merge", "seq", "map"})
_LARGEST = 5_000_000
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the file: text, a list of nodes, or nodes by key."""

    value: "str | tuple[Node, ...] | dict[str, Node]"
    line: int
    key_line: int = 0

    @property
    def kind(self) -> str:
        return {str: "text", tuple: "a list", dict: "fields"}[type(self.value)]


_MEANT = {
    "alias": "a text that begins with * or & must stand in quotes",
    "mapping values": "a text that holds a colon and a blank must stand in quotes",
    "cannot start any token": "set lines in by blanks, never by tabs; a text that begins with @ or % stands in quotes",
    "did not find expected key": "look whether this line and those above are set in alike, and every quote is closed",
    "did not find expected ','": 'look for a bracket that is not closed, or for a quote inside of quotes: write \\"',
    "block end": "look whether this line and those above are set in alike",
    "unexpected end of stream": "a quote is opened and never closed",
    "control characters": "a hidden character stands here: write the line anew",
}
"""What usually lies behind the words of the YAML reader."""


def text_of(name: str, path: Path, problems: Problems) -> str | None:
    """What the file holds, or None where it is not written in UTF-8."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.add(name, line, "not written in UTF-8: save the file as UTF-8 in your editor")
        return None


class YamlFile:
    """A file being read. What is wrong goes to `problems`, with its line, and reading goes on with a default."""

    def __init__(self, name: str, text: str, problems: Problems) -> None:
        self.name = name
        self.problems = problems
        self._seen: set[int] = set()
        self.root = self._read(text)

    def wrong(self, node: Node | int, message: str) -> None:
        """Records a problem at the node's line."""
        self.problems.add(self.name, node if isinstance(node, int) else node.line, message)

    # Reading values

    def fields(self, node: Node, required: set[str], optional: set[str]) -> Mapping[str, Node]:
        """The fields of a node. Missing ones and ones that nobody knows are recorded."""
        if not isinstance(node.value, dict):
            self.wrong(node, f"expected fields ({', '.join(sorted(required | optional))}), found {node.kind}")
            return {}
        for key, value in node.value.items():
            if key not in required | optional:
                self.wrong(value.key_line, f"unknown field “{key}”{_hint(key, value, required | optional)}")
        for key in sorted(required - node.value.keys()):
            self.wrong(node, f"the field “{key}” is missing")
        return {key: value for key, value in node.value.items() if key in required | optional}

    def entries(self, node: Node | None) -> Mapping[str, Node]:
        """The fields of a node whose keys are free."""
        if node is None:
            return {}
        if not isinstance(node.value, dict):
            self.wrong(node, f"expected fields, found {node.kind}")
            return {}
        return node.value

    def items(self, node: Node | None) -> tuple[Node, ...]:
        """The items of a list; none where there is no node."""
        if node is None:
            return ()
        if not isinstance(node.value, tuple):
            self.wrong(node, f"expected a list, found {node.kind}: write [one, two]")
            return ()
        return node.value

    def text(self, node: Node | None, default: str = "") -> str:
        if node is None:
            return default
        if not isinstance(node.value, str):
            self.wrong(node, f"expected text, found {node.kind}")
            return default
        if not node.value.strip():
            self.wrong(node, "this is empty")
        return node.value

    def texts(self, node: Node | None) -> tuple[str, ...]:
        return tuple(self.text(item) for item in self.items(node))

    def bilingual(self, node: Node | None) -> Text:
        """A text in English and Spanish."""
        if node is None:
            return Text("", "")
        fields = self.fields(node, {"en", "es"}, set())
        return Text(self.text(fields.get("en")), self.text(fields.get("es")))

    def either(self, node: Node | None) -> Text:
        """A text for both languages, or one for each."""
        if node is not None and isinstance(node.value, dict):
            return self.bilingual(node)
        text = self.text(node)
        return Text(text, text)

    def number(self, node: Node | None, default: float, lowest: float, highest: float) -> float:
        text = self.text(node, str(default))
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not lowest <= number <= highest:
            self.wrong(node or 0, f"expected a number from {lowest:g} to {highest:g}, found “{text}”")
            return default
        return number

    def whole_number(self, node: Node | None, default: int, lowest: int, highest: int) -> int:
        number = self.number(node, default, lowest, highest)
        if number != int(number):
            self.wrong(node or 0, f"expected a whole number, found {number:g}")
        return int(number)

    def date(self, node: Node) -> str:
        """A day, a month or a year, as written."""
        text = self.text(node)
        if text.strip() and not _is_date(text):
            self.wrong(node, f"“{text}” is no date: write the day as 2021-11-17, or the month (2021-11) or year (2021)")
        return text

    def flag(self, node: Node | None, *, default: bool) -> bool:
        word = self.choice(node, ("true", "false"), str(default).lower())
        return word == "true"

    def choice(self, node: Node | None, known: tuple[str, ...], default: str) -> str:
        """One of the known words."""
        word = self.text(node, default)
        if word not in known:
            self.wrong(node or 0, f"“{word}” is none of {', '.join(known)}{suggestion(word, known)}")
            return default
        return word

    def choices(self, node: Node | None, known: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self.choice(item, known, known[0]) for item in self.items(node))

    # Reading the file

    def _read(self, text: str) -> Node | None:
        if len(text) > _LARGEST:
            self.wrong(0, f"the file is larger than {_LARGEST:,} characters")
            return None
        try:
            # The plainest loader: what kind of value a word without quotes looks like is not asked.
            tree = yaml.compose(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            reason = getattr(error, "problem", None) or str(error).splitlines()[0]
            hint = next((f" ({said})" for jargon, said in _MEANT.items() if jargon in reason), "")
            self.wrong(mark.line + 1 if mark else 0, f"not YAML: {reason}{hint}")
            return None
        except RecursionError:
            self.wrong(0, "nested too deeply")
            return None
        if tree is None:
            self.wrong(0, "the file is empty")
            return None
        return self._node(tree, 0, 0)

    def _node(self, tree: yaml.Node, depth: int, key_line: int) -> Node:
        line = tree.start_mark.line + 1
        if depth > _DEEPEST:
            self.wrong(line, "nested too deeply")
            return Node("", line, key_line)
        if id(tree) in self._seen:
            self.wrong(line, "anchors and aliases (& and *) are not for these files: write it out, or put * in quotes")
            return Node("", line, key_line)
        self._seen.add(id(tree))
        if tree.tag.removeprefix("tag:yaml.org,2002:") not in _TAGS:
            self.wrong(line, f"tags such as {tree.tag} are not for these files")
        if isinstance(tree, yaml.MappingNode):
            return Node(dict(self._pairs(tree, depth)), line, key_line)
        if isinstance(tree, yaml.SequenceNode):
            return Node(tuple(self._node(item, depth + 1, 0) for item in tree.value), line, key_line)
        return Node(str(tree.value), line, key_line)

    def _pairs(self, tree: yaml.MappingNode, depth: int) -> Iterator[tuple[str, Node]]:
        first: dict[str, int] = {}
        for key, value in tree.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self.wrong(line, "a field's name must be text: is a value with { or [ missing its quotes?")
                continue
            if key.value in first:
                self.wrong(line, f"“{key.value}” stands here a second time (first in line {first[key.value]})")
                continue
            first[key.value] = line
            yield key.value, self._node(value, depth + 1, line)


def _is_date(text: str) -> bool:
    if _DATE.fullmatch(text) is None:
        return False
    try:
        date.fromisoformat(text + "0001-01-01"[len(text) :])
    except ValueError:
        return False
    return True


def _hint(key: str, value: Node, known: set[str]) -> str:
    close = suggestion(key, known)
    if value.value == "" and not close:
        return ": a text with a comma between { } must stand in quotes"
    return close

"""What people are shown, before any platform gives it its own shape: cards with text, marked excerpts, actions and
forms."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from policy.verdict import Severity, Span


class Tone(StrEnum):
    """How a card is coloured: nothing to do, look soon, someone may be in danger, done."""

    PLAIN = "plain"
    NOTICE = "notice"
    WARNING = "warning"
    URGENT = "urgent"
    DONE = "done"


def tone_of(severity: Severity) -> Tone:
    """The colour of an alert of this severity."""
    return {Severity.URGENT: Tone.URGENT, Severity.HIGH: Tone.WARNING}.get(severity, Tone.NOTICE)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Our own words, shown as they are: no markup is read in them."""

    text: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A member's words, to be shown literally (no mention, link or format works in them), with the words in question
    marked."""

    text: str
    marks: tuple[Span, ...] = ()
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Short lines of `label: value`."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of our own words; `items` may carry a value after the label."""

    items: tuple[str, ...]


Block: TypeAlias = Paragraph | Excerpt | Facts | Bullets


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question of a form. `kind` is `line`, `text`, `choice`, `choices` (several: the answer has them with commas
    between), `person` or `date`."""

    name: str
    label: str
    kind: str = "line"
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    is_required: bool = True
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button. `name` and `subject` come back when it is pressed, with the values of `fields` asked for first.
    `style` is `primary`, `danger` or empty; `confirm` asks once more in these words."""

    name: str
    subject: str
    label: str
    style: str = ""
    fields: tuple[Field, ...] = ()
    confirm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One thing a person is shown: an alert, a question, an answer. `summary` is the line a notification shows; it
    never carries a member's words."""

    title: str
    summary: str = ""
    tone: Tone = Tone.PLAIN
    blocks: tuple[Block, ...] = ()
    actions: tuple[Action, ...] = ()
    footer: str = ""

"""What a button of ours carries through Slack and back: which act, on what, and the form that it asks for first."""

import base64
import binascii
import json
import zlib
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack.blocks import asks_in_place
from bot.cards import Action, Field
from bot.errors import Refused
from bot.records.deliveries import Topic
from bot.wording.subjects import UNREADABLE

LONGEST_VALUE = 2_000
LONGEST_IN_MESSAGE = 500
"""Of a posted card, whose characters are counted in all: a longer form is made anew when the button is pressed."""
HOME = "home"
_LARGEST = 64_000


@dataclass(frozen=True, slots=True)
class Pressed:
    """A pressed button. Where `action` knows no form although one is asked for, `source` is where the card came from:
    a topic's name, or `home`."""

    action: Action
    source: str = ""


def value_for(action: Action, source: Topic | str = "") -> str | None:
    """What the button sends back; None where it cannot be said in 2,000 characters."""
    if not action.fields and (not action.confirm or asks_in_place(action)):
        return _limited(_packed(action.name, action.subject), LONGEST_VALUE)
    whole = _packed(action.name, action.subject, **_form(action))
    longest = LONGEST_IN_MESSAGE if isinstance(source, Topic) else LONGEST_VALUE
    if len(whole) <= longest:
        return whole
    if source:
        return _limited(_packed(action.name, action.subject, o=str(source)), LONGEST_VALUE)
    # An answer that nothing can make again: what was filled in beforehand goes first, then the choices.
    empty = replace(action, fields=tuple(replace(field, value="") for field in action.fields))
    typed = replace(empty, fields=tuple(replace(field, choices=(), kind=_typed(field)) for field in empty.fields))
    forms = (_packed(action.name, action.subject, **_form(each)) for each in (empty, typed))
    return next((form for form in forms if len(form) <= LONGEST_VALUE), None)


def read(value: str) -> Pressed:
    """The button that sent this. Raises Refused on anything that is none of ours."""
    try:
        found = json.loads(_unpacked(value))
        action = Action(
            name=_text(found["n"]),
            subject=_text(found["s"]),
            label=_text(found.get("l", "")),
            style=_text(found.get("y", "")),
            confirm=_text(found.get("c", "")),
            fields=tuple(_field(given) for given in found.get("f", ())),
        )
        return Pressed(action, _text(found.get("o", "")))
    except (ValueError, KeyError, TypeError, AttributeError, zlib.error, RecursionError):
        raise Refused(UNREADABLE) from None


def _form(action: Action) -> dict[str, Any]:
    form: dict[str, Any] = {"l": action.label, "f": [_given(field) for field in action.fields]}
    if action.style:
        form["y"] = action.style
    if action.confirm:
        form["c"] = action.confirm
    return form


def _given(field: Field) -> list[Any]:
    return [field.name, field.label, field.kind, field.hint, list(field.choices), field.is_required, field.value]


def _field(given: list[Any]) -> Field:
    name, label, kind, hint, choices, is_required, value = given
    return Field(
        name=_text(name),
        label=_text(label),
        kind=_text(kind),
        hint=_text(hint),
        choices=tuple((_text(chosen), _text(said)) for chosen, said in choices),
        is_required=bool(is_required),
        value=_text(value),
    )


def _typed(field: Field) -> str:
    return "line" if field.kind in ("choice", "choices") else field.kind


def _packed(name: str, subject: str, **more: object) -> str:
    written = json.dumps({"n": name, "s": subject, **more}, ensure_ascii=True, separators=(",", ":"))
    squeezed = "z" + base64.b64encode(zlib.compress(written.encode(), 9)).decode()
    return min(written, squeezed, key=len)


def _unpacked(value: str) -> str:
    if not value.startswith("z"):
        return value
    try:
        opener = zlib.decompressobj()
        opened = opener.decompress(base64.b64decode(value[1:], validate=True), _LARGEST)
    except binascii.Error as error:
        raise ValueError from error
    if opener.unconsumed_tail:
        raise ValueError("larger than anything of ours")
    return opened.decode()


def _limited(value: str, longest: int) -> str | None:
    return value if len(value) <= longest else None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value

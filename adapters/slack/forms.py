"""Slack's modals: what a button asks for first, what was filled in, and what came of it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.slack.blocks import TEXT, VIEW, Json, blocks_of, plain, section, shortened
from adapters.slack.buttons import value_for
from adapters.slack.content import Payload
from adapters.slack.text import whole_characters
from adapters.slack.versions import dict_of, text_of
from bot.cards import Action, Card, Field
from bot.errors import Refused
from bot.wording.subjects import UNREADABLE
from policy.words import Lang, Text

TITLE, METADATA, OPTION = 24, 3_000, 75
OPTIONS, GROUPS = 100, 100
LONGEST_LABEL = 2_000
NAME = "Chaperone"
ACT, REPORT = "act", "report"
"""What a modal is for (`callback_id`): a button's act, or the report of a message."""
ANSWER = "answer"
"""The one input of each block; the block itself is named for its field."""

_USER = re.compile(r"[UW][A-Z0-9]{2,40}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

SEND = Text(en="Send", es="Enviar")
YES = Text(en="Yes", es="Sí")
CANCEL = Text(en="Cancel", es="Cancelar")
CLOSE = Text(en="Close", es="Cerrar")
WAIT = Text(en="One moment …", es="Un momento …")


@dataclass(frozen=True, slots=True)
class Filled:
    """A modal that somebody sent off: what for, what it knew, and the answers by the fields' names."""

    purpose: str
    known: Mapping[str, Any]
    values: Mapping[str, str]
    view: str


def form_view(action: Action, lang: Lang, *, purpose: str = ACT, known: Mapping[str, str] | None = None) -> Json:
    """The form of an action. `known` comes back with the answers; by itself that is the act and its subject."""
    metadata = json.dumps(known or {"n": action.name, "s": action.subject}, separators=(",", ":"))
    if len(metadata) > METADATA:
        raise Refused(UNREADABLE)
    blocks = [section(action.confirm)] if action.confirm else []
    blocks += [_input(field) for field in action.fields]
    view = _modal(shortened(action.label or NAME, TITLE), blocks or [section(action.label or NAME)])
    submit = SEND if action.fields else YES
    return view | {
        "callback_id": purpose,
        "private_metadata": metadata,
        "submit": plain(submit(lang), TITLE),
        "close": plain(CANCEL(lang), TITLE),
    }


def card_view(card: Card, lang: Lang) -> Json:
    """An answer in a modal."""
    blocks = blocks_of(card, VIEW, value_of=value_for)
    return _modal(NAME, blocks) | {"close": plain(CLOSE(lang), TITLE)}


def waiting_view(lang: Lang) -> Json:
    """What stands there until the answer does: the time to open a modal is short."""
    return _modal(NAME, [section(WAIT(lang))]) | {"close": plain(CLOSE(lang), TITLE)}


def filled(payload: Payload) -> Filled:
    """What was sent off. Raises Refused on what is no modal of ours."""
    view = dict_of(payload.get("view"))
    try:
        known = json.loads(text_of(view.get("private_metadata")))
    except ValueError:
        raise Refused(UNREADABLE) from None
    if not isinstance(known, dict):
        raise Refused(UNREADABLE)
    state = dict_of(dict_of(view.get("state")).get("values"))
    values = {name: _answer(dict_of(dict_of(block).get(ANSWER))) for name, block in state.items()}
    return Filled(text_of(view.get("callback_id")), known, values, text_of(view.get("id")))


def errors(refusal: str, values: Sequence[str]) -> Json:
    """That the answers cannot be taken, below the last field; the person mends them there."""
    return {"response_action": "errors", "errors": {values[-1]: shortened(refusal, TEXT)}}


def _modal(title: str, blocks: list[Json]) -> Json:
    return {"type": "modal", "title": plain(title, TITLE), "blocks": blocks}


def _input(field: Field) -> Json:
    block: Json = {
        "type": "input",
        "block_id": field.name,
        "label": plain(field.label, LONGEST_LABEL),
        "optional": not field.is_required,
        "element": {"action_id": ANSWER, **_element(field)},
    }
    if field.hint:
        block["hint"] = plain(field.hint, LONGEST_LABEL)
    return block


def _element(field: Field) -> Json:
    # Slack takes no value twice, and none that is longer.
    choices = {value: label for value, label in field.choices if 0 < len(whole_characters(value)) <= OPTION}
    options = [_option(value, label) for value, label in choices.items()]
    match field.kind:
        case "choice" if options:
            return _select(options[: OPTIONS * GROUPS], field.value)
        case "choices" if options:
            return _several(options[: OPTIONS * GROUPS], field.value)
        case "person":
            return {"type": "users_select", **({"initial_user": field.value} if _USER.fullmatch(field.value) else {})}
        case "date":
            return {"type": "datepicker", **({"initial_date": field.value} if _DATE.fullmatch(field.value) else {})}
    element: Json = {"type": "plain_text_input", "multiline": field.kind == "text", "max_length": TEXT}
    if field.value:
        element["initial_value"] = shortened(field.value, TEXT)
    return element


def _select(options: list[Json], value: str) -> Json:
    """A menu; more than a hundred choices stand in groups named for their first and last."""
    chosen = next((option for option in options if option["value"] == value), None)
    return {"type": "static_select", **_offered(options)} | ({"initial_option": chosen} if chosen else {})


def _several(options: list[Json], value: str) -> Json:
    """A menu of which several may be chosen."""
    chosen = [option for option in options if option["value"] in value.split(",")]
    return {"type": "multi_static_select", **_offered(options)} | ({"initial_options": chosen} if chosen else {})


def _offered(options: list[Json]) -> Json:
    if len(options) <= OPTIONS:
        return {"options": options}
    parts = [options[at : at + OPTIONS] for at in range(0, len(options), OPTIONS)]
    return {"option_groups": [{"label": _group(part), "options": part} for part in parts]}


def _group(part: list[Json]) -> Json:
    first, last = (str(part[at]["text"]["text"])[:30] for at in (0, -1))
    return plain(f"{first} – {last}", OPTION)


def _option(value: str, label: str) -> Json:
    return {"text": plain(label, OPTION), "value": whole_characters(value)}


def _answer(element: Payload) -> str:
    for key in ("value", "selected_user", "selected_date"):
        if isinstance(element.get(key), str):
            return text_of(element.get(key))
    several = element.get("selected_options")
    if isinstance(several, list):
        return ",".join(text_of(dict_of(option).get("value")) for option in several)
    return text_of(dict_of(element.get("selected_option")).get("value"))

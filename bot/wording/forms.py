"""Reads what people filled into forms. Every answer comes from outside and is checked here."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from bot.errors import Refused
from bot.language import plain
from policy.words import Lang, Text

Kind = TypeVar("Kind", bound=StrEnum)

EMPTY = Text(en="Please fill in “{field}” and send it again.", es="Rellene «{field}» y envíelo de nuevo, por favor.")
TOO_LONG = Text(
    en="“{field}” may have {limit} characters, and this has {length}. Please shorten it.",
    es="«{field}» admite {limit} caracteres y este texto tiene {length}. Acórtelo, por favor.",
)
NO_CHOICE = Text(
    en="“{given}” is not one of: {choices}. Please choose one of them.",
    es="«{given}» no es una de estas opciones: {choices}. Elija una, por favor.",
)


def line(values: Mapping[str, str], name: str, label: Text, *, limit: int = 200) -> str:
    """The answer in one line, or an empty string. Raises Refused where it is too long."""
    return " ".join(text(values, name, label, limit=limit).split())


def text(values: Mapping[str, str], name: str, label: Text, *, limit: int = 2_000) -> str:
    """The answer as it was written, or an empty string. Raises Refused where it is too long."""
    answer = values.get(name, "").strip()
    if len(answer) > limit:
        raise Refused(filled(TOO_LONG, field=label, limit=limit, length=len(answer)))
    return answer


def needed(answer: str, label: Text) -> str:
    """The answer. Raises Refused where there is none."""
    if not answer:
        raise Refused(filled(EMPTY, field=label))
    return answer


def several(values: Mapping[str, str], name: str) -> tuple[str, ...]:
    """The answers to a question that takes several, each once."""
    found = (each.strip() for each in values.get(name, "").split(","))
    return tuple(dict.fromkeys(each for each in found if each))


def choice(given: str, labels: Mapping[Kind, Text]) -> Kind:
    """The one whose name or label, in either language, was given. Raises Refused where it is none of them."""
    for kind, label in labels.items():
        if plain(given) in (plain(kind), plain(label.en), plain(label.es)):
            return kind
    names = Text(en=", ".join(labels), es=", ".join(plain(label.es) for label in labels.values()))
    raise Refused(filled(NO_CHOICE, given=given[:40], choices=names))


def filled(template: Text, **values: object) -> Text:
    """The sentence in both languages, with its values; a value that is a Text comes in its own language."""
    return Text(en=template(Lang.EN, **_in(Lang.EN, values)), es=template(Lang.ES, **_in(Lang.ES, values)))


def _in(lang: Lang, values: Mapping[str, object]) -> dict[str, object]:
    return {name: value(lang) if isinstance(value, Text) else value for name, value in values.items()}

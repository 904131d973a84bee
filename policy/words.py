"""Text that people read, in every language that the product speaks."""

from dataclasses import dataclass
from enum import StrEnum


class Lang(StrEnum):
    """A language that answers and reasons come in."""

    EN = "en"
    ES = "es"


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or label in English and Spanish; call it with a language and the values it names.

    >>> Text(en="{n} messages", es="{n} mensajes")(Lang.ES, n=3)
    '3 mensajes'
    """

    en: str
    es: str

    def __call__(self, lang: Lang, /, **values: object) -> str:
        """The text in `lang`, its `{names}` filled from `values`. Values are never read as templates."""
        template = self.es if lang is Lang.ES else self.en
        return template.format_map(values) if values else template

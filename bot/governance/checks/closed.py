"""The channel is closed: private, and shared with no other organisation."""

from bot.governance.check import HOLDS, Check, View, broken, unseen
from bot.records.governance import Outcome
from policy.verdict import Severity
from policy.words import Text


def look(view: View) -> Outcome:
    facts = view.facts
    if facts.is_shared:
        return broken("shared")
    if facts.is_private is False:
        return broken("public")
    if facts.is_private is None or facts.is_shared is None:
        return unseen("not_told")
    return HOLDS


check = Check(
    name="closed",
    look=look,
    severity=Severity.HIGH,
    reasons={
        "shared": Text(
            en="It is shared with another organisation. Open the channel's settings and end the sharing, or move to a "
            "channel of your own.",
            es="Está compartido con otra organización. Abra los ajustes del canal y deje de compartirlo, o use un "
            "canal propio.",
        ),
        "public": Text(
            en="It is public: anybody in the workspace can find and join it. Open the channel's settings and make it "
            "private.",
            es="Es público: cualquiera del espacio puede encontrarlo y entrar. Abra los ajustes del canal y hágalo "
            "privado.",
        ),
        "not_told": Text(
            en="The platform has not told yet whether it is private and unshared.",
            es="La plataforma aún no ha dicho si es privado y no se comparte.",
        ),
    },
)

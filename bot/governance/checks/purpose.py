"""An educational purpose is on record."""

from bot.governance.check import HOLDS, Check, View, broken
from bot.records.governance import Outcome
from policy.words import Text

FEWEST_WORDS = 2


def look(view: View) -> Outcome:
    return HOLDS if len(view.channel.purpose.split()) >= FEWEST_WORDS else broken("missing")


check = Check(
    name="purpose",
    look=look,
    reasons={
        "missing": Text(
            en="No purpose is on record. Say in a sentence which club, team, class or group it serves and what for.",
            es="No consta su finalidad. Diga en una frase a qué club, equipo, clase o grupo sirve y para qué.",
        )
    },
)

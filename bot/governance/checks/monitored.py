"""The owner looks the channel over as often as the policy says, and it is on record."""

from bot.cards import Action
from bot.governance.attesting import LOOKED, due_at
from bot.governance.check import HOLDS, Check, View, broken
from bot.records.governance import Outcome
from bot.records.registry import Person
from bot.wording.subjects import subject_of
from policy.words import Text


def look(view: View) -> Outcome:
    if view.now < due_at(view):
        return HOLDS
    return broken("overdue" if view.tx.attestations.last(view.channel.ref) else "never")


def fix(view: View, outcome: Outcome, viewer: Person) -> tuple[Action, ...]:
    if not outcome.why:
        return ()
    return (Action(name="attest.show", subject=subject_of(view.channel.ref), label=LOOKED(viewer.lang)),)


check = Check(
    name="monitored",
    look=look,
    fix=fix,
    reasons={
        "overdue": Text(
            en="Nobody has looked the channel over in the time that the policy sets. Look, then say so.",
            es="Nadie ha revisado el canal en el plazo que fija la política. Revíselo y después indíquelo.",
        ),
        "never": Text(
            en="Nobody has looked the channel over yet. Look, then say so.",
            es="Nadie ha revisado aún el canal. Revíselo y después indíquelo.",
        ),
    },
)

"""A parent may join whatever their child is in: every one was offered it, and whoever asks is answered."""

from bot.access import AccessState
from bot.cards import Action
from bot.governance.check import HOLDS, Check, View, broken, unseen
from bot.governance.records import Outcome
from bot.ids import PersonId
from bot.parents import ParentPlace, parents_of_channel
from bot.registry import Person
from bot.subjects import subject_of
from policy.words import Text

OFFER = Text(en="Invite the parents", es="Invitar a las familias")


def look(view: View) -> Outcome:
    places = parents_of_channel(view.tx, view.channel)
    if not places:
        return unseen("no_roster")
    missing = [place for place in places if not place.is_in]
    refused = [place for place in missing if place.access.state is AccessState.DECLINED]
    late = [place for place in missing if place.access.state is AccessState.ASKED and place.access.is_overdue]
    if refused or late:
        return broken("refused" if refused else "late", *_accounts(refused or late))
    not_told = [place for place in missing if place.access.state is AccessState.NONE]
    return broken("not_offered", *_accounts(not_told)) if not_told else HOLDS


def fix(view: View, outcome: Outcome, viewer: Person) -> tuple[Action, ...]:
    if outcome.why != "not_offered":
        return ()
    return (Action(name="access.offer", subject=subject_of(view.channel.ref), label=OFFER(viewer.lang)),)


def _accounts(places: list[ParentPlace]) -> list[PersonId]:
    return [place.account.ref.person for place in places if place.account is not None]


check = Check(
    name="parent_access",
    look=look,
    fix=fix,
    reasons={
        "no_roster": Text(
            en="The roster does not tell yet whose parents may join.",
            es="La lista aún no dice qué familias pueden unirse.",
        ),
        "not_offered": Text(
            en="Some parents were not told that they may join. “/policy parents” shows them.",
            es="A algunas familias no se les dijo que pueden unirse. “/policy familias” las muestra.",
        ),
        "late": Text(
            en="A parent asked to join and waits for an answer.",
            es="Una familia pidió unirse y espera respuesta.",
        ),
        "refused": Text(
            en="A parent whose child is here was told no. The supervisor may still say yes.",
            es="A una familia cuyo hijo está aquí se le dijo que no. El supervisor aún puede aceptar.",
        ),
    },
)

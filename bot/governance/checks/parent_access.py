"""A parent may be in whatever their child is in: every parent whom the roster knows was offered it."""

from bot.cards import Action
from bot.governance.check import HOLDS, NOBODY_YET, Check, View, broken, unseen
from bot.people.parents import ParentPlace
from bot.records.access import AccessState
from bot.records.governance import Outcome
from bot.records.registry import Person
from bot.wording.subjects import subject_of
from policy.words import Text

INVITE = Text(en="Invite the parents", es="Invitar a las familias")


def look(view: View) -> Outcome:
    places = view.parents
    if not places:
        return unseen("no_roster" if view.has_families else NOBODY_YET)
    missing = [place for place in places if not place.is_in]
    if any(place.access.state is AccessState.ASKED for place in missing):
        return broken("asked")
    if any(place.access.state is AccessState.DECLINED for place in missing):
        return broken("refused")
    return HOLDS if all(_is_offered(place) for place in places) else broken("not_offered")


def _is_offered(place: ParentPlace) -> bool:
    return place.is_in or place.access.state is not AccessState.NONE


def fix(view: View, outcome: Outcome, viewer: Person) -> tuple[Action, ...]:
    if outcome.why != "not_offered":
        return ()
    return (Action(name="access.offer", subject=subject_of(view.channel.ref), label=INVITE(viewer.lang)),)


check = Check(
    name="parent_access",
    look=look,
    fix=fix,
    reasons={
        "asked": Text(
            en="A parent has asked to join and waits for your answer. See “/policy parents”.",
            es="Una familia ha pedido entrar y espera su respuesta. Vea “/policy familias”.",
        ),
        "refused": Text(
            en="A parent whose child is here was told no. The supervisor may still say yes.",
            es="A una familia cuyo hijo está aquí se le dijo que no. El supervisor aún puede aceptar.",
        ),
        "not_offered": Text(
            en="Not every parent was offered a place in the channel. “/policy parents” shows whom to invite.",
            es="No se ha ofrecido lugar en el canal a todas las familias. “/policy familias” muestra a quién invitar.",
        ),
        NOBODY_YET: Text(
            en="No student is in the channel yet. Parents are invited once one is.",
            es="Aún no hay estudiantes en el canal. Se invitará a las familias cuando haya alguno.",
        ),
        "no_roster": Text(
            en="The roster names no parents of the students here.",
            es="La lista escolar no indica familias de los estudiantes de aquí.",
        ),
    },
)

"""A parent may be in whatever their child is in: every parent whom the roster knows was offered it."""

from bot.access import AccessState
from bot.governance.check import HOLDS, Check, View, broken, unseen
from bot.governance.records import Outcome
from bot.parents import ParentPlace, parents_of_channel
from policy.words import Text


def look(view: View) -> Outcome:
    places = parents_of_channel(view.tx, view.channel)
    if not places:
        return unseen("no_roster")
    if any(place.access.state is AccessState.ASKED for place in places):
        return broken("asked")
    return HOLDS if all(_is_offered(place) for place in places) else broken("not_offered")


def _is_offered(place: ParentPlace) -> bool:
    return place.is_in or place.access.state is not AccessState.NONE


check = Check(
    name="parent_access",
    look=look,
    reasons={
        "asked": Text(
            en="A parent has asked to join and waits for your answer. See “/policy parents”.",
            es="Una familia ha pedido entrar y espera su respuesta. Vea “/policy familias”.",
        ),
        "not_offered": Text(
            en="Not every parent was offered a place in the channel. “/policy parents” shows whom to invite.",
            es="No se ha ofrecido lugar en el canal a todas las familias. “/policy familias” muestra a quién invitar.",
        ),
        "no_roster": Text(
            en="The roster names no parents of the students here.",
            es="La lista escolar no indica familias de los estudiantes de aquí.",
        ),
    },
)

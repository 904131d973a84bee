"""Somebody of the staff owns the channel; an owner who leaves hands over."""

from bot.governance.check import HOLDS, Check, Duty, View, broken
from bot.records.governance import Outcome
from policy.words import Text


def look(view: View) -> Outcome:
    owner = view.owner
    if owner is None:
        return broken("nobody")
    if not owner.is_active:
        return broken("left", owner.ref.person)
    return HOLDS if owner.role.is_staff else broken("not_staff", owner.ref.person)


check = Check(
    name="ownership",
    look=look,
    who=Duty.SUPERVISOR,
    reasons={
        "nobody": Text(
            en="Nobody owns it. Name somebody of the staff.", es="No tiene responsable. Nombre a alguien del personal."
        ),
        "left": Text(
            en="{names} is gone. Until somebody of the staff takes over, the supervisor is the owner.",
            es="{names} ya no está. Hasta que alguien del personal lo asuma, responde el supervisor.",
        ),
        "not_staff": Text(
            en="{names} is not staff of the district. Name somebody of the staff.",
            es="{names} no es personal del distrito. Nombre a alguien del personal.",
        ),
    },
)

"""The owner uses an account that the district gave out, never a personal one."""

from bot.governance.check import HOLDS, Check, View, broken, unseen
from bot.records.governance import Outcome
from policy.words import Text


def look(view: View) -> Outcome:
    owner = view.owner
    if owner is None:
        return unseen("no_owner")
    if owner.is_guest:
        return broken("guest", owner.ref.person)
    if not view.core.domains.staff:
        return unseen("no_domains")
    if not owner.email:
        return unseen("no_email")
    return HOLDS if view.core.domains.is_staff(owner.email) else broken("personal", owner.ref.person)


check = Check(
    name="district_account",
    look=look,
    reasons={
        "guest": Text(
            en="The owner is here with a guest account. The district's own account must run the channel.",
            es="El responsable está aquí con una cuenta de invitado. El canal debe llevarlo la cuenta del distrito.",
        ),
        "personal": Text(
            en="The owner's account is not one of the district's. Hand the channel over to the district account.",
            es="La cuenta del responsable no es del distrito. Pase el canal a la cuenta del distrito.",
        ),
        "no_owner": Text(en="The channel has no owner.", es="El canal no tiene responsable."),
        "no_domains": Text(
            en="The district has not told Chaperone the e-mail domains of its staff (CHAPERONE_STAFF_EMAIL).",
            es="El distrito no ha indicado los dominios de correo de su personal (CHAPERONE_STAFF_EMAIL).",
        ),
        "no_email": Text(
            en="The platform does not tell the owner's e-mail address.",
            es="La plataforma no muestra el correo del responsable.",
        ),
    },
)

"""Every member came by the owner's invitation, or the owner or supervisor approved of them."""

from bot.cards import Action
from bot.governance.check import HOLDS, Check, Member, View, broken
from bot.governance.checks.membership import belongs
from bot.records.governance import Outcome
from bot.records.registry import Person
from bot.wording.subjects import subject_of
from policy.words import Text

APPROVE_ALL = Text(en="Approve {n} members", es="Aprobar a {n} miembros")
APPROVE_ONE = Text(en="Approve {name}", es="Aprobar a {name}")
SURE = Text(
    en="It goes on record that they are in the channel by your will. Outsiders are asked about one by one.",
    es="Quedará registrado que están en el canal porque usted lo quiere. Por las personas externas se pregunta una a "
    "una.",
)


def look(view: View) -> Outcome:
    strangers = [member.id for member in view.members if not is_invited(view, member)]
    return broken("uninvited", *strangers) if strangers else HOLDS


def is_invited(view: View, member: Member) -> bool:
    """Whether the member is there by the will of those who answer for the channel, or did when the member came."""
    place = member.place
    if place.approved_by is not None or not view.answering.isdisjoint((place.person, place.invited_by)):
        return True
    return any(
        keeper.person in (place.person, place.invited_by) and (keeper.until is None or place.joined_at <= keeper.until)
        for keeper in view.keepers
    )


def fix(view: View, outcome: Outcome, viewer: Person) -> tuple[Action, ...]:
    ours = [m for m in view.members if m.id in outcome.people and belongs(m)]
    if not ours:
        return ()
    one = ours[0].person if len(ours) == 1 else None
    label = APPROVE_ONE(viewer.lang, name=one.name[:50]) if one else APPROVE_ALL(viewer.lang, n=len(ours))
    subject = subject_of(view.channel.ref)
    return (Action(name="member.approve_all", subject=subject, label=label, confirm=SURE(viewer.lang)),)


check = Check(
    name="invited",
    look=look,
    fix=fix,
    reasons={
        "uninvited": Text(
            en="In without the owner's invitation: {names}. Approve or remove them.",
            es="Entraron sin invitación del responsable: {names}. Apruebe su entrada o quítelos.",
        )
    },
)

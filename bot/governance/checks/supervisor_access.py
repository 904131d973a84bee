"""The owner's supervisor can see the channel at all times."""

from bot.cards import Action
from bot.governance.check import HOLDS, Check, View, broken
from bot.ports import Ability
from bot.records.governance import Outcome
from bot.records.registry import Person
from bot.wording.subjects import subject_of
from policy.words import Text

INVITE = Text(en="Invite {name}", es="Invitar a {name}")


def look(view: View) -> Outcome:
    supervisor = view.supervisor
    if supervisor is None or not supervisor.is_active or supervisor.ref == view.channel.owner:
        return broken("nobody")
    return HOLDS if view.is_in(supervisor.ref) else broken("outside", supervisor.ref.person)


def fix(view: View, outcome: Outcome, viewer: Person) -> tuple[Action, ...]:
    workspace = view.channel.ref.workspace
    can_invite = Ability.INVITE in view.core.platforms(workspace).abilities(workspace)
    if outcome.why != "outside" or view.supervisor is None or not can_invite:
        return ()
    label = INVITE(viewer.lang, name=view.supervisor.name)
    return (Action(name="member.invite_supervisor", subject=subject_of(view.channel.ref), label=label),)


check = Check(
    name="supervisor_access",
    look=look,
    fix=fix,
    reasons={
        "nobody": Text(
            en="No supervisor other than the owner is on the register. Ask your IT office to name one.",
            es="En el registro no figura un supervisor distinto del responsable. Pida a informática que lo indique.",
        ),
        "outside": Text(
            en="{names} supervises the channel and is not in it. Invite them.",
            es="{names} supervisa el canal y no está en él. Invítele.",
        ),
    },
)

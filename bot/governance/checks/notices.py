"""The notices that the policy asks for were given in their present wording, and slips are on file."""

from bot.cards import Action
from bot.governance.check import HOLDS, NOBODY_YET, Check, View, broken, unseen
from bot.ports import Ability
from bot.records.governance import Answer, Outcome
from bot.records.registry import Person
from bot.wording.subjects import subject_of
from policy.notices import Audience, Notice
from policy.words import Text

GIVEN = {
    "by_hand": Text(en="I have posted it", es="Ya lo publiqué"),
    "parents": Text(en="All parents were told", es="Se informó a todas las familias"),
    "permission": Text(en="All slips are on file", es="Todos los permisos están archivados"),
}


def look(view: View) -> Outcome:
    wanting = [why for notice in view.pack.notices.values() if (why := missing(view, notice))]
    if not wanting:
        return HOLDS
    return unseen(NOBODY_YET) if wanting[0] == NOBODY_YET else broken(wanting[0])


def missing(view: View, notice: Notice) -> str:
    """What is wanting about the notice; empty where it was given."""
    if view.posting(notice) is not None:
        return ""
    if notice.to is Audience.MEMBERS:
        if view.facts.is_watched is False:
            return "not_inside"
        return "unposted" if view.core.can(view.channel.ref.workspace, Ability.ANNOUNCE) else "by_hand"
    places = view.parents
    if not places and not view.has_families:
        return NOBODY_YET
    receipts = {r.person: r for r in view.tx.notices.receipts(view.channel.ref, notice.id)}
    told = [receipts.get(place.account.ref) if place.account else None for place in places]
    if not places or any(receipt is None or receipt.version != notice.version for receipt in told):
        return "permission" if notice.is_asked else "parents"
    if notice.is_asked and any(receipt is not None and receipt.answer != Answer.YES for receipt in told):
        return "permission"
    return ""


def fix(view: View, outcome: Outcome, viewer: Person) -> tuple[Action, ...]:
    if outcome.why not in GIVEN:
        return ()
    notice = next(each for each in view.pack.notices.values() if missing(view, each) == outcome.why)
    subject = f"{subject_of(view.channel.ref)}|{notice.id}|{notice.version}"
    return (Action(name="notice.given", subject=subject, label=GIVEN[outcome.why](viewer.lang)),)


check = Check(
    name="notices",
    look=look,
    ours=frozenset({"unposted"}),
    fix=fix,
    reasons={
        "not_inside": Text(
            en="Chaperone is not in the channel, so nothing is read there. Add it as you would a member; then the "
            "notice that messages are checked is posted.",
            es="Chaperone no está en el canal y allí no se lee nada. Añádalo como a un miembro; entonces se publicará "
            "el aviso de que los mensajes se comprueban.",
        ),
        "unposted": Text(
            en="The notice that messages are checked is being posted in the channel.",
            es="Se está publicando en el canal el aviso de que los mensajes se comprueban.",
        ),
        "by_hand": Text(
            en="Chaperone may not post here. Take the wording from “/policy notices”, post and pin it, then say so.",
            es="Chaperone no puede publicar aquí. Tome el texto de “/policy avisos”, publíquelo, fíjelo e indíquelo.",
        ),
        "parents": Text(
            en="Not all parents were told of the channel. The wording is in “/policy notices”; those with an account "
            "here are told by Chaperone. When you have told the others, say so.",
            es="No se ha informado del canal a todas las familias. El texto está en “/policy avisos”; a quienes tienen "
            "cuenta aquí les avisa Chaperone. Cuando informe a las demás, indíquelo.",
        ),
        NOBODY_YET: Text(
            en="No student is in the channel yet. Parents are told as soon as one is.",
            es="Aún no hay estudiantes en el canal. Se avisará a las familias en cuanto haya alguno.",
        ),
        "permission": Text(
            en="Not all permission slips are on file. Parents with an account here are asked by Chaperone; when you "
            "have the others on paper, say so.",
            es="Faltan permisos firmados. A las familias con cuenta aquí les pregunta Chaperone; cuando tenga los "
            "demás en papel, indíquelo.",
        ),
    },
)

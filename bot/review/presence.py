"""What became of a flagged message in its channel, as its alert says it: asked about, changed, blocked, deleted, put
back."""

from bot.core import Core
from bot.ports import Transaction
from bot.records.incidents import JUDGED_AGAIN, Act, Incident
from bot.records.registry import Person
from bot.review import blocking
from bot.wording import phrasing
from bot.wording.dates import moment
from policy.words import Text

ASKED = Text(en="The author has been asked to remove it.", es="Se pidió al autor que lo quite.")
MENDED = Text(en="The author has changed it; it breaks no rule now.", es="El autor lo cambió; ya no infringe reglas.")
DELETED = Text(
    en="The message is deleted from the channel; this copy stays.",
    es="El mensaje se borró del canal; queda esta copia.",
)
RESTORED = Text(
    en="It had been deleted. Since {at} it is in the channel again.",
    es="Se había borrado. Desde {at} vuelve a estar en el canal.",
)

CLEARED = Text(
    en="Who wrote it was not known when it was judged. Judged again as from {who}, it breaks no rule.",
    es="Cuando se evaluó no se sabía quién lo escribió. Evaluado de nuevo como de {who}, no infringe reglas.",
)
BLOCKED = Text(
    en="{who} had it blocked: since {at} only its author sees what it says.",
    es="{who} lo hizo bloquear: desde {at} solo su autor ve lo que dice.",
)
LIFT_DUE = Text(
    en="The reason for the block seems to be gone. Should everybody be able to read the message again?",
    es="El motivo del bloqueo parece haber desaparecido. ¿Deben poder leer todos de nuevo el mensaje?",
)
STUCK = Text(
    en="Chaperone cannot lift the block now. Please ask whoever keeps it running here.",
    es="Chaperone no puede levantar el bloqueo ahora. Pregunte a quien lo mantiene aquí.",
)


def lines(core: Core, tx: Transaction, incident: Incident, viewer: Person) -> list[str]:
    """Sentences about the message as it stands now; none where nothing happened to it."""
    lang = viewer.lang
    if incident.is_deleted:
        return [*([ASKED(lang)] if incident.is_author_asked else []), DELETED(lang)]
    state = tx.messages.get(incident.message)
    found = []
    if incident.is_author_asked:
        found.append(ASKED(lang))
    if incident.is_mended:
        found.append(MENDED(lang))
    if _is_cleared(tx, incident):
        channel = tx.registry.channel(incident.message.channel_ref)
        author = tx.registry.person(incident.message.person(incident.author))
        found.append(CLEARED(lang, who=phrasing.described(author, channel, lang)))
    if state is not None and state.restored_at is not None:
        found.append(RESTORED(lang, at=moment(state.restored_at, viewer)))
    block = blocking.blocked(tx, incident)
    if block is not None:
        who = phrasing.name_of(tx.registry.person(block.by), lang)
        found.append(BLOCKED(lang, who=who, at=moment(block.at, viewer)))
        if not blocking.can_block(core, incident):
            found.append(STUCK(lang))
    return found


def question(core: Core, tx: Transaction, incident: Incident, viewer: Person) -> str:
    """What the alert asks about the message itself; empty where there is nothing to ask."""
    is_asked = blocking.is_lift_due(tx, incident) and blocking.is_possible(core, tx, incident, Act.LIFT)
    return LIFT_DUE(viewer.lang) if is_asked else ""


def _is_cleared(tx: Transaction, incident: Incident) -> bool:
    """Whether nothing was found once it was known who wrote it, and the message is as it was then."""
    judged = [each.revision for each in tx.incidents.evidence(incident.id) if each.what == JUDGED_AGAIN]
    return incident.newest_revision in judged

"""What became of a flagged message in its channel, as its alert says it: asked about, changed, deleted, put back."""

from bot.dates import moment
from bot.incidents import Incident
from bot.ports import Transaction
from bot.registry import Person
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


def lines(tx: Transaction, incident: Incident, viewer: Person) -> list[str]:
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
    if state is not None and state.restored_at is not None:
        found.append(RESTORED(lang, at=moment(state.restored_at, viewer)))
    return found

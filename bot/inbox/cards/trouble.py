"""What an operator must mend: nobody to tell, somebody out of reach, an event that could not be read. Never a
member's words."""

from bot.cards import Card, Paragraph, Tone
from bot.core import Core
from bot.ids import IncidentId
from bot.ports import Transaction
from bot.records.deliveries import Topic
from bot.records.registry import Person
from policy.words import Text

TITLES = {
    "route": Text(en="Nobody to tell", es="Nadie a quien avisar"),
    "reach": Text(en="Somebody cannot be reached", es="No se puede contactar con alguien"),
    "duty": Text(en="Something was not done", es="Algo no se hizo"),
    "owner": Text(en="A channel without an owner", es="Un canal sin responsable"),
    "inbox": Text(en="An event could not be read", es="Un evento no se pudo leer"),
    "away": Text(en="Chaperone was removed from a workspace", es="Se quitó Chaperone de un espacio de trabajo"),
}
WHAT = {
    "route": Text(
        en="A finding in channel {what} has nobody to go to. Give the channel a supervisor who is not the author; the "
        "alert then goes out by itself.",
        es="Un aviso del canal {what} no tiene a quién ir. Ponga al canal un supervisor que no sea el autor; "
        "la alerta saldrá entonces sola.",
    ),
    "reach": Text(
        en="The platform says that {what} cannot be reached. Alerts went to the next above; mend the account or the "
        "register.",
        es="La plataforma dice que no se puede contactar con {what}. Las alertas fueron a la persona siguiente; "
        "corrija la cuenta o el registro.",
    ),
    "duty": Text(
        en="{what} was given up after several tries. The log says what stood in the way; mend that, and it is done "
        "the next time it is due.",
        es="{what} se abandonó tras varios intentos. El log dice qué lo impidió; corríjalo y se hará la próxima vez.",
    ),
    "owner": Text(
        en="The owner of channel {what} is gone, and nobody on the register stands above them. Name a supervisor on "
        "the roster or the register; then the next owner is asked for.",
        es="El responsable del canal {what} ya no está y no hay nadie por encima en el registro. Indique un supervisor "
        "en la lista o el registro; entonces se preguntará por el próximo responsable.",
    ),
    "inbox": Text(
        en="The event {what} was given up after several tries, and what it says is unchecked. The log has its key.",
        es="El evento {what} se abandonó tras varios intentos y su texto no está revisado. Su clave está en los logs.",
    ),
    "away": Text(
        en="Somebody removed it from {what}, or withdrew its token. Nothing that is written there is seen until it is "
        "installed again; then what was missed is read, as far as the platform gives it.",
        es="Alguien lo quitó de {what}, o retiró su token. No se ve nada de lo que se escribe allí hasta que se "
        "instale de nuevo; entonces se lee lo que faltó, hasta donde la plataforma lo permite.",
    ),
}


def render(tx: Transaction, core: Core, topic: Topic, viewer: Person) -> Card | None:
    """The trouble in words, for operators only; None once a missing recipient was found."""
    kind, _, what = topic.id.partition(":")
    if not viewer.is_operator or kind not in TITLES:
        return None
    if kind == "route":
        incident = tx.incidents.get(IncidentId(what))
        if incident is None or tx.incidents.recipients(incident.id):
            return None
        what = incident.message.channel
    lang = viewer.lang
    title = TITLES[kind](lang)
    return Card(title=title, summary=title, tone=Tone.WARNING, blocks=(Paragraph(WHAT[kind](lang, what=what)),))

"""What is found about the pictures of a message, told to its reviewers through the casebook."""

from collections.abc import Mapping, Sequence

from bot.core import Core
from bot.events import Content, Edited, Posted, Revising, decode
from bot.judging import casebook
from bot.ports import Transaction
from bot.records.incidents import incident_id
from bot.records.photos import NotSeen, Pictures
from bot.records.registry import Channel
from policy.pack import Pack
from policy.rule import Status
from policy.verdict import ClauseId, Finding, RuleId, Severity, Verdict
from policy.words import Text

PURPOSE = "picture"
PHOTO, LOCATION, RESPECT = RuleId("student_photo"), RuleId("student_location"), RuleId("respect")

WHY_NOT_SEEN: Mapping[NotSeen, Text] = {
    NotSeen.TOO_LARGE: Text(en="it is too large", es="es demasiado grande"),
    NotSeen.BROKEN: Text(en="the file is damaged or incomplete", es="el archivo está dañado o incompleto"),
    NotSeen.UNKNOWN_KIND: Text(en="it is no kind of picture that can be read", es="no es una imagen que se pueda leer"),
    NotSeen.TOO_SLOW: Text(en="looking at it took too long", es="mirarla tardaba demasiado"),
    NotSeen.NOT_INSTALLED: Text(
        en="what reads such files is not installed here", es="aquí no está instalado lo que lee estos archivos"
    ),
    NotSeen.NO_VIDEOS: Text(
        en="videos are not read here (whoever runs Chaperone can install the extra chaperone[videos])",
        es="aquí no se leen vídeos (quien administra Chaperone puede instalar el extra chaperone[videos])",
    ),
    NotSeen.NO_HEIC: Text(
        en="HEIC pictures are not read here (whoever runs Chaperone can install the extra chaperone[heic])",
        es="aquí no se leen imágenes HEIC (quien administra Chaperone puede instalar el extra chaperone[heic])",
    ),
    NotSeen.NOT_ALLOWED: Text(
        en="the chat platform does not give the file to Chaperone", es="la plataforma no entrega el archivo a Chaperone"
    ),
    NotSeen.ELSEWHERE: Text(
        en="it is kept elsewhere than in the chat", es="está guardada fuera de la plataforma de mensajes"
    ),
    NotSeen.LOST: Text(en="it was gone already", es="ya no estaba"),
    NotSeen.UNREACHED: Text(
        en="it could not be fetched, also after several tries", es="no se pudo obtener, ni tras varios intentos"
    ),
}
NOT_LOOKED_AT = Text(
    en="A picture was not looked at, or not wholly: {why}. Please look at it yourself.",
    es="Una imagen no se miró, o no del todo: {why}. Por favor, mírela usted.",
)
PERMISSION_MISSING = Text(
    en="It shows students, and the permission of a parent is missing.",
    es="Muestra a estudiantes y falta el permiso de una familia.",
)
PARENT_REFUSED = Text(
    en="It shows a student whose parent does not permit it. It should come down.",
    es="Muestra a un estudiante cuya familia no lo permite. Debe retirarse.",
)
PARENTS_SILENT = Text(
    en="It shows students, and a parent has not answered in time whether that is permitted.",
    es="Muestra a estudiantes y una familia no ha respondido a tiempo si lo permite.",
)
POSTER_SILENT = Text(
    en="It shows people, and whoever posted it has not said in time who they are.",
    es="Muestra a personas y quien la publicó no ha dicho a tiempo quiénes son.",
)
NOBODY_TO_ASK = Text(
    en="It shows people, and whoever posted it cannot be asked who they are.",
    es="Muestra a personas y no se puede preguntar a quien la publicó quiénes son.",
)
PROVOCATIVE = Text(
    en="The picture may be provocative. Do not forward it; look at it with the supervisor.",
    es="La imagen puede ser provocativa. No la reenvíe; mírela con el supervisor.",
)
PLACE_IN_FILE = Text(
    en="The file of a picture says where it was taken. Share pictures without their place.",
    es="El archivo de una imagen dice dónde se tomó. Comparta imágenes sin el lugar.",
)


def not_looked_at(why: Sequence[NotSeen]) -> Text:
    """The reason of a finding about pictures that nobody looked at."""
    each = tuple(dict.fromkeys(why))
    return Text(
        en=NOT_LOOKED_AT.en.format(why="; ".join(WHY_NOT_SEEN[one].en for one in each)),
        es=NOT_LOOKED_AT.es.format(why="; ".join(WHY_NOT_SEEN[one].es for one in each)),
    )


def enforces(pack: Pack, rule: RuleId) -> bool:
    """Whether the rule is at work in the pack and alerts people."""
    return rule in pack.rules and pack.rules[rule].status is not Status.TRIAL


def found(pack: Pack, rule: RuleId, detector: str, reason: Text, severity: Severity | None = None) -> Finding:
    """A finding about pictures as a whole, under the clause that the pack's rule enforces; where the pack has no such
    rule, one that waits for the digest under no clause."""
    clauses = pack.clauses_of(rule)
    known = pack.rules.get(rule)
    return Finding(
        rule=rule if known else casebook.UNCHECKED,
        clause=clauses[0].id if clauses else ClauseId(""),
        start=0,
        end=0,
        excerpt="",
        score=1.0,
        severity=severity or (known.severity if known else Severity.LOW),
        reason=reason,
        detector=detector,
        also=tuple(clause.id for clause in clauses[1:]),
        is_trial=known is not None and known.status is Status.TRIAL,
    )


def tell(core: Core, tx: Transaction, pictures: Pictures, channel: Channel, pack: Pack, finding: Finding) -> None:
    """Opens the message's incident with the finding, or adds it there, and calls for the reviewers' attention."""
    verdict = Verdict(pack.id, pack.version, (finding,))
    if verdict.alerting:
        note(core, tx, pictures, channel, verdict, what=f"picture:{finding.detector}")


def note(
    core: Core,
    tx: Transaction,
    pictures: Pictures,
    channel: Channel,
    verdict: Verdict,
    *,
    what: str,
    content: Content | None = None,
    where: object = (),
) -> None:
    """Keeps what was found, as evidence of this name; `content` is what it was found in, else the message as long as
    it is kept."""
    event = message_of(core, pictures)
    if content is None and tx.incidents.get(incident_id(pictures.message)) is not None:
        content = casebook.NO_WORDS  # the reviewers have read the message already
    if content is not None:
        event = Posted(message=event.message, author=event.author, at=event.at, content=content)
    state = tx.messages.lock(pictures.message)
    casebook.note_findings(core, tx, event, channel, verdict, state, seen=casebook.Seen(what, pictures.revision, where))


def message_of(core: Core, pictures: Pictures) -> Revising:
    """The message with its words as long as they are kept, else without."""
    if pictures.sealed is not None:
        event = decode(core.keys.open(pictures.sealed, purpose=PURPOSE))
        if isinstance(event, Posted | Edited):
            return event
    return Posted(message=pictures.message, author=pictures.author, at=pictures.posted_at, content=casebook.NO_WORDS)

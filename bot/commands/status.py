"""`/policy status`: what waits for me and what is read; for members, what Chaperone does here."""

from bot.cards import Card, Facts, Paragraph
from bot.channels import exceptions
from bot.channels.cards.unregistered import line as waiting
from bot.channels.registration import waiting_for
from bot.command import Command, Example, Request, Standing
from bot.core import Core
from bot.inbox.cards.coverage import line
from bot.inbox.coverage import unseen
from bot.people.standing import standing_of
from bot.ports import Transaction
from bot.records.registry import Channel
from bot.wording.steps import asking, step
from policy.words import Text

TITLE = Text(en="Your status", es="Su estado")
OPEN = Text(en="Open alerts", es="Alertas abiertas")
WAITING = Text(en="Waits for you", es="Espera su decisión")
NOTHING = Text(en="nothing", es="nada")
COUNTED = (
    Text(en="channels: {n}", es="canales: {n}"),
    Text(en="exceptions: {n}", es="excepciones: {n}"),
    Text(en="questions: {n}", es="preguntas: {n}"),
    Text(en="channels that nobody registered: {n}", es="canales sin registrar: {n}"),
)
READ = Text(en="Channels read", es="Canales que se leen")
OF = Text(en="{read} of {all}", es="{read} de {all}")
NOT_READ = Text(en="{read} of {all}; not read: {names}", es="{read} de {all}; sin leer: {names}")
UNCHECKED = Text(en="Still to be checked", es="Por revisar aún")
GIVEN_UP = Text(en="{waiting} messages; {dead} given up", es="{waiting} mensajes; {dead} sin poder revisarse")
UNREGISTERED = Text(en="Not registered", es="Sin registrar")
MOST_UNREGISTERED = 10
WHY = Text(en="Newest alert", es="Alerta más reciente")
APPROVE = Text(en="What waits", es="Lo que espera")

MEMBER = Text(en="What Chaperone does here", es="Qué hace aquí Chaperone")
READS = Text(
    en="It reads this channel by the policy of {policy}. What may break a rule goes to the owner and the supervisor, "
    "who decide.",
    es="Lee este canal según la política de {policy}. Lo que puede infringir una regla llega al responsable y al "
    "supervisor, que deciden.",
)
READS_NOT = Text(
    en="It does not read here: this channel is not registered.", es="Aquí no lee: este canal no está registrado."
)
KEEPS = Text(
    en="Of other messages only that they were checked is kept. It never deletes and never punishes.",
    es="De los demás mensajes solo se guarda que se revisaron. Nunca borra ni castiga.",
)
REPORT = Text(en="Report something", es="Reportar algo")
RULES = Text(en="The rules", es="Las reglas")


async def run(request: Request, core: Core) -> Card:
    return await core.store.read(lambda tx: _status(tx, core, request))


def _status(tx: Transaction, core: Core, request: Request) -> Card:
    if standing_of(tx, request.actor) is Standing.ANYONE:
        return _for_member(request)
    lang, ref = request.lang, request.actor.ref
    told = [i for i in tx.incidents.told(ref) if not i.state.is_decided and i.folded_into is None]
    mine = [c for c in tx.registry.channels(ref.workspace) if ref in (c.owner, c.supervisor)]
    gaps = unseen(tx, mine)
    queue = tx.inbox.counts()
    waiting = queue.waiting + queue.leased
    left = GIVEN_UP(lang, waiting=waiting, dead=queue.dead) if waiting or queue.dead else NOTHING(lang)
    rows = (
        (OPEN(lang), str(len(told))),
        (WAITING(lang), _waiting(tx, core, request)),
        (READ(lang), _coverage(request, mine)),
        (UNCHECKED(lang), left),
        *((f"#{c.name}", line(gap, request.actor)) for c in mine if (gap := gaps.get(c.ref))),
    )
    rows = (*rows, *_unregistered(tx, request))
    newest = (step(request, WHY(lang), "why", told[0].id),) if told else ()
    is_above = standing_of(tx, request.actor) is Standing.SUPERVISOR
    return Card(
        title=TITLE(lang),
        blocks=(Facts(rows),),
        actions=(*newest, *((step(request, APPROVE(lang), "approve"),) if is_above else (asking(request),))),
    )


def _unregistered(tx: Transaction, request: Request) -> tuple[tuple[str, str], ...]:
    """For the district's own people: the channels that nobody registered, and who was asked about each."""
    if not request.actor.is_operator:
        return ()
    found = [each for each in tx.unregistered.of(request.actor.ref.workspace) if each.is_open]
    if not found:
        return ()
    lines = tuple((f"#{each.name}", waiting(tx, each, request.actor)) for each in found[:MOST_UNREGISTERED])
    return ((UNREGISTERED(request.lang), str(len(found))), *lines)


def _waiting(tx: Transaction, core: Core, request: Request) -> str:
    counts = (
        len(waiting_for(tx, core, request.actor)),
        len(exceptions.waiting_for(tx, request.actor)),
        len(tx.questions.waiting_for(request.actor.ref)),
        len(tx.unregistered.open_for(request.actor.ref)),
    )
    lines = [text(request.lang, n=n) for text, n in zip(COUNTED, counts, strict=True) if n]
    return ", ".join(lines) or NOTHING(request.lang)


def _coverage(request: Request, mine: list[Channel]) -> str:
    missing = [f"#{channel.name}" for channel in mine if not channel.is_read]
    text = NOT_READ if missing else OF
    return text(request.lang, read=len(mine) - len(missing), all=len(mine), names=", ".join(missing[:5]))


def _for_member(request: Request) -> Card:
    lang, channel = request.lang, request.channel
    is_read = channel is not None and channel.is_read
    lines = (READS(lang, policy=request.pack.name), KEEPS(lang)) if is_read else (READS_NOT(lang),)
    actions = (step(request, RULES(lang), "rules"), step(request, REPORT(lang), "report"))
    return Card(title=MEMBER(lang), blocks=tuple(Paragraph(line) for line in lines), actions=actions)


command = Command(
    name="status",
    aliases=("estado",),
    summary=Text(en="What waits for you, what is read", es="Qué espera su decisión y qué se lee"),
    usage=Text(en="status", es="estado"),
    examples=(
        Example("status", "What Chaperone does here"),
        Example("estado", "Qué hace aquí Chaperone"),
        Example("status", "Channels read", Standing.OWNER),
        Example("status", "channels: 1", Standing.SUPERVISOR),
        Example("estado", "canales: 1", Standing.SUPERVISOR),
    ),
    run=run,
)

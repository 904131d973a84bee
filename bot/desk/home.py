"""What a person sees first when they open Chaperone: what needs them, their channels, the rules, and how to report."""

from collections.abc import Sequence
from datetime import timedelta

from bot.cards import Action, Block, Bullets, Card, Facts, Field, Paragraph, Tone
from bot.channels import exceptions
from bot.channels.cards.exception import described, last_day
from bot.channels.cards.unregistered import IS_IT
from bot.channels.registration import waiting_for
from bot.command import Request, Standing
from bot.core import Core
from bot.inbox.cards.coverage import line
from bot.inbox.coverage import is_in_care, unseen
from bot.inbox.reports import DANGER, REPORT
from bot.people.standing import standing_of
from bot.ports import Transaction
from bot.records.governance import CheckRecord, CheckState
from bot.records.incidents import Incident
from bot.records.registry import Channel, ChannelState, Person
from bot.wording.dates import day, moment
from bot.wording.phrasing import CHANNEL_STATE, ENFORCED_BY, KIND, channel_name, name_or_dash, rule_title
from bot.wording.steps import asking, checking, step
from bot.wording.subjects import subject_of
from policy.pack import Pack
from policy.verdict import Severity
from policy.words import Text

MOST_ALERTS = 5
MOST_CHANNELS = 20
MOST_BUTTONS = 5
ENDS_SOON = timedelta(days=14)

ALERTS = Text(en="Open alerts: {n}", es="Alertas abiertas: {n}")
NO_ALERTS = Text(en="No open alerts", es="Ninguna alerta abierta")
LOOK = Text(en="Look: {what}", es="Ver: {what}")
URGENT = Text(en="urgent", es="urgente")
DUE = Text(en="What waits for you", es="Qué espera su decisión")
NOTHING_DUE = Text(en="Nothing waits for you.", es="Nada espera su decisión.")
APPROVE_CHANNELS = Text(en="Channels to approve: {names}", es="Canales por aprobar: {names}")
DECIDE_EXCEPTIONS = Text(en="Exceptions to decide: {n}", es="Excepciones por decidir: {n}")
ANSWER = Text(en="Questions to answer: {n}", es="Preguntas por responder: {n}")
ENDING = Text(en="{channel}: {what} ends on {day}", es="{channel}: {what} termina el {day}")
ASKED = Text(en="{channel} waits for approval", es="{channel} espera aprobación")
SHOW = Text(en="Look at what waits", es="Ver lo que espera")
ATTENTION = Text(en="Channels that need attention: {n}", es="Canales que requieren atención: {n}")
WELL = Text(en="No channel needs attention", es="Ningún canal requiere atención")
OPEN_URGENT = Text(en="an urgent alert is open", es="hay una alerta urgente abierta")
OPEN_LONG = Text(en="an alert is open since {at}", es="hay una alerta abierta desde {at}")
NO_OWNER = Text(en="no owner on duty", es="sin responsable en funciones")
UNAPPROVED = Text(en="waits for approval", es="espera aprobación")
UNWATCHED = Text(en="nobody has looked it over in time (due since {day})", es="sin la revisión debida desde el {day}")
NOT_HELD = Text(en="does not hold: {what}", es="no se cumple: {what}")
NEEDS = Text(en="{channel}: what it needs", es="{channel}: lo que le falta")
NOT_READ = Text(en="is not read", es="no se lee")
YOURS = Text(en="Your channels", es="Sus canales")
SUPERVISED = Text(en="Channels under your care: {n}", es="Canales a su cargo: {n}")
ROW = Text(
    en="{kind}, {state}, owner {owner}, open alerts: {n}", es="{kind}, {state}, responsable {owner}, alertas: {n}"
)
MORE = Text(
    en="{n} more: type “/policy channel” in one of them.", es="{n} más: escriba “/policy canal” en uno de ellos."
)
NO_CHANNELS = Text(
    en="You run no channel yet. Type “/policy register” in one to ask for its approval.",
    es="Aún no dirige ningún canal. Escriba “/policy registrar” en uno para pedir su aprobación.",
)
RULES = Text(en="The rules", es="Las reglas")
RULES_OF = Text(en="The rules in plain words", es="Las reglas en palabras sencillas")
READ_BY = Text(
    en="Chaperone reads {names} by the policy of {policy}. What may break a rule goes to the owner and the supervisor, "
    "and people decide.",
    es="Chaperone lee {names} según la política de {policy}. Lo que puede infringir una regla llega al responsable y "
    "al supervisor, y deciden las personas.",
)
NOT_A_MEMBER = Text(
    en="You are in no channel that Chaperone reads. These are the rules of {policy}.",
    es="No está en ningún canal que Chaperone lea. Estas son las reglas de {policy}.",
)
TELL = Text(en="Report something", es="Reportar algo")
HOW = Text(
    en="Tell it in your own words, or report a message from its menu. Only the channel's owner and supervisor see it; "
    "if it is about the owner, begin with “owner:” and they are not told.",
    es="Cuéntelo con sus palabras, o reporte un mensaje desde su menú. Solo lo ven el responsable y el supervisor del "
    "canal; si se trata del responsable, empiece con “responsable:” y no se le avisa.",
)
WHICH = Text(en="Which channel?", es="¿Qué canal?")
HELP = Text(en="Help", es="Ayuda")

LONG_OPEN = timedelta(days=3)
TOLD_ANYHOW = ("approved", "ownership")
"""Checks of which a channel's row tells in words of its own."""


async def home(core: Core, actor: Person) -> Sequence[Card]:
    """The cards of the actor's home, the most pressing first, as things stand now."""
    return await core.store.read(lambda tx: _home(core, tx, actor))


def _home(core: Core, tx: Transaction, actor: Person) -> Sequence[Card]:
    standing = standing_of(tx, actor)
    pack = core.shelf[core.default_pack]
    if standing is Standing.ANYONE:
        inside = _read_with(tx, actor)
        pack = (core.shelf.get(inside[0].pack) if inside else None) or pack
        request = _request(actor, pack)
        return (_rules(request, inside), _reporting(request, inside))
    request = _request(actor, pack)
    mine = _in_care(tx, actor)
    told = [i for i in tx.incidents.told(actor.ref, limit=200) if not i.state.is_decided and i.folded_into is None]
    cards = [_alerts(core, tx, request, told), _due(core, tx, request, mine)]
    if standing is Standing.SUPERVISOR:
        cards.insert(0, _attention(tx, request, mine, told))
    return (*cards, _channels(tx, request, mine, told, standing))


def _request(actor: Person, pack: Pack) -> Request:
    return Request(actor=actor, place=None, channel=None, pack=pack, words="", lang=actor.lang)


def _in_care(tx: Transaction, actor: Person) -> list[Channel]:
    """The channels that the actor owns or supervises, by name."""
    channels = (c for c in tx.registry.channels(actor.ref.workspace) if c.state is not ChannelState.NOTICED)
    return sorted((c for c in channels if is_in_care(tx, c, actor)), key=lambda channel: channel.name)


def _read_with(tx: Transaction, actor: Person) -> list[Channel]:
    """The channels that are read and that the actor is a member of, by name."""
    channels = (c for c in tx.registry.channels(actor.ref.workspace) if c.is_read)
    return sorted((c for c in channels if actor.ref in tx.registry.members(c.ref)), key=lambda channel: channel.name)


def _alerts(core: Core, tx: Transaction, request: Request, told: list[Incident]) -> Card:
    lang = request.lang
    if not told:
        return Card(title=NO_ALERTS(lang), tone=Tone.DONE)
    shown = sorted(told, key=lambda incident: -incident.severity)[:MOST_ALERTS]
    lines = [_alert_line(core, tx, request, incident) for incident in shown]
    is_urgent = shown[0].severity is Severity.URGENT
    return Card(
        title=ALERTS(lang, n=len(told)),
        tone=Tone.URGENT if is_urgent else Tone.NOTICE,
        blocks=(Bullets(tuple(lines)),),
        actions=tuple(
            Action(name="alert.show", subject=incident.id, label=LOOK(lang, what=what)[:75])
            for incident, what in zip(shown, lines, strict=True)
        ),
    )


def _alert_line(core: Core, tx: Transaction, request: Request, incident: Incident) -> str:
    """Channel, rules and time of an alert: none of its words."""
    lang = request.lang
    pack = core.shelf.get(incident.pack) or request.pack
    place = channel_name(tx.registry.channel(incident.message.channel_ref), incident.message.channel)
    rules = ", ".join(rule_title(pack, rule, lang) for rule in incident.rules)
    urgent = f" ({URGENT(lang)})" if incident.severity is Severity.URGENT else ""
    return f"{place} · {rules}{urgent}"


def _due(core: Core, tx: Transaction, request: Request, mine: list[Channel]) -> Card:
    lang, actor = request.lang, request.actor
    to_approve = waiting_for(tx, core, actor)
    to_decide = exceptions.waiting_for(tx, actor)
    questions = tx.questions.waiting_for(actor.ref)
    gaps = unseen(tx, mine)
    lines = []
    if to_approve:
        lines.append(APPROVE_CHANNELS(lang, names=", ".join(f"#{c.name}" for c in to_approve[:MOST_CHANNELS])))
    if to_decide:
        lines.append(DECIDE_EXCEPTIONS(lang, n=len(to_decide)))
    if questions:
        lines.append(ANSWER(lang, n=len(questions)))
    lines += [IS_IT(lang, channel=f"#{each.name}") for each in tx.unregistered.open_for(actor.ref)]
    lines += [due for channel in mine if channel.owner == actor.ref for due in _due_in(tx, request, channel)]
    lines += [f"#{c.name}: {line(gap, actor)}" for c in mine if c.owner == actor.ref and (gap := gaps.get(c.ref))]
    blocks: tuple[Block, ...] = (Bullets(tuple(lines)),) if lines else (Paragraph(NOTHING_DUE(lang)),)
    actions = (step(request, SHOW(lang), "approve"),) if to_approve or to_decide else ()
    return Card(title=DUE(lang), tone=Tone.NOTICE if lines else Tone.PLAIN, blocks=blocks, actions=actions)


def _due_in(tx: Transaction, request: Request, channel: Channel) -> list[str]:
    """What the owner should know to come in one channel."""
    lang, name = request.lang, f"#{channel.name}"
    lines = [ASKED(lang, channel=name)] if channel.state is ChannelState.REQUESTED else []
    ending = [e for e in exceptions.in_force(tx, channel) if e.ends_at - tx.now < ENDS_SOON]
    lines += [ENDING(lang, channel=name, what=described(e, lang), day=last_day(e, request.actor)) for e in ending]
    return lines


def _attention(tx: Transaction, request: Request, mine: list[Channel], told: list[Incident]) -> Card:
    lang = request.lang
    gaps = unseen(tx, mine)
    rows, buttons = list[tuple[str, str]](), list[Action]()
    for channel in mine:
        broken = _broken(tx, channel)
        found = [*_troubles(tx, request, channel, told), *_not_held(request, broken)]
        if channel.ref in gaps:
            found.append(line(gaps[channel.ref], request.actor))
        if found:
            rows.append((f"#{channel.name}", "; ".join(found)))
            buttons.append(_opening(request, channel, needs=bool(broken)))
    if not rows:
        return Card(title=WELL(lang), tone=Tone.DONE)
    return Card(
        title=ATTENTION(lang, n=len(rows)),
        tone=Tone.WARNING,
        blocks=(Facts(tuple(rows[:MOST_CHANNELS])),),
        actions=tuple(buttons[:MOST_BUTTONS]),
    )


def _broken(tx: Transaction, channel: Channel) -> list[CheckRecord]:
    """The channel's checks that are broken, as of the last look at them."""
    if not channel.state.is_read:
        return []
    return [record for record in tx.checks.of(channel.ref) if record.outcome.state is CheckState.BROKEN]


def _not_held(request: Request, broken: list[CheckRecord]) -> list[str]:
    """That nobody watches the channel, and which other checks are broken; what the row says already is left out."""
    lang = request.lang
    found = [UNWATCHED(lang, day=day(r.since, request.actor)) for r in broken if r.name == "monitored"]
    others = [ENFORCED_BY[r.name](lang) for r in broken if r.name not in ("monitored", *TOLD_ANYHOW)]
    return [*found, *([NOT_HELD(lang, what=", ".join(others))] if others else [])]


def _troubles(tx: Transaction, request: Request, channel: Channel, told: list[Incident]) -> list[str]:
    """Why the channel needs a supervisor's eye."""
    lang, found = request.lang, list[str]()
    here = [incident for incident in told if incident.message.channel_ref == channel.ref]
    if any(incident.severity is Severity.URGENT for incident in here):
        found.append(OPEN_URGENT(lang))
    oldest = min((incident.opened_at for incident in here), default=tx.now)
    if tx.now - oldest > LONG_OPEN:
        found.append(OPEN_LONG(lang, at=moment(oldest, request.actor)))
    owner = tx.registry.person(channel.owner) if channel.owner else None
    if owner is None or not owner.is_active:
        found.append(NO_OWNER(lang))
    if channel.state is ChannelState.REQUESTED:
        found.append(UNAPPROVED(lang))
    if not channel.is_read:
        found.append(NOT_READ(lang))
    return found


def _channels(tx: Transaction, request: Request, mine: list[Channel], told: list[Incident], standing: Standing) -> Card:
    lang = request.lang
    actions = (
        checking(request),
        asking(request),
        step(request, RULES(lang), "rules"),
        step(request, HELP(lang), "help"),
    )
    if not mine:
        return Card(title=YOURS(lang), blocks=(Paragraph(NO_CHANNELS(lang)),), actions=actions)
    rows = tuple((f"#{c.name}", _row(tx, request, c, told)) for c in mine[:MOST_CHANNELS])
    rest = len(mine) - len(rows)
    title = SUPERVISED(lang, n=len(mine)) if standing is Standing.SUPERVISOR else YOURS(lang)
    return Card(
        title=title,
        blocks=(Facts(rows), *((Paragraph(MORE(lang, n=rest)),) if rest else ())),
        actions=(*(_opening(request, c) for c in mine[:MOST_BUTTONS]), *actions),
    )


def _row(tx: Transaction, request: Request, channel: Channel, told: list[Incident]) -> str:
    lang = request.lang
    return ROW(
        lang,
        kind=KIND[channel.kind](lang),
        state=CHANNEL_STATE[channel.state](lang),
        owner=name_or_dash(tx.registry.person(channel.owner) if channel.owner else None),
        n=sum(incident.message.channel_ref == channel.ref for incident in told),
    )


def _opening(request: Request, channel: Channel, *, needs: bool = False) -> Action:
    """A button that shows the channel, or what it needs."""
    there = Request(
        actor=request.actor, place=channel.ref, channel=channel, pack=request.pack, words="", lang=request.lang
    )
    name = f"#{channel.name}"
    return step(there, NEEDS(request.lang, channel=name[:50]), "checks") if needs else step(there, name[:75], "channel")


def _rules(request: Request, inside: list[Channel]) -> Card:
    lang, pack = request.lang, request.pack
    names = ", ".join(f"#{channel.name}" for channel in inside[:MOST_CHANNELS])
    said = READ_BY(lang, names=names, policy=pack.name) if inside else NOT_A_MEMBER(lang, policy=pack.name)
    rules = sorted((rule for rule in pack.rules.values() if pack.clauses_of(rule.id)), key=lambda rule: -rule.severity)
    rows = tuple((rule.title(lang), rule.why(lang)) for rule in rules)
    actions = (checking(request), asking(request), step(request, HELP(lang), "help"))
    return Card(title=RULES_OF(lang), blocks=(Paragraph(said), Facts(rows)), actions=actions)


def _reporting(request: Request, inside: list[Channel]) -> Card:
    lang = request.lang
    blocks = (Paragraph(HOW(lang)), Paragraph(DANGER(lang)))
    choices = tuple((subject_of(channel.ref), f"#{channel.name}") for channel in inside)
    fields = (
        Field(name="channel", label=WHICH(lang), kind="choice", choices=choices),
        Field(name="text", label=REPORT(lang), kind="text"),
    )
    action = Action(name="report.words", subject="|", label=TELL(lang), style="primary", fields=fields)
    return Card(title=TELL(lang), tone=Tone.NOTICE, blocks=blocks, actions=(action,) if inside else ())

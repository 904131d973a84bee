"""How things are called in front of people, in one place for every card and answer."""

from bot.cards import Facts
from bot.ports import Transaction
from bot.records.incidents import Act, Incident, IncidentState
from bot.records.registry import Channel, ChannelState, Person, role_in
from policy.message import AllowanceKind, ChannelKind, Role
from policy.pack import Pack
from policy.verdict import Finding, RuleId, Severity
from policy.words import Lang, Text

ROLE = {
    Role.OWNER: Text(en="owner", es="responsable"),
    Role.STAFF: Text(en="staff", es="personal"),
    Role.STUDENT: Text(en="student", es="estudiante"),
    Role.PARENT: Text(en="parent", es="familia"),
    Role.OUTSIDER: Text(en="outsider", es="persona externa"),
}
KIND = {
    ChannelKind.CLUB: Text(en="club", es="club"),
    ChannelKind.TEAM: Text(en="team", es="equipo"),
    ChannelKind.PARENTS: Text(en="parents' group", es="grupo de familias"),
    ChannelKind.CLASS: Text(en="class", es="clase"),
}
SEVERITY = {
    Severity.URGENT: Text(en="Urgent", es="Urgente"),
    Severity.HIGH: Text(en="High", es="Alta"),
    Severity.NORMAL: Text(en="Normal", es="Normal"),
    Severity.LOW: Text(en="Low", es="Baja"),
}
STATE = {
    IncidentState.OPEN: Text(en="Open: nobody has looked yet", es="Abierta: nadie la ha mirado aún"),
    IncidentState.TAKEN: Text(en="{who} is looking into it", es="{who} se ocupa"),
    IncidentState.CONFIRMED: Text(en="Confirmed by {who}", es="Confirmada por {who}"),
    IncidentState.DISMISSED: Text(en="Dismissed by {who}: no problem", es="Descartada por {who}: no es un problema"),
    IncidentState.REFERRED: Text(en="Referred by {who}", es="Remitida por {who}"),
}
ACT = {
    Act.TAKE: Text(en="took it", es="se encargó"),
    Act.CONFIRM: Text(en="confirmed it", es="la confirmó"),
    Act.DISMISS: Text(en="dismissed it", es="la descartó"),
    Act.ASK_AUTHOR: Text(en="asked the author to remove it", es="pidió al autor que lo quite"),
    Act.REFER: Text(en="referred it to {to}", es="la remitió a {to}"),
    Act.NOTE: Text(en="noted", es="anotó"),
    Act.REOPEN: Text(en="reopened it", es="la reabrió"),
    Act.CONTEST: Text(en="contested it", es="presentó una objeción"),
    Act.UPHOLD: Text(en="let the first review stand", es="mantuvo la primera revisión"),
    Act.OVERTURN: Text(en="agreed with the author", es="dio la razón al autor"),
    Act.REMOVE: Text(en="asked Chaperone to remove the message", es="pidió a Chaperone que quite el mensaje"),
    Act.REMOVED: Text(en="had the message removed", es="hizo quitar el mensaje"),
    Act.NOT_REMOVED: Text(
        en="could not have the message removed: the platform refused. Please remove it there",
        es="no pudo hacer quitar el mensaje: la plataforma no lo permitió. Quítelo allí, por favor",
    ),
    Act.BLOCK: Text(en="asked Chaperone to block the message", es="pidió a Chaperone que bloquee el mensaje"),
    Act.BLOCKED: Text(en="had the message blocked", es="hizo bloquear el mensaje"),
    Act.NOT_BLOCKED: Text(
        en="could not have the message blocked: the platform refused. Please ask the author to remove it",
        es="no pudo hacer bloquear el mensaje: la plataforma no lo permitió. Pida al autor que lo quite",
    ),
    Act.LIFT: Text(en="asked Chaperone to lift the block", es="pidió a Chaperone que levante el bloqueo"),
    Act.LIFTED: Text(en="had the block lifted", es="hizo levantar el bloqueo"),
    Act.NOT_LIFTED: Text(
        en="could not have the block lifted: the platform refused. Please ask whoever looks after it here",
        es="no pudo hacer levantar el bloqueo: la plataforma no lo permitió. Pídalo a quien la administra aquí",
    ),
}
CHANNEL_STATE = {
    ChannelState.NOTICED: Text(en="not registered", es="sin registrar"),
    ChannelState.REQUESTED: Text(en="waiting for approval", es="pendiente de aprobación"),
    ChannelState.APPROVED: Text(en="approved", es="aprobado"),
    ChannelState.DECLINED: Text(en="declined", es="rechazado"),
    ChannelState.CLOSED: Text(en="closed", es="cerrado"),
}
ALLOWANCE = {
    AllowanceKind.FUNDRAISER: Text(en="fundraiser", es="colecta"),
    AllowanceKind.ELECTION: Text(en="election", es="elección"),
    AllowanceKind.ACCOUNT: Text(en="account", es="cuenta"),
    AllowanceKind.HOST: Text(en="website", es="sitio"),
    AllowanceKind.TOOL: Text(en="tool", es="herramienta"),
}
ENFORCED_BY = {
    "approved": Text(en="approval before use", es="aprobación antes de usarlo"),
    "approved_tools": Text(en="list of approved tools", es="lista de herramientas aprobadas"),
    "closed": Text(en="closed group", es="grupo cerrado"),
    "district_account": Text(en="district account of the owner", es="cuenta del distrito del responsable"),
    "invited": Text(en="members by invitation", es="miembros por invitación"),
    "membership": Text(en="who may be a member", es="quién puede ser miembro"),
    "monitored": Text(en="regular look by the owner", es="revisión regular del responsable"),
    "notices": Text(en="notices and permission slips", es="avisos y permisos"),
    "ownership": Text(en="handover when an owner leaves", es="traspaso cuando el responsable se va"),
    "parent_access": Text(en="parents may join", es="acceso de los padres"),
    "purpose": Text(en="purpose on record", es="finalidad registrada"),
    "supervisor_access": Text(en="supervisor can see it", es="acceso del supervisor"),
    "alert": Text(en="alert to owner and supervisor", es="alerta a responsable y supervisor"),
    "ask_first": Text(en="ask first", es="preguntar antes"),
    "correction": Text(en="correction of errors", es="corrección de errores"),
    "follow_up": Text(en="follow-up by people", es="seguimiento por personas"),
    "monitoring_record": Text(en="record of the owner's looks", es="registro de revisiones"),
    "photo_consent": Text(en="photo consent", es="permiso de fotos"),
    "records": Text(en="records", es="archivo"),
    "register": Text(en="registration of channels", es="registro de canales"),
    "report": Text(en="reports by members", es="reportes de miembros"),
    "review": Text(en="review by people", es="revisión por personas"),
}
"""The checks and workflows that packs name."""
AND = Text(en=" and ", es=" y ")
OTHERS = Text(en="The people who were told of it", es="Las personas avisadas")
SOMEBODY = Text(en="somebody who left", es="alguien que ya no está")


def name_of(person: Person | None, lang: Lang) -> str:
    """The person's name, or that they are gone."""
    return person.name if person else SOMEBODY(lang)


def name_or_dash(person: Person | None) -> str:
    """The person's name, or a dash where there is nobody."""
    return "–" if person is None else person.name


def described(person: Person | None, channel: Channel | None, lang: Lang) -> str:
    """A name with what the person is to the channel: `Sam Ortega (student)`."""
    if person is None:
        return SOMEBODY(lang)
    role = role_in(channel, person) if channel else person.role
    return f"{person.name} ({ROLE[role](lang)})"


def channel_name(channel: Channel | None, fallback: str) -> str:
    return f"#{channel.name}" if channel else fallback


def rule_title(pack: Pack, rule: RuleId, lang: Lang) -> str:
    """The rule's title in this pack; ids that are no rule (a report, an unchecked message) have titles of their own."""
    found = pack.rules.get(rule)
    if found is not None:
        return found.title(lang)
    own = _OTHER_TITLES.get(rule)
    return own(lang) if own else rule


def clause_line(pack: Pack, finding: Finding, lang: Lang) -> str:
    """The citation and our plain words: `4118.6-R, S8: …`."""
    clause = pack.clauses.get(finding.clause)
    return f"{pack.citation(finding.clause)}: {clause.summary(lang)}" if clause else pack.citation(finding.clause)


def explained(pack: Pack, finding: Finding, lang: Lang) -> Facts:
    """A finding for a person: rule, clause of this district's policy, why it was flagged, what to look at."""
    rule = pack.rules.get(finding.rule)
    rows = [
        (Text(en="Rule", es="Regla")(lang), rule_title(pack, finding.rule, lang)),
        (Text(en="Policy", es="Política")(lang), clause_line(pack, finding, lang)),
        (Text(en="Why flagged", es="Por qué")(lang), finding.reason(lang)),
    ]
    if rule is not None:
        rows.append((Text(en="Look at", es="Qué mirar")(lang), rule.reviewer(lang)))
    return Facts(tuple(rows))


def state_line(tx: Transaction, incident: Incident, lang: Lang) -> str:
    """Where the review stands and who is at it."""
    ref = incident.decided_by if incident.state.is_decided else incident.taken_by
    who = tx.registry.person(ref) if ref else None
    return STATE[incident.state](lang, who=name_of(who, lang))


def others_told(tx: Transaction, incident: Incident, viewer: Person) -> str:
    """The names of everybody else who was told of the incident, to begin a sentence with."""
    people = (tx.registry.person(ref) for ref in tx.incidents.recipients(incident.id) if ref != viewer.ref)
    names = AND(viewer.lang).join(person.name for person in people if person is not None)
    return names or OTHERS(viewer.lang)


_OTHER_TITLES = {
    RuleId("reported"): Text(en="Reported by a member", es="Reportado por un miembro"),
    RuleId("unchecked"): Text(en="Unchecked message", es="Mensaje sin revisar"),
}

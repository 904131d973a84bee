"""What is on the register, in people's words: states of channels, kinds of exceptions, names."""

from bot.registry import ChannelState, Person
from policy.message import AllowanceKind
from policy.words import Text

CHANNEL_STATES = {
    ChannelState.NOTICED: Text(en="not registered", es="sin registrar"),
    ChannelState.REQUESTED: Text(en="waiting for approval", es="pendiente de aprobación"),
    ChannelState.APPROVED: Text(en="approved", es="aprobado"),
    ChannelState.DECLINED: Text(en="declined", es="rechazado"),
    ChannelState.CLOSED: Text(en="closed", es="cerrado"),
}
ALLOWANCE_KINDS = {
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


def name_or_dash(person: Person | None) -> str:
    """The person's name, or a dash where there is nobody."""
    return "–" if person is None else person.name

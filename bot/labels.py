"""Our own words for kinds and states, as people read them."""

from bot.registry import Channel, ChannelState, Person
from policy.message import AllowanceKind, ChannelKind
from policy.verdict import Severity
from policy.words import Text

CHANNEL_KINDS = {
    ChannelKind.CLUB: Text(en="Club or activity", es="Club o actividad"),
    ChannelKind.TEAM: Text(en="Team", es="Equipo"),
    ChannelKind.PARENTS: Text(en="Parents' group", es="Grupo de padres"),
    ChannelKind.CLASS: Text(en="Class", es="Clase"),
}
CHANNEL_STATES = {
    ChannelState.NOTICED: Text(en="not registered", es="sin registrar"),
    ChannelState.REQUESTED: Text(en="waiting for approval", es="pendiente de aprobación"),
    ChannelState.APPROVED: Text(en="approved", es="aprobado"),
    ChannelState.DECLINED: Text(en="declined", es="rechazado"),
    ChannelState.CLOSED: Text(en="closed", es="cerrado"),
}
ALLOWANCE_KINDS = {
    AllowanceKind.FUNDRAISER: Text(en="Fundraiser", es="Recaudación de fondos"),
    AllowanceKind.ELECTION: Text(en="Mock or student election", es="Elección simulada o estudiantil"),
    AllowanceKind.ACCOUNT: Text(en="Social account", es="Cuenta en redes sociales"),
    AllowanceKind.HOST: Text(en="Website", es="Sitio web"),
    AllowanceKind.TOOL: Text(en="Tool", es="Herramienta"),
}
SEVERITIES = {
    Severity.URGENT: Text(en="Urgent", es="Urgente"),
    Severity.HIGH: Text(en="High", es="Alta"),
    Severity.NORMAL: Text(en="Normal", es="Normal"),
    Severity.LOW: Text(en="Low", es="Baja"),
}


def channel_name(channel: Channel) -> str:
    """The channel's name with one hash mark before it."""
    return f"#{channel.name.lstrip('#')}"


def name_of(person: Person | None) -> str:
    """The person's name, or a dash where nobody is known."""
    return "–" if person is None else person.name

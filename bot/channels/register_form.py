"""The form in which a channel is registered, filled in with what is known of it: from the register, its name, the
roster."""

from bot.cards import Action, Field
from bot.channels.unregistered.signs import kind_in, school_in
from bot.core import Core
from bot.ids import ChannelRef
from bot.people.routing import above
from bot.ports import Transaction
from bot.records.registry import Channel, Person
from bot.wording import phrasing
from bot.wording.subjects import subject_of
from policy.message import Role
from policy.words import Text

KIND = Text(en="Kind", es="Tipo")
FOR_WHOM = Text(en="For", es="Para")
PURPOSE = Text(en="Purpose", es="Finalidad")
SCHOOL = Text(en="School", es="Escuela")
SUPERVISOR = Text(en="Your supervisor", es="Su supervisor")
PURPOSE_HINT = Text(
    en="For example: practice times and rides for the track team",
    es="Por ejemplo: horarios de entrenamiento y transporte del equipo de atletismo",
)
MOST_SCHOOLS = 80
"""Schools to choose from; of more one writes the name."""


def registering(
    tx: Transaction, core: Core, owner: Person, place: ChannelRef | None, label: str, *, kind: str = ""
) -> Action:
    """The button that opens the form. Who has nobody above them on the register names their supervisor."""
    lang = owner.lang
    channel = tx.registry.channel(place) if place is not None else None
    name, about = _called(tx, place, channel)
    kinds = tuple((kind.value, text(lang)) for kind, text in phrasing.KIND.items())
    pack = core.shelf.get(core.default_pack)
    proposed = kind_in(name, pack.settings.channel_hints) if pack is not None else None
    known = kind or (channel.kind if channel else proposed or "")
    fields = (
        Field(name="kind", label=KIND(lang), kind="choice", choices=kinds, value=known),
        Field(
            name="purpose",
            label=PURPOSE(lang),
            kind="text",
            hint=PURPOSE_HINT(lang),
            value=channel.purpose if channel else about,
        ),
        Field(name="audience", label=FOR_WHOM(lang), is_required=False, value=channel.audience if channel else ""),
        _school_field(tx, owner, name, channel),
        *_supervisor_field(tx, owner),
    )
    return Action(name="channel.register", subject=subject_of(place), label=label, style="primary", fields=fields)


def _called(tx: Transaction, place: ChannelRef | None, channel: Channel | None) -> tuple[str, str]:
    """What the channel is called, and what its makers wrote of it, as far as is known."""
    if channel is not None:
        return channel.name, ""
    noticed = tx.unregistered.get(place) if place is not None else None
    return (noticed.name, noticed.about) if noticed is not None else ("", "")


def _school_field(tx: Transaction, owner: Person, name: str, channel: Channel | None) -> Field:
    """The school: what is on record, else the one that the channel's name speaks of, else the owner's own."""
    schools = [school.name for school in tx.roster.schools()]
    value = (channel.school if channel else "") or school_in(name, schools) or owner.school
    listed = dict.fromkeys([*schools, *([value] if value else [])])
    is_choice = schools and len(listed) <= MOST_SCHOOLS
    return Field(
        name="school",
        label=SCHOOL(owner.lang),
        kind="choice" if is_choice else "line",
        choices=tuple((school, school) for school in listed) if is_choice else (),
        is_required=False,
        value=value,
    )


def _supervisor_field(tx: Transaction, owner: Person) -> tuple[Field, ...]:
    if above(tx, owner) is not None:
        return ()
    staff = (
        person
        for person in tx.registry.people(owner.ref.workspace)
        if person.role is Role.STAFF and person.is_active and person.ref != owner.ref
    )
    choices = tuple((person.ref.person, f"{person.name} · {person.title}".strip(" ·")) for person in staff)
    return (Field(name="supervisor", label=SUPERVISOR(owner.lang), kind="person", choices=choices),)

"""Channels that people make while trying things out, and who is in them."""

import re
import unicodedata

from adapters.playground import events
from adapters.playground.world import CHAPERONE, Room, World
from bot.errors import Refused
from bot.ids import ChannelId, PersonId
from bot.inbox.intake import Intake
from policy.message import Role
from policy.words import Text

STAFF_ONLY = Text(
    en="Only staff make channels and invite people. Ask the person who runs the channel.",
    es="Solo el personal crea canales e invita a personas. Pídaselo a la persona responsable del canal.",
)
NO_ROOM = Text(en="There is no such channel.", es="No existe ese canal.")
TAKEN = Text(
    en="There is a channel of that name already. Choose another name.",
    es="Ya existe un canal con ese nombre. Elija otro.",
)


def make(world: World, intake: Intake, *, by: PersonId, name: str, topic: str) -> ChannelId:
    """Makes a channel with its maker as the one member. Nobody has registered it yet. Raises Refused."""
    _require_staff(world, by)
    channel = ChannelId(channel_id(name))
    if channel == CHAPERONE or world.room(channel) is not None:
        raise Refused(TAKEN)
    world.add_room(Room(channel, name.lstrip("# "), topic))
    _join(world, intake, channel, by, by=by)
    # Chaperone is in every channel here: whoever makes one puts it there.
    intake.accept(world.tx, events.watched(world.channel_ref(channel), by=by, at=world.now))
    return channel


def add(world: World, intake: Intake, channel: ChannelId, person: PersonId, *, by: PersonId) -> None:
    """Makes somebody a member. Raises Refused."""
    world.require_member(channel, by)
    _require_staff(world, by)
    world.someone(person)
    if not world.is_member(channel, person):
        _join(world, intake, channel, person, by=by)


def remove(world: World, intake: Intake, channel: ChannelId, person: PersonId, *, by: PersonId) -> None:
    """Takes somebody out; everybody may leave. Raises Refused."""
    world.require_member(channel, by)
    if person != by:
        _require_staff(world, by)
    take_out(world, intake, channel, person)


def bring(world: World, intake: Intake, channel: ChannelId, person: PersonId) -> None:
    """Makes somebody a member because the register says so, whoever is in the channel. Raises Refused."""
    world.someone(person)
    if world.room(channel) is None:
        raise Refused(NO_ROOM)
    if not world.is_member(channel, person):
        _join(world, intake, channel, person, by=None)


def take_out(world: World, intake: Intake, channel: ChannelId, person: PersonId) -> None:
    """Takes somebody out because a person decided so elsewhere. Raises Refused."""
    if world.room(channel) is None:
        raise Refused(NO_ROOM)
    if world.is_member(channel, person):
        world.remove_member(channel, person)
        intake.accept(world.tx, events.left(world.channel_ref(channel), person, at=world.now))


def mark_read(world: World, person: PersonId, channel: ChannelId, upto: int) -> None:
    """Keeps how far the person has read a channel, or their conversation with Chaperone. Raises Refused."""
    world.someone(person)
    if channel != CHAPERONE:
        world.require_member(channel, person)
    world.mark_read(person, channel, min(upto, world.last_change()))


def channel_id(name: str) -> str:
    """A name for addresses: letters without accents, figures and dashes."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "channel"


def _join(world: World, intake: Intake, channel: ChannelId, person: PersonId, *, by: PersonId | None) -> None:
    world.add_member(channel, person)
    intake.accept(world.tx, events.joined(world.channel_ref(channel), person, by=by, at=world.now))


def _require_staff(world: World, person: PersonId) -> None:
    if world.someone(person).role is not Role.STAFF:
        raise Refused(STAFF_ONLY)

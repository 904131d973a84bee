"""The playground as the product sees it: cards in people's private conversations, and who is where."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from urllib.parse import quote

from adapters.playground import board, events, history, notes, rooms, talk
from adapters.playground.events import ChatMessage
from adapters.playground.live import BELL
from adapters.playground.view import PAGE_LINK
from adapters.playground.world import Room, World, current
from bot.cards import Card
from bot.errors import FileTooLarge, Refused, Undeliverable
from bot.events import Edited, Event, Posted
from bot.ids import ChannelRef, MessageRef, PersonId, PersonRef, WorkspaceId
from bot.inbox.intake import Intake
from bot.ports import Ability, Bell, Keys, Platform, Store, Tip, Transaction
from bot.records.accounts import Account
from bot.records.deliveries import Topic
from bot.records.registry import ChannelFacts
from bot.records.unregistered import ListedChannel


class Playground(Platform):
    """Shows cards in the local chat."""

    def __init__(self, store: Store, keys: Keys, bell: Bell, intake: Intake) -> None:
        self._store = store
        self._keys = keys
        self._bell = bell
        self._intake = intake

    async def show(self, to: PersonRef, topic: Topic, card: Card, *, shown: str | None, notify: bool) -> str:
        """Shows the card to the person privately and returns its name. There is one card for each person and topic, so
        that `shown` says nothing new. Raises Undeliverable where there is no such person."""

        def unit(tx: Transaction) -> str:
            if tx.registry.person(to) is None:
                raise Undeliverable
            if current(tx) != to.workspace:
                # Somebody started over: the people of the workspace before are gone, and so is who would look.
                return shown or str(topic)
            return notes.put(World(tx, self._keys, to.workspace), to.person, topic, card, notify=notify)

        name = await self._store.write(unit)
        await self._bell.ring(BELL)
        return name

    def link_to(self, message: MessageRef) -> str:
        """Opens the message for whoever the reader is. Cards are read in the page only, so it lies within it."""
        return f"{PAGE_LINK}c/{message.channel}/m/{message.message}"

    def opening(self, workspace: WorkspaceId, words: str) -> str:
        """An address within the page, like that of a message."""
        del workspace
        return f"{PAGE_LINK}ask/{quote(words, safe='')}"

    def abilities(self, workspace: WorkspaceId) -> frozenset[Ability]:
        """What this chat can do."""
        del workspace
        return frozenset(Ability)

    async def account(self, person: PersonRef) -> Account | None:
        """The account of somebody on the register: here nobody else has one."""
        known = await self._store.read(lambda tx: tx.registry.person(person))
        if known is None:
            return None
        return Account(ref=person, name=known.name, email=known.email, zone=known.zone, is_active=known.is_active)

    async def facts(self, channel: ChannelRef) -> ChannelFacts:
        """Every channel here is closed and belongs to one workspace. Raises Undeliverable where there is none."""

        def unit(tx: Transaction) -> ChannelFacts:
            room = World(tx, self._keys, channel.workspace).room(channel.channel)
            if room is None:
                raise Undeliverable
            return ChannelFacts(name=room.name, is_private=True, is_shared=False, is_archived=False, is_watched=True)

        return await self._store.read(unit)

    async def members(self, channel: ChannelRef) -> tuple[PersonId, ...]:
        """Everybody who is in the channel."""
        return await self._store.read(
            lambda tx: tuple(World(tx, self._keys, channel.workspace).members(channel.channel))
        )

    async def listed(self, workspace: WorkspaceId) -> tuple[ListedChannel, ...]:
        """Every channel; its first member made it."""

        def unit(tx: Transaction) -> tuple[ListedChannel, ...]:
            world = World(tx, self._keys, workspace)
            return tuple(_listed(world, room) for room in world.all_rooms())

        return await self._store.read(unit)

    async def history(self, channel: ChannelRef, *, since: datetime, until: datetime) -> AsyncIterator[Event]:
        """What stands in the channel now: each message once, as it was posted or last changed."""

        def unit(tx: Transaction) -> list[Posted | Edited]:
            world = World(tx, self._keys, channel.workspace)
            return [_event(world, message) for message in history.standing(world, channel.channel)]

        for event in sorted(await self._store.read(unit), key=lambda event: event.at):
            if since < event.at <= until:
                yield event

    async def announce(self, channel: ChannelRef, topic: Topic, card: Card, *, shown: str | None, pin: bool) -> str:
        """Shows the card to everybody in the channel, once for each topic. Raises Undeliverable where there is no such
        channel."""
        del shown

        def unit(tx: Transaction) -> str:
            world = World(tx, self._keys, channel.workspace)
            if world.room(channel.channel) is None:
                raise Undeliverable
            return board.put(world, channel.channel, topic, card, pin=pin)

        name = await self._store.write(unit)
        await self._bell.ring(BELL)
        return name

    async def invite(self, channel: ChannelRef, person: PersonRef) -> None:
        """Makes the person a member. Raises Undeliverable where there is no such channel or person."""
        await self._change(
            channel.workspace, lambda world: rooms.bring(world, self._intake, channel.channel, person.person)
        )

    async def remove_member(self, channel: ChannelRef, person: PersonRef) -> None:
        """Takes the person out of the channel."""
        await self._change(
            channel.workspace, lambda world: rooms.take_out(world, self._intake, channel.channel, person.person)
        )

    async def remove_message(self, message: MessageRef) -> None:
        """Deletes the message for everybody; that there was one stays visible."""
        await self._change(message.workspace, lambda world: talk.remove(world, self._intake, message.message))

    async def block(self, message: MessageRef, tip: Tip) -> None:
        """Hides the message from everybody but its author, who reads the tip. Raises Undeliverable where it is gone."""
        await self._change(message.workspace, lambda world: talk.block(world, message.message, tip.text))

    async def lift_block(self, message: MessageRef) -> None:
        """Shows it to everybody again. Raises Undeliverable where it is gone."""
        await self._change(message.workspace, lambda world: talk.lift_block(world, message.message))

    async def file(self, message: MessageRef, attachment: str, *, at_most: int) -> bytes:
        """What was attached. Raises FileTooLarge, and Undeliverable where it is gone."""
        found = await self._store.read(
            lambda tx: history.bytes_of(World(tx, self._keys, message.workspace), message.message, attachment)
        )
        if found is None:
            raise Undeliverable
        if len(found) > at_most:
            raise FileTooLarge
        return found

    async def _change(self, workspace: WorkspaceId, unit: Callable[[World], None]) -> None:
        try:
            await self._store.write(lambda tx: unit(World(tx, self._keys, workspace)))
        except Refused as refused:
            raise Undeliverable(str(refused)) from None
        await self._bell.ring(BELL)
        await self._intake.ring()


def _listed(world: World, room: Room) -> ListedChannel:
    creator = next(iter(world.members(room.id)), None)
    return ListedChannel(ref=world.channel_ref(room.id), name=room.name, about=room.topic, creator=creator)


def _event(world: World, message: ChatMessage) -> Posted | Edited:
    made = events.edited if message.revision else events.posted
    return made(world.workspace, message)

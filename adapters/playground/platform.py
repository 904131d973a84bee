"""The playground as the product sees it: cards in people's private conversations, and who is where."""

from collections.abc import AsyncIterator
from datetime import datetime

from adapters.playground import notes
from adapters.playground.live import BELL
from adapters.playground.view import PAGE_LINK
from adapters.playground.world import World, current
from bot.accounts import Account
from bot.cards import Card
from bot.deliveries import Topic
from bot.errors import Unable, Undeliverable
from bot.events import Event
from bot.ids import ChannelRef, MessageRef, PersonId, PersonRef, WorkspaceId
from bot.ports import Ability, Bell, Keys, Platform, Store, Transaction
from bot.registry import ChannelFacts


class Playground(Platform):
    """Shows cards in the local chat."""

    def __init__(self, store: Store, keys: Keys, bell: Bell) -> None:
        self._store = store
        self._keys = keys
        self._bell = bell

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

    def abilities(self, workspace: WorkspaceId) -> frozenset[Ability]:
        """What this chat can do."""
        del workspace
        return frozenset({Ability.LIST_MEMBERS})

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

    def history(self, channel: ChannelRef, *, since: datetime, until: datetime) -> AsyncIterator[Event]:
        """Raises Unable: the chat and the inbox share each transaction, so nothing is ever missed."""
        del channel, since, until
        raise Unable

    async def announce(self, channel: ChannelRef, topic: Topic, card: Card, *, shown: str | None, pin: bool) -> str:
        """Raises Unable."""
        del channel, topic, card, shown, pin
        raise Unable

    async def invite(self, channel: ChannelRef, person: PersonRef) -> None:
        """Raises Unable."""
        del channel, person
        raise Unable

    async def remove_member(self, channel: ChannelRef, person: PersonRef) -> None:
        """Raises Unable."""
        del channel, person
        raise Unable

    async def remove_message(self, message: MessageRef) -> None:
        """Raises Unable."""
        del message
        raise Unable

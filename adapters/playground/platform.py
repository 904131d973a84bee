"""The playground as the outbox sees it: cards in people's private conversations."""

from adapters.playground import notes
from adapters.playground.live import BELL
from adapters.playground.view import PAGE_LINK
from adapters.playground.world import World, current
from bot.cards import Card
from bot.deliveries import Topic
from bot.errors import Undeliverable
from bot.ids import MessageRef, PersonRef
from bot.ports import Bell, Keys, Platform, Store, Transaction


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

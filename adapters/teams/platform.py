"""Teams as the outbox sees it: cards in people's own conversations, posts in channels, who is in them."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from urllib.parse import quote

from adapters.teams import cards, conversations
from adapters.teams.activity import (
    Payload,
    conversation_of,
    is_personal,
    person_id,
    sender_of,
    tenant_of,
    text,
    workspace_named,
)
from adapters.teams.client import Connector, Place, Unreachable
from adapters.teams.connection import Connection
from adapters.teams.doubles import marked, topic_in
from adapters.teams.events import full_name
from adapters.teams.listing import Listing
from adapters.teams.sight import GraphSight
from bot.cards import Card
from bot.errors import ChaperoneError, Unable, Undeliverable
from bot.events import Event
from bot.ids import ChannelRef, MessageRef, PersonId, PersonRef, WorkspaceId
from bot.ports import Ability, Platform, Store, Tip, Transaction
from bot.records.accounts import Account
from bot.records.deliveries import Topic
from bot.records.registry import ChannelFacts
from bot.records.unregistered import ListedChannel

SEPARATOR = "|"
UNDER_WAY = ""
"""Stands for the name of a post that Teams may have taken, or not."""
TEAMS_LOOKED_IN = 20
"""Teams in which an account is looked for before it counts as nobody's."""
BLOCKED = frozenset({"MessageWritesBlocked", "ConversationBlockedByUser"})


class Teams(Platform):
    """Shows cards in Teams."""

    def __init__(
        self, store: Store, connector: Connector, connection: Connection, sight: GraphSight | None = None
    ) -> None:
        self._store = store
        self._connector = connector
        self._connection = connection
        self._sight = sight
        self._listing = Listing(store, connector)

    async def show(self, to: PersonRef, topic: Topic, card: Card, *, shown: str | None, notify: bool) -> str:
        """Shows the card in the person's own conversation, or changes the one that is there; a change that is to call
        for attention is followed by a line that says so, because Teams announces no change. Which card shows what is
        kept at once: only where Teams' answer itself is lost can a second one appear, which goes when it is used."""
        known = shown or await self._store.read(lambda tx: conversations.card_for(tx, *_reader(to), topic))
        if known is not None and await self._changed(to, known, topic, card):
            if notify:
                await self.tell(to, {"type": "message", "text": card.summary or card.title, "textFormat": "plain"})
            return known
        place, activity = await self.tell(to, marked(cards.message(card, notify=notify), topic))
        name = _name(place, activity)
        await self._store.write(lambda tx: conversations.keep_card(tx, *_reader(to), topic, name))
        return name

    async def tidy(self, pressed: Payload) -> None:
        """Where the card of which somebody pressed a button is a second one, whose name we never learnt, it goes: the
        one that we know stands beside it and is kept up to date."""
        actor, topic, id_ = sender_of(pressed), topic_in(pressed), text(pressed, "replyToId")
        if not topic or not id_ or not is_personal(pressed):
            return
        known = await self._store.read(lambda tx: conversations.card_named(tx, *_reader(actor), topic))
        conversation, _, activity = (known or "").rpartition(SEPARATOR)
        if conversation == conversation_of(pressed) and activity != id_:
            with suppress(ChaperoneError):
                await self._connector.delete(Place(await self._server_of(actor), conversation), id_)

    async def tell(self, to: PersonRef, activity: Payload) -> tuple[Place, str]:
        """Posts in the person's own conversation, which is opened where there is none; one that Teams no longer knows
        (they took the app away and put it back) is opened anew. Raises Undeliverable where they blocked us."""
        place = await self._store.read(lambda tx: conversations.place_of_person(tx, to))
        if place is not None:
            try:
                return place, await self._connector.send(place, activity)
            except Unreachable as error:
                if error.code in BLOCKED or error.status == 0:
                    raise
        place = await self._opened(to)
        return place, await self._connector.send(place, activity)

    async def _opened(self, to: PersonRef) -> Place:
        place = await self._connector.open(
            await self._server_of(to),
            bot=self._connection.bot_id,
            tenant=tenant_of(to.workspace),
            person=to.person,
        )
        if not place.conversation:
            raise Undeliverable("Teams opened no conversation")
        await self._store.write(lambda tx: conversations.keep_person(tx, to, place))
        return place

    async def _changed(self, to: PersonRef, known: str, topic: Topic, card: Card) -> bool:
        """False where the card is no longer there to be changed."""
        conversation, _, activity = known.rpartition(SEPARATOR)
        return await self._put(Place(await self._server_of(to), conversation), activity, topic, card)

    async def _server_of(self, person: PersonRef) -> str:
        """Through which server the person is reached: their own, else the tenant's, else the cloud's."""

        def unit(tx: Transaction) -> str:
            place = conversations.place_of_person(tx, person)
            return place.service_url if place else conversations.any_service_url(tx, person.workspace)

        return await self._store.read(unit) or self._connection.cloud.service_url

    async def _put(self, place: Place, activity: str, topic: Topic, card: Card) -> bool:
        try:
            await self._connector.update(place, activity, marked(cards.message(card, notify=False), topic))
        except Unreachable as error:
            if error.code in BLOCKED or error.status == 0:
                raise
            return False
        return True

    def link_to(self, message: MessageRef) -> str:
        """Opens the message in Teams for whoever may see it."""
        where = f"{quote(message.channel, safe='')}/{quote(message.message, safe='')}"
        return f"{self._connection.cloud.web}/l/message/{where}?tenantId={quote(tenant_of(message.workspace), safe='')}"

    def abilities(self, workspace: WorkspaceId) -> frozenset[Ability]:
        """What a bot may do in a team that it is installed in, and what Graph lets it see of its own tenant. Who is a
        member is the team owners' to change, and of messages a bot may delete its own only."""
        able = {Ability.LIST_MEMBERS, Ability.LIST_CHANNELS, Ability.ANNOUNCE}
        if self._sees(workspace) is not None:
            able |= {Ability.READ_HISTORY, Ability.READ_FILES}
            able |= {Ability.BLOCK_MESSAGE} if self._connection.may_block else set()
        return frozenset(able)

    def _sees(self, workspace: WorkspaceId) -> GraphSight | None:
        """Our token for Graph is one of our own tenant."""
        return self._sight if workspace == workspace_named(self._connection.tenant) else None

    async def account(self, person: PersonRef) -> Account | None:
        """The account, as a conversation knows it that the person and we are in."""
        for place in await self._store.read(lambda tx: _shared_places(tx, person)):
            try:
                found = await self._connector.member(place, person.person)
            except Unreachable:
                continue
            if person_id(found) == person.person:
                return _account(person, found)
        return None

    async def facts(self, channel: ChannelRef) -> ChannelFacts:
        """The channel as Graph shows it, else as its team lists it; whether it is archived only Graph tells."""
        sight = self._sees(channel.workspace)
        if sight is not None:
            with suppress(ChaperoneError):
                return await sight.facts(channel)
        known = await self._store.read(lambda tx: conversations.room(tx, channel))
        room = known or await self._listing.room(channel)
        if room is None:
            raise Undeliverable("Teams has not told of this channel yet")
        if not room.team:
            return ChannelFacts(name=room.name, is_private=True, is_shared=False, is_watched=True)
        listed = await self._connector.channels(Place(room.service_url, room.team))
        found = next((each for each in listed if text(each, "id") == channel.channel), None)
        if found is None:
            raise Undeliverable("the team does not list this channel")
        kind = text(found, "type").lower()
        return ChannelFacts(
            name=full_name(room.team_name, text(found, "name")),
            is_private=kind == "private" if kind else None,
            is_shared=kind == "shared" if kind else None,
            is_watched=True,
        )

    async def members(self, channel: ChannelRef) -> tuple[PersonId, ...]:
        """Everybody in the channel; in one that is neither private nor shared those are the team's."""
        sight = self._sees(channel.workspace)
        if sight is not None and await self._is_apart(channel):
            with suppress(ChaperoneError):
                return await sight.members(channel)
        place = await self._place(channel)
        return tuple(
            [
                person_id(member)
                async for member in self._connector.members(place)
                if not text(member, "id").startswith("28:")
            ]
        )

    async def listed(self, workspace: WorkspaceId) -> tuple[ListedChannel, ...]:
        """The channels of the teams that we are in."""
        return await self._listing.channels(workspace)

    async def rough_members(self, channel: ChannelRef) -> tuple[PersonId, ...]:
        """The team's, for a channel that nothing else is known of."""
        team = self._listing.team_of(channel)
        if team is None:
            return await self.members(channel)
        return tuple([person_id(member) async for member in self._connector.members(team)])

    async def announce(self, channel: ChannelRef, topic: Topic, card: Card, *, shown: str | None, pin: bool) -> str:
        """Posts the card in the channel, or changes the post. A bot cannot pin in Teams. That it is about to be posted
        is kept first: where we never learnt its name the channel is looked through for it."""
        del pin
        reader = (channel.workspace, channel.channel)
        place = await self._place(channel)
        known = shown or await self._store.read(lambda tx: conversations.card_for(tx, *reader, topic))
        if known == UNDER_WAY:
            known = await self._found(channel, place, topic)
        if known is not None:
            conversation, _, activity = known.rpartition(SEPARATOR)
            if await self._put(Place(place.service_url, conversation), activity, topic, card):
                await self._store.write(lambda tx: conversations.keep_card(tx, *reader, topic, known))
                return known
        await self._store.write(lambda tx: conversations.keep_card(tx, *reader, topic, UNDER_WAY))
        posted = marked(cards.message(card, notify=False), topic)
        name = _name(place, await self._connector.send(place, posted))
        await self._store.write(lambda tx: conversations.keep_card(tx, *reader, topic, name))
        return name

    async def _found(self, channel: ChannelRef, place: Place, topic: Topic) -> str | None:
        """The name of a post of ours in the channel about the topic, where Graph shows one."""
        sight = self._sees(channel.workspace)
        id_ = None
        if sight is not None:
            with suppress(Unable, Undeliverable):
                id_ = await sight.own_post(channel, topic)
        return _name(place, id_) if id_ else None

    async def _place(self, channel: ChannelRef) -> Place:
        place = await self._store.read(lambda tx: conversations.place_of_channel(tx, channel))
        if place is None:
            raise Undeliverable("Teams has not told of this channel yet")
        return place

    def history(self, channel: ChannelRef, *, since: datetime, until: datetime) -> AsyncIterator[Event]:
        """What was said, as Graph tells it; deletions that it tells of come too."""
        sight = self._sees(channel.workspace)
        if sight is None:
            raise Unable
        return sight.history(channel, since=since, until=until)

    async def file(self, message: MessageRef, attachment: str, *, at_most: int) -> bytes:
        """The file, fetched through Graph."""
        sight = self._sees(message.workspace)
        if sight is None:
            raise Unable
        return await sight.file(message, attachment, at_most=at_most)

    async def block(self, message: MessageRef, tip: Tip) -> None:
        """Through Graph, where the district switched it on and the tenant has licence and consent."""
        await self._blocking(message).block(message, tip)

    async def lift_block(self, message: MessageRef) -> None:
        """Through Graph, too."""
        await self._blocking(message).lift_block(message)

    def _blocking(self, message: MessageRef) -> GraphSight:
        sight = self._sees(message.workspace)
        if sight is None or not self._connection.may_block:
            raise Unable("TEAMS_BLOCKING is not set")
        return sight

    async def _is_apart(self, channel: ChannelRef) -> bool:
        room = await self._store.read(lambda tx: conversations.room(tx, channel))
        return room is not None and room.is_apart

    async def invite(self, channel: ChannelRef, person: PersonRef) -> None:
        """Bots cannot."""
        del channel, person
        raise Unable

    async def remove_member(self, channel: ChannelRef, person: PersonRef) -> None:
        """Bots cannot."""
        del channel, person
        raise Unable

    async def remove_message(self, message: MessageRef) -> None:
        """Bots cannot."""
        del message
        raise Unable


def _reader(to: PersonRef) -> tuple[WorkspaceId, str]:
    return to.workspace, to.person


def _name(place: Place, activity: str) -> str:
    return f"{place.conversation}{SEPARATOR}{activity}"


def _shared_places(tx: Transaction, person: PersonRef) -> list[Place]:
    own = conversations.place_of_person(tx, person)
    teams = conversations.teams_of(tx, person.workspace, limit=TEAMS_LOOKED_IN)
    return [*([own] if own else []), *teams]


def _account(person: PersonRef, found: Payload) -> Account:
    home = text(found, "tenantId")
    return Account(
        ref=person,
        name=text(found, "name"),
        email=text(found, "email") or text(found, "userPrincipalName"),
        is_guest=text(found, "userRole").lower() in ("guest", "anonymous"),
        is_external=bool(home) and workspace_named(home) != person.workspace,
        is_app=text(found, "id").startswith("28:"),
    )

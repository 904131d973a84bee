"""What Microsoft Graph lets us see of our own tenant: history, files, a channel's shape and its own members; and what
it lets us do there: block a message."""

from collections.abc import AsyncIterator
from datetime import datetime

from adapters.teams import conversations
from adapters.teams.activity import parts, text
from adapters.teams.blocks import LIFTED, blocked
from adapters.teams.client import Connector
from adapters.teams.connection import Connection
from adapters.teams.doubles import is_about
from adapters.teams.events import full_name
from adapters.teams.files import Files
from adapters.teams.graph import Graph
from adapters.teams.history import History
from adapters.teams.whereabouts import Whereabouts
from bot.errors import Unable
from bot.events import Event
from bot.ids import ChannelRef, MessageRef, PersonId
from bot.ports import Store, Tip
from bot.records.deliveries import Topic
from bot.records.registry import ChannelFacts

LATEST = "50"
"""How many threads are looked through for a post of ours."""


class GraphSight:
    """Every method raises what `Graph` does: Unable where a team's owner, or the administrator, did not consent."""

    def __init__(self, store: Store, graph: Graph, connector: Connector, connection: Connection) -> None:
        self._store = store
        self._graph = graph
        self._app = connection.app_id
        self._where = Whereabouts(store, connector)
        self._history = History(store, graph, self._where, connection)
        self._files = Files(graph, self._where)

    def history(self, channel: ChannelRef, *, since: datetime, until: datetime) -> AsyncIterator[Event]:
        """What was said."""
        return self._history.read(channel, since, until)

    async def file(self, message: MessageRef, attachment: str, *, at_most: int) -> bytes:
        """A picture or file of a message."""
        return await self._files.file(message, attachment, at_most=at_most)

    async def own_post(self, channel: ChannelRef, topic: Topic) -> str | None:
        """The newest post of ours there about the topic, among the last that were posted or answered."""
        path = await self._where.channel(channel)
        found = await self._graph.get(f"{path}/messages", **{"$top": LATEST})
        return next((text(each, "id") for each in parts(found, "value") if is_about(each, topic, self._app)), None)

    async def block(self, message: MessageRef, tip: Tip) -> None:
        """Hides the message from everybody but its author. Raises Unable besides where the licence is missing."""
        await self._graph.patch(await self._where.message(message), blocked(tip))

    async def lift_block(self, message: MessageRef) -> None:
        """Shows it to everybody again."""
        await self._graph.patch(await self._where.message(message), LIFTED)

    async def facts(self, channel: ChannelRef) -> ChannelFacts:
        """The channel's shape. Raises Unable for a group chat, which has none."""
        path = await self._where.channel(channel)
        if path.startswith("/chats/"):
            raise Unable
        found = await self._graph.get(path)
        room = await self._store.read(lambda tx: conversations.room(tx, channel))
        kind, archived = text(found, "membershipType"), found.get("isArchived")
        return ChannelFacts(
            name=full_name(room.team_name if room else "", text(found, "displayName")),
            is_private=kind == "private" if kind else None,
            is_shared=kind == "shared" if kind else None,
            is_archived=archived if isinstance(archived, bool) else None,
            is_watched=True,
        )

    async def members(self, channel: ChannelRef) -> tuple[PersonId, ...]:
        """Who is in a private or shared channel, those of other tenants among them."""
        path = await self._where.channel(channel)
        found = [text(each, "userId") async for each in self._graph.pages(f"{path}/allMembers")]
        return tuple(PersonId(id_.lower()) for id_ in found if id_)

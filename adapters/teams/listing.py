"""The channels of the teams that Chaperone is in, those that it was never told of among them."""

from collections.abc import AsyncIterator

from adapters.teams import conversations
from adapters.teams.activity import Payload, text
from adapters.teams.client import Connector, Place, Unreachable
from adapters.teams.conversations import KnownRoom
from adapters.teams.events import full_name
from bot.ids import ChannelId, ChannelRef, WorkspaceId
from bot.ports import Store
from bot.records.unregistered import ListedChannel

MOST_TEAMS = 200


class Listing:
    """Asks each team for its channels. A team that no longer knows us has none."""

    def __init__(self, store: Store, connector: Connector) -> None:
        self._store = store
        self._connector = connector
        self._teams: dict[ChannelRef, Place] = {}

    async def channels(self, workspace: WorkspaceId) -> tuple[ListedChannel, ...]:
        """All of them, by both names. Teams does not tell who made a channel."""
        names = await self._store.read(lambda tx: conversations.team_names(tx, workspace))
        found = []
        async for team, ref, each in self._each(workspace):
            self._teams[ref] = team
            team_name = names.get(team.conversation, "")
            name = full_name("" if team_name == team.conversation else team_name, text(each, "name"))
            found.append(ListedChannel(ref=ref, name=name or ref.channel))
        return tuple(found)

    def team_of(self, channel: ChannelRef) -> Place | None:
        """The team of a channel that was listed before."""
        return self._teams.get(channel)

    async def room(self, channel: ChannelRef) -> KnownRoom | None:
        """A channel that we were never told of, which is kept from then on; None where no team has it."""
        async for team, ref, each in self._each(channel.workspace):
            if ref == channel:
                names = await self._store.read(lambda tx: conversations.team_names(tx, channel.workspace))
                return await self._kept(channel, _room_of(team, names.get(team.conversation, ""), each))
        return None

    async def _kept(self, channel: ChannelRef, room: KnownRoom) -> KnownRoom:
        await self._store.write(lambda tx: conversations.keep_room(tx, channel, room))
        return room

    async def _each(self, workspace: WorkspaceId) -> AsyncIterator[tuple[Place, ChannelRef, Payload]]:
        teams = await self._store.read(lambda tx: conversations.teams_of(tx, workspace, limit=MOST_TEAMS))
        for team in teams:
            try:
                listed = await self._connector.channels(team)
            except Unreachable:
                continue
            for each in listed:
                yield team, ChannelRef(workspace, ChannelId(text(each, "id"))), each


def _room_of(team: Place, team_name: str, listed: Payload) -> KnownRoom:
    return KnownRoom(
        team=team.conversation,
        group_id="",
        name=text(listed, "name"),
        team_name="" if team_name == team.conversation else team_name,
        is_apart=text(listed, "type").lower() in ("private", "shared"),
        service_url=team.service_url,
    )

"""Where a channel or message is found in Microsoft Graph, which knows teams by the directory's ids."""

from urllib.parse import quote

from adapters.teams import conversations
from adapters.teams.activity import text
from adapters.teams.client import Connector, Place
from bot.errors import Undeliverable
from bot.ids import ChannelRef, MessageId, MessageRef
from bot.ports import Store, Transaction


class Whereabouts:
    """Paths in Graph. What Teams did not tell of a team is asked once."""

    def __init__(self, store: Store, connector: Connector) -> None:
        self._store = store
        self._connector = connector
        self._groups: dict[tuple[str, str], str] = {}

    async def channel(self, channel: ChannelRef) -> str:
        """The path of a channel or group chat. Raises Undeliverable before anything was heard from there."""
        found = await self._store.read(lambda tx: conversations.room(tx, channel))
        if found is None:
            raise Undeliverable("Teams has not told of this channel yet")
        if not found.team:
            return f"/chats/{_quoted(channel.channel)}"
        group = found.group_id or await self.group(channel, Place(found.service_url, found.team))
        return f"/teams/{_quoted(group)}/channels/{_quoted(channel.channel)}"

    async def group(self, channel: ChannelRef, team: Place) -> str:
        """What the directory calls the team of a channel. Raises Undeliverable where Teams does not say."""
        key = (channel.workspace, team.conversation)
        if key not in self._groups:
            known = await self._store.read(lambda tx: conversations.group_of(tx, *key))
            self._groups[key] = known or text(await self._connector.team(team), "aadGroupId")
        if not self._groups[key]:
            raise Undeliverable("Teams does not say which group the team is")
        return self._groups[key]

    async def message(self, message: MessageRef) -> str:
        """The path of a message, which for an answer leads by the message that it answers."""
        path = await self.channel(message.channel_ref)

        def unit(tx: Transaction) -> MessageId | None:
            state = tx.messages.get(message)
            return state.thread if state else None

        root = await self._store.read(unit)
        if root is None or path.startswith("/chats/"):
            return f"{path}/messages/{_quoted(message.message)}"
        return f"{path}/messages/{_quoted(root)}/replies/{_quoted(message.message)}"


def _quoted(id_: str) -> str:
    return quote(id_, safe="")

"""Slack as the product sees it: cards in people's direct messages, and who and what is where."""

from collections.abc import AsyncIterator, Collection
from datetime import datetime
from typing import Any

import structlog

from adapters.slack.accounts import account_of
from adapters.slack.cards import Cards
from adapters.slack.client import Failed, Slack, Unreached
from adapters.slack.events import PLATFORM
from adapters.slack.files import fetched
from adapters.slack.history import History
from adapters.slack.listing import listed_of
from adapters.slack.places import team_in
from bot.cards import Card
from bot.errors import PlatformBusy, Unable, Undeliverable
from bot.events import Event
from bot.ids import ChannelId, ChannelRef, IncidentId, MessageRef, PersonId, PersonRef, WorkspaceId, platform_of
from bot.ports import Ability, Platform, Store, Transaction
from bot.records.accounts import Account
from bot.records.deliveries import Topic, TopicKind
from bot.records.registry import ChannelFacts
from bot.records.unregistered import ListedChannel

log = structlog.get_logger()

NEEDED = {
    Ability.READ_HISTORY: frozenset({"channels:history", "groups:history"}),
    Ability.READ_FILES: frozenset({"files:read"}),
    Ability.LIST_MEMBERS: frozenset({"channels:read", "groups:read", "users:read"}),
    Ability.LIST_CHANNELS: frozenset({"channels:read", "groups:read"}),
    Ability.ANNOUNCE: frozenset({"chat:write", "pins:write"}),
    Ability.INVITE: frozenset({"channels:manage", "groups:write"}),
    Ability.REMOVE_MEMBER: frozenset({"channels:manage", "groups:write"}),
}
"""The rights that each ability rests on; removing a message rests on an administrator's token instead."""
MENDING = 60.0
"""Seconds between tries as long as Chaperone's rights in a workspace are broken: alerts wait for them to be mended."""
A_LOOK, A_LONG_LOOK = 20.0, 120.0
"""Seconds to wait in place: for a look, and for one of many."""


class SlackPlatform(Platform):
    """Shows cards in Slack. `alerts` is the channel of a team of reviewers who see every alert, one for all
    workspaces; empty: none."""

    def __init__(
        self, store: Store, slack: Slack, *, alerts: str = "", known_apps: Collection[str] | None = None
    ) -> None:
        self._store = store
        self._slack = slack
        self._alerts = alerts
        self._cards = Cards(store, slack)
        self._history = History(store, slack, known_apps)
        self._direct: dict[PersonRef, ChannelRef] = {}
        self._apps: dict[PersonRef, bool] = {}

    async def connect(self, *teams: str) -> Collection[str]:
        """Asks Slack about these workspaces, else about all where Chaperone is installed or watches channels: their
        addresses, and what Chaperone may do there. Returns the ids of those that know it."""
        channels = await self._store.read(lambda tx: tx.registry.channels())
        known = {team_in(c.ref.workspace) for c in channels if platform_of(c.ref.workspace) == PLATFORM}
        found = set[str]()
        for team in teams or sorted(known | set(await self._slack.teams())):
            if team in found:
                continue
            try:
                found.add((await self._slack.look_up(team)).team)
            except (PlatformBusy, Undeliverable, Unable) as fault:
                log.warning("slack.not_connected", key=team, error=type(fault).__name__)
        return found

    async def show(self, to: PersonRef, topic: Topic, card: Card, *, shown: str | None, notify: bool) -> str:
        """Shows the card in the person's direct messages, and an alert to the team of reviewers too."""
        try:
            channel = await self._direct_channel(to)
            name = await self._cards.put(channel, f"{topic}|{to.person}", topic, card, shown=shown, notify=notify)
            if topic.kind is TopicKind.INCIDENT and self._alerts:
                await self._to_theteam_in(to, topic, card, notify=notify)
        except Unable as fault:
            # What was found must reach somebody. It waits until the rights are mended, and does not get lost for it.
            log.error("slack.unable", topic=str(topic), to=to.person, error=str(fault))
            raise PlatformBusy(MENDING) from fault
        return name

    def link_to(self, message: MessageRef) -> str:
        """The message's permalink; empty until Slack has told the workspace's address."""
        known = self._slack.known(team_in(message.workspace))
        return f"{known.url}archives/{message.channel}/p{message.message.replace('.', '')}" if known else ""

    def abilities(self, workspace: WorkspaceId) -> frozenset[Ability]:
        """What the rights allow that were granted there. Before Slack has told them it is tried: a request then waits,
        or says Unable."""
        known = self._slack.known(team_in(workspace))
        if known is None:
            return frozenset(NEEDED)
        able = {ability for ability, needed in NEEDED.items() if needed <= known.scopes}
        return frozenset(able | ({Ability.REMOVE_MESSAGE} if known.has_admin else set()))

    async def account(self, person: PersonRef) -> Account | None:
        """The account as `users.info` tells it; None where there is none, or Chaperone may not see it."""
        return await self._account(person, patience=2)

    async def _account(self, person: PersonRef, *, patience: float) -> Account | None:
        try:
            answer = await self._slack.call(
                team_in(person.workspace), "users.info", patience=patience, user=person.person, include_locale=True
            )
        except (Unreached, Failed):
            return None
        account = account_of(person.workspace, answer["user"])
        self._apps[person] = account.is_app
        return account

    async def facts(self, channel: ChannelRef) -> ChannelFacts:
        """The channel as `conversations.info` tells it. An invitation to another organisation that waits for an answer
        counts as sharing already."""
        answer = await self._slack.call(
            team_in(channel.workspace), "conversations.info", patience=A_LOOK, channel=channel.channel
        )
        found: dict[str, Any] = answer["channel"]
        return ChannelFacts(
            name=str(found.get("name_normalized") or found.get("name") or ""),
            is_private=bool(found.get("is_private")),
            is_shared=bool(found.get("is_ext_shared") or found.get("is_pending_ext_shared")),
            is_archived=bool(found.get("is_archived")),
            is_watched=bool(found.get("is_member")) and not found.get("is_archived"),
        )

    async def members(self, channel: ChannelRef) -> tuple[PersonId, ...]:
        """Everybody who is in the channel, apps left out; members whom nobody has met yet are looked up one by one."""
        pages = self._slack.pages(
            team_in(channel.workspace), "conversations.members", patience=A_LOOK, channel=channel.channel, limit=200
        )
        found = [PersonId(id_) async for page in pages for id_ in page.get("members", ())]
        humans = await self._store.read(lambda tx: tx.registry.known([channel.person(id_) for id_ in found]))
        return tuple([id_ for id_ in found if channel.person(id_) in humans or not await self._is_app(channel, id_)])

    async def listed(self, workspace: WorkspaceId) -> tuple[ListedChannel, ...]:
        """Public channels, and the private ones that Chaperone is in."""
        pages = self._slack.pages(
            team_in(workspace),
            "conversations.list",
            patience=A_LONG_LOOK,
            types="public_channel,private_channel",
            exclude_archived=True,
            limit=200,
        )
        return tuple([listed_of(workspace, each) async for page in pages for each in page.get("channels", ())])

    async def rough_members(self, channel: ChannelRef) -> tuple[PersonId, ...]:
        """The ids, without asking who each is."""
        return tuple(PersonId(id_) for id_ in sorted(await self._ids_in(channel)))

    def history(self, channel: ChannelRef, *, since: datetime, until: datetime) -> AsyncIterator[Event]:
        """What was said, from `conversations.history` and the threads with news."""
        return self._history.read(channel, since, until)

    async def announce(self, channel: ChannelRef, topic: Topic, card: Card, *, shown: str | None, pin: bool) -> str:
        """Posts the card in the channel, and pins it."""
        name = await self._cards.put(channel, str(topic), topic, card, shown=shown, notify=False)
        if pin:
            where, _, ts = name.partition(":")
            await self._done_or(
                {"already_pinned"}, channel.workspace, "pins.add", channel=where, timestamp=ts, patience=A_LOOK
            )
        return name

    async def invite(self, channel: ChannelRef, person: PersonRef) -> None:
        """Invites the person."""
        await self._done_or(
            {"already_in_channel"},
            channel.workspace,
            "conversations.invite",
            channel=channel.channel,
            users=person.person,
            patience=A_LOOK,
        )

    async def remove_member(self, channel: ChannelRef, person: PersonRef) -> None:
        """Removes the person from the channel."""
        await self._done_or(
            {"not_in_channel", "user_not_in_channel"},
            channel.workspace,
            "conversations.kick",
            channel=channel.channel,
            user=person.person,
            patience=A_LOOK,
        )

    async def remove_message(self, message: MessageRef) -> None:
        """Deletes the message as the administrator whose token was configured."""
        await self._done_or(
            {"message_not_found"},
            message.workspace,
            "chat.delete",
            channel=message.channel,
            ts=message.message,
            as_admin=True,
            patience=2,
        )

    async def file(self, message: MessageRef, attachment: str, *, at_most: int) -> bytes:
        """The file as Slack keeps it."""
        return await fetched(self._slack, team_in(message.workspace), attachment, at_most=at_most)

    async def _to_theteam_in(self, to: PersonRef, topic: Topic, card: Card, *, notify: bool) -> None:
        """The alert in the reviewers' channel too, in the words of the first who was told; never where its author
        could read it. A fault there keeps nobody from being told."""

        def unit(tx: Transaction) -> PersonRef | None:
            incident = tx.incidents.get(IncidentId(topic.id))
            told = (tx.registry.person(ref) for ref in tx.incidents.recipients(IncidentId(topic.id)))
            first = next((person.ref for person in told if person is not None and person.is_active), None)
            return incident.message.person(incident.author) if incident is not None and first == to else None

        author = await self._store.read(unit)
        if author is None:
            return
        channel = ChannelRef(to.workspace, ChannelId(self._alerts))
        try:
            if author.person not in await self._ids_in(channel):
                await self._cards.put(channel, str(topic), topic, card, notify=notify)
        except (Undeliverable, Unable) as fault:
            log.error("slack.alerts_channel", topic=str(topic), error=str(fault))

    async def _ids_in(self, channel: ChannelRef) -> frozenset[str]:
        pages = self._slack.pages(
            team_in(channel.workspace), "conversations.members", patience=A_LOOK, channel=channel.channel, limit=200
        )
        return frozenset([str(id_) async for page in pages for id_ in page.get("members", ())])

    async def _direct_channel(self, to: PersonRef) -> ChannelRef:
        if to not in self._direct:
            answer = await self._slack.call(
                team_in(to.workspace), "conversations.open", patience=2, users=to.person, return_im=False
            )
            self._direct[to] = ChannelRef(to.workspace, ChannelId(str(answer["channel"]["id"])))
        return self._direct[to]

    async def _is_app(self, channel: ChannelRef, id_: PersonId) -> bool:
        ref = channel.person(id_)
        if ref not in self._apps:
            account = await self._account(ref, patience=A_LONG_LOOK)
            return account is not None and account.is_app
        return self._apps[ref]

    async def _done_or(
        self,
        fine: Collection[str],
        workspace: WorkspaceId,
        method: str,
        *,
        patience: float,
        as_admin: bool = False,
        **arguments: object,
    ) -> None:
        """Asks for it; that it was so already is fine too."""
        try:
            await self._slack.call(team_in(workspace), method, patience=patience, as_admin=as_admin, **arguments)
        except (Failed, Unreached) as refused:
            if refused.reason not in fine:
                raise

"""A chat platform, as the product sees it: whom it can show what, and what it can tell and do in a channel."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.cards import Card
from bot.errors import Unable
from bot.events import Event
from bot.ids import ChannelRef, MessageRef, PersonId, PersonRef, WorkspaceId
from bot.records.accounts import Account
from bot.records.deliveries import Topic
from bot.records.registry import ChannelFacts
from bot.records.unregistered import ListedChannel


class Ability(StrEnum):
    """What a platform may or may not be able to do in a workspace, as it was set up there."""

    READ_HISTORY = "read_history"
    LIST_MEMBERS = "list_members"
    ANNOUNCE = "announce"
    INVITE = "invite"
    REMOVE_MEMBER = "remove_member"
    REMOVE_MESSAGE = "remove_message"
    BLOCK_MESSAGE = "block_message"
    READ_FILES = "read_files"
    LIST_CHANNELS = "list_channels"


@dataclass(frozen=True, slots=True)
class Tip:
    """What its author reads beside a blocked message: why it is, and which clauses it may go against."""

    text: str
    clauses: tuple[str, ...] = ()


class Platform(Protocol):
    """A chat platform. Besides what each method says, all that ask the platform raise PlatformBusy where it wants us
    to wait, Undeliverable where the person, channel or message cannot be reached, and Unable where the ability is
    not there."""

    async def show(self, to: PersonRef, topic: Topic, card: Card, *, shown: str | None, notify: bool) -> str:
        """Shows the card to the person privately and returns the platform's name of it. `shown` is that name where the
        card is to be changed in place. Shown twice for one topic and person (an answer was lost), it is still one card.
        """

    def link_to(self, message: MessageRef) -> str:
        """An address that opens the message for somebody who may see it; empty where the platform has none."""

    def opening(self, workspace: WorkspaceId, words: str) -> str:
        """An address that asks `/policy words` for whoever opens it; empty where the platform has none."""
        del workspace, words
        return ""

    def abilities(self, workspace: WorkspaceId) -> frozenset[Ability]:
        """What can be done there now."""

    async def account(self, person: PersonRef) -> Account | None:
        """What the platform knows of this account; None where there is no such account."""

    async def facts(self, channel: ChannelRef) -> ChannelFacts:
        """The channel as the platform shows it now."""

    async def members(self, channel: ChannelRef) -> tuple[PersonId, ...]:
        """Everybody who is in the channel now, apps and Chaperone itself left out. Needs LIST_MEMBERS."""

    async def listed(self, workspace: WorkspaceId) -> tuple[ListedChannel, ...]:
        """The channels that are in use there, as far as the platform shows them, Chaperone's among them or not. Needs
        LIST_CHANNELS."""

    async def rough_members(self, channel: ChannelRef) -> tuple[PersonId, ...]:
        """Who is in a channel that `listed` told of, at little cost: apps may be among them, Chaperone need not be a
        member."""
        return await self.members(channel)

    def history(self, channel: ChannelRef, *, since: datetime, until: datetime) -> AsyncIterator[Event]:
        """What was posted and changed there after `since` and up to `until`, answers in threads included, oldest
        first, each under the very key that it would have had live. Deletions do not show. Needs READ_HISTORY."""

    async def announce(self, channel: ChannelRef, topic: Topic, card: Card, *, shown: str | None, pin: bool) -> str:
        """Shows the card to everybody in the channel, once for each topic as `show` does, pinned where asked. Needs
        ANNOUNCE."""

    async def invite(self, channel: ChannelRef, person: PersonRef) -> None:
        """Makes the person a member; nothing changes for who is one. Needs INVITE."""

    async def remove_member(self, channel: ChannelRef, person: PersonRef) -> None:
        """Takes the person out of the channel; nothing changes for who is not in it. Needs REMOVE_MEMBER."""

    async def remove_message(self, message: MessageRef) -> None:
        """Deletes a member's message for everybody; nothing changes where it is gone. Needs REMOVE_MESSAGE."""

    async def block(self, message: MessageRef, tip: Tip) -> None:
        """Hides a member's message from everybody but its author, who reads the tip; once more it is blocked once.
        Needs BLOCK_MESSAGE."""
        del message, tip
        raise Unable

    async def lift_block(self, message: MessageRef) -> None:
        """Shows the message to everybody again; nothing changes where it is not blocked. Needs BLOCK_MESSAGE."""
        del message
        raise Unable

    async def file(self, message: MessageRef, attachment: str, *, at_most: int) -> bytes:
        """The bytes of the message's attachment of that id. Raises FileTooLarge where they are more than `at_most`,
        Undeliverable where the file is gone. Needs READ_FILES."""


Platforms = Callable[[WorkspaceId], Platform]

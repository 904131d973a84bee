"""What the contract asks of a platform: people who do things there, and what they then see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core import Core
from bot.ids import ChannelRef, MessageRef, PersonRef
from tests.contract.cast import Cast


@dataclass(frozen=True, slots=True)
class Button:
    """An action as the platform shows it, with all that it sends back when it is pressed."""

    name: str
    subject: str
    label: str


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card as a person reads it on the platform. `key` is the platform's name of it; `excerpts` are members' words
    as they look there, `marked` those in question."""

    key: str
    title: str
    words: str
    excerpts: tuple[str, ...]
    marked: tuple[str, ...]
    buttons: tuple[Button, ...]

    def button(self, name: str) -> Button:
        """The action of that name. Fails where the card does not offer it."""
        return next(button for button in self.buttons if button.name == name)


@dataclass(frozen=True, slots=True)
class File:
    """A file to attach: its name, its description, and its first bytes."""

    name: str
    alt: str
    content: bytes


class PressRefused(Exception):
    """The press of a button was answered with a refusal, in these words."""


class PlatformHarness(Protocol):
    """A platform with the product at work behind it, over the platform's own wire."""

    @property
    def core(self) -> Core: ...

    @property
    def cast(self) -> Cast: ...

    async def post(
        self,
        who: PersonRef,
        where: ChannelRef,
        text: str,
        *,
        answers: MessageRef | None = None,
        files: Sequence[File] = (),
    ) -> MessageRef:
        """Posts a message, in the thread of `answers` where one is given."""

    def link(self, label: str, target: str) -> str:
        """How one writes a link behind a label there."""

    async def edit(self, message: MessageRef, text: str) -> None:
        """Its author changes a message."""

    async def delete(self, message: MessageRef) -> None:
        """Its author deletes a message."""

    async def repeat(self) -> None:
        """The last post, edit or deletion arrives once more, as after a lost answer."""

    async def command(self, who: PersonRef, where: ChannelRef, text: str) -> ShownCard:
        """What `/policy text` answers."""

    async def cards(self, who: PersonRef) -> Sequence[ShownCard]:
        """What Chaperone has shown the person privately, oldest first."""

    async def press(self, who: PersonRef, button: Button, values: Mapping[str, str]) -> None:
        """Presses a button and fills in what it asks. Raises PressRefused."""

    async def home(self, who: PersonRef) -> Sequence[ShownCard]:
        """What the person finds when they open Chaperone."""

    async def check(self, who: PersonRef, message: MessageRef) -> ShownCard:
        """What *Check against policy* answers the person alone, chosen from the message's menu."""

    async def report(self, who: PersonRef, message: MessageRef, note: str) -> ShownCard:
        """What *Report* answers the person alone, chosen from the message's menu and filled in."""

    async def post_unheard(self, who: PersonRef, where: ChannelRef, text: str) -> MessageRef:
        """Posts a message of which the platform tells Chaperone nothing; its history has it."""

    async def joins(self, where: ChannelRef) -> PersonRef:
        """Somebody with an account who was in no channel becomes a member; nobody brought them in."""

    async def adds_chaperone(self, who: PersonRef, name: str) -> ChannelRef:
        """The person makes a channel of that name and puts Chaperone into it; nobody registered it."""

    async def unheard_channel(self, who: PersonRef, name: str) -> ChannelRef:
        """The same, only that nobody puts Chaperone there: the platform lists the channel, and tells no more of it."""

    async def conversation(self, who: PersonRef, where: ChannelRef) -> str:
        """All that the person can read in the channel."""

    async def settle(self) -> None:
        """Returns once nothing waits to be worked through or shown."""

    async def restart(self) -> None:
        """Ends the product, and starts it again on the same state."""

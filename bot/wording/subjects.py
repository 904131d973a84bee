"""What a button's subject names. It comes back from outside: reading one says what is meant, never what is allowed."""

from bot.errors import Refused
from bot.ids import ChannelId, ChannelRef, MessageId, MessageRef, WorkspaceId
from bot.ports import Transaction
from bot.records.registry import Person
from policy.words import Text

UNREADABLE = Text(
    en="This button is out of date. Please type “/policy help” and begin again.",
    es="Este botón ya no es válido. Escriba “/policy ayuda” y empiece de nuevo, por favor.",
)


def subject_of(channel: ChannelRef | None) -> str:
    """`workspace|channel`, or `|` for no channel."""
    return "|" if channel is None else f"{channel.workspace}|{channel.channel}"


def channel_in(subject: str) -> ChannelRef:
    """The channel that `subject_of` named. Raises Refused on anything else."""
    workspace, _, channel = subject.partition("|")
    if not workspace or not channel or "|" in channel:
        raise Refused(UNREADABLE)
    return ChannelRef(WorkspaceId(workspace), ChannelId(channel))


def message_in(subject: str) -> MessageRef:
    """The message of `workspace|channel|message`. Raises Refused on anything else."""
    workspace, _, rest = subject.partition("|")
    channel, _, message = rest.partition("|")
    if not (workspace and channel and message):
        raise Refused(UNREADABLE)
    return MessageRef(WorkspaceId(workspace), ChannelId(channel), MessageId(message))


def place_in(tx: Transaction, subject: str, actor: Person) -> ChannelRef | None:
    """The channel that `subject_of` named, if the actor belongs to it; else None, as if they had asked elsewhere."""
    if subject == "|":
        return None
    ref = channel_in(subject)
    channel = tx.registry.channel(ref)
    if channel is None:
        return None
    is_known = actor.ref in (channel.owner, channel.supervisor) or actor.ref in tx.registry.members(ref)
    return ref if is_known else None

"""How a message with pictures, and a student in them, are named in duties, topics and buttons."""

from hashlib import blake2s

from bot.errors import Refused
from bot.ids import MessageRef
from bot.records.roster import RosterId
from bot.wording.subjects import UNREADABLE, message_in

LOOK = "picture.look"
"""The duty to look at a message's pictures."""


def subject_of(message: MessageRef) -> str:
    """`workspace|channel|message`."""
    return f"{message.workspace}|{message.channel}|{message.message}"


def named(subject: str) -> MessageRef:
    """The message that `subject_of` named. Raises Refused on anything else."""
    return message_in(subject)


def about(message: MessageRef, student: RosterId) -> str:
    """`workspace|channel|message|student`."""
    return f"{subject_of(message)}|{student}"


def about_whom(subject: str) -> tuple[MessageRef, RosterId]:
    """The message and the student that `about` named. Raises Refused on anything else."""
    workspace, _, rest = subject.partition("|")
    channel, _, rest = rest.partition("|")
    message, _, student = rest.partition("|")
    if not student:
        raise Refused(UNREADABLE)
    return message_in(f"{workspace}|{channel}|{message}"), RosterId(student)


def token(student: RosterId) -> str:
    """A name for the student in a form: short, and without the characters that forms use themselves."""
    return blake2s(student.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()

"""What a person's page is sent of the world: only what that person may see."""

from collections.abc import Sequence

from adapters.playground import board, history, notes
from adapters.playground.board import Announcement
from adapters.playground.events import ChatMessage
from adapters.playground.history import Replies
from adapters.playground.view import Json, message_json, person_json
from adapters.playground.world import CHAPERONE, World
from bot.ids import ChannelId, MessageId, PersonId
from bot.records.registry import Channel


def state(world: World, person: PersonId) -> Json:
    """The sidebar and the cards. Raises Refused where there is nobody of that name."""
    me = world.someone(person)
    return {
        "me": person_json(me),
        "channels": channels(world, person),
        "cards": cards(world, person),
        "unread": unread(world, person),
        "read": world.read_upto(person),
        "position": f"{world.workspace}/{world.last_change()}",
    }


def channels(world: World, person: PersonId) -> list[Json]:
    """The person's channels, with what the register says of each and what Chaperone told everybody there."""
    told = board.all_of(world)
    register = {channel.ref.channel: channel for channel in world.tx.registry.channels(world.workspace)}
    return [
        {"id": room.id, "name": room.name, "topic": room.topic, "members": list(world.members(room.id))}
        | {"announcements": [_announcement(one) for one in told.get(room.id, ())]}
        | _registered(register.get(room.id))
        for room in world.rooms(person)
    ]


def messages(world: World, person: PersonId, ids: Sequence[MessageId]) -> list[Json]:
    """These messages as they now stand for that person."""
    return with_replies(world, person, history.some(world, ids))


def with_replies(world: World, person: PersonId, found: Sequence[ChatMessage]) -> list[Json]:
    """These messages, each with how many answers it has."""
    answers = history.replies(world, [message.id for message in found])
    return [_message(message, person, answers.get(message.id)) for message in found]


def cards(world: World, person: PersonId, names: Sequence[str] | None = None) -> list[Json]:
    """The person's cards, oldest first: all, or those named."""
    found = notes.latest(world, person) if names is None else notes.some(world, person, names)
    return [
        {
            "id": note.id,
            "topic": note.topic,
            "made_at": note.made_at.isoformat(),
            "changed_at": note.changed_at.isoformat(),
            "called": note.called,
            **note.content,
        }
        for note in found
    ]


def unread(world: World, person: PersonId) -> dict[ChannelId, int]:
    """How much waits in each conversation, the one with Chaperone among them."""
    upto = world.read_upto(person).get(CHAPERONE, 0)
    return {**world.unread(person), CHAPERONE: notes.calls(world, person, after=upto)}


def _message(message: ChatMessage, person: PersonId, answers: Replies | None) -> Json:
    if answers is None:
        return message_json(message, person)
    return message_json(message, person, replies=answers.count, last_reply_at=answers.last_at)


def _announcement(one: Announcement) -> Json:
    at = one.posted_at.isoformat()
    return {"id": one.id, "place": one.place, "at": at, "is_pinned": one.is_pinned, **one.content}


def _registered(channel: Channel | None) -> Json:
    if channel is None:
        return {"state": "noticed", "kind": "", "school": "", "owner": "", "supervisor": "", "purpose": ""}
    return {
        "state": channel.state.value,
        "kind": channel.kind.value,
        "school": channel.school,
        "owner": channel.owner.person if channel.owner else "",
        "supervisor": channel.supervisor.person if channel.supervisor else "",
        "purpose": channel.purpose,
    }

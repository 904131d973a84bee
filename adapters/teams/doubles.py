"""A card that Teams took and whose name we never learnt: every card of ours carries its topic in its buttons, by which
it is known again when somebody presses one, or when the channel is read. Pure."""

from collections.abc import Mapping, Sequence

from adapters.teams.activity import Json, Payload, part, parts, text
from bot.records.deliveries import Topic

MARK = "topic"


def marked(activity: Payload, topic: Topic) -> Payload:
    """The activity, each of whose buttons says what its card is about."""
    return {name: _marked(inner, str(topic)) for name, inner in activity.items()}


def topic_in(pressed: Payload) -> str:
    """What the card is about of which a button was pressed, as the button says; empty where it says nothing."""
    return text(pressed, "value", "action", "data", MARK) or text(pressed, "value", MARK)


def is_about(message: Payload, topic: Topic, app: str) -> bool:
    """Whether a message, as Graph shows it, is a card of that app's about this topic."""
    if text(part(message, "from", "application"), "id").lower() != app:
        return False
    mark = f'"{MARK}":"{topic}"'
    return any(mark in "".join(text(each, "content").split()) for each in parts(message, "attachments"))


def _marked(node: Json, topic: str) -> Json:
    if isinstance(node, Mapping):
        inner = {name: _marked(each, topic) for name, each in node.items()}
        is_button = isinstance(node.get("data"), Mapping) and "act" in part(node, "data")
        return inner | {"data": {**part(node, "data"), MARK: topic}} if is_button else inner
    if isinstance(node, Sequence) and not isinstance(node, str):
        return [_marked(each, topic) for each in node]
    return node

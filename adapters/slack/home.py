"""Chaperone's home in Slack: what the product shows a person first, as one view."""

from collections.abc import Sequence

from adapters.slack.blocks import VIEW, Json, Room, blocks_of, section
from adapters.slack.buttons import HOME, value_for
from bot.cards import Card

MORE = "… /policy help · /policy ayuda"


def home_view(cards: Sequence[Card]) -> Json:
    """The cards one below the other, as many as Slack takes."""
    blocks: list[Json] = []
    for number, card in enumerate(cards):
        room = Room(VIEW.blocks // 2, VIEW.characters // 4)
        found = blocks_of(card, room, value_of=lambda action: value_for(action, HOME))
        lines: list[Json] = [{"type": "divider"}] if number else []
        if len(blocks) + len(lines) + len(found) >= VIEW.blocks:
            blocks.append(section(MORE))
            break
        blocks += [*lines, *found]
    return {"type": "home", "blocks": blocks or [section(MORE)]}

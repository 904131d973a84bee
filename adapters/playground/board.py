"""What Chaperone tells everybody in a channel: one card for each topic, changed in place, pinned where asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from adapters.playground import tables
from adapters.playground.view import Json, card_json
from adapters.playground.world import World
from bot.cards import Card
from bot.ids import ChannelId
from bot.records.deliveries import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A card as it stands in a channel; `place` orders it among the messages."""

    id: str
    place: int
    posted_at: datetime
    is_pinned: bool
    content: Json


def put(world: World, channel: ChannelId, topic: Topic, card: Card, *, pin: bool, at: datetime | None = None) -> str:
    """Posts or changes the channel's card for the topic and returns its name. The same card again changes nothing."""
    content = card_json(card)
    b, here = tables.board.c, _of(world, channel, topic)
    old = world.connection.execute(sa.select(b.card, b.sealed).where(*here)).one_or_none()
    if old is not None:
        if world.open(old.sealed) != content:
            changed = {"sealed": world.seal(content), "is_pinned": pin}
            world.connection.execute(sa.update(tables.board).where(*here).values(**changed))
            world.note("channels", "", channel=channel)
        return str(old.card)
    place = world.next_number()
    row = {
        "workspace": world.workspace,
        "channel": channel,
        "topic": str(topic),
        "card": f"b{place}",
        "sealed": world.seal(content),
        "place": place,
        "posted_at": at or world.now,
        "is_pinned": pin,
    }
    world.connection.execute(sa.insert(tables.board).values(row))
    world.note("channels", "", channel=channel)
    return f"b{place}"


def all_of(world: World) -> Mapping[ChannelId, list[Announcement]]:
    """What stands in each channel, oldest first."""
    b, found = tables.board.c, dict[ChannelId, list[Announcement]]()
    query = sa.select(tables.board).where(b.workspace == world.workspace).order_by(b.place)
    for row in world.connection.execute(query):
        announcement = Announcement(
            id=row.card,
            place=row.place,
            posted_at=row.posted_at,
            is_pinned=row.is_pinned,
            content=world.open(row.sealed),
        )
        found.setdefault(ChannelId(row.channel), []).append(announcement)
    return found


def _of(world: World, channel: ChannelId, topic: Topic) -> tuple[sa.ColumnElement[bool], ...]:
    b = tables.board.c
    return (b.workspace == world.workspace, b.channel == channel, b.topic == str(topic))

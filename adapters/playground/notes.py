"""The cards in each person's private conversation with Chaperone: one for each topic, changed in place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from adapters.playground import tables
from adapters.playground.view import card_json
from adapters.playground.world import World
from bot.cards import Card
from bot.ids import PersonId
from bot.records.deliveries import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A card as it stands in somebody's conversation. `called` is the change that last called for attention."""

    id: str
    topic: str
    made_at: datetime
    changed_at: datetime
    called: int
    content: Any


def put(world: World, person: PersonId, topic: Topic, card: Card, *, notify: bool) -> str:
    """Makes or changes the person's card for the topic and returns its name. The same card again changes nothing."""
    content = card_json(card)
    old = _find(world, person, topic)
    if old is not None and old.content == content:
        return old.id
    name = old.id if old else f"k{world.next_number()}"
    called = world.note("card", name, person=person)
    if old is None:
        _insert(world, person, topic, name, content, called=called if notify else 0)
    else:
        values: dict[str, object] = {"sealed": world.seal(content), "changed_at": world.now}
        values |= {"called": called} if notify else {}
        world.connection.execute(sa.update(tables.cards).where(*_is(world, person, topic)).values(**values))
    return name


def latest(world: World, person: PersonId, *, limit: int = 200) -> Sequence[Note]:
    """The person's cards, oldest first."""
    c = tables.cards.c
    query = _notes(world, person).order_by(c.made_at.desc(), c.card.desc()).limit(limit)
    return [_note(world, row) for row in reversed(world.connection.execute(query).all())]


def some(world: World, person: PersonId, names: Sequence[str]) -> Sequence[Note]:
    """These cards of the person as they now stand."""
    rows = world.connection.execute(_notes(world, person).where(tables.cards.c.card.in_(names)))
    return [_note(world, row) for row in rows]


def calls(world: World, person: PersonId, *, after: int) -> int:
    """How many of the person's cards called for attention after that change."""
    c = tables.cards.c
    query = sa.select(sa.func.count()).where(c.workspace == world.workspace, c.person == person, c.called > after)
    return world.connection.scalar(query) or 0


def _find(world: World, person: PersonId, topic: Topic) -> Note | None:
    row = world.connection.execute(sa.select(tables.cards).where(*_is(world, person, topic))).one_or_none()
    return _note(world, row) if row else None


def _insert(world: World, person: PersonId, topic: Topic, name: str, content: object, *, called: int) -> None:
    world.connection.execute(
        sa.insert(tables.cards).values(
            workspace=world.workspace,
            person=person,
            topic=str(topic),
            card=name,
            sealed=world.seal(content),
            made_at=world.now,
            changed_at=world.now,
            called=called,
        )
    )


def _is(world: World, person: PersonId, topic: Topic) -> tuple[sa.ColumnElement[bool], ...]:
    c = tables.cards.c
    return (c.workspace == world.workspace, c.person == person, c.topic == str(topic))


def _notes(world: World, person: PersonId) -> sa.Select[Any]:
    c = tables.cards.c
    return sa.select(tables.cards).where(c.workspace == world.workspace, c.person == person)


def _note(world: World, row: tables.AnyRow) -> Note:
    return Note(
        id=row.card,
        topic=row.topic,
        made_at=row.made_at,
        changed_at=row.changed_at,
        called=row.called,
        content=world.open(row.sealed),
    )

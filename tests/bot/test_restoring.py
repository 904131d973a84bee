"""A deletion is taken back: whatever comes first, and however often, the end is that of the platform's own order."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from math import factorial

import pytest

from bot.cards import Card
from bot.events import Content, Deleted, Edited, Event, Restored, encode, key_of, revision_at
from bot.ids import ChannelId, MessageId, MessageRef, PersonRef
from bot.inbox.intake import INBOX_PURPOSE, Intake
from bot.records.deliveries import Topic, TopicKind
from bot.records.incidents import Incident, incident_id
from bot.review.decisions import ACTS
from policy.words import Lang
from tests.bot.desk.at_desk import words
from tests.district import CLUB, COACH, PRINCIPAL, STUDENT, District, a_post
from tests.fakes import FakeClock

BREACH = "say graveword now"
SECOND = timedelta(seconds=1)


def deleted(message: MessageRef, at: datetime, *, is_dated: bool = True) -> Deleted:
    return Deleted(message=message, at=at, by=STUDENT.person, revision=revision_at(at) if is_dated else None)


def put_back(message: MessageRef, at: datetime, text: str = BREACH) -> Edited:
    return Edited(
        message=message,
        author=STUDENT.person,
        at=at,
        content=Content(text=text),
        revision=revision_at(at),
        is_put_back=True,
    )


def card(district: District, who: PersonRef, message: MessageRef, kind: TopicKind = TopicKind.INCIDENT) -> Card:
    return district.platform.cards[who, Topic(kind, incident_id(message))]


async def the_incident(district: District, message: MessageRef) -> Incident:
    found = await district.read(lambda tx: tx.incidents.get(incident_id(message)))
    assert found is not None
    return found


async def is_gone(district: District, message: MessageRef) -> bool:
    state = await district.read(lambda tx: tx.messages.get(message))
    incident = await the_incident(district, message)
    assert state is not None
    assert incident.is_deleted == state.is_deleted
    return state.is_deleted


async def press(district: District, who: PersonRef, act: str, message: MessageRef, **values: str) -> None:
    person = await district.read(lambda tx: tx.registry.person(who))
    assert person is not None
    await ACTS[f"incident.{act}"](district.core, person, incident_id(message), values)
    await district.settle()


def in_any_order(times: int) -> Iterator[tuple[int, ...]]:
    """All orders in which that many things that happened can come."""
    yield from permutations(range(times))


@pytest.mark.parametrize("shows_words", [False, True])
@pytest.mark.parametrize("times", [1, 2, 3, 4])
async def test_deleted_and_put_back_in_any_order_and_many_times_ends_as_the_platform_has_it(
    times: int, shows_words: bool, worded: District, clock: FakeClock
) -> None:
    """Every message takes the same way, told in another order, some of it twice, its post first, midway or last."""
    posts = []
    worded.core = replace(worded.core, limits=replace(worded.core.limits, fold_within=timedelta(0)))
    intake, twice = Intake(worded.core), random.Random(times)
    for number, order in enumerate(in_any_order(times)):
        post = a_post(BREACH, at=clock(), message=f"m{number}")
        posts.append(post)
        history = [happened(post.message, clock(), step, shows_words) for step in range(times)]
        came = [event for step in order for event in history[step]]
        came += twice.sample(came, k=1)
        came.insert(number % (len(came) + 1), post)
        for event in came:
            await intake.receive(event)

    await worded.settle()

    assert len(posts) == factorial(times)
    for post in posts:
        assert await is_gone(worded, post.message) == (times % 2 == 1)
        shown = words(card(worded, COACH, post.message))
        assert ("this copy stays" in shown) == (times % 2 == 1)
        assert ("in the channel again" in shown) == (times % 2 == 0)
        assert shown.count(BREACH) == 1, "the same words are shown once"


def happened(message: MessageRef, began: datetime, step: int, shows_words: bool) -> list[Event]:
    """Each even step deletes it, each odd one puts it back; the platform shows its words with that, or not."""
    at = began + (step + 1) * SECOND
    if step % 2 == 0:
        return [deleted(message, at)]
    return [Restored(message=message, at=at), *([put_back(message, at)] if shows_words else [])]


async def test_a_second_deletion_counts_and_a_second_report_of_it_does_not(worded: District, clock: FakeClock) -> None:
    message = await worded.post(BREACH)
    first, back, second = (clock() + n * SECOND for n in (1, 2, 3))

    new = [
        await worded.take(event)
        for event in (
            deleted(message, first),
            Restored(message=message, at=back),
            deleted(message, first),
            deleted(message, second),
            deleted(message, second),
            Restored(message=message, at=back),
        )
    ]

    assert new == [True, True, False, True, False, False]
    assert await is_gone(worded, message)
    names = await worded.read(lambda tx: [row.entry.name for row in tx.journal.rows()])
    happened = [name for name in names if name.startswith("incident:message:")]
    assert happened == ["incident:message:deleted", "incident:message:restored", "incident:message:deleted"]


async def test_a_deletion_that_an_older_version_kept_without_its_time_is_not_news(
    worded: District, clock: FakeClock
) -> None:
    message = await worded.post(BREACH)
    at = clock() + SECOND
    await worded.take(deleted(message, at, is_dated=False))

    is_new = await worded.take(deleted(message, at))

    assert not is_new
    assert await is_gone(worded, message)


async def test_one_that_an_older_version_put_into_the_inbox_is_still_read(worded: District, clock: FakeClock) -> None:
    message = await worded.post(BREACH)
    event = deleted(message, clock() + SECOND, is_dated=False)
    old = encode(event).replace(b',"revision":null', b"")
    assert b"revision" not in old
    sealed = worded.core.keys.seal(old, purpose=INBOX_PURPOSE)
    await worded.core.store.write(lambda tx: tx.inbox.add(key_of(event), sealed))

    await worded.settle()

    assert await is_gone(worded, message)


async def test_words_that_came_only_with_the_restoring_are_judged(worded: District, clock: FakeClock) -> None:
    message = a_post(BREACH, at=clock()).message
    at = clock() + SECOND

    await worded.take(Restored(message=message, at=at))
    await worded.take(put_back(message, at))

    assert not await is_gone(worded, message)
    assert "As put back" in words(card(worded, PRINCIPAL, message))


async def test_what_the_author_was_asked_to_take_away_and_puts_back_calls_for_attention(
    worded: District, clock: FakeClock
) -> None:
    message = await worded.post(BREACH, by=STUDENT)
    await press(worded, COACH, "ask_author", message)
    await worded.take(deleted(message, clock() + SECOND))
    thanks = words(card(worded, STUDENT, message, TopicKind.NOTE))
    before = len(worded.platform.calls)

    await worded.take(Restored(message=message, at=clock() + 2 * SECOND))

    called = {who for who, topic, notify in worded.platform.calls[before:] if notify}
    assert called == {COACH, PRINCIPAL}
    assert "Thank you" in thanks
    assert "Thank you" not in words(card(worded, STUDENT, message, TopicKind.NOTE))


async def test_a_confirmed_breach_that_is_put_back_is_open_again(worded: District, clock: FakeClock) -> None:
    message = await worded.post(BREACH)
    await press(worded, COACH, "confirm", message)
    await worded.take(deleted(message, clock() + SECOND))

    await worded.take(put_back(message, clock() + 2 * SECOND))

    assert (await the_incident(worded, message)).state == "open"


async def test_what_was_found_to_be_no_problem_may_come_back_in_peace(worded: District, clock: FakeClock) -> None:
    message = await worded.post(BREACH)
    await press(worded, COACH, "dismiss", message, note="a play's title")
    await worded.take(deleted(message, clock() + SECOND))
    before = len(worded.platform.calls)

    await worded.take(Restored(message=message, at=clock() + 2 * SECOND))
    await worded.take(put_back(message, clock() + 2 * SECOND))

    assert (await the_incident(worded, message)).state == "dismissed"
    assert not await is_gone(worded, message)
    assert [call for call in worded.platform.calls[before:] if call[2]] == []


async def test_the_card_says_it_in_the_readers_language(worded: District, clock: FakeClock) -> None:
    coach = await worded.read(lambda tx: tx.registry.person(COACH))
    assert coach is not None
    await worded.core.store.write(lambda tx: tx.registry.save_person(replace(coach, lang=Lang.ES)))
    message = await worded.post(BREACH)
    await worded.take(deleted(message, clock() + SECOND))

    await worded.take(Restored(message=message, at=clock() + 2 * SECOND))

    assert "vuelve a estar en el canal" in words(card(worded, COACH, message))


async def test_a_channel_that_nobody_sponsors_keeps_nothing_of_it(worded: District, clock: FakeClock) -> None:
    elsewhere = MessageRef(CLUB.workspace, ChannelId("elsewhere"), MessageId("m1"))

    assert not await Intake(worded.core).receive(Restored(message=elsewhere, at=clock()))

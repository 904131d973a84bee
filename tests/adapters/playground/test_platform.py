"""The playground as the outbox sees it."""

from typing import Any

import pytest

from adapters.playground import notes
from adapters.playground.platform import Playground
from adapters.playground.world import FIRST_WORKSPACE, World, world
from adapters.storage.tables import metadata
from adapters.wiring import House
from bot.cards import Card, Excerpt, Paragraph
from bot.errors import Undeliverable
from bot.ids import ChannelId, ChannelRef, MessageId, MessageRef, PersonId, PersonRef, WorkspaceId
from bot.records.deliveries import Topic, TopicKind
from tests.adapters.playground.page import Page

IDELLA = PersonRef(FIRST_WORKSPACE, PersonId("idella"))
TOPIC = Topic(TopicKind.INCIDENT, "abc")
TRACK = ChannelRef(FIRST_WORKSPACE, ChannelId("track-team"))


def a_card(text: str) -> Card:
    return Card(title="Title", summary="Summary", blocks=(Paragraph(text),))


def platform_of(house: House) -> Playground:
    found = house.core.platforms(FIRST_WORKSPACE)
    assert isinstance(found, Playground)
    return found


async def test_one_person_and_topic_have_one_card_which_is_changed_in_place(page: Page, house: House) -> None:
    show = platform_of(house).show

    first = await show(IDELLA, TOPIC, a_card("one"), shown=None, notify=True)
    again = await show(IDELLA, TOPIC, a_card("two"), shown=first, notify=False)

    [card] = await page.cards("idella")
    assert first == again == card["id"]
    assert card["blocks"] == [{"kind": "paragraph", "text": "two"}]


async def test_a_card_whose_answer_was_lost_is_shown_once_and_calls_once(page: Page, house: House) -> None:
    show = platform_of(house).show
    first = await show(IDELLA, TOPIC, a_card("one"), shown=None, notify=True)
    called = [card["called"] for card in await page.cards("idella")]

    again = await show(IDELLA, TOPIC, a_card("one"), shown=None, notify=True)

    assert first == again
    assert [card["called"] for card in await page.cards("idella")] == called


async def test_only_a_card_that_notifies_calls_for_attention_again(page: Page, house: House) -> None:
    show = platform_of(house).show
    name = await show(IDELLA, TOPIC, a_card("one"), shown=None, notify=True)
    [first] = await page.cards("idella")
    await show(IDELLA, TOPIC, a_card("two"), shown=name, notify=False)
    [quiet] = await page.cards("idella")
    await show(IDELLA, TOPIC, a_card("three"), shown=name, notify=True)
    [loud] = await page.cards("idella")

    assert first["called"] == quiet["called"] < loud["called"]
    assert (await page.get("api/as/idella"))["unread"]["chaperone"] == 1


async def test_somebody_who_is_not_there_cannot_be_reached(house: House) -> None:
    nobody = PersonRef(FIRST_WORKSPACE, PersonId("nobody"))

    with pytest.raises(Undeliverable):
        await platform_of(house).show(nobody, TOPIC, a_card("x"), shown=None, notify=True)


async def test_what_is_owed_to_a_workspace_that_was_left_troubles_nobody(page: Page, house: House) -> None:
    await page.send("POST", "api/start-over", {"confirm": True})

    assert await platform_of(house).show(IDELLA, TOPIC, a_card("x"), shown="k7", notify=True) == "k7"
    assert await page.cards("idella") == []


async def test_a_link_opens_the_message_within_the_page(house: House) -> None:
    message = MessageRef(FIRST_WORKSPACE, ChannelId("track-team"), MessageId("m7"))

    assert platform_of(house).link_to(message) == "/playground/#/c/track-team/m/m7"


async def test_no_words_of_messages_files_or_cards_stand_in_the_database(page: Page, house: House) -> None:
    await page.post("darrow", "track-team", "the word is zebrafish")
    card = Card(title="pangolin", blocks=(Excerpt("ocelots"),))
    await platform_of(house).show(IDELLA, TOPIC, card, shown=None, notify=True)

    def unit(chat: World) -> bytes:
        dumped = [
            repr(tuple(row)) for table in metadata.sorted_tables for row in chat.connection.execute(table.select())
        ]
        return "\n".join(dumped).encode()

    dump = await house.core.store.read(lambda tx: unit(world(tx, house.core.keys)))

    assert len(dump) > 10_000
    for word in (b"zebrafish", b"pangolin", b"ocelots"):
        assert word not in dump
    found = await house.core.store.read(lambda tx: notes.latest(world(tx, house.core.keys), IDELLA.person))
    assert found[0].content["title"] == "pangolin"


def test_the_first_workspace_has_the_name_that_others_rely_on() -> None:
    assert WorkspaceId("playground:larkfield") == FIRST_WORKSPACE


async def announced(page: Page, who: str) -> list[dict[str, Any]]:
    """What Chaperone has told everybody in the track team's channel, as that person's page shows it."""
    state = await page.get(f"api/as/{who}")
    return [one for room in state["channels"] if room["id"] == TRACK.channel for one in room["announcements"]]


async def test_what_is_announced_stands_in_the_channel_once_for_each_topic(page: Page, house: House) -> None:
    announce = platform_of(house).announce
    before = await announced(page, "tobin")

    first = await announce(TRACK, TOPIC, a_card("one"), shown=None, pin=True)
    again = await announce(TRACK, TOPIC, a_card("two"), shown=None, pin=True)

    [*others, card] = await announced(page, "tobin")
    assert others == before
    assert first == again == card["id"]
    assert (card["is_pinned"], card["blocks"]) == (True, [{"kind": "paragraph", "text": "two"}])
    assert await announced(page, "juniper") == [], "who is no member reads nothing of it"


async def test_nothing_is_announced_in_a_channel_that_is_not_there(house: House) -> None:
    nowhere = ChannelRef(FIRST_WORKSPACE, ChannelId("nowhere"))

    with pytest.raises(Undeliverable):
        await platform_of(house).announce(nowhere, TOPIC, a_card("one"), shown=None, pin=True)

"""Posting, editing, deleting, threads, files: the chat's own behaviour, and that each reaches the core."""

import asyncio
import json

import pytest
from aiohttp import FormData

from adapters.playground.world import FIRST_WORKSPACE
from adapters.wiring import House
from bot.ids import ChannelId, MessageId, MessageRef
from bot.records.registry import ChannelState
from tests.adapters.playground.page import Page, marked, speaks_of

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))
CANARY = "This is a chaperone canary drill"


def ref(channel: str, message: str) -> MessageRef:
    return MessageRef(FIRST_WORKSPACE, ChannelId(channel), MessageId(message))


async def test_a_violating_message_brings_an_alert_to_owner_and_supervisor_and_to_nobody_else(page: Page) -> None:
    await page.post("emeka", "marching-band", f"Hello! {CANARY}")

    for person in ("juniper", "idella"):
        card = await page.card(person, speaks_of("canary drill"))
        assert marked(card) == ["chaperone canary drill"]
    assert await page.cards("emeka") == []
    assert await page.cards("saskia") == []


async def test_a_message_by_the_owner_alerts_the_supervisor_and_the_next_above_not_the_owner(page: Page) -> None:
    await page.post("juniper", "marching-band", CANARY)

    await page.card("idella", speaks_of("canary drill"))

    assert await page.cards("juniper") == []


async def test_members_see_a_post_and_others_are_told_that_they_are_no_members(page: Page) -> None:
    message = await page.post("darrow", "track-team", "Bring <b>water</b>")

    [*_, last] = await page.messages("tobin", "track-team")
    status, words = await page.error("GET", "api/as/quill/channels/track-team/messages")

    assert (last["id"], last["text"], last["parts"]) == (
        message,
        "Bring <b>water</b>",
        [{"text": "Bring <b>water</b>"}],
    )
    assert status == 409
    assert "not a member" in words["en"]
    assert "No es miembro" in words["es"]


async def test_an_edit_shows_is_marked_and_is_judged(page: Page, house: House) -> None:
    message = await page.post("emeka", "marching-band", "See you at noon")
    await page.send("PATCH", f"api/as/emeka/messages/{message}", {"text": CANARY})

    await page.card("juniper", speaks_of("canary drill"))

    [*_, last] = await page.messages("idella", "marching-band")
    assert (last["text"], last["is_edited"]) == (CANARY, True)
    state = await house.core.store.read(lambda tx: tx.messages.get(ref("marching-band", message)))
    assert state is not None
    assert state.newest_revision == 1


async def test_a_deleted_message_leaves_its_place_and_its_evidence(page: Page) -> None:
    message = await page.post("emeka", "marching-band", CANARY)
    card = await page.card("juniper", speaks_of("canary drill"))
    before = (await page.get("api/as/juniper"))["position"]
    await page.send("DELETE", f"api/as/emeka/messages/{message}")

    async with page.live("juniper", before) as changes:
        async for _, change in changes:
            if change["kind"] == "card":
                break

    [*_, last] = await page.messages("idella", "marching-band")
    assert (last["id"], last["is_deleted"], last["text"]) == (message, True, "")
    [kept] = await page.cards("juniper")
    assert kept["id"] == card["id"]
    assert marked(kept) == ["chaperone canary drill"]


@pytest.mark.parametrize(("method", "body"), [("PATCH", {"text": "mine now"}), ("DELETE", None)])
async def test_only_its_author_changes_a_message(page: Page, method: str, body: dict[str, str] | None) -> None:
    message = await page.post("emeka", "marching-band", "See you at noon")

    status, words = await page.error(method, f"api/as/juniper/messages/{message}", body)

    [*_, last] = await page.messages("emeka", "marching-band")
    assert (status, last["text"]) == (409, "See you at noon")
    assert "Only its author" in words["en"]


async def test_replies_stand_in_their_thread_and_are_counted_at_its_beginning(page: Page) -> None:
    root = await page.post("darrow", "track-team", "Who is in?")
    first = await page.post("tobin", "track-team", "Me", thread=root)
    second = await page.post("saskia", "track-team", "Me too", thread=root)
    await page.send("DELETE", f"api/as/saskia/messages/{second}")

    [*_, last] = await page.messages("darrow", "track-team")
    thread = await page.get(f"api/as/darrow/channels/track-team/threads/{root}")

    assert (last["id"], last["replies"]) == (root, 1)
    assert [message["id"] for message in thread["messages"]] == [root, first, second]


async def test_a_thread_cannot_hang_on_an_answer_or_on_another_channel(page: Page) -> None:
    root = await page.post("saskia", "track-team", "Who is in?")
    reply = await page.post("saskia", "track-team", "Me", thread=root)

    for channel, thread in [("track-team", reply), ("marching-band", root), ("track-team", "m999999")]:
        status, _ = await page.error(
            "POST", f"api/as/saskia/channels/{channel}/messages", {"text": "x", "thread": thread}
        )
        assert status == 409


async def test_what_is_sent_again_after_a_lost_answer_is_posted_once(page: Page) -> None:
    sent = await asyncio.gather(*(page.post("darrow", "track-team", "Once", nonce="n1") for _ in range(5)))

    assert len(set(sent)) == 1
    assert [message["text"] for message in await page.messages("darrow", "track-team")].count("Once") == 1


async def test_a_picture_is_shown_with_its_description_and_another_file_is_a_download(page: Page) -> None:
    form = FormData(quote_fields=False)
    form.add_field("message", json.dumps({"text": "Look", "alts": ["The stage", ""]}), content_type="application/json")
    form.add_field("file", PNG, filename="../../stage.png", content_type="text/html")
    form.add_field("file", b"<script>alert(1)</script>", filename="page.png", content_type="image/png")
    async with page.session.post("api/as/celeste/channels/drama-club/messages", data=form) as response:
        assert response.status == 200

    [*_, last] = await page.messages("quill", "drama-club")
    picture, other = last["files"]
    assert (picture["name"], picture["alt"], picture["is_picture"]) == ("stage.png", "The stage", True)
    assert (other["name"], other["is_picture"]) == ("page.png", False)
    async with page.session.get(f"api/as/quill/files/{picture['id']}") as response:
        assert (response.content_type, await response.read()) == ("image/png", PNG)
    async with page.session.get(f"api/as/quill/files/{other['id']}") as response:
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert (await page.error("GET", f"api/as/tobin/files/{picture['id']}"))[0] == 409


async def test_the_words_of_a_description_are_judged(page: Page) -> None:
    form = FormData()
    form.add_field("message", json.dumps({"alts": [CANARY]}), content_type="application/json")
    form.add_field("file", PNG, filename="a.png")
    async with page.session.post("api/as/quill/channels/drama-club/messages", data=form) as response:
        assert response.status == 200

    assert await page.card("celeste", lambda card: "#drama-club" in card["title"])


async def test_a_hundred_thousand_characters_are_taken_and_judged_and_one_more_is_refused(page: Page) -> None:
    text = ("x " * 50_000)[: 100_000 - len(CANARY)] + CANARY
    await page.post("emeka", "marching-band", text)

    assert marked(await page.card("juniper", speaks_of("canary"))) == ["chaperone canary drill"]
    status, words = await page.error("POST", "api/as/emeka/channels/marching-band/messages", {"text": "x" * 100_001})
    assert status == 413
    assert "100,000" in words["en"]
    assert "100 000" in words["es"]


async def test_ten_thousand_links_are_taken_and_shown(page: Page) -> None:
    text = " ".join(f"https://a{n}.org" for n in range(6_000))[:100_000]
    message = await page.post("emeka", "marching-band", text)

    [*_, last] = await page.messages("juniper", "marching-band")

    assert last["id"] == message
    assert "".join(part["text"] for part in last["parts"]) == text


@pytest.mark.parametrize("text", ["", "  \n "])
async def test_nothing_is_not_posted(page: Page, text: str) -> None:
    status, _ = await page.error("POST", "api/as/emeka/channels/marching-band/messages", {"text": text})

    assert status == 409


async def test_older_messages_come_page_by_page_and_a_message_is_found_among_them(page: Page) -> None:
    posted = [await page.post("darrow", "track-team", f"number {n}") for n in range(120)]

    newest = await page.get("api/as/tobin/channels/track-team/messages")
    before = await page.get(f"api/as/tobin/channels/track-team/messages?before={newest['messages'][0]['place']}")
    around = await page.get(f"api/as/tobin/channels/track-team/messages?around={posted[40]}")

    assert [message["id"] for message in newest["messages"]] == posted[70:]
    assert (newest["has_more"], newest["is_newest"]) == (True, True)
    assert [message["id"] for message in before["messages"]] == posted[20:70]
    assert posted[40] in [message["id"] for message in around["messages"]]
    assert around["is_newest"] is False


async def test_what_others_wrote_counts_as_unread_until_one_looks(page: Page) -> None:
    before = (await page.get("api/as/idella"))["unread"].get("marching-band", 0)
    await page.post("juniper", "marching-band", "Two things")
    await page.post("juniper", "marching-band", "And another")

    state = await page.get("api/as/idella")
    upto = int(state["position"].rpartition("/")[2])
    await page.send("POST", "api/as/idella/read", {"channel": "marching-band", "upto": upto})
    after = await page.get("api/as/idella")

    assert state["unread"]["marching-band"] == before + 2
    assert "marching-band" not in after["unread"]
    assert "marching-band" not in (await page.get("api/as/juniper"))["unread"]


async def test_policy_is_answered_privately_with_what_may_be_typed(page: Page) -> None:
    listed = await page.get("api/as/darrow/commands")
    answer = await page.send("POST", "api/as/darrow/command", {"channel": "track-team", "text": f"check {CANARY}"})

    assert "check" in [command["name"] for command in listed["commands"]]
    assert marked(answer["card"]) == ["chaperone canary drill"]
    assert await page.cards("darrow") == []


async def test_commands_are_offered_in_the_language_of_the_person(page: Page) -> None:
    listed = await page.get("api/as/paloma/commands")

    assert "ayuda" in [command["name"] for command in listed["commands"]]


async def test_a_decision_changes_the_cards_of_all_who_were_told(page: Page) -> None:
    await page.post("emeka", "marching-band", CANARY)
    card = await page.card("juniper", speaks_of("canary drill"))
    await page.card("idella", speaks_of("canary drill"))
    position = (await page.get("api/as/idella"))["position"]
    take = next(action for action in card["actions"] if action["name"] == "incident.take")
    act = {"name": take["name"], "subject": take["subject"], "values": {}}
    await page.send("POST", "api/as/juniper/act", act)

    async with page.live("idella", position) as changes:
        async for _, change in changes:
            if change["kind"] == "card":
                break

    assert speaks_of("Juniper Salloway")((await page.cards("idella"))[0])


async def test_an_action_that_is_not_theirs_is_refused_in_words(page: Page) -> None:
    await page.post("emeka", "marching-band", CANARY)
    card = await page.card("juniper", speaks_of("canary drill"))
    action = card["actions"][0]

    body = {"name": action["name"], "subject": action["subject"], "values": {}}
    status, words = await page.error("POST", "api/as/emeka/act", body)

    assert status == 409
    assert words["en"]
    assert words["es"]


async def test_a_reported_message_reaches_owner_and_supervisor_with_its_words(page: Page) -> None:
    message = await page.post("quill", "drama-club", "Odd but harmless words")
    answer = await page.send("POST", f"api/as/beatriz/messages/{message}/report", {"note": "please look"})

    card = await page.card("celeste", speaks_of("Odd but harmless words", "please look"))

    assert answer["card"]["title"]
    assert card["actions"]
    assert await page.cards("quill") == []


@pytest.mark.parametrize("door", ["check", "report"])
async def test_only_who_sees_a_message_can_check_or_report_it(page: Page, door: str) -> None:
    message = await page.post("quill", "drama-club", "Harmless")

    strange, _ = await page.error("POST", f"api/as/emeka/messages/{message}/{door}", {"note": ""})
    unknown, _ = await page.error("POST", f"api/as/beatriz/messages/m999999/{door}", {"note": ""})

    assert strange in (403, 404, 409)
    assert unknown in (403, 404, 409)


async def test_a_message_is_checked_for_one_person_and_nothing_is_kept(page: Page) -> None:
    message = await page.post("quill", "drama-club", "chaperone canary drill")
    await page.card("celeste", speaks_of("chaperone canary drill"))
    before = len(await page.cards("celeste"))

    answer = await page.send("POST", f"api/as/beatriz/messages/{message}/check", {})

    assert answer["card"]["title"]
    assert len(await page.cards("celeste")) == before


async def test_home_tells_a_member_the_rules_and_staff_what_needs_them(page: Page) -> None:
    member = await page.get("api/as/quill/home")
    owner = await page.get("api/as/celeste/home")

    assert "report.words" in [action["name"] for card in member["cards"] for action in card["actions"]]
    assert "The rules in plain words" in [card["title"] for card in member["cards"]]
    assert len(owner["cards"]) >= 3
    assert "drama-club" in str(owner["cards"])


async def test_staff_make_a_channel_invite_and_take_out(page: Page) -> None:
    made = await page.send("POST", "api/as/noor/channels", {"name": "Jardín & más", "topic": "Seeds"})
    channel = made["id"]
    await page.send("POST", f"api/as/noor/channels/{channel}/members", {"person": "quill"})
    here = (await page.get("api/as/quill"))["channels"]
    await page.send("DELETE", f"api/as/noor/channels/{channel}/members/quill")
    gone = (await page.get("api/as/quill"))["channels"]

    assert channel == "jardin-mas"
    assert [(one["name"], one["state"]) for one in here if one["id"] == channel] == [("Jardín & más", "noticed")]
    assert channel not in [one["id"] for one in gone]
    assert (await page.error("POST", "api/as/noor/channels", {"name": "jardin mas"}))[0] == 409
    assert (await page.error("POST", "api/as/quill/channels", {"name": "mine"}))[0] == 409


async def test_the_sidebar_shows_what_the_register_says(page: Page) -> None:
    [garden] = [one for one in (await page.get("api/as/noor"))["channels"] if one["id"] == "garden-club"]

    assert (garden["state"], garden["owner"], garden["supervisor"]) == (ChannelState.REQUESTED, "noor", "tomas")

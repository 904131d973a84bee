"""What one does in a chat: post, reply, edit, delete, attach, link, come back."""

import base64
import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Look

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


async def test_a_message_appears_at_the_others_and_its_edit_and_its_end_too(look: Look) -> None:
    author = await look("as/darrow/c/track-team")
    member = await look("as/tobin/c/track-team")

    await author.say("Bus at 3:30")
    await expect(member.message("Bus at 3:30")).to_be_visible()

    await author.choose(author.message("Bus at 3:30"), "Edit message")
    editor = author.page.get_by_role("textbox", name="Edit message")
    await editor.fill("Bus at 4:00")
    await editor.press("Enter")
    await expect(member.message("Bus at 4:00")).to_contain_text("(edited)")

    await author.choose(author.message("Bus at 4:00"), "Delete message")
    await author.page.get_by_role("dialog").get_by_role("button", name="Delete message").click()
    await expect(member.message("This message was deleted.")).to_be_visible()
    await expect(member.message("Bus at")).to_have_count(0)


async def test_a_thread_grows_beside_the_channel_and_is_counted(look: Look) -> None:
    author = await look("as/darrow/c/track-team")
    member = await look("as/tobin/c/track-team")
    await author.say("Who brings the cones?")
    row = member.message("Who brings the cones?")
    await row.hover()
    await row.get_by_role("button", name="Reply in thread").click()
    box = member.page.get_by_role("complementary").get_by_role("textbox")
    await expect(box).to_be_focused()
    await box.fill("I do")
    await box.press("Enter")

    await author.message("Who brings the cones?").get_by_role("button", name=re.compile("1 reply")).click()

    thread = author.page.get_by_role("complementary")
    await expect(thread.locator(".message")).to_have_count(2)
    await expect(thread).to_contain_text("I do")
    await thread.press("Escape")
    await expect(thread).to_have_count(0)


async def test_a_picture_is_posted_with_its_description(look: Look) -> None:
    author = await look("as/celeste/c/drama-club")
    member = await look("as/quill/c/drama-club")
    picture = {"name": "stage.png", "mimeType": "image/png", "buffer": PIXEL}

    await author.main().locator("input[type=file]").set_input_files(picture)  # type: ignore[arg-type] # a TypedDict
    await author.main().get_by_placeholder("Describe the picture").fill("The empty stage")
    await author.box().press("Enter")

    shown = member.main().get_by_role("img", name="The empty stage")
    await expect(shown).to_be_visible()
    await expect(shown).to_have_js_property("naturalWidth", 1)


@pytest.mark.parametrize(
    "payload",
    [
        "<img src=x onerror=alert(1)>",
        "<script>alert(1)</script>",
        '"><svg onload=alert(1)>',
        "[click](javascript:alert(1))",
        "https://example.org/\"onmouseover='alert(1)'",
        "</p></li><dialog open>",
    ],
)
async def test_what_members_write_is_text_and_nothing_else(look: Look, payload: str) -> None:
    author = await look("as/darrow/c/track-team")
    member = await look("as/tobin/c/track-team")
    elements = (
        "document.querySelectorAll('script, img, svg:not(.icon), dialog, [onload], [onerror], [onmouseover]').length"
    )
    before = await member.page.evaluate(elements)

    await author.say(payload)

    row = member.message(payload)
    await expect(row.locator(".words")).to_have_text(payload)
    assert await member.page.evaluate(elements) == before
    assert await member.page.evaluate("document.querySelectorAll(\"a[href^='javascript']\").length") == 0
    assert await member.violations() == []


async def test_a_link_behind_a_label_shows_its_real_host_and_opens_safely(look: Look) -> None:
    screen = await look("as/darrow/c/track-team")

    await screen.say("See [our page](https://photos.example.org/x)")

    link = screen.main().get_by_role("link", name="our page")
    await expect(link).to_have_attribute("href", "https://photos.example.org/x")
    await expect(link).to_have_attribute("rel", re.compile("noopener"))
    await expect(screen.message("our page")).to_contain_text("(photos.example.org)")


async def test_what_is_typed_while_the_last_message_is_on_its_way_is_not_lost(look: Look) -> None:
    screen = await look("as/darrow/c/track-team")

    for number in range(6):
        await screen.box().fill(f"quick {number}")
        await screen.box().press("Enter")

    await expect(screen.message("quick").locator(".words")).to_have_text([f"quick {number}" for number in range(6)])


async def test_what_could_not_be_sent_stays_in_the_box_and_is_posted_once_it_can(look: Look) -> None:
    screen = await look("as/darrow/c/track-team")
    await screen.page.context.set_offline(True)
    await screen.box().fill("Can you hear me?")
    await screen.box().press("Enter")
    await expect(screen.page.locator(".toast")).to_contain_text("does not answer")
    await expect(screen.box()).to_have_value("Can you hear me?")

    await screen.page.context.set_offline(False)
    await screen.box().press("Enter")

    await expect(screen.message("Can you hear me?")).to_have_count(1)
    await expect(screen.box()).to_have_value("")


async def test_a_very_long_message_is_folded(look: Look) -> None:
    screen = await look("as/darrow/c/track-team")
    words = "water " * 16_000

    await screen.say(words)

    row = screen.main().locator(".message").last
    await row.get_by_role("button", name="Show all").click()
    await expect(row.locator(".words")).to_have_text(words.strip())


async def test_what_happens_while_the_connection_is_gone_arrives_afterwards(look: Look) -> None:
    author = await look("as/darrow/c/track-team")
    member = await look("as/tobin/c/track-team")
    await member.page.context.set_offline(True)
    # Chromium keeps streams that are open; a reload of the stream fails as it does without a network.
    await member.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await author.say("Did you get this?")
    await member.page.context.set_offline(False)

    await expect(member.message("Did you get this?")).to_have_count(1)


async def test_an_address_opens_a_message_as_a_person(look: Look) -> None:
    author = await look("as/darrow/c/track-team")
    for number in range(3):
        await author.say(f"number {number}")
    wanted = await author.message("number 1").get_attribute("data-id")

    screen = await look(f"as/saskia/c/track-team/m/{wanted}")

    await expect(screen.message("number 1")).to_be_focused()
    await expect(screen.page.get_by_role("button", name=re.compile("You are"))).to_contain_text("Saskia Fenwrite")


async def test_a_reload_keeps_who_one_is_and_where(look: Look) -> None:
    screen = await look("as/idella/c/debate-club")
    await screen.page.goto(screen.address)
    await screen.page.reload()

    await expect(screen.page.get_by_role("button", name=re.compile("You are"))).to_contain_text("Idella Marchbrook")


# Headless Chromium shows all its tabs at once; this is what a tab is told that another one covers.
PUT_BEHIND = """() => {
    Object.defineProperty(document, "hidden", { value: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


async def test_nine_tabs_at_once_all_work(look: Look) -> None:
    first = await look("as/darrow/c/track-team")
    last = first.page
    for _ in range(8):
        await last.evaluate(PUT_BEHIND)
        last = await first.page.context.new_page()
        await last.goto(f"{first.address}#/as/tobin/c/track-team")

    box = last.get_by_role("main").locator(".composer textarea")
    await box.fill("from the last tab")
    await box.press("Enter")

    await expect(last.locator(".message").filter(has_text="from the last tab")).to_be_visible()


async def test_staff_make_a_channel_and_invite_somebody(look: Look) -> None:
    maker = await look("as/noor/c/garden-club")
    guest = await look("as/quill/c/garden-club")

    await maker.page.get_by_role("button", name="New channel").click()
    form = maker.page.get_by_role("dialog")
    await form.get_by_label("Name").fill("chess")
    await form.get_by_role("button", name="Create").click()
    await expect(maker.page.get_by_role("heading", level=1)).to_contain_text("chess")
    await maker.page.get_by_role("button", name=re.compile("^Members")).click()
    members = maker.page.get_by_role("dialog")
    await members.get_by_label("Add somebody").select_option("quill")
    await members.get_by_role("button", name="Add").click()

    await expect(guest.page.get_by_role("navigation").get_by_role("button", name=re.compile("chess"))).to_be_visible()


async def test_starting_over_asks_first_and_then_brings_the_first_day_back(look: Look) -> None:
    screen = await look("as/darrow/c/track-team")
    other = await look("as/tobin/c/track-team")
    await screen.say("this goes")
    await expect(other.message("this goes")).to_be_visible()

    await screen.page.get_by_role("button", name="Start over").click()
    await screen.page.get_by_role("dialog").get_by_role("button", name="Start over").click()

    for one in (screen, other):
        await expect(one.message("this goes")).to_have_count(0)
        await expect(one.message("Bring indoor shoes")).to_be_visible()

"""From a message to the cards of those who must know, and what they do with them."""

import re

from playwright.async_api import expect

from tests.browser.conftest import Look

CANARY = "This is a chaperone canary drill, thanks"


async def test_an_alert_appears_at_owner_and_supervisor_within_moments_and_without_reload(look: Look) -> None:
    student = await look("as/emeka/c/marching-band")
    owner = await look("as/juniper/c/marching-band")
    supervisor = await look("as/idella/c/chaperone")

    await student.say(CANARY)

    await expect(supervisor.card("#marching-band").locator("mark")).to_have_text("chaperone canary drill")
    toast = owner.page.locator(".toast")
    await expect(toast).to_contain_text("#marching-band")
    await toast.get_by_role("button", name="View").click()
    await expect(owner.card("#marching-band").locator("mark")).to_have_text("chaperone canary drill")
    await expect(owner.page.get_by_role("button", name=re.compile("^Chaperone"))).to_have_attribute(
        "aria-current", "page"
    )
    await expect(student.message(CANARY)).to_be_visible()
    await expect(student.page.locator(".toast")).to_have_count(0)


async def test_a_waiting_alert_shows_as_a_badge_and_in_the_title_until_it_is_seen(look: Look) -> None:
    owner = await look("as/juniper/c/marching-band")
    student = await look("as/emeka/c/marching-band")
    await student.say(CANARY)
    chaperone = owner.page.get_by_role("button", name=re.compile("^Chaperone"))

    await expect(chaperone.locator(".badge")).to_contain_text("1")
    await expect(owner.page).to_have_title(re.compile(r"^\(1\)"))
    await chaperone.click()

    await expect(chaperone.locator(".badge")).to_have_count(0)
    await expect(owner.page).not_to_have_title(re.compile(r"^\("))


async def test_a_decision_with_its_reason_shows_at_all_who_were_told(look: Look) -> None:
    student = await look("as/emeka/c/marching-band")
    owner = await look("as/juniper/c/chaperone")
    supervisor = await look("as/idella/c/chaperone")
    await student.say(CANARY)

    await owner.card("#marching-band").get_by_role("button", name="No problem").click()
    form = owner.page.get_by_role("dialog")
    await form.get_by_role("textbox").fill("It was announced as a drill")
    await form.get_by_role("button", name="No problem").click()

    await expect(form).to_have_count(0)
    for screen in (owner, supervisor):
        await expect(screen.card("Juniper Salloway").first).to_be_visible()
        await expect(screen.card("It was announced as a drill").first).to_be_visible()


async def test_a_form_that_is_refused_says_why_and_keeps_what_was_typed(look: Look) -> None:
    student = await look("as/emeka/c/marching-band")
    owner = await look("as/juniper/c/chaperone")
    await student.say(CANARY)

    await owner.card("#marching-band").get_by_role("button", name="No problem").click()
    form = owner.page.get_by_role("dialog")
    await form.get_by_role("textbox").fill("   ")
    await form.get_by_role("button", name="No problem").click()

    await expect(form.get_by_role("alert")).not_to_be_empty()
    await form.get_by_role("button", name="Cancel").click()
    await expect(form).to_have_count(0)


async def test_the_card_leads_to_the_message(look: Look) -> None:
    student = await look("as/emeka/c/marching-band")
    supervisor = await look("as/idella/c/chaperone")
    await student.say(CANARY)

    await supervisor.card("#marching-band").get_by_role("button", name="Open the message").click()

    await expect(supervisor.message(CANARY)).to_be_focused()
    assert "/c/marching-band/m/" in supervisor.page.url


async def test_a_member_reports_a_message_and_the_supervisor_sees_it(look: Look) -> None:
    author = await look("as/quill/c/drama-club")
    reporter = await look("as/beatriz/c/drama-club")
    supervisor = await look("as/tomas/c/chaperone")
    await author.say("Odd but harmless words")

    await reporter.choose(reporter.message("Odd but harmless words"), "Denunciar a supervisión")
    form = reporter.page.get_by_role("dialog")
    await form.get_by_role("textbox").fill("por favor, revísenlo")
    await form.get_by_role("button", name="Denunciar a supervisión").click()

    await expect(supervisor.card("Odd but harmless words")).to_contain_text("por favor, revísenlo")
    await expect(reporter.main().locator(".answer")).to_be_visible()

"""`/policy`: offered while one types, answered privately, in the person's language."""

import re

from playwright.async_api import expect

from tests.browser.conftest import Look


async def test_subcommands_are_offered_and_completed_from_the_keyboard(look: Look) -> None:
    screen = await look("as/darrow/c/track-team")
    await screen.box().press_sequentially("/policy ch")
    offers = screen.page.get_by_role("listbox", name="Commands")
    await expect(offers.get_by_role("option")).to_have_count(3)

    await screen.box().press("ArrowDown")
    await expect(offers.get_by_role("option", selected=True)).to_contain_text("check")
    await screen.box().press("Tab")

    await expect(screen.box()).to_have_value("/policy check ")
    await expect(offers).to_have_count(0)


async def test_an_answer_is_seen_by_the_one_who_asked_only(look: Look) -> None:
    asker = await look("as/darrow/c/track-team")
    other = await look("as/tobin/c/track-team")

    await asker.say("/policy check this is a chaperone canary drill")
    await other.say("hello")

    answer = asker.main().locator(".answer")
    await expect(answer).to_contain_text("Only you can see this")
    await expect(answer.locator("mark")).to_have_text("chaperone canary drill")
    await expect(other.message("hello")).to_be_visible()
    await expect(other.main().locator(".messages")).not_to_contain_text("canary")
    await answer.get_by_role("button", name="Hide this answer").click()
    await expect(answer).to_have_count(0)


async def test_a_message_can_be_checked_from_its_menu(look: Look) -> None:
    screen = await look("as/darrow/c/track-team")

    await screen.choose(screen.main().locator(".message").last, "Check against policy")

    await expect(screen.main().locator(".answer .card")).to_be_visible()


async def test_in_the_conversation_with_chaperone_the_word_policy_may_be_left_out(look: Look) -> None:
    screen = await look("as/darrow/c/chaperone")

    await screen.say("help")

    await expect(screen.main().locator(".answer .card")).to_be_visible()


async def test_a_slash_that_is_no_command_is_explained_and_not_lost(look: Look) -> None:
    screen = await look("as/darrow/c/track-team")
    await screen.box().fill("/polcy help")
    await screen.box().press("Enter")

    await expect(screen.page.locator(".toast")).to_contain_text("Only /policy is a command")
    await expect(screen.box()).to_have_value("/polcy help")


async def test_spanish_speakers_are_offered_and_answered_in_spanish(look: Look) -> None:
    screen = await look("as/paloma/c/familias-millbrook")
    assert await screen.page.evaluate("document.documentElement.lang") == "es"

    await screen.box().press_sequentially("/policy ayu")
    await expect(screen.page.get_by_role("option")).to_contain_text("ayuda")
    await screen.say("/policy ayuda")

    await expect(screen.main().locator(".answer")).to_contain_text("Solo usted puede ver esto")


async def test_the_language_can_be_switched(look: Look) -> None:
    screen = await look("as/darrow/c/track-team")

    await screen.page.get_by_role("button", name="Español").click()

    await expect(screen.box()).to_have_attribute("placeholder", "Mensaje para #track-team")
    await screen.page.reload()
    await expect(screen.box()).to_have_attribute("placeholder", "Mensaje para #track-team")
    await screen.page.get_by_role("button", name="English").click()
    await expect(screen.box()).to_have_attribute("placeholder", re.compile("Message"))

"""Phones, keyboards, screen readers, light and dark; and the first visit."""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Look
from tests.browser.screen import Screen

CANARY = "This is a chaperone canary drill, thanks"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
NARROWEST: dict[str, Any] = {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True}


async def show_everything(screen: Screen) -> list[str]:
    """Goes through the page's views and looks for faults in each."""
    found: list[str] = []
    for route in ("as/idella/c/chaperone", "as/saskia/c/track-team", "as/noor/c/garden-club"):
        await screen.go(route)
        await expect(screen.main().locator(".row").first).to_be_visible()
        found += await screen.faults()
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{}, PHONE], ids=["wide", "phone"])
async def test_the_accessibility_checks_find_nothing(look: Look, scheme: str, size: dict[str, Any]) -> None:
    student = await look("as/emeka/c/marching-band")
    await student.say(CANARY)
    screen = await look("as/idella/c/chaperone", color_scheme=scheme, **size)
    await expect(screen.card("#marching-band")).to_be_visible()

    assert await show_everything(screen) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_accessibility_checks_find_nothing_in_what_opens(look: Look, scheme: str) -> None:
    screen = await look("as/darrow/c/track-team", color_scheme=scheme)
    found: list[str] = []

    await screen.box().press_sequentially("/policy ")
    found += await screen.faults()
    await screen.say("/policy check this is a chaperone canary drill")
    await expect(screen.main().locator(".answer")).to_be_visible()
    await screen.page.get_by_role("button", name=re.compile("3 replies")).click()
    found += await screen.faults()
    for button in ("Members", "You are", "What is this?", "Start over"):
        await screen.page.get_by_role("button", name=re.compile(f"^{re.escape(button)}")).first.click()
        await expect(screen.page.get_by_role("dialog")).to_be_visible()
        found += await screen.faults()
        await screen.page.keyboard.press("Escape")
        await expect(screen.page.get_by_role("dialog")).to_have_count(0)

    assert found == []


@pytest.mark.parametrize("size", [PHONE, NARROWEST], ids=["390", "320"])
async def test_on_a_phone_nothing_is_wider_than_the_window(look: Look, size: dict[str, Any]) -> None:
    student = await look("as/emeka/c/marching-band")
    await student.say(f"{CANARY} {'x' * 300} https://www.ourdistrict.org/{'y' * 300}")
    screen = await look("as/idella/c/chaperone", **size)
    await expect(screen.card("#marching-band")).to_be_visible()
    seen = [await screen.overflow()]

    for route in ("as/idella/c/marching-band", "as/darrow/c/track-team"):
        await screen.go(route)
        await expect(screen.main().locator(".row").first).to_be_visible()
        seen.append(await screen.overflow())
    await screen.page.get_by_role("button", name="Open the channel list").click()
    await expect(screen.page.get_by_role("navigation")).to_be_in_viewport()
    seen.append(await screen.overflow())
    await screen.page.get_by_role("button", name=re.compile("You are")).click()
    seen.append(await screen.overflow())

    assert seen == [0] * 5


async def test_on_a_phone_every_target_is_large_enough_for_a_thumb(look: Look) -> None:
    screen = await look("as/darrow/c/track-team", **PHONE)
    small = """() => [...document.querySelectorAll("button, select, textarea, summary, input:not([type=file])")]
        .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
        .filter((one) => !one.classList.contains("link"))
        .map((one) => [one.getAttribute("aria-label") ?? one.textContent, one.getBoundingClientRect()])
        .filter(([, box]) => box.width && (box.width < 44 || box.height < 36 || (box.height < 44 && box.width < 60)))
        .map(([name, box]) => `${name}: ${box.width} by ${box.height}`)"""
    found = await screen.page.evaluate(small)
    await screen.page.get_by_role("button", name="Open the channel list").click()
    found += await screen.page.evaluate(small)
    await screen.page.get_by_role("button", name=re.compile("You are")).click()
    found += await screen.page.evaluate(small)

    assert found == []


async def test_on_a_phone_one_goes_to_another_channel_and_posts(look: Look) -> None:
    screen = await look("as/saskia/c/track-team", **PHONE)

    await screen.page.get_by_role("button", name="Open the channel list").tap()
    await screen.page.get_by_role("navigation").get_by_role("button", name=re.compile("yearbook")).tap()
    await expect(screen.page.get_by_role("navigation")).not_to_be_in_viewport()
    await screen.box().fill("Layout is done")
    await screen.page.get_by_role("button", name="Send").tap()

    await expect(screen.message("Layout is done")).to_be_visible()


async def test_everything_is_reached_with_the_keyboard_alone(look: Look) -> None:
    screen = await look("as/darrow/c/track-team")
    keyboard, page = screen.page.keyboard, screen.page
    await keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the messages")).to_be_focused()
    await keyboard.press("Enter")
    await expect(page.locator("#messages")).to_be_focused()

    await screen.box().focus()
    await keyboard.type("First line")
    await keyboard.press("Shift+Enter")
    await keyboard.type("second line")
    await keyboard.press("Enter")
    await expect(screen.message("First line")).to_contain_text("second line")

    await keyboard.press("ArrowUp")
    await expect(screen.message("First line")).to_be_focused()
    await keyboard.press("Tab")
    await keyboard.press("Tab")
    await keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Reply in thread")).to_be_focused()
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    editor = page.get_by_role("textbox", name="Edit message")
    await expect(editor).to_be_focused()
    await keyboard.press("Escape")
    await expect(editor).to_have_count(0)

    await page.get_by_role("button", name=re.compile("You are")).focus()
    await keyboard.press("Enter")
    await expect(page.get_by_role("searchbox")).to_be_focused()
    await keyboard.type("idella")
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await expect(page.get_by_role("button", name=re.compile("You are"))).to_contain_text("Idella")

    await page.get_by_role("button", name=re.compile("^Chaperone")).focus()
    await keyboard.press("ArrowDown")
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("marching-band")


async def test_a_closed_dialog_gives_the_focus_back(look: Look) -> None:
    screen = await look("as/darrow/c/track-team")
    button = screen.page.get_by_role("button", name=re.compile("You are"))
    await button.focus()
    await screen.page.keyboard.press("Enter")
    await screen.page.keyboard.press("Escape")

    await expect(screen.page.get_by_role("dialog")).to_have_count(0)
    await expect(button).to_be_focused()


async def test_what_others_say_is_told_to_a_screen_reader(look: Look) -> None:
    listener = await look("as/tobin/c/track-team")
    author = await look("as/darrow/c/track-team")

    await author.say("Bus at 3:30")

    live = listener.page.locator("[aria-live=polite][aria-atomic=true]")
    await expect(live).to_have_text("Darrow Pennfield in track-team: Bus at 3:30")


async def test_the_look_can_be_chosen_and_is_kept(look: Look) -> None:
    screen = await look("as/darrow/c/track-team", color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = await screen.page.evaluate(ground)

    await screen.page.get_by_role("button", name=re.compile("^Look")).click()
    await screen.page.get_by_role("button", name=re.compile("^Look: light")).click()
    dark = await screen.page.evaluate(ground)
    await screen.page.reload()
    await expect(screen.box()).to_be_visible()

    assert dark != light
    assert await screen.page.evaluate(ground) == dark


async def test_a_newcomer_clicks_a_sample_sends_it_and_sees_what_arrives(look: Look) -> None:
    screen = await look()
    samples = screen.page.get_by_role("region", name="Try it")
    await samples.get_by_role("button", name=re.compile("canary drill")).click()
    await expect(screen.box()).to_have_value(re.compile("canary drill"))
    await expect(screen.page.get_by_role("button", name=re.compile("You are"))).to_contain_text("Emeka")
    await screen.box().press("Enter")
    await expect(screen.message("canary drill")).to_be_visible()

    await samples.get_by_role("button", name=re.compile("Idella")).click()

    await expect(screen.card("#marching-band").locator("mark")).to_be_visible()
    await samples.get_by_role("button", name="Hide these hints").click()
    await screen.page.reload()
    await expect(screen.box()).to_be_visible()
    await expect(samples).to_have_count(0)


async def test_switching_person_shows_what_that_person_sees(look: Look) -> None:
    screen = await look("as/darrow/c/track-team")

    await screen.switch_to("paloma")

    await expect(screen.page.get_by_role("button", name=re.compile("Usted es"))).to_contain_text("Paloma Vistarreal")
    channels = screen.page.get_by_role("navigation").locator(".channel-name")
    await expect(channels).to_have_text(["Chaperone", "familias-millbrook"])

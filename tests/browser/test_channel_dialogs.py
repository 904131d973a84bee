"""Every dialog about a channel: reached by the keyboard, named for a screen reader, and whole on a phone."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Look
from tests.browser.screen import Screen

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
OWNER = ("channel", "checks", "notices", "parents", "reviewed", "event", "handover", "tools", "digest", "register")
OWNER_IN_SPANISH = (
    "canal",
    "requisitos",
    "avisos",
    "familias",
    "revisado",
    "evento",
    "traspaso",
    "herramientas",
    "resumen",
)
SUPERVISOR = ("answers", "approve", "status")


async def looked_over(screen: Screen, card: Locator) -> list[str]:
    """What is wrong with the card, and with each dialog that its buttons open."""
    found = await screen.faults()
    found += [f"wider than the window: {await card.inner_text()}"] if await screen.overflow() else []
    for button in await card.get_by_role("button").all():
        if await button.get_attribute("aria-haspopup") != "dialog":
            continue
        await button.focus()
        await screen.page.keyboard.press("Enter")
        dialog = screen.page.get_by_role("dialog")
        await expect(dialog).to_be_visible()
        await expect(dialog.locator(":focus")).to_have_count(1)
        found += await screen.faults()
        found += [f"cut off: {await dialog.inner_text()}"] if await is_cut_off(dialog) else []
        await screen.page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        await expect(button).to_be_focused()
    return found


async def is_cut_off(dialog: Locator) -> bool:
    """Whether something in the dialog reaches beyond its side."""
    wide = "(box) => [...box.querySelectorAll('*')].some((one) => one.getBoundingClientRect().right > innerWidth + 1)"
    return bool(await dialog.evaluate(wide))


@pytest.mark.parametrize(
    ("route", "commands", "size"),
    [
        ("as/darrow/c/track-team", OWNER, PHONE),
        ("as/paloma/c/familias-millbrook", OWNER_IN_SPANISH, {}),
        ("as/idella/c/track-team", SUPERVISOR, PHONE),
    ],
    ids=["owner on a phone", "owner in Spanish", "supervisor on a phone"],
)
async def test_each_answer_and_its_forms_are_accessible_and_fit(
    look: Look, route: str, commands: tuple[str, ...], size: dict[str, Any]
) -> None:
    screen = await look(route, **size)
    found: list[str] = []
    titles: list[str] = []

    for command in commands:
        card = await screen.asks(f"/policy {command}")
        titles.append(await card.get_by_role("heading").inner_text())
        found += await looked_over(screen, card)
        await screen.main().get_by_role("button", name=re.compile("Hide this answer|Ocultar")).last.click()

    assert found == []
    assert len(set(titles)) == len(commands)

"""The pictures of docs/teams.md: each is of a card that is sent today, and readable in Teams' light and dark themes."""

import importlib
from pathlib import Path
from types import ModuleType

import pytest
from playwright.async_api import async_playwright

from tests.adapters.teams.microsofts_parser import ARGUMENTS
from tests.browser.screen import AXE

pytest.importorskip("PIL", reason="looking at pictures is not installed")

DOCS = Path(__file__).parents[3] / "docs"
FAULTS = """
async () => (await axe.run("#shown", {runOnly: ["color-contrast"]})).violations.flatMap((found) => found.nodes)
  .map((node) => node.failureSummary + node.html)
"""


@pytest.fixture
def making(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """What `make screenshots` runs."""
    monkeypatch.syspath_prepend(DOCS)
    return importlib.import_module("teams_screenshots")


async def test_every_picture_is_of_a_card_that_is_sent_and_can_be_read_in_both_themes(
    making: ModuleType, tmp_path: Path, chromium: Path
) -> None:
    shown = await making.sent(tmp_path)

    page_of_docs = (DOCS / "teams.md").read_text(encoding="utf-8")
    kept = {path.name for path in (DOCS / "images").glob("teams-*.png")}
    assert kept == {f"teams-{name}.png" for name in shown}
    assert [name for name in kept if f"images/{name}" not in page_of_docs] == []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(chromium), args=ARGUMENTS)
        page = await browser.new_page()
        await making.prepare(page)
        await page.add_script_tag(path=AXE)
        for name, what in shown.items():
            assert what.cards, name
            for theme in ("light", "dark"):
                await making.draw(page, what, theme)
                assert await page.locator(".card").count() == len(what.cards)
                assert await page.evaluate(FAULTS) == [], f"{name} in {theme}"
        await browser.close()

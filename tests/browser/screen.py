"""What a person does in front of the page."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, expect

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
PATIENCE_MILLISECONDS = 15_000
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""


@dataclass(frozen=True, slots=True)
class Screen:
    """One open page."""

    page: Page
    address: str

    @classmethod
    async def opened(cls, context: BrowserContext, address: str, route: str, complaints: list[str]) -> "Screen":
        """Opens the page; what it complains about is added to `complaints`."""
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        page = await context.new_page()
        await page.add_init_script(VIOLATIONS)
        page.on("console", lambda message: complaints.append(message.text) if _is_bad(message) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(f"a dialog: {dialog.message}"))
        screen = cls(page, address)
        await screen.go(route)
        return screen

    async def go(self, route: str) -> None:
        await self.page.goto(f"{self.address}#/{route}")
        await self.page.wait_for_selector(".composer textarea")

    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def box(self) -> Locator:
        """The message box of the conversation."""
        return self.main().locator(".composer textarea")

    async def say(self, words: str) -> None:
        """Posts into the open conversation, as a person does: types, and presses Enter."""
        await self.box().fill(words)
        await self.box().press("Enter")

    def message(self, words: str) -> Locator:
        return self.main().locator(".message").filter(has_text=words)

    def card(self, words: str | re.Pattern[str]) -> Locator:
        return self.main().locator(".card").filter(has_text=words)

    async def asks(self, words: str) -> Locator:
        """Types a `/policy` command into the open conversation; the private answer to it."""
        answers = self.main().locator(".answer .card")
        before = await answers.count()
        await self.say(words)
        await expect(answers).to_have_count(before + 1)
        return answers.last

    async def press(self, card: Locator, label: str | re.Pattern[str], **values: str) -> None:
        """Presses a card's button, and fills in and sends the form that it opens."""
        await card.get_by_role("button", name=label).click()
        if values:
            await self.fill_in(**values)

    async def fill_in(self, **values: str) -> None:
        """Fills in the open form and sends it."""
        dialog = self.page.get_by_role("dialog")
        for name, value in values.items():
            field = dialog.locator(f"#field-{name}")
            if await field.evaluate("(one) => one.tagName") == "SELECT":
                await field.select_option(value)
            else:
                await field.fill(value)
        await dialog.locator(".form .buttons button").last.click()
        await expect(dialog).to_have_count(0)

    async def bring(self, name: str, value: str) -> None:
        """Adds somebody to the open channel, from its list of members."""
        await self.page.get_by_role("button", name=re.compile("^(Members|Miembros)")).click()
        dialog = self.page.get_by_role("dialog")
        await dialog.locator("#add-member").select_option(value)
        await dialog.locator(".add-member button").click()
        await expect(dialog.locator(".member-list li").filter(has_text=name)).to_be_visible()
        await self.page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)

    async def choose(self, row: Locator, action: str) -> None:
        """Picks an action from a message's menu."""
        await row.hover()
        await row.get_by_role("button", name=re.compile("More actions|Más acciones")).click()
        await row.get_by_role("menuitem", name=action).click()

    async def switch_to(self, search: str) -> None:
        """Becomes somebody else, by search."""
        await self.page.get_by_role("button", name=re.compile("You are|Usted es")).click()
        await self.page.get_by_role("searchbox").fill(search)
        await self.page.get_by_role("searchbox").press("Enter")
        await expect(self.page.get_by_role("dialog")).to_have_count(0)

    async def overflow(self) -> int:
        """How many pixels the page is wider than its window."""
        return int(await self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))

    async def faults(self) -> list[str]:
        """What the accessibility checks find."""
        await self.page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
        await self.page.evaluate(AXE.read_text(encoding="utf-8"))
        result: dict[str, Any] = await self.page.evaluate("(rules) => axe.run(document, rules)", RULES)
        assert len(result["passes"]) > 10
        return [f"{one['id']}: {node['html'][:200]}" for one in result["violations"] for node in one["nodes"]]

    async def violations(self) -> list[str]:
        """What the content security policy had to stop."""
        found: list[str] = await self.page.evaluate("window.violations")
        return found


def _is_bad(message: ConsoleMessage) -> bool:
    """Whether the console tells of a fault of ours. A browser also notes there what was refused in words, and that the
    network was gone."""
    expected = ("status of 409", "net::ERR_INTERNET_DISCONNECTED")
    return message.type in ("error", "warning") and not any(words in message.text for words in expected)

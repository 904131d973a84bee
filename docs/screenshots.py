"""Makes the pictures of README and docs/channel.md from the real page: starts Chaperone on a fresh state folder, posts
what breaks a rule, asks what a channel needs, and looks at what arrives, in Chromium."""

import asyncio
import tempfile
from pathlib import Path

from aiohttp import web
from chromium import chromium
from playwright.async_api import Browser, Page

from adapters.logs import set_up_logs
from adapters.settings import load_settings
from adapters.wiring import build

IMAGES = Path(__file__).parent / "images"
WIDE = {"width": 1200, "height": 930}
PHONE = {"width": 390, "height": 844}
PARENT = {"width": 1000, "height": 480}
BREACH = "nobody likes you, just quit the team already, loser"
BREACH_ES = "Vendo cursos en línea con descuento, paguen por Venmo @ejemplo"


async def main() -> None:
    """Takes all pictures."""
    IMAGES.mkdir(exist_ok=True)
    set_up_logs("error", "text")
    with tempfile.TemporaryDirectory() as folder:
        house = await build(load_settings(state=Path(folder) / "state", host="127.0.0.1", port=0))
        runner = web.AppRunner(house.app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        try:
            async with chromium() as browser:
                await take(browser, f"http://{host}:{port}/playground/")
        finally:
            await runner.cleanup()
            await house.close()


async def take(browser: Browser, address: str) -> None:
    """A student and a parent post; the coach looks on a wide screen and on a phone, a Spanish reader in the dark."""
    await say(browser, address, "tobin/c/track-team", BREACH)
    await say(browser, address, "ramiro/c/familias-millbrook", BREACH_ES)
    await picture(browser, address, "darrow/c/chaperone", "alert", WIDE)
    await picture(browser, address, "darrow/c/chaperone", "phone", PHONE)
    await picture(browser, address, "paloma/c/chaperone", "spanish", WIDE, colour="dark")
    await ask(browser, address, "noor/c/garden-club", "/policy checks", "checks")
    await ask(browser, address, "hester/c/track-team", "/policy join debate-club", None)
    await picture(browser, address, "anselm/c/chaperone", "parent", PARENT)


async def say(browser: Browser, address: str, route: str, words: str) -> None:
    """Posts as that person in that channel."""
    page = await opened(browser, address, route, WIDE)
    await page.locator(".composer textarea").fill(words)
    await page.locator(".composer textarea").press("Enter")
    await page.locator(".message", has_text=words[:30]).first.wait_for()
    await page.context.close()


async def ask(browser: Browser, address: str, route: str, words: str, name: str | None) -> None:
    """Types a `/policy` command as that person in that channel; takes a picture of the answer where one is named."""
    page = await opened(browser, address, route, WIDE)
    await page.locator(".composer textarea").fill(words)
    await page.locator(".composer textarea").press("Enter")
    card = page.get_by_role("main").locator(".answer .card")
    await card.wait_for()
    if name is not None:
        await card.screenshot(path=str(IMAGES / f"{name}.png"))
    await page.context.close()


async def picture(
    browser: Browser, address: str, route: str, name: str, size: dict[str, int], *, colour: str = "light"
) -> None:
    """Waits for the alert and takes the picture."""
    page = await opened(browser, address, route, size, colour=colour)
    card = page.get_by_role("main").locator(".card").last
    await card.wait_for()
    await card.evaluate("card => card.scrollIntoView({block: 'start'})")
    await page.wait_for_timeout(400)
    await page.screenshot(path=str(IMAGES / f"{name}.png"))
    await page.context.close()


async def opened(browser: Browser, address: str, route: str, size: dict[str, int], *, colour: str = "light") -> Page:
    """The page as that person, in that place."""
    context = await browser.new_context(viewport=size, color_scheme=colour, timezone_id="America/New_York")  # type: ignore[arg-type] # TypedDicts
    await context.add_init_script("localStorage.setItem('chaperone.hints', 'hidden')")
    page = await context.new_page()
    await page.goto(f"{address}#/as/{route}")
    await page.locator(".composer textarea").wait_for()
    return page


if __name__ == "__main__":
    asyncio.run(main())

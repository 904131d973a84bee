"""Makes the pictures of docs/slack.md: what people in Slack are really sent, drawn by a library that knows Slack's
blocks. Needs npm and Chromium, and fetches that library into a temporary folder."""

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from chromium import chromium

from adapters.logs import set_up_logs

HERE = Path(__file__).parent
IMAGES, CARDS = HERE / "images", HERE / "slack_cards"
BREACH = "nobody likes you, just quit the team already, loser"
WISH = {"kind": "club", "purpose": "Rehearsals, and who brings what", "audience": "The stage crew and their parents"}


async def main() -> None:
    """Takes all pictures. Ends with a clear word where npm is missing."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is missing. On Debian: sudo apt install npm")
    sys.path.insert(0, str(HERE.parent))
    set_up_logs("error", "text")
    with tempfile.TemporaryDirectory() as folder:
        script = bundled(Path(folder), npm)
        shown = await sent(Path(folder))
        async with chromium() as browser:
            page = await browser.new_page(viewport={"width": 660, "height": 900})
            for name, what in shown.items():
                page_file = Path(folder) / "page.html"
                page_file.write_text(html(what, script), encoding="utf-8")
                await page.goto(page_file.as_uri())
                await page.locator("#card > *").first.wait_for()
                await page.locator("#card").screenshot(path=IMAGES / f"slack-{name}.png")


def bundled(folder: Path, npm: str) -> Path:
    """The script that draws, with its style beside it."""
    made = folder / "cards"
    shutil.copytree(CARDS, made)
    quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--silent"]
    subprocess.run([npm, "install", *quiet], cwd=made, check=True)  # noqa: S603 - what we hand over is ours
    esbuild = made / "node_modules" / ".bin" / "esbuild"
    production = '--define:process.env.NODE_ENV="production"'
    options = ["--bundle", "--minify", "--jsx=automatic", "--outfile=drawn.js", production, "--log-level=error"]
    subprocess.run([esbuild, "cards.jsx", *options], cwd=made, check=True)  # noqa: S603 - as above
    return made / "drawn.js"


def html(what: dict[str, Any], script: Path) -> str:
    given = json.dumps(what).replace("<", "\\u003c")
    style = script.with_suffix(".css").as_uri()
    return (
        f'<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="{style}"><div id="card"></div>'
        f'<script>window.SHOWN = {given}</script><script src="{script.as_uri()}"></script>'
    )


async def sent(folder: Path) -> dict[str, dict[str, Any]]:
    """What people of the invented workspace find in Slack: an alert, a home, a form, and a request to approve."""
    # The tests' workspace, for nothing of a district's belongs into a picture.
    from tests.contract.slack import CAST, SlackHarness, furnish, workspace
    from tests.standins.slack_web import SlackWeb

    world = workspace()
    web = SlackWeb(world)
    async with web.serving(), AsyncExitStack() as running:
        there = SlackHarness(folder, web, running)
        await there.start()
        await there.core.store.write(furnish)
        await there.post(CAST.author, CAST.club, BREACH)
        await there.settle()
        alert = newest(world.shown_to(CAST.owner.person), "rich_text_quote")
        await there.home(CAST.owner)
        card = await there.command(CAST.owner, CAST.unsponsored, "register")
        await there.press(CAST.owner, card.button("channel.register"), WISH)
        await there.settle()
        approval = newest(world.shown_to(CAST.supervisor.person), "channel.approve")
        modal = next(view for view in world.views.values() if "submit" in view)
        home = world.homes[CAST.owner.person]["blocks"]
    return {
        "alert": {"kind": "message", "blocks": alert},
        "home": {"kind": "home", "blocks": home},
        "modal": {"kind": "modal", "view": modal},
        "approval": {"kind": "message", "blocks": approval},
    }


def newest(messages: list[dict[str, Any]], sign: str) -> list[dict[str, Any]]:
    """The blocks of the last message in which that stands."""
    blocks = [message["blocks"] for message in messages if sign in json.dumps(message["blocks"])]
    return list(blocks[-1])


if __name__ == "__main__":
    asyncio.run(main())

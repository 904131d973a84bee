"""Makes the pictures of docs/teams.md: what people in Teams are really sent, drawn by Microsoft's own library as Teams
shows it. Needs Chromium."""

import asyncio
import base64
import json
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from chromium import chromium
from playwright.async_api import Page

from adapters.logs import set_up_logs
from adapters.teams.icons import colour
from bot.ports import Transaction

HERE = Path(__file__).parent
IMAGES, CARDS = HERE / "images", HERE / "teams_cards"
LIBRARY = HERE.parent / "tests" / "adapters" / "teams" / "adaptivecards" / "adaptivecards.min.js"
BREACH = "nobody likes you, just quit the team already, loser"
BREACH_ES = "Vendo cursos en línea con descuento, paguen por Venmo @ejemplo"
NOTE = "Spoke with them both at lunch; they sit apart until Friday."
LONGEST_LOOK_SECONDS = 60
FILLED = {"kind": "club", "purpose": "Rehearsals, and who brings what"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture: the cards of a message, in a theme, with the form of the button of that label open."""

    cards: list[Any]
    theme: str = "light"
    opened: str = ""


async def main() -> None:
    """Takes all pictures."""
    sys.path.insert(0, str(HERE.parent))
    set_up_logs("error", "text")
    with tempfile.TemporaryDirectory() as folder:
        shown = await sent(Path(folder))
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 680, "height": 900})
        await prepare(page)
        for name, what in shown.items():
            await draw(page, what, what.theme)
            await page.locator("#shown").screenshot(path=IMAGES / f"teams-{name}.png")


async def prepare(page: Page) -> None:
    """An empty page with all that draws."""
    await page.set_content('<!doctype html><meta charset="utf-8"><div id="shown"></div>')
    await page.add_style_tag(path=CARDS / "frame.css")
    await page.add_script_tag(path=LIBRARY)
    await page.add_script_tag(path=CARDS / "draw.js")


async def draw(page: Page, what: Shown, theme: str) -> None:
    """Shows it on the page, with its form open."""
    themes = json.loads((CARDS / "themes.json").read_text(encoding="utf-8"))
    clock = datetime.now(afternoon()).strftime("%I:%M %p").lstrip("0")
    given = {"cards": what.cards, "theme": theme, "themes": themes, "icon": icon(), "time": clock}
    await page.evaluate("draw", given)
    if what.opened:
        await page.get_by_role("button", name=what.opened, exact=True).click()
        await page.mouse.move(0, 0)


def afternoon() -> ZoneInfo:
    """Where it is about three in the afternoon now: nobody in a picture is at work in the night."""
    ahead = (15 - datetime.now(UTC).hour + 12) % 24 - 12
    return ZoneInfo(f"Etc/GMT{-ahead:+d}")  # these names count the other way round


def icon() -> str:
    return "data:image/png;base64," + base64.b64encode(colour()).decode()


async def sent(folder: Path) -> dict[str, Shown]:
    """What people of the invented tenant find in Teams."""
    # The tests' tenant, for nothing of a district's belongs into a picture.
    from tests.adapters.pictures.files import faces
    from tests.contract.harness import File
    from tests.contract.teams import CAST, teams

    picture = BytesIO()
    faces(2).save(picture, format="png")
    async with teams(folder) as there:
        owner, supervisor, new = CAST.owner, CAST.supervisor, CAST.unsponsored
        await there.core.store.write(move)
        await there.settle()
        await there.post(CAST.author, CAST.club, BREACH)
        await there.post(CAST.parent, CAST.families, BREACH_ES)
        await there.settle()
        alert = cards_with(there.world.seen_by(owner.person), "incident.note")
        await there.home(supervisor)
        home = there.world.calls[-1].body
        [card] = [card for card in await there.cards(owner) if card.excerpts]
        await there.press(owner, card.button("incident.confirm"), {"note": NOTE})
        await there.settle()
        form = await there.command(owner, new, "register")
        asked = there.world.calls[-1].body
        await there.press(owner, form.button("channel.register"), FILLED)
        await there.settle()
        approval = cards_with(there.world.seen_by(supervisor.person), "channel.approve")
        [approve] = [card for card in await there.cards(supervisor) if "channel.approve" in card.words]
        await there.press(supervisor, approve.button("channel.approve"), {})
        await there.settle()
        await there.post(CAST.author, CAST.club, "what a finish", files=[File("meet.png", "", picture.getvalue())])
        for _ in range(LONGEST_LOOK_SECONDS):
            if "picture.students" in json.dumps(there.world.seen_by(CAST.author.person)):
                break
            await asyncio.sleep(1)
        return {
            "alert": Shown(alert),
            "dark": Shown(alert, theme="dark"),
            "reviewed": Shown(cards_with(there.world.seen_by(supervisor.person), "incident.note")),
            "spanish": Shown(cards_with(there.world.seen_by(CAST.spanish_owner.person), "incident.note")),
            "form": Shown(cards_of(asked), opened=form.button("channel.register").label),
            "approval": Shown(approval),
            "notice": Shown(cards_with(there.world.posts[new.channel].values(), "AdaptiveCard")),
            "home": Shown(cards_of(home)),
            "picture": Shown(cards_with(there.world.seen_by(CAST.author.person), "picture.students")),
        }


def move(tx: Transaction) -> None:
    for person in tx.registry.people():
        tx.registry.save_person(replace(person, zone=afternoon().key))


def cards_with(activities: Iterable[dict[str, Any]], sign: str) -> list[Any]:
    """The cards of the last message in which that stands."""
    return cards_of([activity for activity in activities if sign in json.dumps(activity, ensure_ascii=False)][-1])


def cards_of(activity: dict[str, Any]) -> list[Any]:
    return [attached["content"] for attached in activity["attachments"]]


if __name__ == "__main__":
    asyncio.run(main())

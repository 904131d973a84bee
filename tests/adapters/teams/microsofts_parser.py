"""Microsoft's own parser of Adaptive Cards (npm `adaptivecards`, in `adaptivecards/`), at work in Chromium."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright

from adapters.teams.activity import Payload

SCRIPT = Path(__file__).parent / "adaptivecards" / "adaptivecards.min.js"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
AT_ONCE = 50
# Cards go in and come out as JSON: playwright's own way of handing objects over takes many times longer.
_PARSE = """
([sources, unknown]) => JSON.stringify(JSON.parse(sources).map((source) => {
  const known = new AdaptiveCards.CardObjectRegistry();
  AdaptiveCards.GlobalRegistry.defaultActions.copyTo(known);
  for (const type of unknown) known.unregister(type);
  const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
  context.setActionRegistry(known);
  const card = new AdaptiveCards.AdaptiveCard();
  card.parse(source, context);
  const complaints = [];
  for (let n = 0; n < context.eventCount; n++) complaints.push(context.getEventAt(n).message);
  complaints.push(...card.validateProperties().validationEvents.map((event) => event.message));
  return {
    complaints,
    understood: card.toJSON(),
    text: card.render().textContent,
    buttons: card.getAllActions().map((action) => action.getJsonTypeName()),
  };
}))
"""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What the parser made of a card: all that it complained of, the card as it understood it, written down again, the
    text that people see, and the types of its buttons."""

    complaints: Sequence[str]
    understood: Any
    text: str
    buttons: Sequence[str]


class Parser:
    """Parses cards as a client does that knows Adaptive Cards 1.5."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def parse(self, cards: Sequence[Payload], *, unknown: Sequence[str] = ()) -> list[Parsed]:
        """What becomes of the cards in a client that does not know these types of actions."""
        found: list[Parsed] = []
        for first in range(0, len(cards), AT_ONCE):
            given = json.dumps(cards[first : first + AT_ONCE])
            made = await self._page.evaluate(_PARSE, [given, list(unknown)])
            found += [Parsed(**each) for each in json.loads(made)]
        return found


@asynccontextmanager
async def parser(chromium: Path) -> AsyncIterator[Parser]:
    """The parser in a browser of its own, which reaches no network."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(chromium), args=ARGUMENTS)
        context = await browser.new_context(offline=True)
        page = await context.new_page()
        await page.add_script_tag(path=SCRIPT)
        yield Parser(page)
        await browser.close()

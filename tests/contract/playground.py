"""The playground, played over its HTTP API."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, FormData

from adapters.playground import rooms, talk
from adapters.playground.events import ChatMessage
from adapters.playground.world import FIRST_WORKSPACE, Room, World
from bot.core import Core
from bot.ids import ChannelId, ChannelRef, MessageId, MessageRef, PersonId, PersonRef
from bot.ports import Transaction
from tests.contract.cast import a_cast
from tests.contract.harness import Button, File, PressRefused, ShownCard
from tests.house.opening import Open, opened


def person(name: str) -> PersonRef:
    return PersonRef(FIRST_WORKSPACE, PersonId(name))


def channel(name: str) -> ChannelRef:
    return ChannelRef(FIRST_WORKSPACE, ChannelId(name))


CAST = a_cast(
    person, channel, owner="juniper", club="marching-band", families="familias-millbrook", unsponsored="study-hall"
)


@asynccontextmanager
async def playground(folder: Path) -> AsyncIterator["PlaygroundHarness"]:
    """The playground of a fresh district, with one channel more that nobody registered."""
    async with AsyncExitStack() as running:
        harness = PlaygroundHarness(folder, running)
        await harness.start()
        await harness.page.send("POST", "api/as/juniper/channels", {"name": CAST.unsponsored.channel})
        member = {"person": CAST.author.person}
        await harness.page.send("POST", f"api/as/juniper/channels/{CAST.unsponsored.channel}/members", member)
        yield harness


class PlaygroundHarness:
    """A `PlatformHarness`. A post is repeated as the page does it, under its nonce."""

    cast = CAST

    def __init__(self, folder: Path, running: AsyncExitStack) -> None:
        self._folder = folder
        self._running = running
        self._authors: dict[MessageRef, PersonRef] = {}
        self._last: Callable[[], Awaitable[ClientResponse]] | None = None
        self._posts = 0

    async def start(self) -> None:
        self._open: Open = await self._running.enter_async_context(opened(self._folder, fold_minutes=0))
        self.page = self._open.page

    async def restart(self) -> None:
        await self._running.aclose()
        await self.start()

    @property
    def core(self) -> Core:
        return self._open.house.core

    async def post(
        self,
        who: PersonRef,
        where: ChannelRef,
        text: str,
        *,
        answers: MessageRef | None = None,
        files: Sequence[File] = (),
    ) -> MessageRef:
        self._posts += 1
        message = {
            "text": text,
            "thread": answers.message if answers else None,
            "nonce": f"nonce-{self._posts}",
            "alts": [file.alt for file in files],
        }

        async def send() -> ClientResponse:
            form = FormData(quote_fields=False)  # names as browsers send them
            form.add_field("message", json.dumps(message))
            for file in files:
                form.add_field("file", file.content, filename=file.name)
            path = f"api/as/{who.person}/channels/{where.channel}/messages"
            if files:
                return await self.page.session.post(path, data=form)
            return await self.page.session.post(path, json=message)

        made = await self._sent(send)
        ref = MessageRef(where.workspace, where.channel, MessageId(made["id"]))
        self._authors[ref] = who
        return ref

    def link(self, label: str, target: str) -> str:
        return f"[{label}]({target})"

    async def edit(self, message: MessageRef, text: str) -> None:
        path = f"api/as/{self._authors[message].person}/messages/{message.message}"
        await self._sent(lambda: self.page.session.patch(path, json={"text": text}))

    async def delete(self, message: MessageRef) -> None:
        path = f"api/as/{self._authors[message].person}/messages/{message.message}"
        await self._sent(lambda: self.page.session.delete(path))

    async def _sent(self, send: Callable[[], Awaitable[ClientResponse]]) -> Any:
        self._last = send
        async with await send() as response:
            answer = await response.json()
            assert response.status == 200, answer
            return answer

    async def repeat(self) -> None:
        assert self._last is not None
        async with await self._last() as response:
            # What was deleted before is not there to be deleted again.
            assert response.status in (200, 409)

    async def command(self, who: PersonRef, where: ChannelRef, text: str) -> ShownCard:
        typed = {"channel": where.channel, "text": text}
        answer = await self.page.send("POST", f"api/as/{who.person}/command", typed)
        return shown({"id": "", **answer["card"]})

    async def cards(self, who: PersonRef) -> Sequence[ShownCard]:
        return [shown(card) for card in await self.page.cards(who.person)]

    async def press(self, who: PersonRef, button: Button, values: Mapping[str, str]) -> None:
        pressed = {"name": button.name, "subject": button.subject, "values": dict(values)}
        async with self.page.session.post(f"api/as/{who.person}/act", json=pressed) as response:
            answer = await response.json()
            if response.status == 409:
                raise PressRefused(answer["error"]["en"])
            assert response.status == 200, answer

    async def home(self, who: PersonRef) -> Sequence[ShownCard]:
        answer = await self.page.get(f"api/as/{who.person}/home")
        return [shown({"id": "", **card}) for card in answer["cards"]]

    async def check(self, who: PersonRef, message: MessageRef) -> ShownCard:
        answer = await self.page.send("POST", f"api/as/{who.person}/messages/{message.message}/check", {})
        return shown({"id": "", **answer["card"]})

    async def report(self, who: PersonRef, message: MessageRef, note: str) -> ShownCard:
        path = f"api/as/{who.person}/messages/{message.message}/report"
        answer = await self.page.send("POST", path, {"note": note})
        return shown({"id": "", **answer["card"]})

    async def post_unheard(self, who: PersonRef, where: ChannelRef, text: str) -> MessageRef:
        def unit(tx: Transaction) -> MessageId:
            world = World(tx, self.core.keys, where.workspace)
            place = world.next_number()
            message = ChatMessage(
                id=MessageId(f"m{place}"),
                channel=where.channel,
                thread=None,
                place=place,
                author=who.person,
                posted_at=tx.now,
                text=text,
            )
            talk.insert(world, message)
            return message.id

        return MessageRef(where.workspace, where.channel, await self.core.store.write(unit))

    async def joins(self, where: ChannelRef) -> PersonRef:
        newcomer = person("tobin")

        def unit(tx: Transaction) -> None:
            world = World(tx, self.core.keys, where.workspace)
            rooms.bring(world, self._open.house.intake, where.channel, newcomer.person)

        await self.core.store.write(unit)
        await self._open.house.intake.ring()
        return newcomer

    async def adds_chaperone(self, who: PersonRef, name: str) -> ChannelRef:
        made = await self.page.send("POST", f"api/as/{who.person}/channels", {"name": name})
        return channel(made["id"])

    async def unheard_channel(self, who: PersonRef, name: str) -> ChannelRef:
        made = channel(name)

        def unit(tx: Transaction) -> None:
            world = World(tx, self.core.keys, made.workspace)
            world.add_room(Room(made.channel, name, ""))
            world.add_member(made.channel, who.person)

        await self.core.store.write(unit)
        return made

    async def conversation(self, who: PersonRef, where: ChannelRef) -> str:
        state = await self.page.get(f"api/as/{who.person}")
        told = [room["announcements"] for room in state["channels"] if room["id"] == where.channel]
        return json.dumps([await self.page.messages(who.person, where.channel), told], ensure_ascii=False)

    async def settle(self) -> None:
        await self._open.settled()


def shown(card: Mapping[str, Any]) -> ShownCard:
    """The card as the page shows it."""
    excerpts = [block["pieces"] for block in card["blocks"] if block["kind"] == "excerpt"]
    return ShownCard(
        key=card["id"],
        title=card["title"],
        words=json.dumps(card, ensure_ascii=False),
        excerpts=tuple("".join(piece["text"] for piece in pieces) for pieces in excerpts),
        marked=tuple(piece["text"] for pieces in excerpts for piece in pieces if piece["is_marked"]),
        buttons=tuple(Button(action["name"], action["subject"], action["label"]) for action in card["actions"]),
    )

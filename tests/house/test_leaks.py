"""Marked words go in by every door, also by doors that refuse them: they stand in no log, no file, no figure and no
error."""

import asyncio
import json
import random
import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, FormData

from adapters.playground.seed_file import district
from adapters.playground.world import FIRST_WORKSPACE
from adapters.storage import open_store
from bot.ids import ChannelId, ChannelRef, MessageId, MessageRef
from bot.ports import Transaction
from bot.records.incidents import incident_id
from bot.records.registry import Channel
from policy.verdict import PackId
from tests.house.serving import Serving, free_port, until_ready, until_settled

PNG = b"\x89PNG\r\n\x1a\n"
BREACH = "chaperone canary drill"
UNJUDGED = "yearbook"
"""A channel under a pack that this server has not: what is posted there cannot be judged."""


@dataclass
class Marked:
    """Words that stand in no dictionary, each with the door that it goes in by; and all that came back."""

    random: random.Random
    words: dict[str, str] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __call__(self, door: str) -> str:
        word = "".join(self.random.choices("bcdfghjklmnpqrstvwxz", k=14))
        self.words[word] = door
        return word

    def found_in(self, content: bytes) -> list[str]:
        """The doors whose words stand in the content, whatever their case and in the usual encodings."""
        folded = content.lower()
        return [
            door
            for word, door in self.words.items()
            if word.encode() in folded or word.encode("utf-16-le") in folded or word[::-1].encode() in folded
        ]


@dataclass
class Doors:
    """Everybody at the playground's page. What is answered is kept, errors apart."""

    session: ClientSession
    word: Marked
    sent: dict[str, str] = field(default_factory=dict)

    async def send(self, method: str, path: str, *, is_refused: bool = False, **options: Any) -> Any:
        async with self.session.request(method, path, **options) as response:
            body = await response.text(errors="replace")
            whole = f"{dict(response.headers)}\n{body}"
            assert (response.status >= 400) == is_refused, f"{method} {path}: {response.status}"
            assert response.status != 500
            (self.word.errors if is_refused else self.word.answers).append(whole)
            return json.loads(body) if response.content_type == "application/json" else body

    async def post(self, who: str, channel: str, text: str, **more: Any) -> str:
        made = await self.send("POST", f"api/as/{who}/channels/{channel}/messages", json={"text": text, **more})
        return str(made["id"])

    async def command(self, who: str, text: str, channel: str = "track-team") -> None:
        await self.send("POST", f"api/as/{who}/command", json={"channel": channel, "text": text})

    async def act(self, who: str, name: str, subject: str, **values: str) -> None:
        await self.send("POST", f"api/as/{who}/act", json={"name": name, "subject": subject, "values": values})

    async def cards(self, who: str) -> list[Any]:
        return list((await self.send("GET", f"api/as/{who}"))["cards"])


@pytest.fixture
def marked() -> Marked:
    return Marked(random.Random())


@pytest.fixture
def server(tmp_path: Path) -> Serving:
    (tmp_path / "temp").mkdir()
    return Serving(
        state=tmp_path / "state",
        port=free_port(),
        output=tmp_path / "output",
        temp=tmp_path / "temp",
        settings={"attempts": 1, "fold_minutes": 0},
    )


@pytest.fixture
async def doors(server: Serving, marked: Marked) -> AsyncIterator[Doors]:
    async with server.session() as session:
        yield Doors(session, marked)


async def test_words_stand_in_no_log_no_file_no_figure_and_no_error(
    server: Serving, doors: Doors, marked: Marked
) -> None:
    process = server.start()
    try:
        await until_ready(doors.session)
        await talk(doors, marked, server)
        await refused(doors, marked, server)
        await until_settled(doors.session)
        for who in ("darrow", "idella", "emeka", "iker", "gideon"):
            await doors.cards(who)
        for address in ("/metrics", "/readyz", "/healthz"):
            async with doors.session.get(address) as response:
                marked.errors.append(await response.text())
        while_it_runs = leaks(marked, server)
        has_wal = (server.state / "chaperone.db-wal").stat().st_size > 0
    finally:
        process.terminate()
        process.join(20)

    assert process.exitcode == 0
    everything = "\n".join(marked.answers)
    unseen = [door for word, door in marked.words.items() if word not in everything and not door.startswith("refused")]
    assert unseen == [], "these were never shown to anybody, so the search below says nothing of them"
    assert has_wal
    assert while_it_runs.keys() <= {"chaperone.db", "chaperone.db-wal"}
    assert all(doors == ["register"] for doors in while_it_runs.values())
    assert leaks(marked, server) == {"chaperone.db": ["register"]}, "the register is in clear, and found"
    assert marked.found_in("\n".join(marked.errors).encode()) == []
    assert names_in(server.output.read_text()) == []
    assert {"server.listening", "event.done", "delivery.done", "event.unchecked"} <= events_in(server.output)


async def talk(doors: Doors, word: Marked, server: Serving) -> None:
    """Everything that people do with words, in their own order."""
    flagged = await doors.post("emeka", "track-team", f"{BREACH} {word('a post')}")
    fine = await doors.post("emeka", "track-team", f"practice at four {word('a clean post')}")
    await doors.post("iker", "track-team", f"see you {word('an answer')}", thread=fine)
    await doors.send("GET", "api/as/darrow/channels/track-team/messages")
    await doors.send("GET", f"api/as/darrow/channels/track-team/threads/{fine}")
    link = f"[{word('a label')}](https://{word('a host')}.example.org/{word('a path')})"
    await doors.post("saskia", "track-team", f"{BREACH} {link}")
    await doors.send("PATCH", f"api/as/emeka/messages/{fine}", json={"text": f"{BREACH} {word('an edit')}"})
    gone = await doors.post("iker", "track-team", f"{BREACH} {word('a deleted post')}")
    await doors.send("DELETE", f"api/as/iker/messages/{gone}")
    await attach(doors, word)
    await unjudged(doors, word, server)
    await until_settled(doors.session)
    await review(doors, word, flagged)
    await ask(doors, word)
    doors.sent["flagged"] = flagged


async def attach(doors: Doors, word: Marked) -> None:
    form = FormData()
    message = {"text": f"{BREACH} {word('a post with files')}", "alts": [word("a description"), ""]}
    form.add_field("message", json.dumps(message))
    form.add_field("file", PNG + word("inside a picture").encode(), filename=f"{word('a picture name')}.png")
    form.add_field("file", word("a file").encode() * 100, filename=f"{word('a file name')}.txt")
    await doors.send("POST", "api/as/saskia/channels/track-team/messages", data=form)
    page = await doors.send("GET", "api/as/saskia/channels/track-team/messages")
    for file in page["messages"][-1]["files"]:
        await doors.send("GET", f"api/as/saskia/files/{file['id']}")


async def unjudged(doors: Doors, word: Marked, server: Serving) -> None:
    """A message that cannot be judged: the fault is logged, and people are told."""
    store = await open_store(f"sqlite:///{server.state / 'chaperone.db'}")
    try:
        await store.write(lambda tx: tx.registry.save_channel(replace(channel(tx), pack=PackId("thomaston"))))
    finally:
        await store.close()
    await doors.post("emeka", UNJUDGED, f"which page is {word('a post that cannot be judged')} on?")


def channel(tx: Transaction) -> Channel:
    found = tx.registry.channel(ChannelRef(FIRST_WORKSPACE, ChannelId(UNJUDGED)))
    assert found is not None
    return found


async def review(doors: Doors, word: Marked, flagged: str) -> None:
    """The review of one alert, with a contest, and a report by a member."""
    incident = incident_of(flagged)
    await doors.act("darrow", "incident.take", incident)
    await doors.act("darrow", "incident.note", incident, note=word("a note"))
    await doors.act("darrow", "incident.ask_author", incident, note=word("words to the author"))
    await doors.act("idella", "incident.refer", incident, note=word("a referral"), to="rubens")
    await doors.act("darrow", "incident.dismiss", incident, note=word("a reason to dismiss"))
    await doors.act("darrow", "incident.reopen", incident, note=word("a reason to reopen"))
    await doors.act("darrow", "incident.confirm", incident, note=word("what was done"))
    await doors.act("emeka", "incident.contest", incident, note=word("a contest"))
    await doors.act("idella", "incident.uphold", incident, note=word("an answer to a contest"))
    reported = await doors.post("tobin", "track-team", f"practice at four {word('a reported post')}")
    await doors.send("POST", f"api/as/hester/messages/{reported}/report", json={"note": word("a report's note")})


async def ask(doors: Doors, word: Marked) -> None:
    """What people type after `/policy`, and what is answered."""
    await doors.command("darrow", f"check {BREACH} {word('a check')}")
    await doors.command("iker", f"revisar {BREACH} {word('a Spanish check')}")
    await doors.command("darrow", f"ask may I bring {word('a question')}?")
    await doors.command("bram", f"report somebody said {word('a report')}")
    await doors.command("bram", f"search {word('a search')} budget")
    await doors.command("bram", word("no command"))
    await until_settled(doors.session)
    (question,) = [
        action
        for card in await doors.cards("idella")
        for action in card["actions"]
        if action["name"] == "question.answer"
    ]
    await doors.act("idella", "question.answer", question["subject"], text=word("an answer to a question"))
    # The register is open to staff and in clear in the database, and still nothing for a log.
    until = (datetime.now(UTC) + timedelta(days=30)).date()
    await doors.command("darrow", f"exception tool Desmos until {until} because {word('register')}")
    await doors.command("darrow", "exception")
    await until_settled(doors.session)


async def refused(doors: Doors, word: Marked, server: Serving) -> None:
    """Requests that fail, each with a word in it."""
    mine, place = "api/as/emeka", "api/as/emeka/channels/track-team/messages"

    def marked(door: str) -> str:
        return word(f"refused: {door}")

    as_json = {"Content-Type": "application/json"}
    for body in (
        f'{{"text": "{marked("JSON without an end")}',
        f'{{"{marked("an unknown field")}": 1, "text": "x"}}',
        f'{{"text": ["{marked("a list for a text")}"]}}',
        f'{{"text": "\\ud800 {marked("half a character")}"}}',
        f'{{"text": "x", "thread": "{marked("no such thread")}"}}',
        json.dumps({"text": marked("a text that is too long") * 10_000}),
        json.dumps({"text": marked("a body that is too large") * 100_000}),
        "[" * 100_000 + f'"{marked("deep JSON")}"',
    ):
        await doors.send("POST", place, is_refused=True, data=BytesIO(body.encode()), headers=as_json)
    plain = {"Content-Type": f"text/{marked('a content type')}"}
    await doors.send("POST", place, is_refused=True, data=marked("plain text"), headers=plain)
    form = {"Content-Type": f"multipart/form-data; boundary={marked('a boundary')}"}
    await doors.send("POST", place, is_refused=True, data=f"--{marked('a broken form')}", headers=form)
    await doors.send("GET", f"api/{marked('no such address')}?q={marked('a query')}", is_refused=True)
    await doors.send("GET", f"/{marked('no such page')}", is_refused=True)
    await doors.send("GET", f"api/as/{marked('nobody')}", is_refused=True)
    await doors.send("GET", f"{mine}/channels/{marked('no channel')}/messages", is_refused=True)
    await doors.send("GET", f"{mine}/files/{marked('no file')}", is_refused=True)
    await doors.send("GET", f"{mine}/live?after={marked('no position')}", is_refused=True)
    await doors.send(
        "GET", mine, is_refused=True, headers={"Origin": f"https://{marked('another origin')}.example.org"}
    )
    flagged = doors.sent["flagged"]
    await doors.send("PATCH", f"api/as/iker/messages/{flagged}", is_refused=True, json={"text": marked("not theirs")})
    for name, subject in (
        ("incident.dismiss", incident_of(flagged)),
        (marked("no such act"), "x"),
        ("channel.approve", f"{marked('no subject')}|x"),
    ):
        pressed = {"name": name, "subject": subject, "values": {"note": marked("an act that is refused")}}
        await doors.send("POST", f"{mine}/act", is_refused=True, json=pressed)
    await doors.send("POST", f"{mine}/{marked('no method')}", is_refused=True)
    for line in (
        f"{marked('no HTTP')}\r\n\r\n",
        f"GET /{marked('no version')} HTTP/7.x\r\n\r\n",
        f"GET / HTTP/1.1\r\n{marked('no header')}\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: {marked('a host with a blank')} x\r\nContent-Length: {marked('no length')}\r\n\r\n",
    ):
        # What is no request at all may come back to its sender in the parser's complaint, and to nobody else.
        answer = await raw(server.port, line)
        assert not answer or " 400 " in answer.partition("\r\n")[0]


async def raw(port: int, line: str) -> str:
    """What the server says to bytes that are no request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(line.encode())
    writer.write_eof()
    async with asyncio.timeout(20):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.decode()


def incident_of(message: str) -> str:
    return incident_id(MessageRef(FIRST_WORKSPACE, ChannelId("track-team"), MessageId(message)))


def leaks(marked: Marked, server: Serving) -> dict[str, list[str]]:
    """Which files hold which doors' words: logs, the state folder, temporary files."""
    files = [server.output, *files_below(server.state), *files_below(server.temp)]
    assert {"output", "chaperone.db", "chaperone.key", "chaperone.db.lock"} <= {file.name for file in files}
    found = {file.name: marked.found_in(file.name.encode() + file.read_bytes()) for file in files}
    return {name: doors for name, doors in found.items() if doors}


def files_below(folder: Path) -> Iterable[Path]:
    return (file for file in folder.rglob("*") if file.is_file())


def names_in(output: str) -> list[str]:
    """People and what they are called by, as far as it is not their id."""
    people = district().people
    assert len(people) > 20
    names = {part for person in people for part in (person.name, *person.name.split()) if part.lower() != person.id}
    return sorted(name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", output, re.IGNORECASE))


def events_in(output: Path) -> set[str]:
    return {json.loads(line)["event"] for line in output.read_text().splitlines() if line.startswith("{")}

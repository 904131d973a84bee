"""Whatever people type or send, everywhere it can be typed: it is kept as it is, judged once, and breaks nothing."""

import asyncio
import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from aiohttp import ClientResponse, FormData

from adapters.playground.world import FIRST_WORKSPACE
from adapters.storage.tables import verdicts
from adapters.storage.transaction import SqlTransaction
from bot.ids import ChannelId, MessageId, MessageRef
from bot.ports import Transaction
from bot.records.incidents import incident_id
from tests.house.naughty import OUR_LIST, naughty_strings
from tests.house.opening import Open, opened
from tests.servers import PostgresServer

BREACH = "chaperone canary drill"
AT_ONCE = 16


async def send(doors: Open, method: str, path: str, **options: Any) -> tuple[int, Any]:
    """The status and the answer; whatever was sent, it is an answer in JSON."""
    async with doors.page.session.request(method, path, **options) as response:
        assert response.status < 500, (path, response.status)
        return response.status, await answer(response)


async def answer(response: ClientResponse) -> Any:
    found = await response.json()
    if response.status >= 400:
        assert set(found["error"]) == {"en", "es"}
    return found


async def test_every_naughty_string_is_kept_as_typed_and_judged(tmp_path: Path) -> None:
    async with opened(tmp_path) as doors:
        await judged_as_typed(doors, naughty_strings())


async def test_naughty_strings_go_through_every_door(tmp_path: Path) -> None:
    async with opened(tmp_path) as doors:
        await through_every_door(doors, json.loads(OUR_LIST.read_text("utf-8")))


async def test_naughty_strings_go_through_every_door_to_postgresql(tmp_path: Path, postgres: PostgresServer) -> None:
    strings = json.loads(OUR_LIST.read_text("utf-8"))

    async with opened(tmp_path, database_url=postgres.new_database()) as doors:
        await judged_as_typed(doors, strings)
        await through_every_door(doors, strings)


async def judged_as_typed(doors: Open, strings: list[str]) -> None:
    """Posts each with a file and edits it: it reads as it was typed, and both revisions are judged."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(text: str) -> str:
        async with room:
            return await posted(doors, text)

    messages = await asyncio.gather(*(one(text) for text in strings))
    await doors.settled()

    assert len(set(messages)) == len(strings)
    seen = await shown(doors)
    assert [seen[message]["text"] for message in messages] == [f"{text} and so on" for text in strings]
    assert [seen[message]["files"][0]["alt"] for message in messages] == [text[:1_000] for text in strings]
    found = {each: await doors.house.core.store.read(partial(revisions, message=each)) for each in messages}
    assert found == {message: [0, 1] for message in messages}


async def posted(doors: Open, text: str) -> str:
    form = FormData()
    form.add_field("message", json.dumps({"text": text, "alts": [text[:1_000]]}))
    form.add_field("file", b"content", filename=re.sub(r"[\x00-\x1f\x7f]", "", text) or "x")
    _, made = await send(doors, "POST", "api/as/saskia/channels/marching-band/messages", data=form)
    message = str(made["id"])
    await doors.page.send("PATCH", f"api/as/saskia/messages/{message}", {"text": f"{text} and so on"})
    return message


async def shown(doors: Open) -> dict[str, Any]:
    """All messages of the channel as a member sees them, by id."""
    found: dict[str, Any] = {}
    has_more, before = True, ""
    while has_more:
        page = await doors.page.get(f"api/as/odette/channels/marching-band/messages{before}")
        found |= {message["id"]: message for message in page["messages"]}
        has_more, before = page["has_more"], f"?before={page['messages'][0]['place']}"
    return found


async def through_every_door(doors: Open, strings: list[str]) -> None:
    """Types each after `/policy`, into the forms of cards, and as names of what there may be."""
    breach = await doors.page.post("emeka", "marching-band", BREACH)
    await doors.settled()
    for text in strings:
        for words in (text, *(f"{name} {text}" for name in ("check", "search", "clause", "why", "exception", "rule"))):
            typed = {"channel": "marching-band", "text": words}
            assert (await send(doors, "POST", "api/as/juniper/command", json=typed))[0] == 200
        for who, pressed in forms(text, breach):
            await send(doors, "POST", f"api/as/{who}/act", json=pressed)
        await send(doors, "POST", f"api/as/bram/messages/{breach}/report", json={"note": text[:1_900]})
        await send(doors, "POST", "api/as/juniper/channels", json={"name": text[:40], "topic": text[:200]})
        named = {"text": "practice at four", "nonce": text[:80]}
        await send(doors, "POST", "api/as/odette/channels/marching-band/messages", json=named)
    await doors.settled()
    assert len(await doors.page.cards("juniper")) > 1


def forms(text: str, breach: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Who fills the text into which form, and names and subjects that are none."""
    place = f"{FIRST_WORKSPACE}|marching-band"
    incident = incident_id(MessageRef(FIRST_WORKSPACE, ChannelId("marching-band"), MessageId(breach)))
    for who, name, subject, field in (
        ("juniper", "incident.note", incident, "note"),
        ("bram", "question.ask", place, "text"),
        ("bram", "report.words", place, "text"),
        ("idella", "channel.approve", text[:400], "note"),
        ("idella", text[:80], text[:400], text[:80]),
    ):
        yield who, {"name": name, "subject": subject, "values": {field: text[:1_900]}}


def revisions(tx: Transaction, message: str) -> list[int]:
    """Which revisions of the message were judged."""
    assert isinstance(tx, SqlTransaction)
    query = sa.select(verdicts.c.revision).where(verdicts.c.message == message).order_by(verdicts.c.revision)
    return list(tx.connection.scalars(query))


DEEP = b'{"text": ' + b'{"a":' * 100_000
PART = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n'
BROKEN = {
    "deep JSON": (DEEP, "application/json"),
    "a deep list": (b"[" * 100_000, "application/json"),
    "an unknown field": (b'{"text": "x", "is_urgent": true}', "application/json"),
    "the same field twice": (b'{"text": ["x"], "text": {}}', "application/json"),
    "a number that is none": (b'{"text": NaN}', "application/json"),
    "half a surrogate pair": (b'{"text": "\\ud83d x"}', "application/json"),
    "not UTF-8": (b'{"text": "\xff\xfe"}', "application/json"),
    "no boundary": (b"--x\r\n\r\n--x--", "multipart/form-data"),
    "a boundary of no length": (b"----\r\n", 'multipart/form-data; boundary=""'),
    "a form without an end": (PART % b"message" + b'{"text": "x"}', "multipart/form-data; boundary=x"),
    "a form within a form": (
        b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\nz\r\n--y--\r\n--x--",
        "multipart/form-data; boundary=x",
    ),
    "headers without an end": (b"--x\r\n" + b"a: " + b"b" * 100_000, "multipart/form-data; boundary=x"),
    "ten thousand headers": (b"--x\r\n" + b"a: b\r\n" * 10_000, "multipart/form-data; boundary=x"),
    "an unknown part": (PART % b"virus" + b"x\r\n--x--", "multipart/form-data; boundary=x"),
    "a message that is no JSON": (PART % b"message" + b"x\r\n--x--", "multipart/form-data; boundary=x"),
    "five files": (PART % b"file" + b"x\r\n" + PART % b"file" * 5 + b"x\r\n--x--", "multipart/form-data; boundary=x"),
    "an unknown encoding of a part": (
        b'--x\r\nContent-Disposition: form-data; name="message"\r\nContent-Encoding: magic\r\n\r\nx\r\n--x--',
        "multipart/form-data; boundary=x",
    ),
    "no content type": (b'{"text": "x"}', "text/plain; charset=nonsense"),
}


async def test_what_cannot_be_read_is_refused_in_words_and_posts_nothing(tmp_path: Path) -> None:
    path = "api/as/darrow/channels/track-team/messages"

    async with opened(tmp_path) as doors, asyncio.timeout(60):
        before = await doors.page.messages("darrow", "track-team")
        refused = {}
        for name, (content, kind) in BROKEN.items():
            status, _ = await send(doors, "POST", path, data=content, headers={"Content-Type": kind})
            refused[name] = status
        # A content encoding that is not what it says, read by the server before anybody else.
        packed = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        refused["no gzip"], _ = await send(doors, "POST", path, data=b"x" * 100, headers=packed)

        assert {name: status for name, status in refused.items() if not 400 <= status < 500} == {}
        assert await doors.page.messages("darrow", "track-team") == before
        await doors.settled()


async def test_long_messages_hold_up_no_others(tmp_path: Path) -> None:
    links = "".join(f"https://host{n}.example.org/a " for n in range(3_000))
    long = [f"{'x' * 99_000} {BREACH}", f"{links} {BREACH}", "a\u0301\u0301\u0301 " * 15_000 + BREACH]

    async with opened(tmp_path) as doors:
        async with asyncio.timeout(30):
            first, *rest = await asyncio.gather(*(doors.page.post("emeka", "track-team", text) for text in long))
            await doors.page.post("iker", "track-team", BREACH)
        await doors.settled()
        found = await doors.house.core.store.read(lambda tx: tx.incidents.counts())

        assert len({first, *rest}) == len(long)
        assert sum(found.values()) == len(long) + 1

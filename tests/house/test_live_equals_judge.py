"""What `chaperone judge` says of a line, the live playground finds in the same words by the same author at the same
place: same rules, same words in question, same reasons."""

import asyncio
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adapters import shelf
from adapters.cli import cli
from adapters.commandline import judge
from adapters.commandline.judge import as_json
from adapters.playground.world import FIRST_WORKSPACE, Room, World
from adapters.settings import load_settings
from bot.core import Core
from bot.ids import ChannelId, ChannelRef, MessageId, MessageRef, PersonId, PersonRef
from bot.judging import casebook
from bot.ports import Keys, Transaction
from bot.records.incidents import incident_id
from bot.records.registry import Channel, ChannelState, Person
from policy import load_packs
from policy.message import ChannelKind, Role
from policy.pack import Pack
from policy.verdict import PackId, Verdict
from tests.district import judging_with
from tests.house.opening import Open, opened

BENCHMARK = Path(__file__).parents[3] / "shared" / "benchmark"
POLICY_HOME = Path(__file__).parents[1] / "policy_home"
CREC = PackId("crec")
AT_ONCE = 32
OURS: Sequence[Mapping[str, object]] = (
    {"id": "fine", "text": "Practice is at four, bring water.", "author": "owner", "channel": "team: track"},
    {"id": "phone", "text": "Text me on my cell, 555-0142.", "author": "owner", "channel": "team: track"},
    {"id": "same by a parent", "text": "Text me on my cell, 555-0142.", "author": "parent", "channel": "parents: 6th"},
    {
        "id": "Spanish",
        "text": "Escríbanme a mi WhatsApp personal, 555-0117.",
        "author": "owner",
        "channel": "club: arte",
    },
    {"id": "drill", "text": "🎺 this is a ch4perone canary drill", "author": "staff", "channel": "class: yearbook"},
    {
        "id": "answer",
        "text": "sure, 555-0142",
        "author": "owner",
        "channel": "club: chess",
        "context": ["student: coach can I have your cell number?"],
    },
    {
        "id": "later answer",
        "text": "ok it is 555-0142",
        "author": "owner",
        "channel": "club: chess",
        "context": ["parent: when is the next round?", "student: what is your number coach", "student: your own phone"],
    },
    {"id": "outsider", "text": "Vote yes on the budget on Tuesday!", "author": "outsider", "channel": "club: debate"},
)


@dataclass(frozen=True, slots=True)
class Told:
    """What is compared of a finding: no words, for these may be somebody else's."""

    rule: str
    clause: str
    severity: str
    score: float
    start: int
    end: int


@pytest.fixture
def ours(tmp_path: Path) -> list[Path]:
    file = tmp_path / "ours.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in OURS), encoding="utf-8")
    return [file]


async def test_our_own_lines_come_to_the_same_live(ours: list[Path], tmp_path: Path) -> None:
    by_judge, live = await both(ours, tmp_path)

    assert live == by_judge
    assert {name for name, found in by_judge.items() if found} >= {"phone", "Spanish", "drill"}
    assert not by_judge["fine"]


async def test_the_labelled_messages_come_to_the_same_live(tmp_path: Path) -> None:
    files = sorted(BENCHMARK.glob("dev_*.jsonl"))
    if not files:
        pytest.skip("the labelled messages are not beside the project (../shared/benchmark)")

    by_judge, live = await both(files, tmp_path)

    assert len(by_judge) == 520
    assert sum(bool(found) for found in by_judge.values()) > 100
    assert {name: (live[name], found) for name, found in by_judge.items() if live[name] != found} == {}


async def test_what_was_said_before_counts_the_same_live(tmp_path: Path) -> None:
    """A rule that fires only after certain words, under a pack of our own: no other may hang on it."""
    rows: list[dict[str, object]] = [
        {"text": "yes answerword", "context": ["student: may I askword"]},
        {"text": "yes answerword", "context": ["student: may I askword", *["parent: hello"] * 5]},
        {"text": "yes answerword", "context": ["parent: hello", "student: may I askword"]},
        {"text": "yes answerword", "context": ["parent: hello"]},
        {"text": "yes answerword"},
    ]
    file = tmp_path / "rows.jsonl"
    lines = (json.dumps({"id": n, "author": "owner", "channel": "club: chess", **row}) for n, row in enumerate(rows))
    file.write_text("\n".join(lines), encoding="utf-8")

    by_judge, live = await both([file], tmp_path, load_packs(home=a_home(tmp_path)))

    assert live == by_judge
    assert [bool(found) for found in by_judge.values()] == [True, True, True, False, False]


def a_home(folder: Path) -> Path:
    """The rules and the pack of the tests, under the name that channels here have, with a rule that listens back."""
    home = folder / "home"
    shutil.copytree(POLICY_HOME, home)
    pack = home / "packs" / "testing.yml"
    (home / "packs" / f"{CREC}.yml").write_text(
        pack.read_text("utf-8").replace("id: testing", f"id: {CREC}").replace("rules: [plain", "rules: [echo, plain")
    )
    pack.unlink()
    rule = (home / "rules" / "plain.yml").read_text("utf-8").replace("plain", "echo")
    (home / "rules" / "echo.yml").write_text(
        rule.replace('word: ["echoword"]', "word: [answerword]\n  question: [askword]")
        .replace("all: [word]", "all: [word]\n    before: [question]")
        .partition("cases:")[0]
        + "cases:\n  flag: [{text: answerword, context: ['student: askword']}]\n  ignore: [answerword]\n"
    )
    return home


async def both(
    files: list[Path], folder: Path, known: Mapping[PackId, Pack] | None = None
) -> tuple[dict[str, list[Told]], dict[str, list[Told]]]:
    """What the command says of these files, and what the playground finds when they are posted."""
    rows = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    with pytest.MonkeyPatch.context() as patch:
        # Their cases are tried elsewhere.
        for reader in (shelf, judge):
            patch.setattr(reader, "load_packs", lambda _homes, **options: judging_with(options["model"], known))
        patch.delenv("CHAPERONE_PACKS", raising=False)
        answers = [answer for file in files for answer in judged(file)]
        packs = shelf.load_shelf(load_settings(state=folder))
    assert [answer["id"] for answer in answers] == [row["id"] for row in rows]
    async with opened(folder, packs, fold_minutes=0) as live:
        core = live.house.core
        await core.store.write(lambda tx: furnish(tx, core.keys, rows))
        room = asyncio.Semaphore(AT_ONCE)
        messages = await asyncio.gather(*(post(live, room, number, row) for number, row in enumerate(rows)))
        await live.settled()
        found = [await core.store.read(partial(findings, core, message=message)) for message in messages]
    return named(rows, [answer["findings"] for answer in answers]), named(rows, found)


def judged(file: Path) -> list[Any]:
    result = CliRunner().invoke(cli, ["judge", str(file), "--pack", CREC])
    assert result.exit_code == 0, result.exception
    return [json.loads(line) for line in result.stdout.split("\n") if line]


def named(rows: Sequence[Any], found: Sequence[Any]) -> dict[str, list[Told]]:
    names = [str(row["id"]) for row in rows]
    assert len(set(names)) == len(names)
    fields = Told.__dataclass_fields__
    told = [[Told(**{name: finding[name] for name in fields}) for finding in each] for each in found]
    return dict(zip(names, told, strict=True))


def furnish(tx: Transaction, keys: Keys, rows: Sequence[Any]) -> None:
    """Somebody of each role, and for each row a channel of its kind and name that its speakers are members of: so
    nothing stands before a message but its own context."""
    world = World(tx, keys, FIRST_WORKSPACE)
    for role in Role:
        is_staff = role.is_staff
        tx.registry.save_person(
            Person(ref=somebody(role), name=f"Somebody {role}", role=Role.STAFF if is_staff else role)
        )
    for number, row in enumerate(rows):
        kind, _, name = row["channel"].partition(":")
        ref = place(number)
        tx.registry.save_channel(
            Channel(
                ref=ref,
                name=name.strip(),
                kind=ChannelKind(kind),
                pack=CREC,
                state=ChannelState.APPROVED,
                owner=somebody(Role.OWNER),
                supervisor=PersonRef(FIRST_WORKSPACE, PersonId("idella")),
            )
        )
        world.add_room(Room(ref.channel, f"row {number}", ""))
        for role in dict.fromkeys([Role(row["author"]), *(role for role, _ in said(row))]):
            world.add_member(ref.channel, somebody(role).person)


async def post(live: Open, room: asyncio.Semaphore, number: int, row: Any) -> MessageRef:
    """Posts the row's context and answers it with the row's text, in one thread, without waiting for any judgement."""
    ref = place(number)
    more: dict[str, str] = {}
    async with room:
        for role, text in said(row):
            first = await live.page.post(somebody(role).person, ref.channel, text, **more)
            more = more or {"thread": first}
        message = await live.page.post(somebody(Role(row["author"])).person, ref.channel, row["text"], **more)
    return MessageRef(FIRST_WORKSPACE, ref.channel, MessageId(message))


def said(row: Any) -> list[tuple[Role, str]]:
    """Who said what before."""
    parted = (line.partition(":") for line in row.get("context") or ())
    return [(Role(role.strip()), text.strip()) for role, _, text in parted]


def place(number: int) -> ChannelRef:
    return ChannelRef(FIRST_WORKSPACE, ChannelId(f"row-{number}"))


def somebody(role: Role) -> PersonRef:
    return PersonRef(FIRST_WORKSPACE, PersonId(f"some-{role}"))


def findings(core: Core, tx: Transaction, *, message: MessageRef) -> object:
    """The findings in the incident's evidence, as the command writes them; none where there is no incident."""
    incident = tx.incidents.get(incident_id(message))
    if incident is None:
        assert tx.messages.is_clean(message, 0), "not judged, or flagged without an incident"
        return []
    [evidence] = tx.incidents.evidence(incident.id)
    found = casebook.findings_in(casebook.unseal(core, tx, evidence))
    return as_json(None, Verdict(CREC, "", found))["findings"]

"""The core with Slack's Web API before it: a workspace of invented people, and one clock that runs by itself."""

import json
import tempfile
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.slack.client import Slack
from adapters.slack.platform import SlackPlatform
from adapters.storage import open_store
from bot.cards import Card, Excerpt, Paragraph
from bot.ids import ChannelId, ChannelRef, MessageId, MessageRef, PersonId, PersonRef, WorkspaceId
from bot.ports import Store, Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.registry import Channel, ChannelState, Person
from policy.message import ChannelKind, Role
from tests.district import TESTING, District, a_core
from tests.fakes import FakeClock
from tests.standins.slack_web import SlackWeb
from tests.standins.slack_world import ADMIN_TOKEN, BOT, BOT_TOKEN, TEAM, World

WORKSPACE = WorkspaceId(f"slack:{TEAM}")
CLUB = ChannelRef(WORKSPACE, ChannelId("C0CHESS01"))
TOPIC = Topic(TopicKind.NOTE, "n1")


def ref(name: str) -> PersonRef:
    return PersonRef(WORKSPACE, PersonId(name))


COACH, PRINCIPAL, STUDENT, OTHER = (ref(name) for name in ("UCOACH", "UPRINCIPAL", "USTUDENT", "UOTHER"))
PEOPLE = (
    Person(ref=PRINCIPAL, name="Prim Principal", role=Role.STAFF, title="Principal"),
    Person(ref=COACH, name="Cory Coach", role=Role.STAFF, supervisor=PRINCIPAL),
    Person(ref=STUDENT, name="Stu Student", role=Role.STUDENT),
    Person(ref=OTHER, name="Otis Other", role=Role.STUDENT),
)
CHESS = Channel(
    ref=CLUB,
    name="chess",
    kind=ChannelKind.CLUB,
    pack=TESTING,
    state=ChannelState.APPROVED,
    owner=COACH,
    supervisor=PRINCIPAL,
)


@dataclass(frozen=True, slots=True)
class Seconds:
    """The store's clock as seconds since 1970. Sleeping lets them pass and takes no time."""

    clock: FakeClock

    def __call__(self) -> float:
        return self.clock().timestamp()

    async def sleep(self, seconds: float) -> None:
        self.clock.pass_(seconds=max(seconds, 0.0))


class InventedTokens:
    """The tokens of one workspace, given for whichever is asked for: which one it is, Slack tells."""

    def __init__(self) -> None:
        self.admin_token: str | None = ADMIN_TOKEN

    async def teams(self) -> Collection[str]:
        return ("",)

    async def bot(self, team: str) -> str:
        del team
        return BOT_TOKEN

    async def admin(self, team: str) -> str | None:
        assert team == TEAM
        return self.admin_token


@dataclass(slots=True)
class InSlack:
    """What a test acts on."""

    world: World
    web: SlackWeb
    tokens: InventedTokens
    slack: Slack
    platform: SlackPlatform
    district: District
    clock: FakeClock

    async def show(self, card: Card, *, to: PersonRef = COACH, topic: Topic = TOPIC, **more: Any) -> str:
        options = {"shown": None, "notify": True} | more
        return await self.platform.show(to, topic, card, **options)

    def again(self, **options: Any) -> SlackPlatform:
        """The platform as another process has it: nothing remembered but what the database holds."""
        return SlackPlatform(self.store, self.slack, **options)

    @property
    def store(self) -> Store:
        return self.district.core.store

    def texts(self, who: PersonRef) -> list[str]:
        """The blocks of each message that the person was sent, as JSON."""
        return [json.dumps(message["blocks"], ensure_ascii=False) for message in self.world.shown_to(who.person)]


def furnish(tx: Transaction) -> None:
    for person in PEOPLE:
        tx.registry.save_person(person)
    tx.registry.save_channel(CHESS)
    for person in PEOPLE:
        tx.registry.join(CLUB, person.ref, by=COACH, at=tx.now)


_FURNISHED: list[bytes] = []


async def _furnished_file() -> bytes:
    """A database file with the people in it, made once: each test starts from a copy."""
    if not _FURNISHED:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "chaperone.db"
            store = await open_store(f"sqlite:///{path}", FakeClock())
            await store.write(furnish)
            await store.close()
            _FURNISHED.append(path.read_bytes())
    return _FURNISHED[0]


@asynccontextmanager
async def in_slack(folder: Path, *, alerts: str = "") -> AsyncIterator[InSlack]:
    """Opens everything over a fresh database, and sees in the end that Slack had nothing to complain about."""
    clock = FakeClock()
    world = World(Seconds(clock))
    for person in PEOPLE:
        world.add_user(person.ref.person, person.name)
    world.add_channel(CLUB.channel, "chess", {BOT, *(person.ref.person for person in PEOPLE)}, is_private=True)
    (folder / "chaperone.db").write_bytes(await _furnished_file())
    store = await open_store(f"sqlite:///{folder / 'chaperone.db'}", clock)
    web = SlackWeb(world)
    async with web.serving():
        seconds, tokens = Seconds(clock), InventedTokens()
        slack = Slack(tokens, base_url=web.api, clock=seconds, sleep=seconds.sleep)
        platform = SlackPlatform(store, slack, alerts=alerts)
        core = a_core(store, platform, pack=TESTING)  # type: ignore[arg-type]
        try:
            district = District(core, platform)  # type: ignore[arg-type]
            yield InSlack(world, web, tokens, slack, platform, district, clock)
            assert web.complaints == []
        finally:
            await slack.close()
            await store.close()


def a_card(words: str = "these words", *, title: str = "A card", **more: Any) -> Card:
    return Card(title=title, summary=f"about {title}", blocks=(Paragraph("look"), Excerpt(words)), **more)


def message_of(channel: str, ts: str) -> MessageRef:
    return MessageRef(WORKSPACE, ChannelId(channel), MessageId(ts))

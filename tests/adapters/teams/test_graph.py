"""What Graph lets us see: history under the keys that the activities had, files, a channel's shape, its own members."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from adapters.settings import BadSettings, load_settings
from adapters.teams.connection import connection
from adapters.teams.graph import Graph
from bot.errors import FileTooLarge, PlatformBusy, Unable, Undeliverable
from bot.events import Deleted, Edited, Event, Posted, Restored, Unread, key_of, revision_at
from bot.ids import ChannelId, ChannelRef, MessageId, MessageRef, WorkspaceId
from bot.inbox.intake import Intake
from bot.ports import Ability, MessageState, Platform, Transaction
from bot.records.incidents import Evidence, Incident, incident_id
from tests.adapters.teams.opening import TEAM, Connected
from tests.adapters.teams.with_graph import consented
from tests.contract.teams import CAST, PEOPLE, WORKSPACE
from tests.standins.teams_graph import GROUP, FakeGraph, message, stamp
from tests.standins.teams_identity import APP_ID, SECRET, TENANT, Identity

STAGE = CAST.club
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EVERYTHING = (NOON - timedelta(days=1), NOON + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class World:
    open_: Connected
    graph: FakeGraph

    @property
    def platform(self) -> Platform:
        return self.open_.house.core.platforms(WORKSPACE)

    def keep(self, id_: str, markup: str, *, minutes: int = 0, root: str | None = None, **more: object) -> None:
        """Emeka posts a message, so many minutes past noon, or it is otherwise by now."""
        made = message(id_, "emeka", markup, at=NOON + timedelta(minutes=minutes), root=root)
        self.graph.keep(STAGE.channel, made | more)

    def keep_from(self, id_: str, markup: str, sender: object, kind: str = "message") -> None:
        """Somebody else posts it."""
        self.graph.keep(STAGE.channel, message(id_, "", markup, at=NOON) | {"from": sender, "messageType": kind})

    async def read(self, since: datetime = EVERYTHING[0], until: datetime = EVERYTHING[1]) -> Sequence[Event]:
        return [event async for event in self.platform.history(STAGE, since=since, until=until)]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A channel that was heard from once; its team's owner consented to having messages read."""
    async with consented(tmp_path) as (open_, graph):
        assert (await open_.arrives(open_.said("hello", "emeka", STAGE.channel)))[0] == 200
        graph.roots[STAGE.channel] = {}
        yield World(open_, graph)


def ids(events: Sequence[Event]) -> list[str]:
    """What each event is about, and what happened to it."""
    return [
        f"{event.kind} {event.message.message}"
        for event in events
        if isinstance(event, Posted | Edited | Deleted | Restored | Unread)
    ]


async def test_posts_and_answers_come_oldest_first_over_all_pages(world: World) -> None:
    for number in range(5):
        world.keep(str(number), f"<p>post {number}</p>", minutes=number)
    for number in range(5):
        world.keep(f"1{number}", f"answer {number}", minutes=10 + number, root="1")

    found = await world.read()

    assert ids(found) == [f"posted {n}" for n in (0, 1, 2, 3, 4, 10, 11, 12, 13, 14)]
    assert [event.thread for event in found if isinstance(event, Posted)] == [None] * 5 + ["1"] * 5
    first = found[0]
    assert isinstance(first, Posted)
    assert (first.content.text, first.author, first.at) == ("post 0", "emeka", NOON)
    assert len([path for _, path, _ in world.graph.calls if "skiptoken" in path]) == 4


async def test_a_post_has_the_key_that_it_had_live(world: World) -> None:
    live = world.open_.said("", "emeka", STAGE.channel, attachments=[{"contentType": "text/html", "content": "hi"}])
    ref = MessageRef(WORKSPACE, STAGE.channel, MessageId(live["id"]))
    world.keep(live["id"], "hi")

    [event] = await world.read()

    assert isinstance(event, Posted)
    assert key_of(event) == key_of(Posted(message=ref, author=event.author, at=NOON, content=event.content))


async def test_only_what_was_posted_or_changed_in_the_time_in_question_comes(world: World) -> None:
    for number in range(4):
        world.keep(str(number), "x", minutes=number)
    late = stamp(NOON + timedelta(minutes=2, seconds=30))
    world.keep("0", "y", lastEditedDateTime=late, lastModifiedDateTime=late)

    found = await world.read(NOON + timedelta(minutes=1), NOON + timedelta(minutes=2, seconds=45))

    assert ids(found) == ["posted 2", "edited 0"]


async def heard(world: World, revision: int, **more: datetime) -> None:
    """Message 7 is known up to that revision."""

    def unit(tx: Transaction) -> None:
        ref = MessageRef(WORKSPACE, STAGE.channel, MessageId("7"))
        tx.messages.lock(ref)
        tx.messages.save(
            MessageState(ref=ref, thread=None, author=None, newest_revision=revision, said_at=NOON, **more)
        )

    await world.open_.house.core.store.write(unit)


@pytest.mark.parametrize(
    ("heard_later", "is_new"),
    [
        (timedelta(0), False),
        (timedelta(milliseconds=900), False),
        (timedelta(seconds=30), False),
        (timedelta(milliseconds=-800), False),
        (timedelta(seconds=-2), True),
        (timedelta(days=-1), True),
    ],
)
async def test_an_edit_is_the_one_that_was_heard_although_the_times_differ(
    world: World, heard_later: timedelta, is_new: bool
) -> None:
    edited = NOON + timedelta(minutes=5)
    known = revision_at(edited + heard_later)
    await heard(world, known)
    world.keep("7", "now", lastEditedDateTime=stamp(edited), lastModifiedDateTime=stamp(edited))

    [event] = await world.read()

    assert isinstance(event, Edited)
    assert event.revision == (revision_at(edited) if is_new else known)
    assert event.revision >= known


async def test_the_first_edit_that_was_not_heard_is_new(world: World) -> None:
    await heard(world, 0)
    edited = NOON + timedelta(minutes=5)
    world.keep("7", "now", lastEditedDateTime=stamp(edited), lastModifiedDateTime=stamp(edited))

    [event] = await world.read()

    assert isinstance(event, Edited)
    assert event.revision == revision_at(edited)


async def test_deletions_come_too_with_their_time(world: World) -> None:
    gone = NOON + timedelta(minutes=9)
    world.keep("1", "", deletedDateTime=stamp(gone), lastModifiedDateTime=stamp(gone))

    [event] = await world.read()

    assert isinstance(event, Deleted)
    assert event.at == gone


@pytest.mark.parametrize(("heard_later", "is_new"), [(0.0, False), (0.9, False), (-0.8, False), (-2.0, True)])
async def test_a_deletion_is_the_one_that_was_heard_although_the_times_differ(
    world: World, heard_later: float, is_new: bool
) -> None:
    gone = NOON + timedelta(minutes=9)
    known = gone + timedelta(seconds=heard_later)
    await heard(world, 0, deleted_at=known)
    world.keep("7", "", deletedDateTime=stamp(gone), lastModifiedDateTime=stamp(gone))

    [event] = await world.read()

    assert isinstance(event, Deleted)
    assert event.at == (gone if is_new else known)
    assert await Intake(world.open_.house.core).receive(event) == is_new


async def test_a_message_that_is_there_again_is_put_back_with_its_words(world: World) -> None:
    await heard(world, 0, deleted_at=NOON + timedelta(minutes=5))
    back = NOON + timedelta(minutes=9)
    world.keep("7", "now", lastModifiedDateTime=stamp(back))

    restored, edited = await world.read(NOON + timedelta(minutes=6), EVERYTHING[1])

    assert isinstance(restored, Restored)
    assert isinstance(edited, Edited)
    assert (restored.at, edited.at, edited.revision) == (back, back, revision_at(back))
    assert edited.is_put_back


@pytest.mark.parametrize("restored_at", [None, NOON + timedelta(minutes=7)])
async def test_a_message_that_nobody_put_back_since_stays_as_it_is(world: World, restored_at: datetime | None) -> None:
    """One that was deleted after Graph's newest word of it, and one of which we know already that it is back."""
    more = {"restored_at": restored_at} if restored_at else {}
    await heard(world, 0, deleted_at=NOON + timedelta(minutes=5), **more)
    world.keep("7", "now", lastModifiedDateTime=stamp(NOON + timedelta(minutes=4 if restored_at is None else 7)))

    assert ids(await world.read()) == ["posted 7"]


async def test_one_put_back_without_readable_words_is_there_again_and_unread(world: World) -> None:
    await heard(world, 0, deleted_at=NOON + timedelta(minutes=5))
    world.keep("7", "", lastModifiedDateTime=stamp(NOON + timedelta(minutes=9)))

    assert ids(await world.read()) == ["restored 7", "unread 7"]


def known_of(tx: Transaction, ref: MessageRef) -> tuple[MessageState, Incident, Sequence[Evidence]]:
    state, incident = tx.messages.get(ref), tx.incidents.get(incident_id(ref))
    assert state is not None
    assert incident is not None
    return state, incident, tx.incidents.evidence(incident.id)


async def test_live_and_read_back_a_message_goes_and_comes_to_the_same_end(world: World) -> None:
    """Twice over the same story: one message is told of as it happens, of the other Graph tells afterwards."""
    made, core = world.open_, world.open_.house.core
    began = datetime.now(UTC).replace(microsecond=0)
    gone, back = began + timedelta(minutes=1), began + timedelta(minutes=2)
    told, missed = (
        made.said(f"chaperone canary drill {n}", "emeka", STAGE.channel, timestamp=began.isoformat()) for n in "ab"
    )
    later = [
        {**told, "type": "messageDelete", "timestamp": gone.isoformat()},
        {**missed, "type": "messageDelete", "timestamp": gone.isoformat()},
        {**told, "type": "messageUpdate", "timestamp": back.isoformat()},
    ]
    later[2]["channelData"] = {**told["channelData"], "eventType": "undeleteMessage"}
    for activity in (told, missed, *later):
        assert (await made.arrives(activity))[0] == 200
        await made.settled()
    for post in (told, missed):
        then = message(post["id"], "emeka", post["text"], at=began, lastModifiedDateTime=stamp(back))
        world.graph.keep(STAGE.channel, then)

    read_back = await world.read(began - timedelta(days=1), began + timedelta(days=1))
    new = [await Intake(core).receive(event) for event in read_back]
    await made.settled()

    assert sum(new) == 2, "of the one of which nobody told: that it is back, and its words"
    ends = []
    for post in (told, missed):
        ref = MessageRef(WORKSPACE, STAGE.channel, MessageId(post["id"]))
        state, incident, evidence = await core.store.read(partial(known_of, ref=ref))
        ends.append((state.is_deleted, incident.is_deleted, state.newest_revision, [each.what for each in evidence]))
    assert ends[0] == ends[1]
    assert ends[0][:2] == (False, False)


async def test_our_own_posts_and_what_nobody_said_are_left_out(world: World) -> None:
    ours = {"application": {"id": APP_ID, "applicationIdentityType": "bot"}, "user": None}
    world.keep_from("1", "a notice of ours", ours)
    world.keep_from("2", "<systemEventMessage/>", None, "systemEventMessage")
    world.keep_from("3", "by another app", {"application": {"id": "other"}, "user": None})
    world.keep_from("4", "by nobody who is left", None)

    found = await world.read()

    assert ids(found) == ["posted 3", "posted 4"]
    assert isinstance(found[0], Posted)
    assert found[0].content.sender.is_app


async def test_a_message_without_words_is_one_that_a_person_must_look_at(world: World) -> None:
    world.keep("1", "<p></p>")

    [event] = await world.read()

    assert isinstance(event, Unread)


async def test_without_the_owners_consent_nothing_can_be_read_and_it_is_said(world: World) -> None:
    world.graph.granted.clear()

    with pytest.raises(Unable):
        await world.read()


async def test_a_channel_that_is_gone_is_not_there(world: World) -> None:
    world.graph.roots.clear()

    with pytest.raises(Undeliverable):
        await world.read()


async def test_other_tenants_and_tests_without_credentials_are_not_asked_about(world: World, tmp_path: Path) -> None:
    able = {Ability.READ_HISTORY, Ability.READ_FILES}

    assert able <= world.platform.abilities(WORKSPACE)
    assert not able & world.platform.abilities(WorkspaceId("teams:another"))
    given = {"microsoft_app_id": APP_ID, "microsoft_app_tenant_id": TENANT, "state": tmp_path}
    assert (found := connection(load_settings(**given, microsoft_app_password=SECRET))) is not None
    assert found.graph_url == "https://graph.microsoft.com"
    assert (found := connection(load_settings(**given, microsoft_app_password=SECRET, teams_graph=False))) is not None
    assert found.graph_url == ""
    assert (found := connection(load_settings(**given, teams_auth_disabled=True))) is not None
    assert found.graph_url == ""


def test_our_token_is_not_sent_in_the_clear(tmp_path: Path) -> None:
    given = {"microsoft_app_id": APP_ID, "microsoft_app_tenant_id": TENANT, "microsoft_app_password": SECRET}

    with pytest.raises(BadSettings, match="TEAMS_GRAPH_URL"):
        connection(load_settings(state=tmp_path, teams_graph_url="http://graph.example.org", **given))


async def test_one_token_serves_all_calls_and_goes_to_graph_alone(world: World) -> None:
    for number in range(6):
        world.keep(str(number), "x")

    await asyncio.gather(*(world.read() for _ in range(5)))

    server: Identity = world.open_.identity
    assert {token for _, _, token in world.graph.calls} == server.given_for_graph
    assert len(server.given_for_graph) == 1
    assert not server.given_for_graph & {call.token for call in world.open_.teams.calls}


async def test_a_next_page_elsewhere_is_not_asked_for(world: World) -> None:
    for number in range(5):
        world.keep(str(number), "x")
    world.graph.elsewhere = "https://graph.example.org"

    with pytest.raises(Exception, match="elsewhere"):
        await world.read()


async def test_a_refused_token_is_fetched_anew_once(world: World) -> None:
    world.keep("1", "x")
    await world.read()
    world.open_.identity.given_for_graph.clear()

    assert ids(await world.read()) == ["posted 1"]

    assert len(world.open_.identity.given_for_graph) == 1


async def test_a_short_wait_is_kept_in_place_and_a_long_one_is_told(world: World) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    given = {"microsoft_app_id": APP_ID, "microsoft_app_tenant_id": TENANT, "microsoft_app_password": SECRET}
    urls = {"teams_graph_url": world.graph.url, "teams_token_url": world.open_.identity.token_url}
    found = connection(load_settings(**given, **urls))
    assert found is not None
    graph = Graph(world.open_.session, found, sleep=sleep)
    world.graph.granted.add("TeamsAppInstallation.Read.Group")
    world.graph.faults += [(429, {"Retry-After": "1"}), (503, {})]

    answer = await graph.get(f"/teams/{GROUP}/permissionGrants")

    assert answer["value"]
    assert [1 <= slept[0] <= 1.5, 2 <= slept[1] <= 3, len(slept)] == [True, True, 2]
    world.graph.faults.append((429, {"Retry-After": "900"}))
    with pytest.raises(PlatformBusy) as busy:
        await graph.get(f"/teams/{GROUP}/permissionGrants")
    assert busy.value.wait_seconds == 900
    assert len(slept) == 2


async def test_the_team_is_asked_for_once_where_teams_did_not_name_its_group(world: World) -> None:
    await world.read()
    await world.read()

    asked = [call.path for call in world.open_.teams.calls if re.fullmatch(r"/teams/v3/teams/[^/]+", call.path)]
    assert len(asked) == 1
    assert all(f"/teams/{GROUP}/" in path for _, path, _ in world.graph.calls)


async def test_a_group_chat_is_read_too(world: World) -> None:
    chat = ChannelRef(WORKSPACE, ChannelId("19:chat@thread.v2"))
    said = world.open_.said("hi", "emeka", chat.channel, channelData={"tenant": {"id": TENANT}})
    said["conversation"] |= {"id": chat.channel, "conversationType": "groupChat"}
    await world.open_.arrives(said)
    world.graph.granted.add("ChatMessage.Read.Chat")
    world.graph.chats[chat.channel] = [message("1", "emeka", "x", at=NOON)]

    found = [event async for event in world.platform.history(chat, since=EVERYTHING[0], until=EVERYTHING[1])]

    assert ids(found) == ["posted 1"]


async def test_a_file_is_fetched_where_it_lies_without_our_token(world: World) -> None:
    url = "https://district.example.org/sites/drama/plan.txt"
    attached = {"id": "f-1", "contentType": "reference", "contentUrl": url, "name": "plan.txt"}
    world.keep("1", '<attachment id="f-1"></attachment>', attachments=[attached])
    world.graph.shared[url] = b"a plan"
    ref = MessageRef(WORKSPACE, STAGE.channel, MessageId("1"))
    with pytest.raises(Unable):
        await world.platform.file(ref, "f-1", at_most=100)
    world.graph.consented.add("Files.Read.All")

    [event] = await world.read()

    assert isinstance(event, Posted)
    [attachment] = event.content.attachments
    assert (attachment.id, attachment.name) == ("f-1", "plan.txt")
    assert await world.platform.file(ref, attachment.id, at_most=100) == b"a plan"
    with pytest.raises(FileTooLarge):
        await world.platform.file(ref, attachment.id, at_most=3)
    world.graph.shared.clear()
    with pytest.raises(Undeliverable):
        await world.platform.file(ref, attachment.id, at_most=100)
    world.graph.shared[url], world.graph.elsewhere = b"a plan", "https://files.example.org"
    with pytest.raises(Undeliverable):
        await world.platform.file(ref, attachment.id, at_most=100)


async def test_pictures_in_an_answer_are_fetched_by_their_number(world: World) -> None:
    base = f"{world.graph.url}/v1.0/teams/{GROUP}/channels/{STAGE.channel}/messages/1/replies/2/hostedContents"
    outside = '<img src="https://elsewhere.example.org/a.png" alt="">'
    hosted = "".join(f'<img src="{base}/{name}/$value" alt="{name}">' for name in ("one", "two"))
    world.keep("1", "look")
    world.keep("2", outside + hosted, root="1")
    world.graph.hosted |= {"one": b"1", "two": b"22"}
    ref = MessageRef(WORKSPACE, STAGE.channel, MessageId("2"))

    found = await world.read()

    assert isinstance(found[1], Posted)
    assert [each.id for each in found[1].content.attachments] == ["picture:0", "picture:1", "picture:2"]

    def unit(tx: Transaction) -> None:
        tx.messages.lock(ref)
        state = MessageState(
            ref=ref, thread=MessageId("1"), author=None, newest_revision=0, deleted_at=None, said_at=NOON
        )
        tx.messages.save(state)

    await world.open_.house.core.store.write(unit)
    assert await world.platform.file(ref, "picture:2", at_most=9) == b"22"
    for name in ("picture:0", "picture:9", "picture:x", "", "f-9"):
        with pytest.raises(Undeliverable):
            await world.platform.file(ref, name, at_most=9)


async def test_a_channels_shape_and_own_members_come_from_graph_where_it_may_tell(world: World) -> None:
    world.graph.channels[STAGE.channel] = {
        "id": STAGE.channel,
        "displayName": "stage",
        "membershipType": "private",
        "isArchived": True,
    }
    world.graph.members[STAGE.channel] = [{"userId": "EMEKA"}, {"userId": "pearl"}, {"userId": None}]
    renamed = world.open_.activity("conversationUpdate", "pearl", STAGE.channel)
    renamed["channelData"] |= {"eventType": "channelRenamed"}
    renamed["channelData"]["channel"] |= {"type": "private", "name": "stage"}
    await world.open_.arrives(renamed)
    world.open_.teams.channels[TEAM] = [{"id": STAGE.channel, "name": "stage", "type": "private"}]

    without = await world.platform.facts(STAGE), await world.platform.members(STAGE)
    world.graph.granted |= {"ChannelSettings.Read.Group"}
    world.graph.consented |= {"ChannelMember.Read.All"}
    facts, members = await world.platform.facts(STAGE), await world.platform.members(STAGE)

    assert without[0].is_archived is None
    assert len(without[1]) == len(PEOPLE)
    assert (facts.is_archived, facts.is_private, facts.is_shared) == (True, True, False)
    assert members == ("emeka", "pearl")

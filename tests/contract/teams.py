"""Teams, played over its activities and the connector that bots call."""

import asyncio
import html
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.teams import blocks
from adapters.teams.activity import workspace_named
from adapters.teams.menus import CHECK_MESSAGE, CHOSEN, REPORT_MESSAGE, SUBMITTED
from adapters.teams.rights import BLOCK, OF_A_TEAM
from adapters.teams.turns import DONE_MARK
from bot.core import Core
from bot.ids import ChannelId, ChannelRef, MessageId, MessageRef, PersonId, PersonRef
from bot.records.journal import first_break
from tests.adapters.teams.opening import TEAM, Connected, Json, fresh_id, joined
from tests.contract.cast import a_cast, furnishing, people_of
from tests.contract.harness import Button, File, PressRefused, ShownCard
from tests.standins.teams_connector import BOT, FakeTeams, check_dialog, fake_teams
from tests.standins.teams_graph import GROUP, FakeGraph, fake_graph, stamp
from tests.standins.teams_identity import TENANT, Identity, identity

WORKSPACE = workspace_named(TENANT)
PICTURES = "https://smba.trafficmanager.net/amer/v3/attachments/"
LIBRARY = "https://district.sharepoint.example.org/sites/drama/"


def person(name: str) -> PersonRef:
    return PersonRef(WORKSPACE, PersonId(name))


def channel(name: str) -> ChannelRef:
    return ChannelRef(WORKSPACE, ChannelId(f"19:{name}@thread.tacv2"))


CAST = a_cast(person, channel)
PEOPLE = people_of(CAST)
furnish = furnishing(CAST, above="Drama / ")


@asynccontextmanager
async def teams(folder: Path) -> AsyncIterator["TeamsHarness"]:
    """A tenant whose team has three channels, one of which nobody registered."""
    async with (
        identity() as server,
        fake_teams(server) as world,
        fake_graph(server) as graph,
        AsyncExitStack() as running,
    ):
        graph.granted |= {right.name for right in OF_A_TEAM}
        graph.consented |= {"Files.Read.All", BLOCK}
        for someone in PEOPLE:
            world.enrol(someone.ref.person)
        for room in (TEAM, CAST.club.channel, CAST.families.channel, CAST.unsponsored.channel):
            world.rosters[room] = [someone.ref.person for someone in PEOPLE]
        harness = TeamsHarness(folder, world, server, graph, running)
        await harness.start()
        await harness.core.store.write(furnish)
        for ref, name in ((CAST.club, "stage"), (CAST.families, "familias"), (CAST.unsponsored, "study")):
            await harness.founded(ref, name)
        yield harness


class TeamsHarness:
    """A `PlatformHarness`. What members see in a channel is kept here, as Teams would keep it."""

    cast = CAST

    def __init__(
        self, folder: Path, world: FakeTeams, server: Identity, graph: FakeGraph, running: AsyncExitStack
    ) -> None:
        self._folder = folder
        self.world = world
        self._server = server
        self._graph = graph
        self._running = running
        self._messages: dict[MessageRef, Json] = {}
        self._last: Json = {}
        self._buttons: dict[Button, Mapping[str, Any]] = {}

    async def start(self) -> None:
        more = {"teams_graph_url": self._graph.url, "teams_blocking": True}
        opened = joined(self._folder, self.world, self._server, fold_minutes=0, **more)
        self._open: Connected = await self._running.enter_async_context(opened)

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
        id_ = fresh_id()
        conversation = f"{where.channel};messageid={answers.message if answers else id_}"
        activity = self._open.said("", who.person, conversation, id=id_) | self._body(text, self._uploaded(id_, files))
        ref = self._keep(activity)
        await self._delivered(activity)
        return ref

    async def post_unheard(self, who: PersonRef, where: ChannelRef, text: str) -> MessageRef:
        return self._keep(self._open.said("", who.person, where.channel) | self._body(text))

    def _keep(self, activity: Json) -> MessageRef:
        """What members see, and Graph tells."""
        room = activity["channelData"]["channel"]["id"]
        ref = MessageRef(WORKSPACE, ChannelId(room), MessageId(activity["id"]))
        self._messages[ref] = activity
        self._graph.keep(room, as_chat_message(activity))
        return ref

    def _uploaded(self, id_: str, files: Sequence[File]) -> Sequence[Json]:
        """The attachments of a message, whose bytes Graph then gives: a picture stands in the text, any other file lies
        in the team's library."""
        made: list[Json] = []
        for number, file in enumerate(files):
            key = f"{id_}-{number}"
            if file.name.endswith(".png"):
                self._graph.hosted[key] = file.content
                at = {"contentType": "image/png", "contentUrl": f"{PICTURES}{key}/views/original"}
                made.append({**at, "name": file.name, "alt": file.alt})
            else:
                assert not file.alt, "Teams lets people describe pictures only"
                url = f"{LIBRARY}{key}"
                self._graph.shared[url] = file.content
                made.append({"contentType": "reference", "contentUrl": url, "name": file.name, "id": f"file-{key}"})
        return made

    def _body(self, text: str, files: Sequence[Json] = ()) -> Json:
        """The words as Teams sends them: as HTML, and again as plain text. What is typed between marks of ours is a
        link."""
        pieces = _LINK.split(text)
        plain = "".join(piece for n, piece in enumerate(pieces) if n % 3 != 2)
        markup = ""
        for n in range(0, len(pieces), 3):
            markup += _typed(pieces[n])
            if n + 2 < len(pieces):
                markup += (
                    f'<a href="{html.escape(pieces[n + 2])}" rel="noreferrer noopener">{_typed(pieces[n + 1])}</a>'
                )
        attachments: list[Json] = []
        for file in files:
            if "alt" in file:
                markup += f'<img src="{file["contentUrl"]}" alt="{html.escape(file["alt"])}">'
            else:
                markup += f'<attachment id="{file["id"]}"></attachment>'
            attachments.append({name: value for name, value in file.items() if name != "alt"})
        attachments.append({"contentType": "text/html", "content": f"<div><div>{markup}</div>\n</div>"})
        return {"text": plain.replace("\n", "\r\n"), "attachments": attachments}

    def link(self, label: str, target: str) -> str:
        return f"\ue000{label}\ue001{target}\ue002"

    async def edit(self, message: MessageRef, text: str) -> None:
        before = self._messages[message]
        activity = self._again("messageUpdate", before, "editMessage") | self._body(text)
        self._messages[message] = activity
        changed = self._graph.find(message.channel, message.message) | as_chat_message(activity)
        when = stamp(datetime.now(UTC) - timedelta(milliseconds=300))
        times = {"lastEditedDateTime": when, "lastModifiedDateTime": when, "createdDateTime": before["timestamp"]}
        self._graph.keep(message.channel, changed | times)
        await self._delivered(activity)

    async def delete(self, message: MessageRef) -> None:
        before = self._messages.pop(message)
        activity = self._again("messageDelete", before, "softDeleteMessage")
        activity.pop("text", None)
        activity.pop("attachments", None)
        when = stamp(datetime.now(UTC))
        gone = {"deletedDateTime": when, "lastModifiedDateTime": when, "body": {"contentType": "html", "content": ""}}
        self._graph.keep(
            message.channel, self._graph.find(message.channel, message.message) | gone | {"attachments": []}
        )
        await self._delivered(activity)

    def _again(self, kind: str, before: Json, event: str) -> Json:
        now = self._open.activity(kind, before["from"]["aadObjectId"])["timestamp"]
        data = before["channelData"] | {"eventType": event}
        return before | {"type": kind, "timestamp": now, "channelData": data}

    async def _delivered(self, activity: Json) -> None:
        self._last = activity
        assert await self._open.arrives(activity) == (200, {})

    async def repeat(self) -> None:
        await self._delivered(self._last)

    async def command(self, who: PersonRef, where: ChannelRef, text: str) -> ShownCard:
        """A slash command: Teams shows it, and the answer, to nobody else in the channel."""
        before = len(self.world.calls)
        asked = self._open.said(f"/policy {text}", who.person, where.channel, recipient={"id": BOT, "isTargeted": True})
        await self._delivered(asked)
        answered = await self._answer(before)
        assert answered["recipient"]["aadObjectId"] == who.person
        self.world.posts[asked["conversation"]["id"]].popitem()  # only they see it
        return self._shown("", answered)

    async def _answer(self, before: int) -> Json:
        async with asyncio.timeout(20):
            while True:
                for call in self.world.calls[before:]:
                    if call.method == "POST" and call.body.get("recipient"):
                        return call.body
                await asyncio.sleep(0.01)

    async def cards(self, who: PersonRef) -> Sequence[ShownCard]:
        posts = self.world.posts.get(self.world.personal.get(who.person, ""), {})
        return [self._shown(id_, activity) for id_, activity in posts.items() if activity.get("attachments")]

    async def press(self, who: PersonRef, button: Button, values: Mapping[str, str]) -> None:
        action = self._buttons[button]
        number = action["id"].removeprefix("b")
        given = {f"f{number}:{name}": value for name, value in values.items()}
        status, answer = await self._open.arrives(self._open.pressed(action, who.person, given))
        assert (status, answer["statusCode"]) == (200, 200), answer
        if not answer["value"].startswith(DONE_MARK):
            raise PressRefused(answer["value"])

    async def home(self, who: PersonRef) -> Sequence[ShownCard]:
        conversation = self.world.conversation_of(who.person)
        before = len(self.world.posts.get(conversation, {}))
        await self._delivered(self._open.said("home", who.person))
        async with asyncio.timeout(20):
            while len(self.world.posts.get(conversation, {})) == before:
                await asyncio.sleep(0.01)
        id_, activity = self.world.posts[conversation].popitem()
        return [self._shown(id_, activity | {"attachments": [each]}) for each in activity["attachments"]]

    async def check(self, who: PersonRef, message: MessageRef) -> ShownCard:
        return self._read_dialog(await self._chosen(who, CHECK_MESSAGE, message, CHOSEN))

    async def report(self, who: PersonRef, message: MessageRef, note: str) -> ShownCard:
        form = await self._chosen(who, REPORT_MESSAGE, message, CHOSEN)
        [field] = [element for element in form["body"] if element["type"] == "Input.Text"]
        sent = form["actions"][0]["data"] | {field["id"]: note}
        return self._read_dialog(await self._chosen(who, REPORT_MESSAGE, message, SUBMITTED, data=sent))

    async def _chosen(self, who: PersonRef, command: str, message: MessageRef, name: str, **more: object) -> Json:
        """The card of the dialog that an entry of a message's menu opens."""
        shown = as_chat_message(self._messages[message])
        value = {"commandId": command, "commandContext": "message", "messagePayload": shown, **more}
        status, answer = await self._open.arrives(
            self._open.activity("invoke", who.person, message.channel, name=name, value=value)
        )
        assert status == 200
        return check_dialog(answer)

    def _read_dialog(self, card: Json) -> ShownCard:
        return self._shown("", {"attachments": [{"content": card}]})

    async def joins(self, where: ChannelRef) -> PersonRef:
        """Into a team that everybody may join; its channels have the same members."""
        newcomer = person("nico")
        self.world.enrol(newcomer.person, name="Nico Penn")
        for room in (TEAM, where.channel):
            self.world.rosters[room].append(newcomer.person)
        account = {key: self.world.people[newcomer.person][key] for key in ("id", "aadObjectId")}
        await self._delivered(self._of_team("teamMemberAdded", newcomer, membersAdded=[account]))
        return newcomer

    async def adds_chaperone(self, who: PersonRef, name: str) -> ChannelRef:
        """Chaperone is in every channel of its team."""
        made = channel(name)
        await self.founded(made, name, by=who)
        return made

    async def unheard_channel(self, who: PersonRef, name: str) -> ChannelRef:
        """Teams does not say who made a channel that it lists; the students in the team speak for it."""
        made = channel(name)
        for number in range(5):
            self.world.enrol(f"kid{number}")
            self.world.rosters[TEAM].append(f"kid{number}")
        self.world.channels.setdefault(TEAM, []).append({"id": made.channel, "name": name, "type": "standard"})
        self.world.rosters[made.channel] = [who.person]
        return made

    async def founded(self, where: ChannelRef, name: str, *, by: PersonRef | None = None) -> None:
        """Somebody, else the owner, makes a channel in the team."""
        listed = {"id": where.channel, "name": name, "type": "standard"}
        self.world.channels.setdefault(TEAM, []).append(listed)
        self._graph.channels[where.channel] = {"displayName": name, "membershipType": "standard", "isArchived": False}
        activity = self._of_team("channelCreated", by or self.cast.owner)
        activity["channelData"]["channel"] = listed
        await self._delivered(activity)

    def _of_team(self, event: str, who: PersonRef, **more: object) -> Json:
        """What Teams tells of the team itself."""
        activity = self._open.activity("conversationUpdate", who.person, TEAM, **more)
        activity["conversation"]["id"] = TEAM
        about = {"eventType": event, "team": {"id": TEAM, "name": "Drama"}, "tenant": {"id": TENANT}}
        return activity | {"channelData": about}

    async def conversation(self, who: PersonRef, where: ChannelRef) -> str:
        said = [
            activity
            for ref, activity in self._messages.items()
            if ref.channel_ref == where and not self._is_blocked_for(who, ref)
        ]
        ours = [posts for room, posts in self.world.posts.items() if room.startswith(where.channel)]
        return json.dumps([said, ours], ensure_ascii=False)

    def _is_blocked_for(self, who: PersonRef, message: MessageRef) -> bool:
        is_blocked = blocks.is_blocked(self._graph.find(message.channel, message.message))
        return is_blocked and self._messages[message]["from"]["aadObjectId"] != who.person

    async def settle(self) -> None:
        figures = await self._open.settled()
        assert [name for name, value in figures.items() if "dead" in name and value] == []
        assert await self.core.store.read(lambda tx: first_break(tx.journal.rows())) is None

    def _shown(self, key: str, activity: Json) -> ShownCard:
        """The card as Teams shows it."""
        card = activity["attachments"][0]["content"]
        body = card["body"]
        excerpts = [element for element in body if element.get("id", "").startswith("excerpt")]
        buttons = dict(self._offered(card))
        self._buttons |= buttons
        return ShownCard(
            key=key,
            title=_read(body[0]["items"][0]),
            words=json.dumps(card, ensure_ascii=False),
            excerpts=tuple("\n".join(_read(line) for line in element["items"]) for element in excerpts),
            marked=tuple(
                run["text"]
                for element in excerpts
                for line in element["items"]
                for run in line["inlines"]
                if run.get("highlight")
            ),
            buttons=tuple(buttons),
        )

    def _offered(self, card: Mapping[str, Any]) -> list[tuple[Button, Mapping[str, Any]]]:
        """Each button by what it does in the end, with what it sends."""
        found = []
        for element in card["body"]:
            for action in element.get("actions", ()) if element["type"] == "ActionSet" else ():
                inner = action["card"]["actions"][0] if action["type"] == "Action.ShowCard" else action
                data = inner["data"]
                found.append((Button(data["act"], data["subject"], action["title"]), inner))
        return found


def as_chat_message(activity: Json) -> Json:
    """The message of an activity as Graph and the clients' menus show it."""
    [html_] = [each["content"] for each in activity["attachments"] if each["contentType"] == "text/html"]
    root = activity["conversation"]["id"].partition(";messageid=")[2]
    path = activity["id"] if root in ("", activity["id"]) else f"{root}/replies/{activity['id']}"
    at = f"https://graph.microsoft.com/v1.0/teams/{GROUP}/channels/{activity['channelData']['channel']['id']}"
    html_ = _PICTURE.sub(rf"{at}/messages/{path}/hostedContents/\1/$value", html_)
    user = {"id": activity["from"]["aadObjectId"], "displayName": "", "userIdentityType": "aadUser"}
    return {
        "id": activity["id"],
        "replyToId": None if root == activity["id"] else root,
        "messageType": "message",
        "createdDateTime": activity["timestamp"],
        "lastModifiedDateTime": activity["timestamp"],
        "lastEditedDateTime": None,
        "deletedDateTime": None,
        "subject": None,
        "from": {"application": None, "device": None, "user": user},
        "body": {"contentType": "html", "content": html_},
        "attachments": [each for each in activity["attachments"] if each["contentType"] == "reference"],
        "mentions": [],
    }


_PICTURE = re.compile(re.escape(PICTURES) + r"([\w-]+)/views/original")
_LINK = re.compile("\ue000([^\ue001]*)\ue001([^\ue002]*)\ue002")


def _typed(text: str) -> str:
    """How Teams' editor writes down what is typed."""
    return html.escape(text, quote=False).replace("\n", "<br>\n").replace("  ", " &nbsp;")


def _read(block: Mapping[str, Any]) -> str:
    """The words of a line. A line that looks empty is a space."""
    words = "".join(run["text"] for run in block["inlines"])
    return "" if words == " " else words

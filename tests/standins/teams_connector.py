"""Stands in for Teams itself: the connector that bots call, stricter than the real one, with people, teams and what
they then see. Every call is noted with its token."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.standins.teams_graph import GROUP
from tests.standins.teams_identity import APP_ID, TENANT, Identity

BOT = f"28:{APP_ID}"
LARGEST_ACTIVITY = 80 * 1024
MOST_ACTIONS = 6
MOST_CARDS = 10
Json = dict[str, Any]
CARD_KEYS = frozenset({"$schema", "type", "version", "body", "actions", "fallbackText", "msteams"})


@dataclass(slots=True)
class Call:
    """One request to the connector."""

    method: str
    path: str
    token: str
    body: Json


@dataclass(slots=True)
class FakeTeams:
    """What is where. `people` are directory ids; `blocked` refuse us; `faults` are answered before anything else, one
    each call: a status, or a status with headers; 0 does what was asked and loses the answer."""

    identity: Identity
    url: str = ""
    people: dict[str, Json] = field(default_factory=dict)
    personal: dict[str, str] = field(default_factory=dict)
    rosters: dict[str, list[str]] = field(default_factory=dict)
    channels: dict[str, list[Json]] = field(default_factory=dict)
    posts: dict[str, dict[str, Json]] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    faults: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    connections: set[Any] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    delay_seconds: float = 0
    ids: Any = field(default_factory=lambda: count(1))

    @property
    def service_url(self) -> str:
        return f"{self.url}/teams/"

    def enrol(self, person: str, **known: object) -> None:
        """Somebody of the tenant."""
        self.people[person] = {
            "id": f"29:1-{person}",
            "aadObjectId": person,
            "name": person,
            "email": f"{person}@district.example.org",
            "userPrincipalName": f"{person}@district.example.org",
            "tenantId": TENANT,
            "userRole": "user",
        } | known

    def conversation_of(self, person: str) -> str:
        """The person's own conversation; opened the first time."""
        return self.personal.setdefault(person, f"a:1-{person}")

    def seen_by(self, person: str) -> list[Json]:
        """What we wrote to the person, in order, as it stands now."""
        return list(self.posts.get(self.personal.get(person, ""), {}).values())

    def count(self) -> Counter[str]:
        return Counter(call.method for call in self.calls)


@asynccontextmanager
async def fake_teams(identity: Identity) -> AsyncIterator[FakeTeams]:
    """The connector on a free port. It ends with what it did not like of our requests."""
    teams = FakeTeams(identity)

    @web.middleware
    async def strict(request: web.Request, handler: Any) -> web.StreamResponse:
        teams.connections.add(request.transport)
        body = json.loads(await request.read() or b"{}")
        header = request.headers.get("Authorization", "")
        teams.calls.append(Call(request.method, request.path, header.removeprefix("Bearer "), body))
        await asyncio.sleep(teams.delay_seconds)
        is_lost = False
        if teams.faults:
            status, headers = teams.faults.pop(0)
            is_lost = status == 0
            if not is_lost:
                return web.json_response({"error": {"code": "Fault"}}, status=status, headers=headers)
        if header.removeprefix("Bearer ") not in identity.given:
            return web.json_response({"error": {"code": "AuthorizationDenied"}}, status=401)
        try:
            answer: web.StreamResponse = await handler(request)
        except AssertionError as error:
            teams.problems.append(f"{request.method} {request.path}: {error}")
            return web.json_response({"error": {"code": "BadSyntax"}}, status=400)
        if is_lost and request.transport is not None:
            request.transport.abort()
        return answer

    app = web.Application(middlewares=[strict], client_max_size=1024 * 1024)
    app.add_routes(_routes(teams))
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    teams.url = str(server.make_url("")).rstrip("/")
    try:
        yield teams
        assert teams.problems == []
    finally:
        await server.close()


class _Handlers:
    """The connector's addresses."""

    def __init__(self, teams: FakeTeams) -> None:
        self._teams = teams

    async def open_(self, request: web.Request) -> web.Response:
        teams = self._teams
        body = await request.json()
        assert body["bot"] == {"id": BOT}, "the bot's own id"
        assert body["tenantId"] == body["channelData"]["tenant"]["id"] == TENANT
        assert body["isGroup"] is False
        [member] = body["members"]
        known = next((name for name, about in teams.people.items() if member["id"] in (name, about["id"])), None)
        if known is None:
            return _refused(404, "UserNotFound")
        if known in teams.missing:
            return _refused(403, "ForbiddenOperationException")
        return web.json_response({"id": teams.conversation_of(known)}, status=201)

    async def send(self, request: web.Request) -> web.Response:
        teams = self._teams
        conversation, body = request.match_info["conversation"], await request.json()
        refusal = _barred(teams, conversation)
        if refusal is not None:
            return refusal
        check_activity(body, is_targeted=request.query.get("isTargetedActivity") == "true")
        id_ = f"17952500{next(teams.ids):05}"
        teams.posts.setdefault(conversation, {})[id_] = body
        return web.json_response({"id": id_}, status=201)

    async def update(self, request: web.Request) -> web.Response:
        teams = self._teams
        conversation, id_ = request.match_info["conversation"], request.match_info["activity"]
        body = await request.json()
        refusal = _barred(teams, conversation)
        if refusal is not None:
            return refusal
        if id_ not in teams.posts.get(conversation, {}):
            return _refused(404, "ActivityNotFoundInConversation")
        check_activity(body)
        assert body["id"] == id_
        teams.posts[conversation][id_] = body
        return web.json_response({"id": id_})

    async def delete(self, request: web.Request) -> web.Response:
        """A bot takes away its own only, and all posts here are its own."""
        posts = self._teams.posts.get(request.match_info["conversation"], {})
        if posts.pop(request.match_info["activity"], None) is None:
            return _refused(404, "ActivityNotFoundInConversation")
        return web.Response(status=200)

    async def members(self, request: web.Request) -> web.Response:
        teams = self._teams
        roster = teams.rosters.get(request.match_info["conversation"])
        if roster is None:
            return _refused(404, "ConversationNotFound")
        size, start = int(request.query["pageSize"]), int(request.query.get("continuationToken", 0))
        assert 50 <= size <= 500, "Teams takes pages of 50 to 500"
        page = min(size, 2)  # shorter than asked for, as Teams may answer
        found: Json = {"members": [teams.people[name] for name in roster[start : start + page]]}
        if start + page < len(roster):
            found["continuationToken"] = str(start + page)
        return web.json_response(found)

    async def member(self, request: web.Request) -> web.Response:
        teams = self._teams
        conversation, person = request.match_info["conversation"], request.match_info["person"]
        own = teams.personal.get(person) == conversation
        if not own and person not in teams.rosters.get(conversation, []):
            return _refused(404, "MemberNotFoundInConversation")
        return web.json_response(teams.people[person])

    async def team(self, request: web.Request) -> web.Response:
        team = request.match_info["team"]
        known = {"id": team, "name": "Drama", "aadGroupId": GROUP}
        return web.json_response(known) if team in self._teams.rosters else _refused(404, "TeamNotFound")

    async def channels(self, request: web.Request) -> web.Response:
        teams = self._teams
        team = request.match_info["team"]
        if team not in teams.channels:
            return _refused(404, "TeamNotFound")
        return web.json_response({"conversations": teams.channels[team]})


def _routes(teams: FakeTeams) -> list[web.RouteDef]:
    handlers = _Handlers(teams)
    there = "/teams/v3/conversations"
    return [
        web.post(there, handlers.open_),
        web.post(there + "/{conversation}/activities", handlers.send),
        web.put(there + "/{conversation}/activities/{activity}", handlers.update),
        web.delete(there + "/{conversation}/activities/{activity}", handlers.delete),
        web.get(there + "/{conversation}/pagedmembers", handlers.members),
        web.get(there + "/{conversation}/members/{person}", handlers.member),
        web.get("/teams/v3/teams/{team}/conversations", handlers.channels),
        web.get("/teams/v3/teams/{team}", handlers.team),
    ]


def _barred(teams: FakeTeams, conversation: str) -> web.Response | None:
    owner = next((name for name, own in teams.personal.items() if own == conversation), None)
    if owner in teams.blocked:
        return _refused(403, "MessageWritesBlocked")
    is_room = conversation.partition(";")[0] in teams.rosters
    if owner is None and not is_room:
        return _refused(404, "ConversationNotFound")
    return None


def _refused(status: int, code: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": "refused"}}, status=status)


def check_activity(body: Json, *, is_targeted: bool = False) -> None:
    """Fails on what Teams would refuse, drop or show otherwise than meant."""
    assert body["type"] == "message"
    assert len(json.dumps(body)) < LARGEST_ACTIVITY, "too large"
    assert not (body.get("text") and body.get("attachments")), "Teams splits text and card into two messages"
    assert bool(body.get("recipient")) == is_targeted, "a targeted message names its recipient"
    if body.get("text"):
        assert body["textFormat"] == "plain"
        return
    assert body["summary"], "a notification needs a line"
    assert 0 < len(body["attachments"]) <= MOST_CARDS
    assert body.get("attachmentLayout") == ("list" if len(body["attachments"]) > 1 else None)
    for attachment in body["attachments"]:
        card = _card_in(attachment)
        assert card["fallbackText"]
        check_card(card, ids=set())


def check_dialog(answer: Json) -> Json:
    """The card of the dialog that an invoke was answered with. Fails on what Teams would not open."""
    assert answer.keys() == {"task"}
    task = answer["task"]
    assert task["type"] == "continue"
    assert task["value"].keys() == {"title", "width", "height", "card"}
    assert task["value"]["title"]
    card = _card_in(task["value"]["card"])
    for action in card.get("actions", []):
        assert action["type"] == "Action.Submit", "dialogs know no Action.Execute"
        assert action["title"]
    check_card({**card, "actions": []}, ids=set())
    return card


def _card_in(attachment: Json) -> Json:
    assert attachment.keys() == {"contentType", "content"}
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card: Json = attachment["content"]
    assert card["version"] == "1.5"
    return card


def check_card(card: Mapping[str, Any], ids: set[str]) -> None:
    """Fails on what Adaptive Cards 1.5 do not have."""
    assert card["type"] == "AdaptiveCard"
    assert card.keys() <= CARD_KEYS
    assert card["body"]
    for element in card["body"]:
        _check_element(element, ids)
    _check_actions(card.get("actions", []), ids)


def _check_element(element: Mapping[str, Any], ids: set[str]) -> None:
    kind = element["type"]
    if "id" in element:
        assert element["id"] not in ids, f"{element['id']} twice in one card"
        ids.add(element["id"])
    match kind:
        case "RichTextBlock":
            assert element["inlines"]
            for run in element["inlines"]:
                assert run["type"] == "TextRun"
                assert run["text"], "an empty run is an error in some clients"
                assert "\n" not in run["text"], "runs show no line ends"
        case "Container":
            assert element["style"] in ("default", "emphasis", "good", "attention", "warning", "accent")
            assert element["items"]
            for item in element["items"]:
                _check_element(item, ids)
        case "ActionSet":
            _check_actions(element["actions"], ids)
            assert element["actions"]
        case "Input.Text" | "Input.Date" | "Input.ChoiceSet":
            assert element["id"]
            assert element["label"]
            assert not element["isRequired"] or element["errorMessage"]
            if kind == "Input.ChoiceSet":
                assert element["choices"] or "choices.data" in element
                assert all(choice["title"] and choice["value"] for choice in element["choices"])
        case _:
            raise AssertionError(f"no element is called {kind}")


def _check_actions(actions: list[Mapping[str, Any]], ids: set[str]) -> None:
    assert len(actions) <= MOST_ACTIONS, "Teams drops the seventh button without a word"
    for action in actions:
        assert action["title"]
        assert action.get("style", "default") in ("default", "positive", "destructive")
        match action["type"]:
            case "Action.ShowCard":
                check_card(action["card"], ids)
            case "Action.Execute":
                assert action["verb"]
                assert action["id"] not in ids
                ids.add(action["id"])
                fallback = action["fallback"]
                assert fallback["type"] == "Action.Submit", "old clients know no Action.Execute"
                assert fallback["data"] == action["data"]
            case kind:
                raise AssertionError(f"no action is called {kind}")

"""Stands in for Microsoft Graph: messages with their answers, channels, members, files and consent, stricter than the
real one. It knows a team only by the directory's id, and shows it only where its owner consented."""

import base64
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.standins.teams_identity import APP_ID, Identity

GROUP = "bbbbbbbb-3333-4444-8555-666666666666"
"""What the directory calls the one team that there is."""
Json = dict[str, Any]
_AFTER = re.compile(r"lastModifiedDateTime gt (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)")
LARGEST_PAGE = 50
VERDICTS = frozenset({
    "None", "AllowFalsePositiveOverride", "AllowOverrideWithoutJustification", "AllowOverrideWithJustification",
})  # fmt: skip


@dataclass(slots=True)
class FakeGraph:
    """What is where. `roots` are each channel's messages by id, answers in `replies` of their root; `granted` are the
    team's permissions, `consented` the tenant's; `faults` are answered before anything else, one each call.
    `is_licensed`: it has Microsoft Communications DLP; `homes` are the tenants of authors from elsewhere."""

    identity: Identity
    url: str = ""
    roots: dict[str, dict[str, Json]] = field(default_factory=dict)
    chats: dict[str, list[Json]] = field(default_factory=dict)
    channels: dict[str, Json] = field(default_factory=dict)
    members: dict[str, list[Json]] = field(default_factory=dict)
    shared: dict[str, bytes] = field(default_factory=dict)
    hosted: dict[str, bytes] = field(default_factory=dict)
    granted: set[str] = field(default_factory=set)
    consented: set[str] = field(default_factory=set)
    faults: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    calls: list[tuple[str, str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    cursors: dict[str, list[Json]] = field(default_factory=dict)
    is_licensed: bool = True
    homes: dict[str, str] = field(default_factory=dict)
    page: int = 2
    replies_at_once: int = 2
    elsewhere: str = ""

    def keep(self, channel: str, message: Json) -> None:
        """Somebody posts, edits or deletes a message; `message` is how it is now."""
        threads, root = self.roots.setdefault(channel, {}), message["replyToId"]
        if root is None:
            threads[message["id"]] = threads.get(message["id"], {"replies": {}}) | message
        else:
            threads[root]["replies"][message["id"]] = message

    def find(self, channel: str, id_: str) -> Json:
        """The message."""
        threads = self.roots[channel]
        return (
            threads[id_] if id_ in threads else next(t["replies"][id_] for t in threads.values() if id_ in t["replies"])
        )


def message(id_: str, author: str, markup: str, *, at: datetime, root: str | None = None, **more: object) -> Json:
    """A message as Graph has it."""
    when = stamp(at)
    made: Json = {
        "id": id_,
        "replyToId": root,
        "messageType": "message",
        "createdDateTime": when,
        "lastModifiedDateTime": when,
        "lastEditedDateTime": None,
        "deletedDateTime": None,
        "subject": None,
        "from": {"application": None, "device": None, "user": {"id": author, "userIdentityType": "aadUser"}},
        "body": {"contentType": "html", "content": markup},
        "attachments": [],
        "mentions": [],
        "policyViolation": None,
    }
    return made | more


def stamp(at: datetime) -> str:
    """A moment as Graph writes it: to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@asynccontextmanager
async def fake_graph(identity: Identity) -> AsyncIterator[FakeGraph]:
    """Graph on a free port. It ends with what it did not like of our requests."""
    graph = FakeGraph(identity, consented=identity.consented)

    @web.middleware
    async def strict(request: web.Request, handler: Any) -> web.StreamResponse:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        graph.calls.append((request.method, request.path_qs, token))
        if request.path.startswith("/download/"):
            assert not token, "a file's own address needs no token, and must not see it"
        elif graph.faults:
            status, headers = graph.faults.pop(0)
            return web.json_response({"error": {"code": "Fault"}}, status=status, headers=headers)
        elif token not in identity.given_for_graph:
            return _refused(401, "InvalidAuthenticationToken")
        try:
            answer: web.StreamResponse = await handler(request)
        except AssertionError as error:
            graph.problems.append(f"{request.method} {request.path_qs}: {error}")
            return _refused(400, "BadRequest")
        return answer

    app = web.Application(middlewares=[strict])
    app.add_routes(_routes(graph))
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    graph.url = str(server.make_url("")).rstrip("/")
    try:
        yield graph
        assert graph.problems == []
    finally:
        await server.close()


class _Handlers:
    def __init__(self, graph: FakeGraph) -> None:
        self._graph = graph

    def _may(self, request: web.Request, right: str) -> web.Response | None:
        """Who did not consent, and what is not there, as Graph tells of it."""
        if request.match_info.get("group", GROUP) != GROUP:
            return _refused(404, "NotFound")
        if right not in self._graph.granted | self._graph.consented:
            return _refused(403, "Forbidden")
        return None

    async def delta(self, request: web.Request) -> web.Response:
        refusal = self._may(request, "ChannelMessage.Read.Group")
        if refusal is not None:
            return refusal
        if "$skiptoken" in request.query:
            assert set(request.query) == {"$skiptoken"}, "the next page's address is taken as it is"
            return self._page(request, request.query["$skiptoken"])
        assert set(request.query) == {"$top", "$filter", "$expand"}
        assert 0 < int(request.query["$top"]) <= LARGEST_PAGE
        assert request.query["$expand"] == "replies"
        assert "+" not in request.query_string, "spaces are %20"
        found = _AFTER.fullmatch(request.query["$filter"])
        assert found, "the one filter that there is"
        threads = self._graph.roots.get(request.match_info["channel"])
        if threads is None:
            return _refused(404, "NotFound")
        cursor = secrets.token_urlsafe(8)
        self._graph.cursors[cursor] = [
            self._shown(request, root) for root in threads.values() if _last_modified(root) > found[1]
        ]
        return self._page(request, cursor)

    def _shown(self, request: web.Request, root: Json) -> Json:
        """A message with its first answers."""
        replies = list(root["replies"].values())
        shown = {**root, "replies": replies[: self._graph.replies_at_once]}
        if len(replies) > self._graph.replies_at_once:
            cursor = secrets.token_urlsafe(8)
            self._graph.cursors[cursor] = replies[self._graph.replies_at_once :]
            path = f"{request.path.removesuffix('/delta')}/{root['id']}/replies"
            shown["replies@odata.nextLink"] = f"{self._graph.url}{path}?$skiptoken={cursor}"
        return shown

    def _page(self, request: web.Request, cursor: str) -> web.Response:
        found = self._graph.cursors.pop(cursor)
        now, later = found[: self._graph.page], found[self._graph.page :]
        body: Json = {"value": now}
        if later:
            following = secrets.token_urlsafe(8)
            self._graph.cursors[following] = later
            base = self._graph.elsewhere or self._graph.url
            body["@odata.nextLink"] = f"{base}{request.path}?$skiptoken={following}"
        elif request.path.endswith("/delta"):
            body["@odata.deltaLink"] = f"{self._graph.url}{request.path}?$deltatoken=x"
        return web.json_response(body)

    async def latest(self, request: web.Request) -> web.Response:
        """The last threads, the newest first."""
        refusal = self._may(request, "ChannelMessage.Read.Group")
        if refusal is not None:
            return refusal
        assert set(request.query) == {"$top"}
        assert 0 < int(request.query["$top"]) <= LARGEST_PAGE
        roots = sorted(self._graph.roots.get(request.match_info["channel"], {}).values(), key=_last_modified)
        shown = [{name: value for name, value in root.items() if name != "replies"} for root in reversed(roots)]
        return web.json_response({"value": shown[: int(request.query["$top"])]})

    async def replies(self, request: web.Request) -> web.Response:
        return self._may(request, "ChannelMessage.Read.Group") or self._page(request, request.query["$skiptoken"])

    async def chat(self, request: web.Request) -> web.Response:
        assert set(request.query) == {"$top", "$filter", "$orderby"}
        assert request.query["$orderby"] == "lastModifiedDateTime desc", "the filter's own order"
        found = _AFTER.fullmatch(request.query["$filter"])
        assert found
        said = self._graph.chats.get(request.match_info["chat"], [])
        after = [each for each in said if each["lastModifiedDateTime"] > found[1]]
        return self._may(request, "ChatMessage.Read.Chat") or web.json_response({"value": after})

    async def message(self, request: web.Request) -> web.Response:
        refusal = self._may(request, "ChannelMessage.Read.Group")
        if refusal is not None:
            return refusal
        found = self._found(request)
        return (
            web.json_response({k: v for k, v in found.items() if k != "replies"})
            if found
            else _refused(404, "NotFound")
        )

    def _found(self, request: web.Request) -> Json | None:
        root = self._graph.roots.get(request.match_info["channel"], {}).get(request.match_info["message"])
        reply = request.match_info.get("reply")
        return root if root is None or reply is None else root["replies"].get(reply)

    async def block(self, request: web.Request) -> web.Response:
        """Nothing but the policy violation may be changed by an app, by its own right, with the licence, in messages of
        the tenant's own people."""
        refusal = self._may(request, "ChannelMessage.UpdatePolicyViolation.All")
        if refusal is not None:
            return refusal
        found = self._found(request)
        if found is None:
            return _refused(404, "NotFound")
        author = (found["from"] or {}).get("user") or {}
        if not self._graph.is_licensed or author.get("id") in self._graph.homes:
            return _refused(403, "Forbidden")
        assert request.content_type == "application/json"
        asked = await request.json()
        assert set(asked) == {"policyViolation"}, "an app changes nothing else"
        wish = asked["policyViolation"]
        assert set(wish) <= {"dlpAction", "verdictDetails", "policyTip", "userAction"}
        assert wish["dlpAction"] in ("None", "NotifySender", "BlockAccess", "BlockAccessExternal")
        assert set(wish.get("verdictDetails", "None").split(",")) <= VERDICTS
        tip = wish.get("policyTip", {})
        assert set(tip) <= {"generalText", "complianceUrl", "matchedConditionDescriptions"}
        assert all(isinstance(each, str) for each in tip.get("matchedConditionDescriptions", []))
        assert (wish["dlpAction"] == "None") == (not tip.get("generalText")), "who is blocked reads why"
        found["policyViolation"] = wish
        return web.Response(status=200)

    async def channel(self, request: web.Request) -> web.Response:
        refusal = self._may(request, "ChannelSettings.Read.Group")
        found = self._graph.channels.get(request.match_info["channel"])
        return refusal or (web.json_response(found) if found else _refused(404, "NotFound"))

    async def members(self, request: web.Request) -> web.Response:
        refusal = self._may(request, "ChannelMember.Read.All")
        return refusal or web.json_response({"value": self._graph.members.get(request.match_info["channel"], [])})

    async def grants(self, request: web.Request) -> web.Response:
        refusal = self._may(request, "TeamsAppInstallation.Read.Group")
        listed = [
            {"permission": name, "clientAppId": APP_ID, "permissionType": "Application"} for name in self._graph.granted
        ]
        other = {
            "permission": "TeamSettings.ReadWrite.Group",
            "clientAppId": "another",
            "permissionType": "Application",
        }
        return refusal or web.json_response({"value": [other, *listed]})

    async def hosted(self, request: web.Request) -> web.Response:
        refusal = self._may(request, "ChannelMessage.Read.Group")
        content = self._graph.hosted.get(request.match_info["content"])
        return refusal or (web.Response(body=content) if content is not None else _refused(404, "NotFound"))

    async def share(self, request: web.Request) -> web.Response:
        refusal = self._may(request, "Files.Read.All")
        if refusal is not None:
            return refusal
        named = request.match_info["share"]
        assert named.startswith("u!")
        assert "=" not in named
        padded = named[2:] + "=" * (-len(named[2:]) % 4)
        url = base64.urlsafe_b64decode(padded).decode()
        if url not in self._graph.shared:
            return _refused(404, "itemNotFound")
        base = self._graph.elsewhere or self._graph.url
        raise web.HTTPFound(f"{base}/download/{base64.urlsafe_b64encode(url.encode()).decode()}?tempauth=x")

    async def download(self, request: web.Request) -> web.Response:
        return web.Response(body=self._graph.shared[base64.urlsafe_b64decode(request.match_info["file"]).decode()])


def _routes(graph: FakeGraph) -> list[web.RouteDef]:
    handlers = _Handlers(graph)
    team = "/v1.0/teams/{group}"
    channel = team + "/channels/{channel}"
    one = channel + "/messages/{message}"
    return [
        web.get(team + "/permissionGrants", handlers.grants),
        web.get(channel + "/messages/delta", handlers.delta),
        web.get(channel + "/messages", handlers.latest),
        web.get(one + "/replies", handlers.replies),
        web.get(one + "/replies/{reply}", handlers.message),
        web.get(one + "/replies/{reply}/hostedContents/{content}/$value", handlers.hosted),
        web.get(one + "/hostedContents/{content}/$value", handlers.hosted),
        web.get(one, handlers.message),
        web.patch(one, handlers.block),
        web.patch(one + "/replies/{reply}", handlers.block),
        web.get(channel + "/allMembers", handlers.members),
        web.get(channel, handlers.channel),
        web.get("/v1.0/chats/{chat}/messages", handlers.chat),
        web.get("/v1.0/shares/{share}/driveItem/content", handlers.share),
        web.get("/download/{file}", handlers.download),
    ]


def _last_modified(root: Json) -> str:
    """Of the whole thread, as the filter means it."""
    times = [root["lastModifiedDateTime"], *(each["lastModifiedDateTime"] for each in root["replies"].values())]
    return str(max(times))


def _refused(status: int, code: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": "refused"}}, status=status)

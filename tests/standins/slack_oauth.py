"""A stand-in for Slack's pages on which an app is let into a workspace, and for the exchange of the code afterwards."""

import itertools
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.standins.slack_world import APP, BOT, SCOPES, TEAM, Token, World

Json = dict[str, Any]
CLIENT_ID, CLIENT_SECRET = "12345.67890", "invented-secret"


@dataclass
class SlackOAuth:
    """`answer` is what the exchange gives beside the token; `error` what Slack sends the browser back with instead of a
    code; `refusal` what the exchange is refused with."""

    world: World
    redirect: str = ""
    error: str = ""
    refusal: str = ""
    scopes: frozenset[str] = SCOPES
    answer: Json = field(default_factory=lambda: {"team": {"id": TEAM, "name": "Larkfield"}, "enterprise": None})
    asked: list[Json] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    _codes: dict[str, Json] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def add_routes(self, app: web.Application) -> None:
        """Serves beside the Web API."""
        app.router.add_get("/oauth/v2/authorize", self._authorize)
        app.router.add_post("/api/oauth.v2.access", self._access)

    async def _authorize(self, request: web.Request) -> web.Response:
        """The page on which somebody says yes at once."""
        asked = dict(request.query)
        self.asked.append(asked)
        if asked.get("client_id") != CLIENT_ID or not asked.get("scope") or not asked.get("state"):
            return web.Response(status=400, text="Invalid client_id parameter")
        code = f"code-{next(self._numbers)}"
        self._codes[code] = asked
        back = {"error": self.error} if self.error else {"code": code}
        query = "&".join(f"{name}={value}" for name, value in {**back, "state": asked["state"]}.items())
        return web.Response(status=302, headers={"Location": f"{self.redirect}?{query}"})

    async def _access(self, request: web.Request) -> web.Response:
        form = {**request.query, **await request.post()}
        refusal = self.refusal or self._fault(form)
        if refusal:
            return web.json_response({"ok": False, "error": refusal})
        self._codes.pop(str(form["code"]))
        team = (self.answer.get("team") or {}).get("id") or "none"
        token = f"xoxb-of-{team}-{next(self._numbers)}"
        self.world.tokens[token] = Token(BOT, team=team, scopes=self.scopes)
        self.tokens.append(token)
        given = {"access_token": token, "token_type": "bot", "bot_user_id": BOT, "app_id": APP}
        more = {"scope": ",".join(sorted(self.scopes)), "authed_user": {"id": "UADMIN"}, "is_enterprise_install": False}
        return web.json_response({"ok": True, **given, **more, **self.answer})

    def _fault(self, form: Json) -> str:
        if form.get("client_id") != CLIENT_ID:
            return "invalid_client_id"
        if form.get("client_secret") != CLIENT_SECRET:
            return "bad_client_secret"
        return "" if form.get("code") in self._codes else "invalid_code"

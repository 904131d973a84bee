"""The whole house connected to a stand-in of Teams, and what happens there."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from yarl import URL

from adapters.settings import load_settings
from adapters.wiring import House, build
from tests.adapters.playground.page import shelf
from tests.house.serving import until_settled
from tests.standins.teams_connector import BOT, FakeTeams, fake_teams
from tests.standins.teams_identity import APP_ID, SECRET, TENANT, Identity, identity

Json = dict[str, Any]
TEAM = "19:team-drama@thread.tacv2"
_IDS = count(1)


@dataclass(slots=True)
class Connected:
    """The house, the stand-ins it talks to, and Teams' side of the wire."""

    house: House
    teams: FakeTeams
    identity: Identity
    session: ClientSession
    url: URL

    async def arrives(self, activity: Mapping[str, Any], **changed: str) -> tuple[int, Json]:
        """Delivers an activity as Teams does; returns status and answer. `changed` may give another token."""
        token = changed.get("token", self.identity.sign(activity["serviceUrl"]))
        headers = {"Authorization": f"Bearer {token}"}
        async with self.session.post("/api/messages", json=activity, headers=headers) as response:
            body = await response.read()
            return response.status, json.loads(body) if response.content_type == "application/json" else {}

    async def settled(self) -> dict[str, float]:
        """Waits until nothing is due; returns the figures."""
        return await until_settled(self.session)

    def activity(self, kind: str, person: str, conversation: str = "", **more: object) -> Json:
        """An activity of that kind by a person; without a conversation it happens in their own one with us."""
        is_personal = not conversation
        id_ = more.pop("id", None) or fresh_id()
        where = self.teams.conversation_of(person) if is_personal else conversation
        made: Json = {
            "type": kind,
            "id": id_,
            "timestamp": datetime.now(UTC).isoformat(),
            "channelId": "msteams",
            "serviceUrl": self.teams.service_url,
            "from": {"id": f"29:1-{person}", "aadObjectId": person, "name": person},
            "recipient": {"id": BOT, "name": "Chaperone"},
            "conversation": {
                "conversationType": "personal" if is_personal else "channel",
                "tenantId": TENANT,
                "id": where if is_personal or ";" in where else f"{where};messageid={id_}",
            },
            "channelData": {"tenant": {"id": TENANT}},
        }
        if not is_personal:
            channel = where.partition(";")[0]
            made["channelData"] |= {"channel": {"id": channel}, "team": {"id": TEAM}}
        return made | more

    def said(self, text: str, person: str, conversation: str = "", **more: object) -> Json:
        """Somebody writes something."""
        return self.activity("message", person, conversation, text=text, textFormat="plain", **more)

    def pressed(self, button: Mapping[str, Any], person: str, values: Mapping[str, str] | None = None) -> Json:
        """Somebody presses a button of a card in their own conversation."""
        action = {"type": "Action.Execute", "verb": button["verb"], "data": {**button["data"], **(values or {})}}
        return self.activity(
            "invoke", person, name="adaptiveCard/action", value={"action": action, "trigger": "manual"}
        )


def fresh_id() -> str:
    """A message's id: milliseconds, as Teams gives them."""
    return str(1_795_250_000_000 + next(_IDS))


@asynccontextmanager
async def connected(folder: Path, **settings: object) -> AsyncIterator[Connected]:
    """Opens the house over a state folder there; opened there again it is the same after a restart."""
    async with identity() as server, fake_teams(server) as teams, joined(folder, teams, server, **settings) as made:
        yield made


@asynccontextmanager
async def joined(folder: Path, teams: FakeTeams, server: Identity, **settings: object) -> AsyncIterator[Connected]:
    """The house, connected to stand-ins that are there already."""
    given = {
        "state": folder / "state",
        "host": "127.0.0.1",
        "playground": False,
        "microsoft_app_id": APP_ID,
        "microsoft_app_password": SECRET,
        "microsoft_app_tenant_id": TENANT,
        "teams_openid_metadata_url": server.metadata_url,
        "teams_token_url": server.token_url,
        "teams_service_hosts": teams.url.removeprefix("http://"),
        "teams_graph": "teams_graph_url" in settings,
    }
    house = await build(load_settings(**(given | settings)), shelf())
    door = TestServer(house.app, host="127.0.0.1")
    await door.start_server()
    try:
        async with ClientSession(door.make_url("/")) as session:
            yield Connected(house, teams, server, session, door.make_url("/"))
    finally:
        await door.close()
        await house.close()

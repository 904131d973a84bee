"""A burst of signed activities through Teams' door."""

import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from adapters.bench.burst import AT_ONCE, AUTHOR, COPIES, EVENTS, TEXTS, Burst, Door, burst_through, free_port
from bot.ids import ChannelId, ChannelRef, WorkspaceId

APP, TENANT = "be4cbe4c-0000-4000-8000-000000000001", "be4cbe4c-0000-4000-8000-000000000002"
CHANNEL, KEY_ID = "19:bench@thread.tacv2", "bench"
SERVICE = "https://smba.trafficmanager.net/teams/"
ISSUER = "https://api.botframework.com"
LIFETIME_SECONDS = 3600


def teams_burst(events: int = EVENTS, at_once: int = AT_ONCE) -> Burst:
    """Sends them all, some twice, each with a token whose signature is checked against a key of ours."""
    key, port = rsa.generate_private_key(public_exponent=65537, key_size=2048), free_port()
    return burst_through(_door(key, port), events, at_once)


def _door(key: rsa.RSAPrivateKey, port: int) -> Door:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": APP, "serviceurl": SERVICE, "nbf": now - 5, "exp": now + LIFETIME_SECONDS}
    token = jwt.encode(claims, key, algorithm="RS256", headers={"kid": KEY_ID})
    base = f"http://127.0.0.1:{port}"
    return Door(
        platform="Teams",
        route="/api/messages",
        settings={
            "microsoft_app_id": APP,
            "microsoft_app_tenant_id": TENANT,
            "microsoft_app_password": "bench",
            "teams_openid_metadata_url": f"{base}/metadata",
            "teams_token_url": "http://127.0.0.1:9/token",
            "teams_graph": False,
        },
        channel=ChannelRef(WorkspaceId(f"teams:{TENANT}"), ChannelId(CHANNEL)),
        bodies=_bodies,
        headers=partial(_headers, token),
        beside=partial(_published, key, port),
    )


@asynccontextmanager
async def _published(key: rsa.RSAPrivateKey, port: int) -> AsyncIterator[None]:
    """The key, where the server looks for Microsoft's."""
    listed = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": KEY_ID, "endorsements": ["msteams"]}

    async def metadata(_request: web.Request) -> web.Response:
        return web.json_response({"jwks_uri": f"http://127.0.0.1:{port}/keys"})

    async def keys(_request: web.Request) -> web.Response:
        return web.json_response({"keys": [listed]})

    app = web.Application()
    app.add_routes([web.get("/metadata", metadata), web.get("/keys", keys)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield
    finally:
        await runner.cleanup()


def _bodies(events: int) -> Iterator[bytes]:
    began = int(time.time() * 1000) - events
    for number in range(events):
        body = _body(str(began + number), TEXTS[number % len(TEXTS)])
        for _ in range(2 if number % COPIES == 0 else 1):
            yield body


def _body(id_: str, text: str) -> bytes:
    """A post as Teams sends it: once as HTML, once as text."""
    return json.dumps(
        {
            "type": "message",
            "id": id_,
            "timestamp": datetime.fromtimestamp(int(id_) / 1000, UTC).isoformat(),
            "serviceUrl": SERVICE,
            "channelId": "msteams",
            "from": {"id": f"29:{AUTHOR}", "aadObjectId": AUTHOR, "name": "Author"},
            "recipient": {"id": f"28:{APP}", "name": "Chaperone"},
            "conversation": {
                "conversationType": "channel",
                "isGroup": True,
                "tenantId": TENANT,
                "id": f"{CHANNEL};messageid={id_}",
            },
            "channelData": {"tenant": {"id": TENANT}, "team": {"id": CHANNEL}, "channel": {"id": CHANNEL}},
            "text": text,
            "attachments": [{"contentType": "text/html", "content": f"<div><div>{text}</div>\n</div>"}],
        }
    ).encode()


def _headers(token: str, _body: bytes) -> Mapping[str, str]:
    return {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}

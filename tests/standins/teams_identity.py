"""Stands in for Microsoft's identity servers: signing keys with their metadata, tokens for activities, and the endpoint
that gives a bot its own token. Counts what it is asked."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

APP_ID = "0f0f0f0f-1111-4222-8333-444444444444"
TENANT = "aaaaaaaa-2222-4333-8444-555555555555"
ISSUER = "https://api.botframework.com"
SECRET = "an-invented-secret"
SCOPE = "https://api.botframework.com/.default"
GRAPH_SCOPE = "https://graph.microsoft.com/.default"


@dataclass(slots=True)
class Identity:
    """One key set and one token endpoint. `keys` are published; `asked` counts requests by address."""

    url: str = ""
    keys: dict[str, rsa.RSAPrivateKey] = field(default_factory=dict)
    endorsements: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    given_for_graph: set[str] = field(default_factory=set)
    consented: set[str] = field(default_factory=set)
    assertions: list[Mapping[str, Any]] = field(default_factory=list)
    token_seconds: float = 0
    lifetime_seconds: int = 3600
    broken: int | None = None
    padding: str = ""

    def for_graph(self, name: str) -> str:
        """A token for Graph says what the tenant's administrator consented to."""
        claims = {"roles": sorted(self.consented), "jti": name}
        return jwt.encode(claims, "a key of which only Microsoft knows", algorithm="HS256")

    @property
    def metadata_url(self) -> str:
        return f"{self.url}/v1/.well-known/openidconfiguration"

    @property
    def token_url(self) -> str:
        return f"{self.url}/{TENANT}/oauth2/v2.0/token"

    def publish(self, key_id: str, *, endorsements: tuple[str, ...] = ("msteams",)) -> rsa.RSAPrivateKey:
        """Makes a key and publishes it."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.keys[key_id] = key
        self.endorsements[key_id] = list(endorsements)
        return key

    def sign(self, service_url: str, claims: Mapping[str, object] | None = None, *, key_id: str = "k1") -> str:
        """A token for an activity, as Microsoft makes it; `claims` replace its claims, None leaves one out."""
        made = claims_of(service_url, **(claims or {}))
        return jwt.encode(made, self.keys[key_id], algorithm="RS256", headers={"kid": key_id})


def claims_of(service_url: str, **changed: object) -> dict[str, object]:
    """What Microsoft claims of an activity; None leaves a claim out."""
    now = int(time.time())
    claims: dict[str, object] = {
        "iss": ISSUER,
        "aud": APP_ID,
        "serviceurl": service_url,
        "nbf": now - 5,
        "exp": now + 3600,
    } | changed
    return {name: value for name, value in claims.items() if value is not None}


@asynccontextmanager
async def identity() -> AsyncIterator[Identity]:
    """The servers on a free port, with one key published as `k1`."""
    made = Identity()
    made.publish("k1")
    app = web.Application()

    def note(request: web.Request) -> None:
        made.asked.append(request.path)
        if made.broken is not None:
            error = web.HTTPServiceUnavailable()
            error.set_status(made.broken)
            raise error

    async def metadata(request: web.Request) -> web.Response:
        note(request)
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{made.url}/v1/keys"})

    async def published(request: web.Request) -> web.Response:
        note(request)
        listed = [
            RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
            | {"kid": name, "use": "sig", "endorsements": made.endorsements[name]}
            for name, key in made.keys.items()
        ]
        return web.json_response({"keys": [{"kty": "EC", "kid": "another-kind", "x5c": [made.padding]}, *listed]})

    async def token(request: web.Request) -> web.Response:
        note(request)
        form = dict(await request.post())
        assert form["grant_type"] == "client_credentials"
        assert form["client_id"] == APP_ID
        assert form["scope"] in (SCOPE, GRAPH_SCOPE)
        await asyncio.sleep(made.token_seconds)
        if "client_assertion" in form:
            assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            made.assertions.append({"token": form["client_assertion"]})
        elif form.get("client_secret") != SECRET:
            return web.json_response({"error": "invalid_client"}, status=401)
        fresh = f"token-{secrets.token_hex(8)}"
        fresh = fresh if form["scope"] == SCOPE else made.for_graph(fresh)
        (made.given if form["scope"] == SCOPE else made.given_for_graph).add(fresh)
        return web.json_response({"token_type": "Bearer", "access_token": fresh, "expires_in": made.lifetime_seconds})

    async def machine(request: web.Request) -> web.Response:
        """A managed identity as an Azure app service offers it."""
        note(request)
        assert request.headers["X-IDENTITY-HEADER"] == "an-invented-header"
        assert (request.query["client_id"], request.query["resource"]) == (APP_ID, SCOPE.removesuffix("/.default"))
        fresh = f"token-{secrets.token_hex(8)}"
        made.given.add(fresh)
        expires_on = str(int(time.time()) + made.lifetime_seconds)
        return web.json_response({"token_type": "Bearer", "access_token": fresh, "expires_on": expires_on})

    app.router.add_get("/machine", machine)
    app.router.add_get("/v1/.well-known/openidconfiguration", metadata)
    app.router.add_get("/v1/keys", published)
    app.router.add_post(f"/{TENANT}/oauth2/v2.0/token", token)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    made.url = str(server.make_url("")).rstrip("/")
    try:
        yield made
    finally:
        await server.close()

"""Only what Microsoft signed for this bot and our tenant passes, and the key server is left in peace."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from aiohttp import ClientSession
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.settings import BadSettings, load_settings
from adapters.teams.auth import NotFromTeams, TeamsAuthentication
from adapters.teams.connection import Connection, connection
from adapters.teams.signing_keys import BURST, KEPT_SECONDS, PAUSE_SECONDS, KeysUnavailable, SigningKeys
from tests.standins.teams_identity import APP_ID, SECRET, TENANT, Identity, claims_of, identity

SERVICE_URL = "https://smba.trafficmanager.net/teams/"
Activity = dict[str, Any]


def an_activity(**changed: object) -> Activity:
    return {
        "type": "message",
        "channelId": "msteams",
        "serviceUrl": SERVICE_URL,
        "conversation": {"id": "19:room@thread.tacv2", "tenantId": TENANT},
        "channelData": {"tenant": {"id": TENANT}},
    } | changed


class Ticking:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Door:
    """The authentication with the key server behind it."""

    def __init__(self, server: Identity, session: ClientSession) -> None:
        self.server = server
        self.clock = Ticking()
        self.keys = SigningKeys(session, server.metadata_url, clock=self.clock)
        self.authentication = TeamsAuthentication(a_connection(server), self.keys)

    async def answer(self, header: str, activity: Activity | None = None) -> tuple[int, str]:
        """The status and which check failed; 200 where it may pass."""
        try:
            await self.authentication.check(header, activity or an_activity())
        except NotFromTeams as refused:
            return refused.status, refused.reason
        return 200, ""

    def fetches(self) -> int:
        return self.server.asked.count("/v1/keys")


def a_connection(server: Identity, **changed: object) -> Connection:
    given = {
        "microsoft_app_id": APP_ID.upper(),
        "microsoft_app_password": SECRET,
        "microsoft_app_tenant_id": TENANT,
        "teams_openid_metadata_url": server.metadata_url,
        "teams_token_url": server.token_url,
    }
    made = connection(load_settings(**(given | changed)))
    assert made is not None
    return made


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    async with identity() as server, ClientSession() as session:
        yield Door(server, session)


async def test_what_microsoft_signed_for_us_passes(door: Door) -> None:
    token = door.server.sign(SERVICE_URL)

    assert await door.answer(f"Bearer {token}") == (200, "")
    assert await door.answer(f"bearer {token}", an_activity(serviceUrl=SERVICE_URL.rstrip("/"))) == (200, "")


NOW = int(time.time())


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"exp": None}, (401, "MissingRequiredClaimError")),
        ({"exp": NOW - 360}, (401, "ExpiredSignatureError")),
        ({"exp": "soon"}, (401, "DecodeError")),
        ({"exp": [10]}, (401, "any")),
        ({"nbf": NOW + 3600}, (401, "ImmatureSignatureError")),
        ({"iss": None}, (401, "MissingRequiredClaimError")),
        ({"iss": "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"}, (401, "InvalidIssuerError")),
        ({"iss": "https://api.botframework.com/"}, (401, "InvalidIssuerError")),
        ({"aud": None}, (401, "MissingRequiredClaimError")),
        ({"aud": "11111111-aaaa-4bbb-8ccc-dddddddddddd"}, (401, "InvalidAudienceError")),
        ({"aud": ""}, (401, "any")),
        ({"serviceurl": None}, (403, "serviceurl")),
        ({"serviceurl": ""}, (403, "serviceurl")),
        ({"serviceurl": "https://smba.trafficmanager.net/other/"}, (403, "serviceurl")),
        ({"serviceurl": [SERVICE_URL]}, (403, "serviceurl")),
    ],
)
async def test_a_token_with_one_claim_broken_is_refused(
    door: Door, claims: dict[str, object], expected: tuple[int, str]
) -> None:
    token = door.server.sign(SERVICE_URL, claims)

    status, reason = await door.answer(f"Bearer {token}")

    assert (status, reason if expected[1] != "any" else "any") == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"serviceUrl": "https://evil.example.org/"}, (403, "serviceurl")),
        ({"serviceUrl": None}, (403, "serviceurl")),
        ({"channelId": "webchat"}, (403, "channel")),
        ({"channelId": None}, (403, "channel")),
        ({"channelData": {"tenant": {"id": "another"}}}, (403, "tenant")),
        ({"conversation": {"tenantId": "another"}}, (403, "tenant")),
        ({"conversation": {}, "channelData": {}}, (403, "tenant")),
        ({"conversation": "x", "channelData": [TENANT]}, (403, "tenant")),
    ],
)
async def test_a_genuine_token_carries_no_other_activity(
    door: Door, changed: dict[str, object], expected: tuple[int, str]
) -> None:
    token = door.server.sign(SERVICE_URL)

    assert await door.answer(f"Bearer {token}", an_activity(**changed)) == expected


async def test_a_key_that_is_not_endorsed_for_teams_does_not_count(door: Door) -> None:
    door.server.publish("k2", endorsements=("webchat",))
    door.server.publish("k3", endorsements=())

    for key_id in ("k2", "k3"):
        token = door.server.sign(SERVICE_URL, key_id=key_id)
        assert await door.answer(f"Bearer {token}") == (403, "endorsement")


def forged(server: Identity) -> dict[str, str]:
    """Tokens that only look right."""
    mine = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    claims = claims_of(SERVICE_URL)
    published = server.keys["k1"]
    public = published.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    good = server.sign(SERVICE_URL)
    head, body, signature = good.split(".")
    return {
        "another key under a known id": jwt.encode(claims, mine, algorithm="RS256", headers={"kid": "k1"}),
        "no signature": jwt.encode(claims, "", algorithm="none", headers={"kid": "k1"}),
        "none in other letters": ".".join((_part({"alg": "nOnE", "kid": "k1"}), body, "")),
        "the public key as a shared secret": hmac_signed(claims, public),
        "another RSA hash": jwt.encode(claims, published, algorithm="RS384", headers={"kid": "k1"}),
        "another RSA padding": jwt.encode(claims, published, algorithm="PS256", headers={"kid": "k1"}),
        "a key of its own in the header": jwt.encode(
            claims,
            mine,
            algorithm="RS256",
            headers={"kid": "k1", "jwk": {"kty": "RSA"}, "jku": "https://evil.example.org"},
        ),
        "a critical extension": jwt.encode(
            claims, published, algorithm="RS256", headers={"kid": "k1", "crit": ["b64"], "b64": False}
        ),
        "no key id": jwt.encode(claims, published, algorithm="RS256"),
        "a key id that is no text": ".".join((_part({"alg": "RS256", "kid": ["k1"]}), body, signature)),
        "a path for a key id": jwt.encode(claims, mine, algorithm="RS256", headers={"kid": "../../dev/null"}),
        "the signature cut short": good[:-4],
        "no signature part": f"{head}.{body}",
        "another body": ".".join((head, _part(claims | {"aud": "x"}), signature)),
        "deep nesting": ".".join((base64.urlsafe_b64encode(b"[" * 6_000).decode(), body, signature)),
        "too long": good + "x" * 20_000,
        "not a token": "hello",
        "nothing": "",
    }


def hmac_signed(claims: dict[str, object], secret: bytes) -> str:
    """HS256 with whatever secret, which PyJWT itself refuses to make."""
    import hashlib
    import hmac

    signed = ".".join((_part({"alg": "HS256", "typ": "JWT", "kid": "k1"}), _part(claims)))
    digest = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def _part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


async def test_no_trick_with_algorithm_key_or_shape_passes(door: Door) -> None:
    answers = {name: await door.answer(f"Bearer {token}") for name, token in forged(door.server).items()}

    assert len(answers) == 18
    assert {name: status for name, (status, _) in answers.items() if status != 401} == {}


@pytest.mark.parametrize(
    "wrap", [lambda t: t, lambda t: f"Basic {t}", lambda t: f"Bearer{t}", lambda _t: "Bearer ", lambda _t: ""]
)
async def test_a_header_that_carries_no_bearer_token_is_refused(door: Door, wrap: Callable[[str], str]) -> None:
    assert await door.answer(wrap(door.server.sign(SERVICE_URL))) == (401, "header")


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.text(max_size=30), min_size=1, max_size=4).map(".".join)))
def test_whatever_is_sent_is_refused_and_never_an_error(header: str) -> None:
    async def ask() -> None:
        async with ClientSession() as session:
            keys = SigningKeys(session, "http://127.0.0.1:1/nobody")
            checked = TeamsAuthentication(a_connection(Identity(url="http://127.0.0.1:1")), keys)
            with pytest.raises((NotFromTeams, KeysUnavailable)):
                await checked.check(f"Bearer {header}", an_activity())

    asyncio.run(ask())


async def test_a_new_key_counts_at_once(door: Door) -> None:
    assert await door.answer(f"Bearer {door.server.sign(SERVICE_URL)}") == (200, "")
    door.server.publish("k2")

    assert await door.answer(f"Bearer {door.server.sign(SERVICE_URL, key_id='k2')}") == (200, "")
    assert door.fetches() == 2


async def test_a_long_list_of_keys_is_read_to_its_end(door: Door) -> None:
    """Microsoft's holds certificates and takes several packets."""
    door.server.padding = "x" * 300_000

    assert await door.answer(f"Bearer {door.server.sign(SERVICE_URL)}") == (200, "")


async def test_a_list_of_keys_without_end_is_not_read_to_it(door: Door) -> None:
    door.server.padding = "x" * 3_000_000

    with pytest.raises(KeysUnavailable):
        await door.answer(f"Bearer {door.server.sign(SERVICE_URL)}")


async def test_keys_are_kept_for_a_day_and_then_looked_up_again(door: Door) -> None:
    token = f"Bearer {door.server.sign(SERVICE_URL)}"
    for _ in range(3):
        assert await door.answer(token) == (200, "")
    assert door.fetches() == 1

    door.clock.now += KEPT_SECONDS + 1
    assert await door.answer(token) == (200, "")
    assert door.fetches() == 2

    door.server.broken = 503
    door.clock.now += KEPT_SECONDS + 1
    assert await door.answer(token) == (200, ""), "an outage of the key server takes no key away"


async def test_a_flood_of_unknown_keys_does_not_hammer_the_key_server(door: Door) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    flood = [
        f"Bearer {jwt.encode(claims_of(SERVICE_URL), key, algorithm='RS256', headers={'kid': f'made-up-{n}'})}"
        for n in range(200)
    ]

    answers = await asyncio.gather(*(door.answer(header) for header in flood))

    assert set(answers) == {(401, "key")}
    assert 1 <= door.fetches() <= BURST
    for header in flood:
        await door.answer(header)
    assert door.fetches() <= BURST, "it waits before it asks again"
    assert await door.answer(f"Bearer {door.server.sign(SERVICE_URL)}") == (200, "")
    door.server.publish("k2")
    door.clock.now += PAUSE_SECONDS
    for header in flood:
        await door.answer(header)
    assert door.fetches() <= BURST + 1
    assert await door.answer(f"Bearer {door.server.sign(SERVICE_URL, key_id='k2')}") == (200, "")


async def test_without_any_key_it_says_that_nothing_can_be_checked(door: Door) -> None:
    door.server.broken = 500
    token = f"Bearer {door.server.sign(SERVICE_URL)}"

    for _ in range(20):
        with pytest.raises(KeysUnavailable):
            await door.answer(token)
    assert len(door.server.asked) <= BURST

    door.server.broken = None
    door.clock.now += PAUSE_SECONDS
    assert await door.answer(token) == (200, "")


async def test_checking_can_be_switched_off_on_loopback_only_and_tenants_still_count(door: Door) -> None:
    off = a_connection(door.server, teams_auth_disabled=True)
    checked = TeamsAuthentication(off, door.keys)

    await checked.check("", an_activity())
    with pytest.raises(NotFromTeams):
        await checked.check("", an_activity(channelData={"tenant": {"id": "another"}}))
    with pytest.raises(BadSettings, match="TEAMS_AUTH_DISABLED"):
        a_connection(door.server, teams_auth_disabled=True, host="192.0.2.7")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"microsoft_app_tenant_id": ""}, "MicrosoftAppTenantId"),
        ({"microsoft_app_password": None}, "MicrosoftAppPassword"),
        ({"microsoft_app_id": "", "teams_auth_disabled": True}, "MicrosoftAppId"),
    ],
)
def test_half_a_registration_is_refused_with_what_is_missing(given: dict[str, object], expected: str) -> None:
    whole = {"microsoft_app_id": APP_ID, "microsoft_app_password": SECRET, "microsoft_app_tenant_id": TENANT}

    with pytest.raises(BadSettings, match=expected):
        connection(load_settings(**(whole | given)))
    assert connection(load_settings(**(whole | {"microsoft_app_id": ""}))) is None


@pytest.mark.parametrize(
    ("cloud", "login", "host"),
    [
        ("public", "login.microsoftonline.com", "smba.trafficmanager.net"),
        ("gcc", "login.microsoftonline.com", "smba.infra.gcc.teams.microsoft.com"),
        ("gcc-high", "login.microsoftonline.us", "smba.infra.gov.teams.microsoft.us"),
        ("dod", "login.microsoftonline.us", "smba.infra.dod.teams.microsoft.us"),
    ],
)
def test_each_cloud_has_its_own_addresses(cloud: str, login: str, host: str, tmp_path: Path) -> None:
    made = connection(
        load_settings(
            state=tmp_path,
            microsoft_app_id=APP_ID,
            microsoft_app_password=SECRET,
            microsoft_app_tenant_id=TENANT,
            teams_cloud=cloud,
        )
    )

    assert made is not None
    assert made.token_url == f"https://{login}/{TENANT}/oauth2/v2.0/token"
    assert made.cloud.service_url == f"https://{host}/teams"
    assert made.cloud.may_see_our_token(made.cloud.service_url)


@pytest.mark.parametrize(
    "url",
    [
        "http://smba.trafficmanager.net/teams/",
        "https://evil.example.org/",
        "https://smba.trafficmanager.net.evil.example.org/",
        "https://evil.trafficmanager.net/",
        "https://smba.trafficmanager.net@evil.example.org/",
        "https://user:word@smba.trafficmanager.net/",
        "https://smba.trafficmanager.net:8443/",
        "https://smba.trafficmanager.net/?to=https://evil.example.org",
        "https://smba.trafficmanager.net/#x",
        "https://127.0.0.1/",
        "http://127.0.0.1:9/",
        "http://127.0.0.1:99999/",
        "//smba.trafficmanager.net/",
        "file:///etc/passwd",
        "",
    ],
)
def test_our_token_goes_to_named_hosts_only(url: str) -> None:
    cloud = a_connection(
        Identity(url="http://127.0.0.1:1"), teams_service_hosts="127.0.0.1:4000, proxy.example.org"
    ).cloud

    assert not cloud.may_see_our_token(url)
    for good in ("https://SMBA.trafficmanager.net/teams/", "https://proxy.example.org/x", "http://127.0.0.1:4000/"):
        assert cloud.may_see_our_token(good)
    assert not cloud.may_see_our_token("http://proxy.example.org/x")

"""One token serves everybody, is renewed before it runs out, and nobody waits for more than one fetch."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from aiohttp import ClientSession
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from adapters.settings import BadSettings
from adapters.teams.connection import Connection
from adapters.teams.tokens import PAUSE_SECONDS, TokenRefused, Tokens, source_of
from bot.errors import PlatformBusy
from tests.adapters.teams.test_auth import Ticking, a_connection
from tests.standins.teams_identity import APP_ID, Identity, identity


class Asked:
    """Tokens over the endpoint, with a clock that the test moves."""

    def __init__(self, server: Identity, session: ClientSession) -> None:
        self.server = server
        self.session = session
        self.clock = Ticking()

    def tokens(self, connection: Connection | None = None) -> Tokens:
        made = connection or a_connection(self.server)
        return Tokens(source_of(made, self.session), clock=self.clock)

    def fetches(self) -> int:
        return sum(path.endswith("/token") for path in self.server.asked)


@pytest.fixture
async def asked() -> AsyncIterator[Asked]:
    async with identity() as server, ClientSession() as session:
        yield Asked(server, session)


async def test_two_hundred_who_ask_at_once_cause_one_fetch(asked: Asked) -> None:
    asked.server.token_seconds = 0.05
    tokens = asked.tokens()

    found = await asyncio.gather(*(tokens.get() for _ in range(200)))

    assert set(found) == asked.server.given
    assert len(asked.server.given) == asked.fetches() == 1


async def test_a_token_is_renewed_while_the_old_one_still_serves(asked: Asked) -> None:
    tokens = asked.tokens()
    first = await tokens.get()

    asked.clock.now += 2_600
    assert await tokens.get() == first
    assert asked.fetches() == 1
    asked.clock.now += 200
    assert [await tokens.get() for _ in range(3)] == [first] * 3, "nobody waits for the renewal"
    while len(asked.server.given) < 2:
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.02)

    assert await tokens.get() in asked.server.given - {first}
    assert asked.fetches() == 2


async def test_an_outage_while_renewing_is_not_felt_before_the_token_ends(asked: Asked) -> None:
    tokens = asked.tokens()
    first = await tokens.get()
    asked.server.broken = 503

    asked.clock.now += 3_000
    for _ in range(5):
        assert await tokens.get() == first
        await asyncio.sleep(0.005)
    assert asked.fetches() <= 2
    asked.clock.now += 600
    with pytest.raises(PlatformBusy):
        await tokens.get()
    with pytest.raises(PlatformBusy) as busy:
        await tokens.get()
    assert 0 < busy.value.wait_seconds <= PAUSE_SECONDS

    asked.server.broken = None
    asked.clock.now += PAUSE_SECONDS
    assert await tokens.get() != first


async def test_a_token_that_teams_refuses_is_replaced(asked: Asked) -> None:
    tokens = asked.tokens()
    first = await tokens.get()

    tokens.forget("another")
    assert await tokens.get() == first
    tokens.forget(first)

    assert await tokens.get() != first


async def test_a_wrong_secret_is_said_with_microsofts_reason(asked: Asked) -> None:
    tokens = asked.tokens(a_connection(asked.server, microsoft_app_password="another"))

    with pytest.raises(TokenRefused, match="invalid_client"):
        await tokens.get()


async def test_one_who_gives_up_waiting_takes_the_token_from_nobody(asked: Asked) -> None:
    asked.server.token_seconds = 0.1
    tokens = asked.tokens()
    hasty = asyncio.create_task(tokens.get())
    patient = asyncio.create_task(tokens.get())
    await asyncio.sleep(0.02)

    hasty.cancel()

    assert await patient in asked.server.given
    assert asked.fetches() == 1


async def test_a_certificate_proves_who_we_are(asked: Asked, tmp_path: Path) -> None:
    key, certificate = a_certificate()
    file = tmp_path / "bot.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM)
    )
    tokens = asked.tokens(a_connection(asked.server, teams_certificate=file))

    assert await tokens.get() in asked.server.given

    [assertion] = asked.server.assertions
    claims = jwt.decode(
        assertion["token"], key.public_key(), algorithms=["PS256"], audience=asked.server.token_url, issuer=APP_ID
    )
    assert claims["sub"] == APP_ID
    assert claims["exp"] - claims["nbf"] < 1_000
    header = jwt.get_unverified_header(assertion["token"])
    assert jwt.utils.base64url_decode(header["x5t#S256"]) == certificate.fingerprint(hashes.SHA256())


@pytest.mark.parametrize(
    "content", [None, b"", b"no pem", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"]
)
async def test_a_certificate_that_cannot_be_used_is_refused_at_the_start(
    asked: Asked, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "bot.pem"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(BadSettings, match="TEAMS_CERTIFICATE"):
        asked.tokens(a_connection(asked.server, teams_certificate=file))


async def test_a_managed_identity_is_asked_of_the_machine(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an Azure app service offers it: an address and a header of its own in the environment."""
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{asked.server.url}/machine")
    monkeypatch.setenv("IDENTITY_HEADER", "an-invented-header")
    tokens = asked.tokens(a_connection(asked.server, microsoft_app_password=None, microsoft_app_type="UserAssignedMSI"))

    assert await tokens.get() in asked.server.given
    assert asked.server.asked == ["/machine"]


def a_certificate() -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bot.example.org")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return key, made

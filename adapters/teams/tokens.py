"""Our own token for calls to Teams: fetched once however many ask, kept, and renewed before it runs out."""

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import jwt
import msal
import requests
import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt.utils import base64url_encode

from adapters.settings import BadSettings
from adapters.teams.connection import Certificate, Connection, ManagedIdentity, NoCredentials, Secret
from bot.errors import ChaperoneError, PlatformBusy

log = structlog.get_logger()

TIMEOUT = ClientTimeout(total=15)
EARLY_SHARE = 0.25
"""Share of a token's life that is left when it is renewed, while the old one is still good."""
SPARE_SECONDS = 60
"""A token with less life than this is not used for a new call."""
PAUSE_SECONDS = 5
"""So long after a failed fetch nobody asks again."""
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
MACHINE_TIMEOUT_SECONDS = 10


class TokenRefused(ChaperoneError):
    """Microsoft gives this bot no token. The message names Microsoft's reason; compare MicrosoftAppId,
    MicrosoftAppTenantId and the secret, certificate or managed identity with the registration (secrets run out)."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token, when it was given and when it runs out, on the clock that asked."""

    value: str
    given_at: float
    ends_at: float

    def is_good(self, now: float) -> bool:
        return now < self.ends_at - SPARE_SECONDS

    def is_early(self, now: float) -> bool:
        """Whether there is no need yet to renew it."""
        return now < self.ends_at - max(SPARE_SECONDS, EARLY_SHARE * (self.ends_at - self.given_at))


class _Source(Protocol):
    async def fetch(self) -> tuple[str, float]:
        """A fresh token and the seconds that it lives. Raises TokenRefused, PlatformBusy."""


class Tokens:
    """The token of one bot. Of many who ask at once one fetches and all are served; while a token is being renewed the
    old one serves on."""

    def __init__(self, source: _Source, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._clock = clock
        self._token: Token | None = None
        self._fetching: asyncio.Task[Token] | None = None
        self._not_before = 0.0

    async def get(self) -> str:
        """A token that is good for a call now. Raises TokenRefused, and PlatformBusy where Microsoft cannot be
        reached."""
        token, now = self._token, self._clock()
        if token is not None and token.is_good(now):
            if not token.is_early(now) and now >= self._not_before:
                self._fetch()
            return token.value
        if now < self._not_before:
            raise PlatformBusy(self._not_before - now)
        return (await asyncio.shield(self._fetch())).value

    def forget(self, value: str) -> None:
        """Says that Teams refused this token: the next call gets a new one."""
        if self._token is not None and self._token.value == value:
            self._token = None

    async def close(self) -> None:
        """Gives up a fetch that is under way."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)

    def _fetch(self) -> "asyncio.Task[Token]":
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._fetched())
            self._fetching.add_done_callback(_note)
        return self._fetching

    async def _fetched(self) -> Token:
        asked_at = self._clock()
        try:
            value, lifetime = await self._source.fetch()
        except (TokenRefused, PlatformBusy):
            self._not_before = self._clock() + PAUSE_SECONDS
            raise
        self._token = Token(value, asked_at, asked_at + lifetime)
        return self._token


def _note(task: "asyncio.Task[Token]") -> None:
    """Somebody must look at the error of a renewal that nobody waited for."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        log.warning("teams.no_token", error=type(error).__name__)


def source_of(connection: Connection, session: ClientSession) -> _Source:
    """Where this bot's tokens come from. Raises BadSettings where its certificate cannot be used."""
    match connection.credentials:
        case Secret(value=value):
            return _Endpoint(connection, session, lambda: {"client_secret": value})
        case Certificate():
            return _Endpoint(connection, session, _Assertions(connection, connection.credentials).proof)
        case ManagedIdentity():
            return _Machine(connection)
        case NoCredentials():
            return _Nothing()


class _Endpoint:
    """Microsoft's token endpoint, which believes a secret or what our certificate signed."""

    def __init__(self, connection: Connection, session: ClientSession, proof: Callable[[], Mapping[str, str]]) -> None:
        self._connection = connection
        self._session = session
        self._proof = proof

    async def fetch(self) -> tuple[str, float]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._connection.app_id,
            "scope": self._connection.cloud.scope,
            **self._proof(),
        }
        try:
            async with self._session.post(
                self._connection.token_url, data=form, timeout=TIMEOUT, allow_redirects=False
            ) as response:
                status, answer = response.status, await response.json(content_type=None)
        except (ClientError, TimeoutError, ValueError):
            raise PlatformBusy(PAUSE_SECONDS) from None
        if status == 429 or status >= 500:
            raise PlatformBusy(PAUSE_SECONDS)
        return _read(answer)


def _read(answer: object) -> tuple[str, float]:
    found: Mapping[str, Any] = answer if isinstance(answer, dict) else {}
    value, lifetime = found.get("access_token"), found.get("expires_in")
    try:
        seconds = float(lifetime)  # type: ignore[arg-type]  # whatever came: what is no number is refused below
    except (TypeError, ValueError):
        seconds = 0
    if not isinstance(value, str) or not value or seconds <= 0:
        raise TokenRefused(str(found.get("error") or "no token in the answer"))
    return value, seconds


class _Assertions:
    """Proves who we are with the certificate of the registration: short-lived statements that it signs."""

    def __init__(self, connection: Connection, credentials: Certificate) -> None:
        self._connection = connection
        try:
            pem = credentials.file.read_bytes()
            key = load_pem_private_key(pem, password=None)
            fingerprint = x509.load_pem_x509_certificate(pem).fingerprint(SHA256())
        except OSError as error:
            raise BadSettings(
                f"TEAMS_CERTIFICATE cannot be read: {error.strerror}. Mend its path or rights."
            ) from error
        except (ValueError, TypeError) as error:
            raise BadSettings(
                "TEAMS_CERTIFICATE must be a PEM file with an unencrypted private key and its certificate."
            ) from error
        if not isinstance(key, RSAPrivateKey):
            raise BadSettings("TEAMS_CERTIFICATE holds a key that is not RSA. Microsoft takes RSA certificates only.")
        self._key = key
        self._fingerprint = base64url_encode(fingerprint).decode()

    def proof(self) -> Mapping[str, str]:
        """Form fields that prove it, good for some minutes."""
        now, app = int(time.time()), self._connection.app_id
        claims = {
            "aud": self._connection.token_url,
            "iss": app,
            "sub": app,
            "jti": str(uuid.uuid4()),
            "nbf": now - 60,
            "exp": now + 600,
        }
        signed = jwt.encode(claims, self._key, algorithm="PS256", headers={"x5t#S256": self._fingerprint})
        return {"client_assertion_type": ASSERTION, "client_assertion": signed}


class _Machine:
    """The managed identity of the machine. Where it is asked depends on the machine, which msal knows; msal blocks,
    so it runs in a thread."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def fetch(self) -> tuple[str, float]:
        try:
            return _read(await asyncio.to_thread(self._ask))
        except (requests.RequestException, msal.ManagedIdentityError, ValueError):
            raise PlatformBusy(PAUSE_SECONDS) from None

    def _ask(self) -> object:
        with _Patient() as session:
            identity = msal.UserAssignedManagedIdentity(client_id=self._connection.app_id)
            client = msal.ManagedIdentityClient(identity, http_client=session)
            answer: object = client.acquire_token_for_client(
                resource=self._connection.cloud.scope.removesuffix("/.default")
            )
            return answer


class _Patient(requests.Session):
    """Waits for an answer, but not for ever, which msal would."""

    def request(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever requests takes and gives
        return super().request(*args, **{"timeout": MACHINE_TIMEOUT_SECONDS, **kwargs})


class _Nothing:
    """Without credentials calls go out with an empty token, which only a server for tests takes."""

    async def fetch(self) -> tuple[str, float]:
        return "none", 3600

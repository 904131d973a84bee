"""The keys that Microsoft signs activities with, fetched without blocking and kept for a day."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import InvalidKeyError
from jwt.algorithms import RSAAlgorithm

from adapters.teams.wire import TooLarge, body_of
from bot.errors import ChaperoneError

log = structlog.get_logger()

KEPT_SECONDS = 24 * 3600
BURST = 5
"""So many fetches may follow each other at once; after that, one each `PAUSE_SECONDS`, whatever arrives."""
PAUSE_SECONDS = 60
LARGEST_ANSWER = 1024 * 1024
TIMEOUT = ClientTimeout(total=5)


class KeysUnavailable(ChaperoneError):
    """Microsoft's signing keys could not be fetched, so that nothing from Teams can be checked. Look whether this
    machine reaches the address in TEAMS_OPENID_METADATA_URL (default: login.botframework.com)."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key, and the channels that it may speak for."""

    key: RSAPublicKey
    endorsements: frozenset[str]


class SigningKeys:
    """The keys by their ids. An unknown id makes it look anew, within limits: a new key is known at once, and a flood
    of made-up ids costs the key server one request a minute."""

    def __init__(
        self, session: ClientSession, metadata_url: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._session = session
        self._metadata_url = metadata_url
        self._clock = clock
        self._keys: Mapping[str, SigningKey] = {}
        self._fetched_at: float | None = None
        self._allowance = float(BURST)
        self._counted_at = clock()
        self._lock = asyncio.Lock()

    async def get(self, key_id: str) -> SigningKey | None:
        """The key of that id; None where Microsoft has none. Raises KeysUnavailable before any were ever fetched."""
        if not self._is_fresh() or key_id not in self._keys:
            seen = self._fetched_at
            async with self._lock:
                if self._fetched_at == seen and self._may_fetch():
                    await self._refresh()
        if self._fetched_at is None:
            raise KeysUnavailable
        return self._keys.get(key_id)

    def _is_fresh(self) -> bool:
        return self._fetched_at is not None and self._clock() - self._fetched_at < KEPT_SECONDS

    def _may_fetch(self) -> bool:
        now = self._clock()
        self._allowance = min(BURST, self._allowance + (now - self._counted_at) / PAUSE_SECONDS)
        self._counted_at = now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True

    async def _refresh(self) -> None:
        try:
            metadata = await self._fetch(self._metadata_url)
            found = await self._fetch(str(metadata.get("jwks_uri")))
        except (ClientError, TimeoutError, TooLarge, ValueError, RecursionError) as error:
            # The keys we have stay good: they are replaced, not withdrawn, when Microsoft cannot be reached.
            log.warning("teams.keys_unavailable", error=type(error).__name__)
            return
        self._keys = dict(_readable(found))
        self._fetched_at = self._clock()

    async def _fetch(self, url: str) -> Mapping[str, Any]:
        async with self._session.get(url, timeout=TIMEOUT, allow_redirects=False) as response:
            if response.status != 200:
                raise ValueError(f"status {response.status}")
            body = await body_of(response.content, LARGEST_ANSWER)
        found = json.loads(body)
        if not isinstance(found, dict):
            raise ValueError("no object")  # noqa: TRY004 - a bad answer like any other
        return found


def _readable(found: Mapping[str, Any]) -> list[tuple[str, SigningKey]]:
    listed = found.get("keys")
    if not isinstance(listed, list):
        return []
    keys = []
    for entry in listed:
        if not (isinstance(entry, dict) and isinstance(entry.get("kid"), str) and entry.get("kty") == "RSA"):
            continue
        try:
            key = RSAAlgorithm.from_jwk(entry)
        except (InvalidKeyError, ValueError, TypeError, KeyError):
            continue
        endorsements = entry.get("endorsements")
        if isinstance(key, RSAPublicKey):
            names = endorsements if isinstance(endorsements, list) else []
            keys.append((entry["kid"], SigningKey(key, frozenset(name for name in names if isinstance(name, str)))))
    return keys

"""Whether a request comes from Slack: its signature over the raw body, its age, and that it was not taken before."""

import hashlib
import hmac
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

WINDOW_SECONDS = 300
"""How old, or how far ahead, a request may say it is."""
MOST_REMEMBERED = 200_000
"""Signatures that are remembered at a time: five minutes at many times the most that Slack sends."""

_TIMESTAMP = re.compile(r"[0-9]{1,11}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_RETRIES = frozenset({"", "1", "2", "3"})


class Refusal(StrEnum):
    """Why a request is refused; goes into the log."""

    UNSIGNED = "unsigned"
    STALE = "stale"
    FORGED = "forged"
    REPLAYED = "replayed"


class Signing:
    """Checks requests with the app's signing secret. `clock` tells seconds since 1970.

    Slack sends an event again, up to three times, where our answer did not reach it; each time says in a header which
    it is. So the same signature may come again with another such number, once each, and the inbox knows the event.
    Commands and buttons it never repeats: their signature counts once.
    """

    def __init__(self, secret: str, clock: Callable[[], float]) -> None:
        self._secret = secret.encode()
        self._clock = clock
        self._taken: OrderedDict[tuple[bytes, str], float] = OrderedDict()

    def fault_in_headers(self, headers: Mapping[str, Sequence[str]]) -> Refusal | None:
        """What the headers alone (names in lower case) give away, before the body is even read."""
        timestamp, signature = _only(headers, "x-slack-request-timestamp"), _only(headers, "x-slack-signature")
        if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
            return Refusal.UNSIGNED
        return Refusal.STALE if abs(self._clock() - int(timestamp)) > WINDOW_SECONDS else None

    def fault(self, headers: Mapping[str, Sequence[str]], body: bytes) -> Refusal | None:
        """Why the request is refused; None where Slack signed just this body not long ago."""
        fault = self.fault_in_headers(headers)
        if fault is not None:
            return fault
        timestamp, signature = _only(headers, "x-slack-request-timestamp"), _only(headers, "x-slack-signature")
        signed = hmac.new(self._secret, b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return None if hmac.compare_digest(f"v0={signed}", signature) else Refusal.FORGED

    def take(self, headers: Mapping[str, Sequence[str]], *, may_repeat: bool) -> bool:
        """Notes that the request is worked on. False: it was taken before. Call `give_back` where it then failed."""
        retry = _only(headers, "x-slack-retry-num") if may_repeat else ""
        if retry not in _RETRIES:
            return False
        self._forget_old()
        key = _key(headers, retry)
        if key in self._taken:
            return False
        self._taken[key] = self._clock()
        return True

    def give_back(self, headers: Mapping[str, Sequence[str]], *, may_repeat: bool) -> None:
        """The request was not worked through; it may come again as it was."""
        self._taken.pop(_key(headers, _only(headers, "x-slack-retry-num") if may_repeat else ""), None)

    def _forget_old(self) -> None:
        # Twice the window: what was signed ahead of our clock is still young that long.
        oldest = self._clock() - 2 * WINDOW_SECONDS
        while self._taken and (len(self._taken) >= MOST_REMEMBERED or next(iter(self._taken.values())) < oldest):
            self._taken.popitem(last=False)


def _key(headers: Mapping[str, Sequence[str]], retry: str) -> tuple[bytes, str]:
    return bytes.fromhex(_only(headers, "x-slack-signature")[3:]), retry


def _only(headers: Mapping[str, Sequence[str]], name: str) -> str:
    """The header's value; nothing where it is missing or stands there twice."""
    values = headers.get(name, ())
    return values[0] if len(values) == 1 else ""

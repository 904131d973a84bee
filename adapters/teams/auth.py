"""Who is at the door: checks the token that comes with an activity. Every refusal is a 401 or a 403."""

import jwt
from jwt.exceptions import InvalidTokenError

from adapters.teams.activity import Payload, tenants_of, text
from adapters.teams.connection import Connection
from adapters.teams.signing_keys import SigningKeys
from bot.errors import ChaperoneError

CHANNEL = "msteams"
ALGORITHM = "RS256"
CLOCK_SKEW_SECONDS = 300
LONGEST_TOKEN = 16_384
LONGEST_KEY_ID = 200


class NotFromTeams(ChaperoneError):
    """A request to /api/messages was refused. Where that goes on, compare MicrosoftAppId, MicrosoftAppTenantId,
    TEAMS_CLOUD and the machine's clock with the registration. `status` is what it was answered, `reason` says which
    check failed."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class TeamsAuthentication:
    """Lets activities of our own tenants pass that Microsoft signed for this bot, and nothing else."""

    def __init__(self, connection: Connection, keys: SigningKeys) -> None:
        self._connection = connection
        self._keys = keys

    async def check(self, header: str, activity: Payload) -> None:
        """Returns where the activity is genuine and for us. Raises NotFromTeams, and KeysUnavailable where there is
        nothing to check it with."""
        if self._connection.is_checked:
            await self._check_token(header, activity)
        if text(activity, "channelId") != CHANNEL:
            raise NotFromTeams(403, "channel")
        tenants = tenants_of(activity)
        if not tenants or not tenants <= self._connection.tenants:
            raise NotFromTeams(403, "tenant")

    async def _check_token(self, header: str, activity: Payload) -> None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token or len(token) > LONGEST_TOKEN:
            raise NotFromTeams(401, "header")
        key = await self._keys.get(_key_id(token))
        if key is None:
            raise NotFromTeams(401, "key")
        try:
            claims = jwt.decode(
                token,
                key.key,
                algorithms=[ALGORITHM],
                audience=self._connection.app_id,
                issuer=self._connection.cloud.issuer,
                leeway=CLOCK_SKEW_SECONDS,
                options={"require": ["exp", "iss", "aud"]},
            )
        except (InvalidTokenError, ValueError, TypeError, OverflowError) as error:
            raise NotFromTeams(401, type(error).__name__) from None
        if CHANNEL not in key.endorsements:
            raise NotFromTeams(403, "endorsement")
        if not _is_same_url(claims.get("serviceurl"), text(activity, "serviceUrl")):
            raise NotFromTeams(403, "serviceurl")


def _key_id(token: str) -> str:
    try:
        header = jwt.get_unverified_header(token)
    except (InvalidTokenError, ValueError, TypeError, RecursionError):
        raise NotFromTeams(401, "token") from None
    key_id = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(key_id, str) or not 0 < len(key_id) <= LONGEST_KEY_ID:
        raise NotFromTeams(401, "algorithm")
    return key_id


def _is_same_url(claimed: object, given: str) -> bool:
    return isinstance(claimed, str) and bool(given) and claimed.rstrip("/") == given.rstrip("/")

"""What stands in the invented Slack workspace of the stand-in: people, channels, messages, views, and its clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
TEAM, BOT, BOT_ID, APP = "TLARKFIELD", "UCHAPERONE", "BCHAPERONE", "ACHAPERONE"
ADMIN = "UADMIN"
BOT_TOKEN, ADMIN_TOKEN = "xoxb-invented", "xoxp-invented"
SCOPES = frozenset(
    [
        "app_mentions:read",
        "channels:history",
        "channels:manage",
        "channels:read",
        "chat:write",
        "commands",
        "files:read",
        "groups:history",
        "groups:read",
        "groups:write",
        "im:history",
        "im:write",
        "pins:write",
        "users:read",
        "users:read.email",
    ]
)


@dataclass(slots=True)
class VirtualClock:
    """Seconds since 1970 that pass when they are told to; sleeping takes no time and lets them pass."""

    now: float = 1_795_000_000.0

    def __call__(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += seconds

    async def sleep(self, seconds: float) -> None:
        self.now += max(seconds, 0.0)


@dataclass(slots=True)
class Token:
    """`user` is who asks with it, in which workspace."""

    user: str
    scopes: frozenset[str] = SCOPES
    is_bot: bool = True
    is_revoked: bool = False
    team: str = TEAM


@dataclass(slots=True, kw_only=True)
class Conversation:
    """A channel, or with `direct` somebody's messages with the bot."""

    id: str
    name: str = ""
    is_private: bool = False
    is_archived: bool = False
    direct: str = ""
    more: Json = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    messages: list[Json] = field(default_factory=list)
    pins: list[str] = field(default_factory=list)

    def message(self, ts: str) -> Json | None:
        return next((message for message in self.messages if message["ts"] == ts), None)

    @property
    def kind(self) -> str:
        return "im" if self.direct else "groups" if self.is_private else "channels"


class World:
    """One workspace. What members do here is what the stand-in then shows to the bot; it returns the event's inner
    part, for whoever sends events."""

    def __init__(self, clock: VirtualClock | Any = None) -> None:
        self.clock = clock or VirtualClock()
        self.tokens = {BOT_TOKEN: Token(BOT), ADMIN_TOKEN: Token(ADMIN, is_bot=False)}
        self.users: dict[str, Json] = {}
        self.conversations: dict[str, Conversation] = {}
        self.views: dict[str, Json] = {}
        self.files: dict[str, bytes] = {}
        self.address = ""
        self.homes: dict[str, Json] = {}
        self.triggers: dict[str, float] = {}
        self.used_triggers: set[str] = set()
        self.response_urls: dict[str, list[Any]] = {}
        self.responses: dict[str, list[Json]] = {}
        self.used_up: set[str] = set()
        self._count = 0
        self._last_ts = 0
        self.add_user(BOT, "Chaperone", is_bot=True)
        self.add_user(ADMIN, "Ada Admin", is_admin=True)

    def number(self) -> int:
        self._count += 1
        return self._count

    def ts(self) -> str:
        """The next message's name: its instant to the microsecond, each later than the one before."""
        self._last_ts = max(int(self.clock() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def add_user(self, id_: str, name: str, **more: Any) -> None:
        """Somebody with an account. `profile` is filled in."""
        profile = {"real_name": name, "display_name": name.split(maxsplit=1)[0], **more.pop("profile", {})}
        self.users[id_] = {
            "id": id_, "team_id": TEAM, "name": name.lower().replace(" ", "."), "deleted": False, "real_name": name,
            "tz": "America/New_York", "locale": "en-US", "is_admin": False, "is_bot": False, "is_restricted": False,
            "profile": profile, **more,
        }  # fmt: skip

    def add_channel(self, id_: str, name: str, members: set[str], **more: Any) -> Conversation:
        made = Conversation(id=id_, name=name, members=set(members), **more)
        self.conversations[id_] = made
        return made

    def direct(self, user: str) -> Conversation:
        """The person's messages with the bot."""
        id_ = f"D{user}"
        if id_ not in self.conversations:
            self.conversations[id_] = Conversation(id=id_, direct=user, members={BOT, user})
        return self.conversations[id_]

    def say(self, channel: str, user: str, text: str, **more: Any) -> Json:
        """A member posts; returns the message as Slack keeps it."""
        message = {"type": "message", "user": user, "text": text, "team": TEAM, "ts": self.ts(), **more}
        conversation = self.conversations[channel]
        thread = more.get("thread_ts")
        if thread:
            parent = conversation.message(thread)
            assert parent is not None
            parent |= {"thread_ts": thread, "reply_count": parent.get("reply_count", 0) + 1}
            parent["latest_reply"] = message["ts"]
            message["parent_user_id"] = parent["user"]
        conversation.messages.append(message)
        return message

    def change(self, channel: str, ts: str, text: str) -> tuple[Json, Json]:
        """A member edits; returns the message before and after."""
        message = self.conversations[channel].message(ts)
        assert message is not None
        before = dict(message)
        message.pop("blocks", None)
        # Slack tells whole seconds; nobody edits twice within one.
        last = int(before.get("edited", {}).get("ts", "0").partition(".")[0])
        at = max(int(self.clock()), last + 1)
        message |= {"text": text, "edited": {"user": message["user"], "ts": f"{at}.000000"}}
        return before, dict(message)

    def remove(self, channel: str, ts: str) -> Json:
        """A member deletes; returns the message as it was."""
        conversation = self.conversations[channel]
        message = conversation.message(ts)
        assert message is not None
        conversation.messages.remove(message)
        return message

    def trigger(self) -> str:
        """What comes with a click: good once, for three seconds."""
        made = f"{self.number()}.{TEAM}.trigger"
        self.triggers[made] = self.clock()
        return made

    def response_url(self, base: str) -> str:
        """An address for up to five answers within half an hour."""
        name = f"r{self.number()}"
        self.response_urls[name] = [self.clock(), 0]
        self.responses[name] = []
        return f"{base}respond/{name}"

    def shown_to(self, user: str) -> list[Json]:
        """What the bot has posted to this person, oldest first."""
        return [message for message in self.direct(user).messages if message.get("user") == BOT]


def described(conversation: Conversation, asking: str) -> Mapping[str, Any]:
    """The channel as `conversations.info` tells it."""
    if conversation.direct:
        return {"id": conversation.id, "is_im": True, "user": conversation.direct}
    return {
        "id": conversation.id, "name": conversation.name, "name_normalized": conversation.name, "is_channel": True,
        "is_private": conversation.is_private, "is_archived": conversation.is_archived, "is_ext_shared": False,
        "is_pending_ext_shared": False, "is_shared": False, "is_member": asking in conversation.members,
        "context_team_id": TEAM, **conversation.more,
    }  # fmt: skip

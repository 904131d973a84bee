"""What Chaperone asks of a Slack workspace, and why: each scope, each event, each menu entry, and what rests on it."""

from dataclasses import dataclass

from adapters.slack.shortcuts import ASK_SUPERVISOR, CHECK_MESSAGE, REPORT_MESSAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A right to ask for. `methods` are those of the Web API that need it, `without` is what is lost where it was not
    granted; empty: Chaperone cannot work without it."""

    name: str
    why: str
    methods: frozenset[str] = frozenset()
    without: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A kind of event to be told of. Slack tells it to whoever has one of `scopes`; none: to everybody."""

    name: str
    why: str
    scopes: frozenset[str] = frozenset()

    @property
    def kind(self) -> str:
        """What the event itself says it is: `message.channels` and its like all come as `message`."""
        return "message" if self.name.startswith("message.") else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry in Slack's menus, under the name by which `shortcuts.py` knows it."""

    callback: str
    kind: str
    name: str
    description: str


def _scope(name: str, why: str, methods: str = "", *, without: str = "") -> Scope:
    return Scope(name=name, why=why, methods=frozenset(methods.split()), without=without)


def _event(name: str, why: str, scopes: str = "") -> Subscription:
    return Subscription(name=name, why=why, scopes=frozenset(scopes.split()))


_READING_BACK = "conversations.history conversations.replies"
_LOOKING_AT_CHANNELS = "conversations.info conversations.list conversations.members users.conversations"
_CHANGING_MEMBERS = "conversations.invite conversations.kick"

SCOPES = (
    _scope("channels:history", "reads public channels that it was invited to, after downtime too", _READING_BACK),
    _scope("groups:history", "the same for private channels that it was invited to", _READING_BACK),
    _scope("im:history", "finds its own cards in direct messages, so that none comes twice", "conversations.history"),
    _scope(
        "channels:read", "knows a public channel's name, members, and if it is shared or archived, and which there are",
        _LOOKING_AT_CHANNELS,
    ),
    _scope("groups:read", "the same for private channels", _LOOKING_AT_CHANNELS),
    _scope("im:write", "opens the direct messages in which owners and supervisors are told", "conversations.open"),
    _scope("chat:write", "writes its cards, and changes them after a decision", "chat.postMessage chat.update"),
    _scope("commands", "/policy and the entries in the menus of messages"),
    _scope("users:read", "knows who is who: names, guests, accounts of other organisations", "users.info"),
    _scope("users:read.email", "finds people on the roster by the e-mail address of their account"),
    _scope(
        "files:read", "sees names and descriptions of files in messages; pictures are fetched, looked at and forgotten",
        "files.info",
    ),
    _scope(
        "pins:write", "pins the notice that a policy asks for in its channel", "pins.add",
        without="the notice is posted and not pinned",
    ),
    _scope(
        "channels:manage", "invites a parent, or takes somebody out, of a public channel when its owner says so",
        _CHANGING_MEMBERS, without="the owner is asked to do it in Slack",
    ),
    _scope(
        "groups:write", "the same in a private channel",
        _CHANGING_MEMBERS, without="the owner is asked to do it in Slack",
    ),
)  # fmt: skip
"""The bot's scopes, nothing more."""

REMOVING = _scope(
    "chat:write", "as an administrator, removes a message that a reviewer decided to remove", "chat.delete",
    without="the author and the owner are asked to remove it",
)  # fmt: skip
"""The one scope of an administrator's own token (`SLACK_ADMIN_TOKEN`), for those who want it."""

_PUBLIC, _PRIVATE, _BOTH = "channels:read", "groups:read", "channels:read groups:read"

EVENTS = (
    _event("message.channels", "posts, edits, deletions and files in public channels", "channels:history"),
    _event("message.groups", "the same in private channels", "groups:history"),
    _event("member_joined_channel", "somebody joined, and who invited them", _BOTH),
    _event("member_left_channel", "somebody left", _BOTH),
    _event("channel_left", "Chaperone was taken out of a public channel, and by whom", _PUBLIC),
    _event("group_left", "the same for a private channel", _PRIVATE),
    _event("channel_rename", "a public channel has another name", _PUBLIC),
    _event("group_rename", "a private channel has another name", _PRIVATE),
    _event("channel_archive", "a public channel was archived", _PUBLIC),
    _event("group_archive", "a private channel was archived", _PRIVATE),
    _event("channel_unarchive", "a public channel is in use again", _PUBLIC),
    _event("group_unarchive", "a private channel is in use again", _PRIVATE),
    _event("channel_deleted", "a public channel is gone", _PUBLIC),
    _event("group_deleted", "a private channel is gone", _PRIVATE),
    _event("channel_shared", "a channel was shared with another organisation", _BOTH),
    _event("channel_unshared", "it is shared no more", _BOTH),
    _event("channel_id_changed", "a channel has another id, as after sharing it", _BOTH),
    _event("channel_history_changed", "much of a public channel's history was changed at once", "channels:history"),
    _event("group_history_changed", "the same for a private channel", "groups:history"),
    _event("user_change", "an account has another name or address, or was closed", "users:read"),
    _event("team_join", "there is a new account", "users:read"),
    _event("app_home_opened", "somebody opened Chaperone's home"),
    _event("app_uninstalled", "Chaperone was removed from the workspace: from now on it sees nothing there"),
    _event("tokens_revoked", "the same, by withdrawing its token"),
)  # fmt: skip
"""What Slack is asked to tell."""

COMMAND = "/policy"
ENTRIES = (
    Entry(
        callback=CHECK_MESSAGE,
        kind="message",
        name="Check against policy",
        description="Shows you alone what the district's policy says of this message.",
    ),
    Entry(
        callback=REPORT_MESSAGE,
        kind="message",
        name="Report to supervisor",
        description="Shows this message to the channel's owner and supervisor, privately.",
    ),
    Entry(
        callback=ASK_SUPERVISOR,
        kind="global",
        name="Ask my supervisor",
        description="Sends your supervisor a question about the policy.",
    ),
)


def required() -> frozenset[str]:
    """The bot's scopes without which Chaperone cannot work."""
    return frozenset(scope.name for scope in SCOPES if not scope.without)

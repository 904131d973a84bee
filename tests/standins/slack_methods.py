"""What each method of the stand-in's Web API does: an answer, or Slack's code for why not."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.standins.slack_checks import faults_in_message, faults_in_view
from tests.standins.slack_world import BOT_ID, TEAM, Conversation, Json, Token, World, described

Done = Json | str
Doing = Callable[[World, Token, Json], Done]
TRIGGER_SECONDS = 3.0


def why(arguments: Json) -> str:
    """What is wrong with the blocks or view that were sent."""
    faults = faults_in_view(arguments["view"]) if "view" in arguments else faults_in_message(arguments.get("blocks"))
    return "; ".join(faults)[:500]


def _auth_test(world: World, token: Token, _arguments: Json) -> Done:
    user = {"user_id": token.user, "team_id": token.team, "team": "Larkfield", "url": "https://larkfield.slack.com/"}
    del world
    return user | ({"bot_id": BOT_ID} if token.is_bot else {})


def _revoke(_world: World, token: Token, _arguments: Json) -> Done:
    token.is_revoked = True
    return {"revoked": True}


def _post(world: World, token: Token, arguments: Json) -> Done:
    conversation = _place(world, token, arguments["channel"])
    if isinstance(conversation, str):
        return conversation
    fault = _fault_in(arguments)
    if fault:
        return fault
    if conversation.is_archived:
        return "is_archived"
    message = {"type": "message", "user": token.user, "bot_id": BOT_ID, "ts": world.ts(), **_shown(arguments)}
    if arguments.get("thread_ts"):
        message["thread_ts"] = arguments["thread_ts"]
    conversation.messages.append(message)
    return {"channel": conversation.id, "ts": message["ts"], "message": message}


def _update(world: World, token: Token, arguments: Json) -> Done:
    conversation = _place(world, token, arguments["channel"])
    if isinstance(conversation, str):
        return conversation
    message = conversation.message(arguments["ts"])
    fault = _fault_in(arguments)
    if message is None:
        return "message_not_found"
    if message["user"] != token.user:
        return "cant_update_message"
    if fault or len(arguments.get("text", "")) > 4_000:
        return fault or "msg_too_long"
    message |= _shown(arguments)
    return {"channel": conversation.id, "ts": message["ts"], "message": message}


def _delete(world: World, token: Token, arguments: Json) -> Done:
    conversation = world.conversations.get(arguments["channel"])
    message = conversation.message(arguments["ts"]) if conversation else None
    if conversation is None:
        return "channel_not_found"
    if message is None:
        return "message_not_found"
    if token.is_bot and message["user"] != token.user:
        return "cant_delete_message"
    conversation.messages.remove(message)
    return {"channel": conversation.id, "ts": message["ts"]}


def _open(world: World, _token: Token, arguments: Json) -> Done:
    user = world.users.get(arguments.get("users", ""))
    if user is None:
        return "user_not_found"
    if user["deleted"]:
        return "user_disabled"
    if user["is_bot"]:
        return "cannot_dm_bot"
    return {"channel": {"id": world.direct(user["id"]).id}}


def _history(world: World, token: Token, arguments: Json) -> Done:
    conversation = _readable(world, token, arguments["channel"])
    if isinstance(conversation, str):
        return conversation
    shown = [m for m in conversation.messages if not _is_reply(m) or m.get("subtype") == "thread_broadcast"]
    return _page(_between(shown, arguments), arguments, newest_first=True)


def _replies(world: World, token: Token, arguments: Json) -> Done:
    conversation = _readable(world, token, arguments["channel"])
    if isinstance(conversation, str):
        return conversation
    parent = conversation.message(arguments["ts"])
    if parent is None:
        return "thread_not_found"
    replies = [m for m in conversation.messages if m.get("thread_ts") == arguments["ts"] and m is not parent]
    return _page([parent, *_between(replies, arguments)], arguments, newest_first=False)


def _info(world: World, token: Token, arguments: Json) -> Done:
    conversation = world.conversations.get(arguments["channel"])
    if conversation is None or (conversation.is_private and token.user not in conversation.members):
        return "channel_not_found"
    return {"channel": described(conversation, token.user)}


def _members(world: World, token: Token, arguments: Json) -> Done:
    """Of a public channel anybody may ask."""
    conversation = _place(world, token, arguments["channel"])
    if conversation == "not_in_channel":
        conversation = world.conversations[arguments["channel"]]
    if isinstance(conversation, str):
        return conversation
    limit, start = int(arguments.get("limit", 100)), int(arguments.get("cursor") or 0)
    ids = sorted(conversation.members)
    return {"members": ids[start : start + limit], **_cursor(start + limit, len(ids))}


def _invite(world: World, token: Token, arguments: Json) -> Done:
    conversation = _place(world, token, arguments["channel"])
    if isinstance(conversation, str):
        return conversation
    user = arguments["users"]
    if user not in world.users:
        return "user_not_found"
    if user in conversation.members:
        return "already_in_channel"
    conversation.members.add(user)
    return {"channel": described(conversation, token.user)}


def _kick(world: World, token: Token, arguments: Json) -> Done:
    conversation = _place(world, token, arguments["channel"])
    if isinstance(conversation, str):
        return conversation
    if arguments["user"] == token.user:
        return "cant_kick_self"
    if arguments["user"] not in conversation.members:
        return "not_in_channel"
    conversation.members.remove(arguments["user"])
    return {}


def _pin(world: World, token: Token, arguments: Json) -> Done:
    conversation = _place(world, token, arguments["channel"])
    if isinstance(conversation, str):
        return conversation
    if conversation.message(arguments.get("timestamp", "")) is None:
        return "message_not_found"
    if arguments["timestamp"] in conversation.pins:
        return "already_pinned"
    conversation.pins.append(arguments["timestamp"])
    return {}


def _user(world: World, _token: Token, arguments: Json) -> Done:
    user = world.users.get(arguments["user"])
    return "user_not_found" if user is None else {"user": user}


def _file(world: World, _token: Token, arguments: Json) -> Done:
    content = world.files.get(arguments["file"])
    if content is None:
        return "file_not_found"
    url = f"{world.address}files-pri/{arguments['file']}"
    return {"file": {"id": arguments["file"], "size": len(content), "url_private": url, "url_private_download": url}}


def _conversations(world: World, token: Token, arguments: Json) -> Done:
    """Those that whoever asks is in."""
    kinds = {"public_channel": False, "private_channel": True}
    wanted = {kinds[kind] for kind in arguments.get("types", "public_channel").split(",")}
    found = [
        described(each, token.user)
        for each in world.conversations.values()
        if token.user in each.members and not each.direct and each.is_private in wanted and not each.is_archived
    ]
    limit, start = int(arguments.get("limit", 100)), int(arguments.get("cursor") or 0)
    return {"channels": found[start : start + limit], **_cursor(start + limit, len(found))}


def _list(world: World, token: Token, arguments: Json) -> Done:
    """All public channels, and the private ones that whoever asks is in."""
    kinds = {"public_channel": False, "private_channel": True}
    wanted = {kinds[kind] for kind in arguments.get("types", "public_channel").split(",")}
    found = [
        described(each, token.user)
        for each in world.conversations.values()
        if not each.direct
        and each.is_private in wanted
        and not (each.is_archived and arguments.get("exclude_archived"))
        and (not each.is_private or token.user in each.members)
    ]
    limit, start = int(arguments.get("limit", 100)), int(arguments.get("cursor") or 0)
    return {"channels": found[start : start + limit], **_cursor(start + limit, len(found))}


def _views_open(world: World, _token: Token, arguments: Json) -> Done:
    trigger = arguments.get("trigger_id", "")
    issued = world.triggers.get(trigger)
    if issued is None:
        return "invalid_trigger_id"
    if trigger in world.used_triggers:
        return "exchanged_trigger_id"
    if world.clock() - issued > TRIGGER_SECONDS:
        return "expired_trigger_id"
    if faults_in_view(arguments["view"]):
        return "invalid_arguments"
    world.used_triggers.add(trigger)
    view = {"id": f"V{world.number()}", "team_id": TEAM, "hash": "1", **arguments["view"]}
    world.views[view["id"]] = view
    return {"view": view}


def _views_update(world: World, _token: Token, arguments: Json) -> Done:
    known = world.views.get(arguments.get("view_id", ""))
    if known is None:
        return "not_found"
    if faults_in_view(arguments["view"]):
        return "invalid_arguments"
    world.views[known["id"]] = {"id": known["id"], "team_id": TEAM, **arguments["view"]}
    return {"view": world.views[known["id"]]}


def _views_publish(world: World, _token: Token, arguments: Json) -> Done:
    if arguments["user_id"] not in world.users:
        return "user_not_found"
    if faults_in_view(arguments["view"]) or arguments["view"]["type"] != "home":
        return "invalid_arguments"
    world.homes[arguments["user_id"]] = arguments["view"]
    return {"view": {"id": f"V{world.number()}", **arguments["view"]}}


DOING: dict[str, Doing] = {
    "auth.revoke": _revoke,
    "auth.test": _auth_test,
    "chat.delete": _delete,
    "chat.postMessage": _post,
    "chat.update": _update,
    "conversations.history": _history,
    "conversations.info": _info,
    "conversations.invite": _invite,
    "conversations.kick": _kick,
    "conversations.list": _list,
    "conversations.members": _members,
    "conversations.open": _open,
    "conversations.replies": _replies,
    "pins.add": _pin,
    "users.conversations": _conversations,
    "files.info": _file,
    "users.info": _user,
    "views.open": _views_open,
    "views.publish": _views_publish,
    "views.update": _views_update,
}


def _place(world: World, token: Token, id_: str) -> Conversation | str:
    conversation = world.conversations.get(id_)
    if conversation is None or (conversation.is_private and token.user not in conversation.members):
        return "channel_not_found"
    return conversation if token.user in conversation.members else "not_in_channel"


def _readable(world: World, token: Token, id_: str) -> Conversation | str:
    conversation = _place(world, token, id_)
    if isinstance(conversation, Conversation) and f"{conversation.kind}:history" not in token.scopes:
        return "missing_scope"
    return conversation


def _shown(arguments: Json) -> Json:
    return {key: arguments[key] for key in ("text", "blocks", "metadata") if key in arguments}


def _fault_in(arguments: Json) -> str:
    if not arguments.get("text"):
        return "no_text"  # stricter than Slack: without it a notification says nothing
    if arguments.get("parse") != "none" or arguments.get("link_names") not in (False, "0"):
        return "invalid_arguments"  # stricter than Slack: else it reads markup in what anybody typed
    if any(sign in arguments["text"] for sign in "<>"):
        return "invalid_arguments"
    faults = faults_in_message(arguments.get("blocks"))
    if "msg_blocks_too_long" in faults:
        return "msg_blocks_too_long"
    return "invalid_blocks" if faults else ""


def _is_reply(message: Json) -> bool:
    return message.get("thread_ts") not in (None, message["ts"])


def _between(messages: list[Json], arguments: Json) -> list[Json]:
    is_inclusive = arguments.get("inclusive") in ("1", "true", True)
    oldest, latest = (_decimal(arguments.get(key)) for key in ("oldest", "latest"))

    def is_within(ts: Decimal) -> bool:
        if is_inclusive:
            return (oldest is None or ts >= oldest) and (latest is None or ts <= latest)
        return (oldest is None or ts > oldest) and (latest is None or ts < latest)

    return [message for message in messages if is_within(Decimal(message["ts"]))]


def _page(messages: list[Json], arguments: Json, *, newest_first: bool) -> Json:
    limit, start = int(arguments.get("limit", 100)), int(arguments.get("cursor") or 0)
    if not 0 < limit <= 999:
        limit = 100
    ordered = sorted(messages, key=lambda message: Decimal(message["ts"]), reverse=newest_first)
    page = json.loads(json.dumps(ordered[start : start + limit]))
    return {"messages": page, "has_more": start + limit < len(ordered), **_cursor(start + limit, len(ordered))}


def _cursor(next_: int, total: int) -> dict[str, Any]:
    return {"response_metadata": {"next_cursor": str(next_) if next_ < total else ""}}


def _decimal(value: Any) -> Decimal | None:
    return Decimal(str(value)) if value else None

"""What Slack accepts: per method its arguments, rights and tier, and for blocks and views the limits of Block Kit."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

Json = dict[str, Any]
MESSAGE_CHARACTERS = 13_000
IN_CHANNELS = frozenset({"channels:history"})


@dataclass(frozen=True, slots=True)
class Method:
    """`scopes` are alternatives, any of which will do; none: everybody may. `reads` take no JSON body."""

    tier: int
    needs: frozenset[str]
    takes: frozenset[str]
    scopes: frozenset[str] = frozenset()
    reads: bool = False


def _method(tier: int, needs: str, takes: str = "", scopes: str = "", *, reads: bool = False) -> Method:
    required = frozenset(needs.split())
    return Method(tier, required, required | frozenset(takes.split()), frozenset(scopes.split()), reads)


_PAGE = "cursor limit"
_MESSAGE = "text blocks attachments metadata parse link_names"
METHODS = {
    "auth.revoke": _method(3, "", "test"),
    "auth.test": _method(4, "", reads=True),
    "chat.delete": _method(3, "channel ts", scopes="chat:write"),
    "chat.postMessage": _method(
        0, "channel", f"{_MESSAGE} thread_ts reply_broadcast unfurl_links unfurl_media mrkdwn", "chat:write"
    ),
    "chat.update": _method(3, "channel ts", f"{_MESSAGE} reply_broadcast", "chat:write"),
    "conversations.history": _method(
        3, "channel", f"{_PAGE} inclusive latest oldest include_all_metadata",
        "channels:history groups:history im:history", reads=True,
    ),
    "conversations.info": _method(
        3, "channel", "include_locale include_num_members", "channels:read groups:read im:read", reads=True
    ),
    "conversations.invite": _method(3, "channel users", "force", "channels:manage groups:write channels:write.invites"),
    "conversations.kick": _method(3, "channel user", scopes="channels:manage groups:write"),
    "conversations.list": _method(
        2, "", f"{_PAGE} types exclude_archived team_id", "channels:read groups:read im:read mpim:read", reads=True
    ),
    "conversations.members": _method(4, "channel", _PAGE, "channels:read groups:read im:read", reads=True),
    "conversations.open": _method(
        3, "", "channel users return_im prevent_creation", "im:write mpim:write channels:manage groups:write"
    ),
    "conversations.replies": _method(
        3, "channel ts", f"{_PAGE} inclusive latest oldest include_all_metadata",
        "channels:history groups:history im:history", reads=True,
    ),
    "pins.add": _method(2, "channel", "timestamp", "pins:write"),
    "users.conversations": _method(
        3, "", f"{_PAGE} types exclude_archived user team_id", "channels:read groups:read im:read mpim:read", reads=True
    ),
    "files.info": _method(4, "file", "", "files:read", reads=True),
    "users.info": _method(4, "user", "include_locale", "users:read", reads=True),
    "views.open": _method(4, "view", "trigger_id interactivity_pointer"),
    "views.publish": _method(4, "user_id view", "hash"),
    "views.update": _method(4, "view", "view_id external_id hash"),
}  # fmt: skip
BY_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}

IN_MESSAGES = frozenset({"actions", "context", "divider", "header", "image", "rich_text", "section"})
IN_VIEWS = IN_MESSAGES | {"input"}
MENTIONS = frozenset({"user", "usergroup", "broadcast", "channel", "team"})


def faults_in_message(blocks: object) -> list[str]:
    """Why Slack would refuse these blocks of a message; empty: it takes them."""
    if not isinstance(blocks, list):
        return ["blocks is no list"]
    found = [] if len(blocks) <= 50 else ["more than 50 blocks"]
    if len(json.dumps(blocks, ensure_ascii=False)) > MESSAGE_CHARACTERS:
        found.append("msg_blocks_too_long")
    return found + _faults_in(blocks, IN_MESSAGES)


def faults_in_answer(blocks: object) -> list[str]:
    """The same for an answer to a command or click, which may be longer."""
    return [fault for fault in faults_in_message(blocks) if fault != "msg_blocks_too_long"]


def faults_in_view(view: object) -> list[str]:
    """Why Slack would refuse a modal or home."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return ["no view"]
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        return ["blocks is no list"]
    found = [] if 0 < len(blocks) <= 100 else ["not 1 to 100 blocks"]
    if len(json.dumps(view)) > 250_000:
        found.append("larger than 250 KB")
    longest = {"callback_id": 255, "private_metadata": 3_000}
    found += [f"{name} too long" for name, most in longest.items() if len(view.get(name, "")) > most]
    for name in ("title", "submit", "close"):
        text = view.get(name)
        if text is None:
            continue
        if view["type"] == "home":
            found.append(f"a home has no {name}")
        found += _faults_in_plain(text, 24)
    has_inputs = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
    if view["type"] == "modal" and "title" not in view:
        found.append("no title")
    if has_inputs and "submit" not in view:
        found.append("inputs without submit")
    try:
        View(**view).to_dict()
    except (SlackObjectFormationError, TypeError) as error:
        found.append(f"view: {error}")
    return found + _faults_in(blocks, IN_VIEWS)


def nodes(value: object) -> Iterator[Json]:
    """Every object inside, however deep."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case dict() as found:
                yield found
                waiting.extend(found.values())
            case list() as items:
                waiting.extend(items)


def active_nodes(blocks: object) -> list[Json]:
    """What could mention, link, broadcast or format: every node in which Slack reads more than literal text."""
    return [
        node
        for node in nodes(blocks)
        if node.get("type") in (MENTIONS | {"link", "mrkdwn", "emoji", "date", "markdown", "image"})
        or (node.get("type") == "plain_text" and node.get("emoji") is not False)
    ]


def literal_text(blocks: object) -> str:
    """The words of all rich text, in order."""
    return "".join(_leaves(blocks))


def _leaves(value: object) -> Iterator[str]:
    match value:
        case {"type": "text", "text": str(text)}:
            yield text
        case dict():
            for inside in value.values():
                yield from _leaves(inside)
        case list():
            for inside in value:
                yield from _leaves(inside)


def _faults_in(blocks: list[Any], allowed: frozenset[str]) -> list[str]:
    found = [f"block {block.get('type')!r} not here" for block in blocks if block.get("type") not in allowed]
    ids = [node["block_id"] for node in blocks if "block_id" in node]
    found += ["a block_id twice"] * (len(ids) != len(set(ids)))
    found += [f"id {id_!r} too long" for id_ in ids if not 0 < len(id_) <= 255]
    try:
        for block, parsed in zip(blocks, Block.parse_all(blocks), strict=True):
            if parsed.to_dict() != block:
                found.append(f"not understood whole: {block.get('type')}")
    except (SlackObjectFormationError, TypeError, ValueError) as error:
        found.append(f"slack_sdk: {error}")
    for block in blocks:
        found += _CHECKS.get(block.get("type"), _nothing)(block)
    for node in nodes(blocks):
        found += _faults_in_node(node)
    return found


def _nothing(_block: Json) -> list[str]:
    return []


def _faults_in_node(node: Json) -> Iterable[str]:
    match node:
        case {"type": "text", "text": text}:
            yield from _sized("rich text", text, 3_000)
            if unknown := node.keys() - {"type", "text", "style"}:
                yield f"rich text with {unknown}"
        case {"type": "plain_text", "text": text} if not (isinstance(text, str) and text.strip()):
            yield "empty plain text"
        case {"type": "rich_text_section" | "rich_text_quote" | "rich_text_list" | "rich_text", "elements": []}:
            yield "empty rich text"
        case {"type": "link", "url": url} if not (isinstance(url, str) and url.startswith("https://")):
            yield "a link without an address"
    if _has_half_characters(node):
        yield "half a character"


def _header(block: Json) -> list[str]:
    return _faults_in_plain(block.get("text"), 150)


def _context(block: Json) -> list[str]:
    elements = block.get("elements", [])
    found = [] if 0 < len(elements) <= 10 else ["context not 1 to 10 elements"]
    return found + [fault for element in elements for fault in _faults_in_plain(element, 2_000)]


def _actions(block: Json) -> list[str]:
    elements = block.get("elements", [])
    ids = [element.get("action_id") for element in elements]
    found = [] if 0 < len(elements) <= 25 else ["not 1 to 25 elements"]
    found += ["an action_id twice"] * (len(ids) != len(set(ids)))
    for element in elements:
        found += _faults_in_plain(element.get("text"), 75) + list(_sized("value", element.get("value"), 2_000))
        found += list(_sized("action_id", element.get("action_id"), 255))
        if "style" in element and element["style"] not in ("primary", "danger"):
            found.append("unknown style")
        confirm = element.get("confirm")
        if confirm is not None:
            for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
                found += _faults_in_plain(confirm.get(name), most)
    return found


def _input(block: Json) -> list[str]:
    element = block.get("element", {})
    found = _faults_in_plain(block.get("label"), 2_000)
    found += list(_sized("block_id", block.get("block_id"), 255))
    options = [
        *element.get("options", ()),
        *(o for group in element.get("option_groups", ()) for o in group["options"]),
    ]
    if element.get("type") == "static_select":
        found += [] if options else ["no options"]
        values = [option["value"] for option in options]
        found += ["a value twice"] * (len(values) != len(set(values)))
        found += ["more than 100 options"] * (len(element.get("options", ())) > 100)
        found += ["more than 100 in a group"] * any(len(g["options"]) > 100 for g in element.get("option_groups", ()))
    for option in options:
        found += _faults_in_plain(option.get("text"), 75) + list(_sized("option", option.get("value"), 75))
    if len(element.get("initial_value", "")) > min(3_000, element.get("max_length", 3_000)):
        found.append("initial_value too long")
    return found


_CHECKS = {"header": _header, "context": _context, "actions": _actions, "input": _input}


def _faults_in_plain(text: object, longest: int) -> list[str]:
    if not isinstance(text, Mapping) or text.get("type") != "plain_text":
        return [f"not plain text: {text!r}"[:60]]
    return list(_sized("plain text", text.get("text"), longest))


def _sized(what: str, text: object, longest: int) -> Iterator[str]:
    if not isinstance(text, str) or not 0 < len(text) <= longest:
        yield f"{what} not 1 to {longest} characters"


def _has_half_characters(node: Json) -> bool:
    return any(isinstance(value, str) and any("\ud800" <= c <= "\udfff" for c in value) for value in node.values())

"""A card in one of Slack's channels, made once and then changed in place; a change may call for attention."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.slack.blocks import MESSAGE, blocks_of, fallback_of, section
from adapters.slack.buttons import value_for
from adapters.slack.client import Failed, Slack, Unreached
from adapters.slack.places import team_in
from adapters.slack.posts import Post, Posts
from bot.cards import Card
from bot.ids import ChannelRef
from bot.ports import Store
from bot.records.deliveries import Topic

GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""A card that can be changed no more: it is posted anew."""
A_MESSAGE = 1.1
"""Seconds to wait in place for the second between two messages in one channel."""


class Cards:
    """Puts cards into channels, direct messages among them."""

    def __init__(self, store: Store, slack: Slack) -> None:
        self._slack = slack
        self._posts = Posts(store, slack)

    async def put(
        self, channel: ChannelRef, about: str, topic: Topic, card: Card, *, shown: str | None = None, notify: bool
    ) -> str:
        """The card of that name in the channel, made or changed; returns Slack's name of it. Attention is called for
        once for each change."""
        team = team_in(channel.workspace)
        key = _print(f"{channel.workspace}|{channel.channel}|{about}")
        url = (await self._slack.installation(team)).url
        body = _body(card, topic, key, url)
        digest = _digest(body)

        async def send() -> str:
            posted = {"channel": channel.channel, "unfurl_links": False, "unfurl_media": False, **body}
            answer = await self._slack.call(team, "chat.postMessage", patience=A_MESSAGE, **posted)
            return str(answer["ts"])

        where, _, ts = (shown or "").partition(":")
        if where and ts:
            await self._posts.adopt(channel.workspace, key, channel=where, ts=ts)
        post, is_new = await self._posts.once(channel.workspace, channel.channel, key, digest, send)
        if post.digest == digest:
            return f"{post.channel}:{post.ts}"
        changed = {"channel": post.channel, "ts": post.ts, **body}
        try:
            await self._slack.call(team, "chat.update", patience=A_MESSAGE, **changed)
        except (Unreached, Failed) as refused:
            if refused.reason not in GONE:
                raise
            await self._posts.forget(post)
            post, is_new = await self._posts.once(channel.workspace, channel.channel, key, digest, send)
        if notify and not is_new:
            await self._call_for_attention(post, digest, card, url)
        await self._posts.save(replace(post, digest=digest))
        return f"{post.channel}:{post.ts}"

    async def _call_for_attention(self, post: Post, digest: str, card: Card, url: str) -> None:
        """A changed message rings nobody's bell, so a line about it does, once for each change."""
        key = _print(f"{post.key}|{digest}")
        line = section(card.summary or card.title)
        link = {"type": "link", "url": f"{url}archives/{post.channel}/p{post.ts.replace('.', '')}"}
        line["elements"][0]["elements"] += [{"type": "text", "text": " "}, link]

        async def send() -> str:
            # Waits out the second since the change: else that would be made again, and take the next second too.
            answer = await self._slack.call(
                team_in(post.workspace),
                "chat.postMessage",
                patience=2,
                channel=post.channel,
                text=fallback_of(card),
                blocks=[{**line, "block_id": key}],
                parse="none",
                link_names=False,
                unfurl_links=False,
                unfurl_media=False,
            )
            return str(answer["ts"])

        await self._posts.once(post.workspace, post.channel, key, digest, send)


def _body(card: Card, topic: Topic, key: str, url: str) -> dict[str, Any]:
    """The card as a message. `parse` and `link_names` are said each time: for changes Slack reads markup unless told
    not to."""
    blocks = blocks_of(
        card,
        MESSAGE,
        value_of=lambda action: value_for(action, topic),
        is_link=lambda value: bool(url) and value.startswith(f"{url}archives/") and not any(map(str.isspace, value)),
        key=key,
    )
    return {"text": fallback_of(card), "blocks": blocks, "parse": "none", "link_names": False}


def _print(text: str) -> str:
    return f"c-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:40]}"


def _digest(body: Mapping[str, Any]) -> str:
    """Tells one state of a card from the next, and is too short to prove what stood there once it is erased."""
    return _print(json.dumps([body["blocks"], body["text"]], sort_keys=True))[:10]

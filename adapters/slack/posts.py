"""Posts each thing once, also where Slack's answer to the first try was lost."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, cast

import sqlalchemy as sa

from adapters.slack import tables
from adapters.slack.client import Failed, Slack, Unsure
from adapters.storage.rows import insert_new, insert_or_replace
from bot.errors import ChaperoneError, PlatformBusy
from bot.ids import WorkspaceId
from bot.ports import Store, Transaction

SETTLING = timedelta(seconds=5)
"""How long a post whose answer was lost may still take to appear."""
SKEW = timedelta(minutes=10)
"""How far Slack's clock and ours may differ."""
PAGE = 100


class _Connected(Protocol):
    connection: sa.Connection


@dataclass(frozen=True, slots=True)
class Post:
    """Where something stands, or would stand: `ts` is empty as long as nobody knows."""

    workspace: WorkspaceId
    key: str
    channel: str
    ts: str
    digest: str
    tried_at: datetime


class Posts:
    """What was posted, by its key. The key is the first block's id too: by it a post is found again in the channel."""

    def __init__(self, store: Store, slack: Slack) -> None:
        self._store = store
        self._slack = slack

    async def once(
        self, workspace: WorkspaceId, channel: str, key: str, digest: str, send: Callable[[], Awaitable[str]]
    ) -> tuple[Post, bool]:
        """The post under that key, and whether it was made now. `send` posts and returns Slack's name of it. Raises
        PlatformBusy where it cannot be told yet whether an earlier try went through, and what `send` raises."""
        known, now = await self._store.read(lambda tx: (_get(tx, workspace, key), tx.now))
        if known is not None and known.ts:
            return known, False
        if known is not None:
            if now - known.tried_at < SETTLING:
                raise PlatformBusy((known.tried_at + SETTLING - now).total_seconds())
            ts = await self._found(known)
            if ts:
                return await self.save(Post(workspace, key, known.channel, ts, known.digest, known.tried_at)), False
            trying = await self.save(Post(workspace, key, channel, "", digest, now))
        else:
            trying = Post(workspace, key, channel, "", digest, now)
            if not await self._store.write(lambda tx: insert_new(_connection(tx), tables.posts, _row(trying))):
                raise PlatformBusy(SETTLING.total_seconds())  # somebody else posts it at this moment
        try:
            ts = await send()
        except Unsure:
            raise
        except ChaperoneError:
            await self.forget(trying)  # Slack said no, or was not asked
            raise
        return await self.save(Post(workspace, key, channel, ts, digest, now)), True

    async def adopt(self, workspace: WorkspaceId, key: str, *, channel: str, ts: str) -> None:
        """Takes over a post that stands there, where it is not known; what it shows is not known either."""

        def unit(tx: Transaction) -> None:
            known = _get(tx, workspace, key)
            if known is None or not known.ts:
                insert_or_replace(_connection(tx), tables.posts, _row(Post(workspace, key, channel, ts, "", tx.now)))

        known = await self._store.read(lambda tx: _get(tx, workspace, key))
        if known is None or not known.ts:
            await self._store.write(unit)

    async def save(self, post: Post) -> Post:
        """Keeps where the post stands and what it shows."""
        await self._store.write(lambda tx: insert_or_replace(_connection(tx), tables.posts, _row(post)))
        return post

    async def forget(self, post: Post) -> None:
        """The post is not there, or no longer."""
        c = tables.posts.c
        gone = sa.delete(tables.posts).where(c.workspace == post.workspace, c.post == post.key)
        await self._store.write(lambda tx: _connection(tx).execute(gone))

    async def _found(self, post: Post) -> str:
        """The post in its channel, if it went through. Where the channel cannot be read, it counts as lost: rather
        told twice than not at all."""
        team = post.workspace.partition(":")[2]
        oldest = f"{(post.tried_at - SKEW).timestamp():.6f}"
        pages = self._slack.pages(
            team, "conversations.history", patience=5, channel=post.channel, oldest=oldest, limit=PAGE
        )
        try:
            async for page in pages:
                for message in page.get("messages", ()):
                    blocks = message.get("blocks") or [{}]
                    if blocks[0].get("block_id") == post.key:
                        return str(message["ts"])
        except Failed:
            return ""
        return ""


def _get(tx: Transaction, workspace: WorkspaceId, key: str) -> Post | None:
    c = tables.posts.c
    row = (
        _connection(tx)
        .execute(sa.select(c.channel, c.ts, c.digest, c.tried_at).where(c.workspace == workspace, c.post == key))
        .one_or_none()
    )
    return None if row is None else Post(workspace, key, row.channel, row.ts, row.digest, row.tried_at)


def _row(post: Post) -> dict[str, object]:
    return {
        "workspace": post.workspace,
        "post": post.key,
        "channel": post.channel,
        "ts": post.ts,
        "digest": post.digest,
        "tried_at": post.tried_at,
    }


def _connection(tx: Transaction) -> sa.Connection:
    return cast("_Connected", tx).connection

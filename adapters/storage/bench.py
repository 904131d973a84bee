"""How many durable writes a second this machine gives, on a SQLite file."""

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from adapters.storage import open_store
from bot.ports import Store

Row = tuple[str, float, str]

ACCEPTS = 10_000
AT_ONCE = 200
ALONE = 500


async def storage_bench() -> Sequence[Row]:
    """Rows of name, value, unit. Takes a few seconds, in a temporary folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="chaperone-bench-") as folder:
        store = await open_store(f"sqlite:///{Path(folder) / 'bench.db'}")
        try:
            return [
                (f"durable accepts, {AT_ONCE} waiting", await _accepts(store), "a second"),
                ("durable accepts, one after another", await _accepts_alone(store), "a second"),
                ("claim and finish, 50 at a time", await _works(store), "a second"),
            ]
        finally:
            await store.close()


async def _accepts(store: Store) -> float:
    async def accept_some(name: int) -> None:
        for count in range(ACCEPTS // AT_ONCE):
            await _accept(store, f"bench|{name}|{count}|0")

    started = perf_counter()
    await asyncio.gather(*(accept_some(name) for name in range(AT_ONCE)))
    return ACCEPTS / (perf_counter() - started)


async def _accepts_alone(store: Store) -> float:
    started = perf_counter()
    for count in range(ALONE):
        await _accept(store, f"alone|{count}|0|0")
    return ALONE / (perf_counter() - started)


async def _accept(store: Store, key: str) -> None:
    payload = b"x" * 300
    await store.write(lambda tx: tx.inbox.add(key, payload))


async def _works(store: Store) -> float:
    started, done = perf_counter(), 0
    lease = timedelta(seconds=30)
    while items := await store.write(lambda tx: tx.inbox.claim("bench", limit=50, lease=lease)):
        finishing = [store.write(lambda tx, item=item: tx.inbox.finish(item)) for item in items]  # type: ignore[misc]
        await asyncio.gather(*finishing)
        done += len(items)
    return done / (perf_counter() - started)

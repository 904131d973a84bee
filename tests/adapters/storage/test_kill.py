"""A process that writes is killed at any instant: what it was answered is there."""

import asyncio
import random
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from adapters.storage import open_store
from tests.adapters.storage.records import connection_of
from tests.servers import PostgresServer

ROOT = Path(__file__).parents[3]
WRITER = """
import asyncio, os, sys
from adapters.storage import open_store

async def main():
    store = await open_store(sys.argv[1])
    async def accept(name):
        for count in range(100_000):
            key = f"{sys.argv[2]}-{name}-{count}"
            await store.write(lambda tx: (tx.inbox.add(key, b"x" * 200), tx.inbox.add(key + "-twin", b"x")))
            os.write(1, key.encode() + b"\\n")
    await asyncio.gather(*(accept(name) for name in range(20)))

asyncio.run(main())
"""


@pytest.mark.kill
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_what_a_killed_process_was_answered_is_there_and_whole(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'chaperone.db'}"
    if kind == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.new_database()
    draw = random.Random(20260302)
    answered: set[str] = set()

    for turn in range(4):
        answered |= await keys_answered_before_a_kill(url, turn, after=draw.randrange(1, 500))

    store = await open_store(url)
    keys = await store.read(lambda tx: set(connection_of(tx).execute(sa.text("SELECT key FROM inbox")).scalars()))
    await store.close()
    assert len(answered) > 100
    assert answered <= keys
    assert {key for key in keys if not key.endswith("-twin")} == {
        key.removesuffix("-twin") for key in keys if key.endswith("-twin")
    }


async def keys_answered_before_a_kill(url: str, turn: int, *, after: int) -> set[str]:
    """Lets a process write until so many answers have come, kills it, and returns all that it was answered."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, url, str(turn), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    answered = [await process.stdout.readline() for _ in range(after)]
    process.kill()
    rest = await process.stdout.read()
    await process.wait()
    # The last line may be cut short by the kill.
    whole = rest.rpartition(b"\n")[0].split(b"\n")
    return {line.strip().decode() for line in [*answered, *whole] if line.strip()}

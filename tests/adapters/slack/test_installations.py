"""Installations and their states, the same on both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.keys import MasterKeys
from adapters.slack.client import Failed
from adapters.slack.installations import Installations, Installed, installed_since, leave
from adapters.slack.states import States
from adapters.storage import open_store
from bot.errors import BrokenSeal
from bot.ports import Store
from tests.servers import PostgresServer

KEYS = MasterKeys(b"k" * 32)
HERE = Installed(team="T1", name="Larkfield", installer="U1", token="xoxb-invented")


@pytest.fixture(params=["sqlite", "postgres"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'chaperone.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.new_database()
    opened = await open_store(url)
    yield opened
    await opened.close()


async def test_a_workspace_comes_leaves_once_and_comes_again(store: Store) -> None:
    installations = Installations(store, KEYS)
    await installations.save(HERE)
    token, teams = await installations.bot("T1"), await installations.teams()
    since = await store.read(lambda tx: installed_since(tx, "T1"))
    assert since is not None

    late = await store.write(lambda tx: leave(tx, "T1", at=since - timedelta(hours=1)))
    left = [await store.write(lambda tx: leave(tx, "T1", at=datetime.now(UTC))) for _ in range(2)]
    with pytest.raises(Failed):
        await installations.bot("T1")
    gone = await installations.teams()
    await installations.save(HERE)

    assert (token, list(teams), list(gone)) == (HERE.token, ["T1"], [])
    assert (late, left) == (False, [True, False])
    assert await installations.bot("T1") == HERE.token


async def test_a_token_does_not_open_under_another_master_key(store: Store) -> None:
    await Installations(store, KEYS).save(HERE)

    with pytest.raises(BrokenSeal):
        await Installations(store, MasterKeys(b"x" * 32)).bot("T1")


async def test_a_state_is_spent_once_and_too_many_push_the_oldest_out(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.states.MOST", 3)
    states = States(store)
    made = [await states.new() for _ in range(5)]

    spent = [await states.spend(state) for state in made]

    assert spent == [False, False, True, True, True]
    assert [await states.spend(state) for state in made] == [False] * 5

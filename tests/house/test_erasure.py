"""What is erased cannot be read again, by nobody and from no file, and the journal holds without it."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adapters.cli import cli
from adapters.keys import MasterKeys
from adapters.storage import open_store
from bot.errors import BrokenSeal
from bot.ids import IncidentId
from bot.judging import casebook
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.incidents import Act, incident_id
from bot.review import decisions
from bot.topics import render
from tests.district import COACH, TESTING, District, a_core, seed
from tests.fakes import FakePlatform

KEYS = MasterKeys(b"k" * 32)
WORDS, NOTE = "say graveword zqlwv now", "spoke with them, fbrmt"


async def test_erasing_an_incidents_key_erases_its_words_and_leaves_the_journal_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "chaperone.db"
    store = await open_store(f"sqlite:///{file}")
    await store.write(lambda tx: seed(tx, TESTING))
    district = District(a_core(store, FakePlatform(), pack=TESTING, keys=KEYS), FakePlatform())
    incident = incident_id(await district.post(WORDS))
    coach = await district.read(lambda tx: tx.registry.person(COACH))
    assert coach is not None
    await decisions.act(district.core, coach, incident, {"note": NOTE}, name=Act.NOTE)
    wrapped = await district.read(lambda tx: tx.incidents.wrapped_key(incident))
    assert wrapped is not None
    assert files_with(wrapped, tmp_path) != []
    assert words_in(await shown(district, incident)) == {WORDS: True, NOTE: True}

    await store.write(lambda tx: tx.incidents.erase_key(incident))

    assert words_in(await shown(district, incident)) == {WORDS: False, NOTE: False}
    sealed = await district.read(lambda tx: [each.sealed for each in tx.incidents.evidence(incident)])
    assert sealed
    for evidence in sealed:
        with pytest.raises(BrokenSeal):
            KEYS.open(evidence, purpose="evidence")
    await store.close()
    assert files_with(wrapped, tmp_path) == []
    assert (await asyncio.to_thread(verify, file, monkeypatch)).exit_code == 0


async def shown(district: District, incident: IncidentId) -> str:
    """All that can still be read of the incident: its evidence, and its card for who was told."""

    def unit(tx: Transaction) -> str:
        evidence = [casebook.unseal(district.core, tx, each) for each in tx.incidents.evidence(incident)]
        coach = tx.registry.person(COACH)
        assert coach is not None
        card = render(tx, district.core, Topic(TopicKind.INCIDENT, incident), coach)
        assert card is not None
        return f"{json.dumps(evidence)} {card}"

    return await district.read(unit)


def files_with(content: bytes, folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir() if content in each.read_bytes()]


def words_in(text: str) -> Mapping[str, bool]:
    return {words: words in text for words in (WORDS, NOTE)}


def verify(file: Path, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    return CliRunner().invoke(cli, ["records", "verify"])

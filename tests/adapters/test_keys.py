"""Words at rest are sealed, and erased by destroying a key."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.keys import BadKey, MasterKeys, master_key
from bot.errors import BrokenSeal

KEYS = MasterKeys(b"k" * 32)


@given(words=st.binary())
def test_what_was_sealed_opens_to_the_same_words_and_hides_them(words: bytes) -> None:
    sealed = KEYS.seal(words, purpose="inbox")

    assert KEYS.open(sealed, purpose="inbox") == words
    assert len(words) < 4 or words not in sealed


def test_a_seal_opens_only_for_its_purpose_and_under_its_key() -> None:
    sealed = KEYS.seal(b"words", purpose="inbox")

    with pytest.raises(BrokenSeal):
        KEYS.open(sealed, purpose="context")
    with pytest.raises(BrokenSeal):
        MasterKeys(b"x" * 32).open(sealed, purpose="inbox")


@given(data=st.data())
def test_a_changed_seal_does_not_open(data: st.DataObject) -> None:
    sealed = bytearray(KEYS.seal(b"some words", purpose="inbox"))
    index = data.draw(st.integers(0, len(sealed) - 1))
    sealed[index] ^= data.draw(st.integers(1, 255))

    with pytest.raises(BrokenSeal):
        KEYS.open(bytes(sealed), purpose="inbox")


def test_each_incident_has_a_key_of_its_own() -> None:
    one, other = KEYS.new_key(), KEYS.new_key()
    sealed = KEYS.seal_with(one, b"evidence")

    assert KEYS.open_with(one, sealed) == b"evidence"
    with pytest.raises(BrokenSeal):
        KEYS.open_with(other, sealed)


def test_the_key_file_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "state" / "chaperone.key"

    made = master_key(None, file)

    assert master_key(None, file) == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "short", "!" * 44, "YWJj"])
def test_a_key_that_is_none_is_refused_with_what_to_do(tmp_path: Path, text: str) -> None:
    file = tmp_path / "chaperone.key"
    file.write_text(text)

    with pytest.raises(BadKey, match="32 bytes"):
        master_key(None, file)

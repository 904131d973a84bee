"""Chaperone beside other libraries: the same messages for all, and what is not installed is said to be missing."""

from dataclasses import replace

import pytest

from adapters.bench import peers
from adapters.bench.labelled import Counts
from adapters.bench.peers import Peer, installed
from adapters.bench.side_by_side import Sample, contact_lines, side_by_side
from adapters.commandline.samples import corpus
from policy.message import ChannelKind, Context, Message, Role
from tests.district import CREC, shipped

PLACE = Context(ChannelKind.CLUB)
RUDE, FINE = "shut your mouth, nobody asked", "see you at practice"


def samples() -> list[Sample]:
    return [Sample(Message(text, Role.STUDENT), PLACE, text == RUDE) for text in (RUDE, FINE, FINE)]


def test_every_library_is_timed_on_every_message_and_compared_with_our_rules() -> None:
    seen: list[str] = []
    slow = Peer("slow", lambda text: seen.extend([text] * 2_000), respect=lambda _text: True)
    pack = shipped()[CREC]

    rules, model, other = side_by_side(samples(), pack, pack, [slow])

    assert set(seen) == {RUDE, FINE}
    assert rules.ratio == 1
    assert other.ratio == pytest.approx(other.microseconds / rules.microseconds)
    assert other.respect == Counts(hit=1, false=2, missed=0)
    assert other.contact is None
    assert rules.respect == model.respect == Counts(hit=1, false=0, missed=0)


def test_what_a_library_says_of_contact_data_is_counted_on_lines_with_and_without() -> None:
    lines = dict(contact_lines())
    pack = shipped()[CREC]

    rules, _, other = side_by_side(samples()[:1], pack, pack, [Peer("at", len, contact=lambda text: "@" in text)])

    assert len(lines) == len(contact_lines()) > 50
    assert other.contact is not None
    assert other.contact.hit + other.contact.missed == sum(lines.values()) > 30
    assert other.contact.false == 0
    assert rules.contact is not None
    assert rules.contact.recall > other.contact.recall


def test_what_is_not_installed_is_named_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    there = Peer("there", len)
    monkeypatch.setattr(
        peers, "_LOADERS", {"pytest": lambda name: replace(there, name=name), "no-such-library": lambda _: there}
    )

    found, missing = installed()

    assert [peer.name for peer in found] == [f"pytest {pytest.__version__}"]
    assert list(missing) == ["no-such-library"]


def test_the_held_out_messages_are_blocks_of_twenty_of_every_file() -> None:
    lines = [sample.where.split(" ")[0].split(":") for sample in corpus(only_held_out=True)]

    assert len(lines) > 500
    assert {(int(number) - 1) // 20 % 10 for _, number in lines} == {7}

"""Where one token connects one workspace, taking Chaperone out is a gap too, of which operators are told once."""

from dataclasses import replace
from datetime import timedelta

from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.records.gaps import Blindness, Gap
from bot.topics import render
from tests.adapters.slack.at_door import LARKFIELD, PRINCIPAL, TRACK, AtDoor
from tests.adapters.slack.payloads import recorded


async def gaps(at: AtDoor) -> list[Gap]:
    return list(await at.core.store.read(lambda tx: tx.coverage.gaps(TRACK)))


async def with_an_operator(at: AtDoor) -> None:
    def unit(tx: Transaction) -> None:
        person = tx.registry.person(PRINCIPAL)
        assert person is not None
        tx.registry.save_person(replace(person, is_operator=True))

    await at.core.store.write(unit)


async def test_both_of_slacks_events_are_one_gap_and_one_card(at: AtDoor) -> None:
    await with_an_operator(at)
    at.clock.pass_(minutes=2)

    for name in ("app_uninstalled", "tokens_revoked", "app_uninstalled"):
        assert (await at.slack.event(at.slack.copy(recorded(name).payload))).status == 200
    await at.settle()

    [gap] = await gaps(at)
    assert (gap.why, gap.ended_at) == (Blindness.UNSUBSCRIBED, None)
    shown = [topic for to, topic in at.district.platform.cards if to == PRINCIPAL and topic.kind is TopicKind.TROUBLE]
    assert shown == [Topic(TopicKind.TROUBLE, f"away:{LARKFIELD}")]


async def test_the_card_names_the_workspace_and_what_to_do(at: AtDoor) -> None:
    await with_an_operator(at)

    def unit(tx: Transaction) -> str:
        viewer = tx.registry.person(PRINCIPAL)
        assert viewer is not None
        return str(render(tx, at.core, Topic(TopicKind.TROUBLE, f"away:{LARKFIELD}"), viewer))

    words = await at.core.store.read(unit)

    assert LARKFIELD in words
    assert "installed again" in words


async def test_once_the_token_works_again_the_gap_ends_and_is_read(at: AtDoor) -> None:
    at.clock.pass_(minutes=2)
    await at.slack.event(recorded("app_uninstalled").payload)

    at.clock.now += timedelta(minutes=30)
    await at.door.departures.back(LARKFIELD.partition(":")[2])

    [gap] = await gaps(at)
    assert gap.ended_at == at.clock()

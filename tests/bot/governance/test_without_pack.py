"""A channel whose policy is not loaded: everybody who asks is told so, and no other policy answers in its place."""

from dataclasses import replace

import pytest

from bot.cards import Card
from bot.core import Shelf
from bot.desk.door import Desk
from bot.errors import Refused
from bot.governance.watch import look
from bot.ports import Transaction
from bot.records.deliveries import Topic, TopicKind
from bot.topics import render
from tests.district import CLUB, COACH, CREC, PRINCIPAL, STUDENT, District, shipped


@pytest.fixture
async def packless(district: District) -> District:
    """The chess club was looked at, then its pack went from the shelf."""
    await district.core.store.write(lambda tx: look(district.core, tx, CLUB))
    await district.settle()
    others = {name: pack for name, pack in shipped().items() if name != CREC}
    core = replace(district.core, shelf=Shelf(lambda: others), default_pack=next(iter(others)))
    return District(core, district.platform)


@pytest.mark.parametrize("typed", ["checks", "notices", "channel", "requisitos", "avisos", "canal"])
async def test_every_command_says_that_the_policy_is_not_loaded(packless: District, typed: str) -> None:
    card = await Desk(packless.core).command(COACH, CLUB, typed)

    is_spanish = typed in ("requisitos", "avisos", "canal")
    assert ("no está cargada" if is_spanish else "is not loaded") in str(card.blocks)
    assert "(“crec”)" in str(card.blocks) or "(«crec»)" in str(card.blocks)


async def test_the_channel_still_says_who_answers_for_it(packless: District) -> None:
    card = await Desk(packless.core).command(STUDENT, CLUB, "channel")

    assert "Cody Coach" in str(card.blocks)
    assert "Prim Principal" in str(card.blocks)


async def test_the_card_of_checks_and_its_buttons_say_the_same(packless: District) -> None:
    def shown(tx: Transaction) -> Card | None:
        viewer = tx.registry.person(PRINCIPAL)
        assert viewer is not None
        return render(tx, packless.core, Topic(TopicKind.CHECKS, f"{CLUB.workspace}|{CLUB.channel}"), viewer)

    card = await packless.read(shown)

    assert card is not None
    assert "is not loaded" in str(card.blocks)
    with pytest.raises(Refused, match="is not loaded"):
        await Desk(packless.core).act(COACH, "attest.show", f"{CLUB.workspace}|{CLUB.channel}", {})

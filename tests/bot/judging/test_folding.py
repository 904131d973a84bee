"""Folding is switched off by a time of nothing, also for what happens at the same instant."""

from dataclasses import replace
from datetime import timedelta

from bot.records.incidents import incident_id
from tests.district import COACH, District


async def test_without_folding_every_breach_has_its_own_alert_even_at_one_instant(worded: District) -> None:
    worded.core = replace(worded.core, limits=replace(worded.core.limits, fold_within=timedelta()))

    first = await worded.post("say plainword now", message="m1")
    second = await worded.post("say plainword again", message="m2")

    found = [await worded.read(lambda tx, m=m: tx.incidents.get(incident_id(m))) for m in (first, second)]  # type: ignore[misc]
    assert [incident.folded_into for incident in found if incident] == [None, None]
    assert len(worded.platform.of(COACH)) == 2

"""Incidents: every version follows the one before, and what belongs to them is kept in order."""

import asyncio
from dataclasses import replace

import pytest

from bot.errors import StaleLease
from bot.ids import MessageId, PersonId
from bot.ports import Store, Transaction, Unit
from bot.records.incidents import Act, Contest, Decision, Evidence, Incident, IncidentState, Origin
from policy.verdict import RuleId, Severity
from tests.adapters.storage.conftest import OpenAnother
from tests.adapters.storage.records import BAND, SECOND, START, TRACK, incident, message, person


async def opened(store: Store, *incidents: Incident) -> None:
    for one in incidents:
        await store.write(lambda tx, one=one: tx.incidents.open(one, wrapped_key=b"key"))  # type: ignore[misc]


async def test_an_incident_is_read_back_as_it_was_opened(store: Store) -> None:
    given = incident(
        thread=MessageId("M-0"),
        origin=Origin.REPORT,
        state=IncidentState.REFERRED,
        contest=Contest.ASKED,
        newest_revision=1_772_463_600_123_456,
        is_mended=True,
        is_deleted=True,
        is_author_asked=True,
        taken_by=person("owner"),
        decided_by=person("principal"),
        severity=Severity.URGENT,
        rules=(RuleId("b"), RuleId("a")),
    )

    await opened(store, given)

    assert await store.read(lambda tx: tx.incidents.get(given.id)) == given
    assert await store.write(lambda tx: tx.incidents.get(given.id)) == given
    assert await store.read(lambda tx: tx.incidents.get(incident("other").id)) is None


async def test_each_version_follows_the_one_before(store: Store) -> None:
    first = incident()
    await opened(store, first)
    second = replace(first, version=2, state=IncidentState.TAKEN, taken_by=person("owner"))
    await store.write(lambda tx: tx.incidents.save(second))

    for version in (1, 2, 4):
        with pytest.raises(StaleLease):
            await store.write(lambda tx, v=version: tx.incidents.save(replace(first, version=v)))  # type: ignore[misc]

    assert await store.read(lambda tx: tx.incidents.get(first.id)) == second


async def test_an_incident_that_was_never_opened_cannot_be_saved(store: Store) -> None:
    with pytest.raises(StaleLease):
        await store.write(lambda tx: tx.incidents.save(incident(version=2)))


async def test_of_people_who_change_an_incident_at_once_each_sees_the_one_before(
    store: Store, open_another: OpenAnother
) -> None:
    other = await open_another()
    await opened(store, incident())

    def change(tx: Transaction) -> int:
        known = tx.incidents.get(incident().id)
        assert known is not None
        tx.incidents.save(replace(known, version=known.version + 1))
        return known.version

    seen = await asyncio.gather(*(place.write(change) for place in (store, other) * 8))

    assert sorted(seen) == list(range(1, 17))


async def test_the_key_can_be_erased_and_the_incident_stays(store: Store) -> None:
    await opened(store, incident("1"), incident("2"))

    await store.write(lambda tx: tx.incidents.erase_key(incident("1").id))

    assert await store.read(lambda tx: tx.incidents.wrapped_key(incident("1").id)) is None
    assert await store.read(lambda tx: tx.incidents.wrapped_key(incident("2").id)) == b"key"
    assert await store.read(lambda tx: tx.incidents.get(incident("1").id)) == incident("1")


async def test_recipients_stand_once_in_the_order_they_were_told(store: Store) -> None:
    await opened(store, incident())

    for name in ("owner", "principal", "owner", "director"):
        who = person(name)
        await store.write(lambda tx, who=who: tx.incidents.add_recipient(incident().id, who))  # type: ignore[misc]

    told = await store.read(lambda tx: tx.incidents.recipients(incident().id))
    assert told == [person("owner"), person("principal"), person("director")]


async def test_evidence_is_kept_once_a_revision_and_kind_oldest_first(store: Store) -> None:
    await opened(store, incident())
    posted = Evidence(incident=incident().id, revision=0, what="posted", at=START, sealed=b"posted")
    reported = replace(posted, what="reported", at=START + SECOND, sealed=b"reported")
    edited = replace(posted, revision=7, what="edited", sealed=b"edited")

    answers = [
        await store.write(lambda tx, one=one: tx.incidents.add_evidence(one))  # type: ignore[misc]
        for one in (edited, reported, posted, replace(posted, sealed=b"again"))
    ]

    assert answers == [True, True, True, False]
    assert await store.read(lambda tx: tx.incidents.evidence(incident().id)) == [posted, reported, edited]


async def test_decisions_stay_in_the_order_they_were_made(store: Store) -> None:
    await opened(store, incident())
    taken = Decision(incident=incident().id, act=Act.TAKE, by=person("owner"), at=START)
    referred = Decision(
        incident=incident().id,
        act=Act.REFER,
        by=person("owner"),
        at=START,
        to=person("principal"),
        sealed_note=b"sealed",
    )

    for decision in (taken, referred, taken):
        await store.write(lambda tx, one=decision: tx.incidents.add_decision(one))  # type: ignore[misc]

    assert await store.read(lambda tx: tx.incidents.decisions(incident().id)) == [taken, referred, taken]


async def test_told_and_about_list_the_newest_first(store: Store) -> None:
    await opened(store, *(incident(str(n)) for n in range(4)))
    for n in (0, 3, 1):
        await store.write(lambda tx, n=n: tx.incidents.add_recipient(incident(str(n)).id, person("owner")))  # type: ignore[misc]

    told = await store.read(lambda tx: tx.incidents.told(person("owner")))
    two = await store.read(lambda tx: tx.incidents.told(person("owner"), limit=2))
    about = await store.read(lambda tx: tx.incidents.about(person("coach"), limit=3))

    assert [one.message for one in told] == [message("3"), message("1"), message("0")]
    assert two == told[:2]
    assert [one.message for one in about] == [message("3"), message("2"), message("1")]
    assert await store.read(lambda tx: tx.incidents.told(person("principal"))) == []
    assert await store.read(lambda tx: tx.incidents.about(person("owner"))) == []


async def test_the_latest_of_an_author_is_of_that_channel_recent_and_not_folded(store: Store) -> None:
    old = incident("old", opened_at=START - SECOND)
    match = incident("match", opened_at=START)
    folded = incident("folded", opened_at=START + SECOND, folded_into=match.id)
    elsewhere = incident("elsewhere", message=message("elsewhere", BAND), opened_at=START + SECOND)
    somebodys = incident("somebodys", author=PersonId("U-owner"), opened_at=START + SECOND)
    await opened(store, old, match, folded, elsewhere, somebodys)

    async def latest(since: int) -> Incident | None:
        when = START + since * SECOND
        return await store.read(lambda tx: tx.incidents.latest_of(TRACK, PersonId("U-coach"), since=when))

    assert await latest(0) == match
    assert await latest(1) is None
    assert await store.read(lambda tx: tx.incidents.folded(match.id)) == [folded]
    assert await store.read(lambda tx: tx.incidents.folded(old.id)) == []


async def test_the_newest_are_those_of_the_states_asked_for(store: Store) -> None:
    states = {"1": IncidentState.DISMISSED, "2": IncidentState.OPEN, "3": IncidentState.CONFIRMED}
    await opened(store, *(incident(name, state=state) for name, state in states.items()))

    def found(*states: IncidentState, limit: int = 10) -> Unit[list[str]]:
        return lambda tx: [each.message.message for each in tx.incidents.newest(states=states, limit=limit)]

    assert await store.read(found()) == ["M-3", "M-2", "M-1"]
    assert await store.read(found(IncidentState.DISMISSED, IncidentState.CONFIRMED)) == ["M-3", "M-1"]
    assert await store.read(found(limit=1)) == ["M-3"]


async def test_incidents_that_nobody_was_told_of_are_found(store: Store) -> None:
    await opened(store, incident("1"), incident("2"), incident("3"))
    await store.write(lambda tx: tx.incidents.add_recipient(incident("2").id, person("owner")))

    assert await store.read(lambda tx: tx.incidents.unrouted()) == [incident("1"), incident("3")]


async def test_counts_name_every_state(store: Store) -> None:
    await opened(store, incident("1"), incident("2"), incident("3", state=IncidentState.DISMISSED))

    counts = await store.read(lambda tx: tx.incidents.counts())

    assert counts == {"open": 2, "taken": 0, "confirmed": 0, "dismissed": 1, "referred": 0}

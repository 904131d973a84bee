"""The registry: people, channels, members and exceptions come back as they were saved."""

from dataclasses import replace
from datetime import time

from bot.ids import ChannelId, ChannelRef, PersonId, PersonRef, WorkspaceId
from bot.ports import Store, Transaction
from bot.records.registry import Channel, ChannelException, ChannelState, Person
from policy.message import AllowanceKind, ChannelKind, Role
from policy.verdict import PackId
from policy.words import Lang
from tests.adapters.storage.records import BAND, LARKFIELD, MINUTE, SECOND, START, TRACK, person

ELSEWHERE = WorkspaceId("slack:T0123")
COACH = Person(ref=person("coach"), name="Ada Quill", role=Role.STAFF)
PRINCIPAL = Person(
    ref=person("principal"),
    name="Señora Ñandú",
    role=Role.STAFF,
    title="Principal",
    school="North",
    supervisor=PersonRef(ELSEWHERE, PersonId("U|7")),
    lang=Lang.ES,
    zone="America/Puerto_Rico",
    quiet=(time(21, 30), time(6, 45)),
    digest_at=time(15, 5),
    is_operator=True,
    is_active=False,
)
TRACK_CHANNEL = Channel(ref=TRACK, name="track", kind=ChannelKind.TEAM, pack=PackId("crec"))
BAND_CHANNEL = Channel(
    ref=BAND,
    name="band",
    kind=ChannelKind.CLUB,
    pack=PackId("ledyard"),
    state=ChannelState.DECLINED,
    purpose="Rehearsals",
    audience="Grades 9 to 12",
    school="South",
    owner=person("coach"),
    supervisor=person("principal"),
    asked_at=START,
    decided_by=person("principal"),
    decided_at=START + SECOND,
    decision_reason="Another one exists",
)
FUNDRAISER = ChannelException(
    id="x1",
    channel=TRACK,
    kind=AllowanceKind.FUNDRAISER,
    value="Pie sale",
    reason="New hurdles",
    asked_by=person("coach"),
    asked_at=START,
    ends_at=START + MINUTE,
)


async def test_many_people_are_found_in_one_question_and_known_from_then_on(store: Store) -> None:
    stranger = person("stranger")
    elsewhere = replace(COACH, ref=PersonRef(ELSEWHERE, COACH.ref.person), email="ada@example.org")
    everybody = [replace(COACH, email="ada@example.org"), PRINCIPAL, elsewhere]

    def furnish(tx: Transaction) -> None:
        assert tx.registry.known([COACH.ref]) == {}
        for one in everybody:
            tx.registry.save_person(one)
        assert tx.registry.known([COACH.ref]) == {COACH.ref: everybody[0]}

    await store.write(furnish)

    refs = [stranger, *(one.ref for one in everybody)]
    assert await store.read(lambda tx: tx.registry.known(refs)) == {one.ref: one for one in everybody}
    assert await store.read(lambda tx: (tx.registry.known(refs), tx.registry.person(stranger))[1]) is None
    found = await store.read(lambda tx: tx.registry.with_emails(["ada@example.org", "nobody@example.org"]))
    assert {one.ref for one in found["ada@example.org"]} == {COACH.ref, elsewhere.ref}
    assert set(found) == {"ada@example.org"}


async def test_operators_and_whoever_stands_above_somebody_are_found(store: Store) -> None:
    lower = replace(COACH, supervisor=PRINCIPAL.ref)

    def furnish(tx: Transaction) -> None:
        for one in (lower, PRINCIPAL, Person(ref=person("other"), name="Otis Other", role=Role.STAFF)):
            tx.registry.save_person(one)
        tx.registry.save_channel(replace(TRACK_CHANNEL, supervisor=person("director")))

    await store.write(furnish)

    assert await store.read(lambda tx: tx.registry.operators()) == [PRINCIPAL]
    for who, is_above in ((PRINCIPAL.ref, True), (person("director"), True), (COACH.ref, False)):
        assert await store.read(lambda tx, ref=who: tx.registry.is_above_any(ref)) is is_above  # type: ignore[misc]


async def test_people_come_back_as_they_were_saved(store: Store) -> None:
    for one in (PRINCIPAL, COACH):
        await store.write(lambda tx, one=one: tx.registry.save_person(one))  # type: ignore[misc]

    assert await store.read(lambda tx: tx.registry.person(PRINCIPAL.ref)) == PRINCIPAL
    assert await store.read(lambda tx: tx.registry.person(COACH.ref)) == COACH
    assert await store.read(lambda tx: tx.registry.person(person("nobody"))) is None


async def test_saving_a_person_again_changes_everything_about_them(store: Store) -> None:
    await store.write(lambda tx: tx.registry.save_person(PRINCIPAL))
    plain = Person(ref=PRINCIPAL.ref, name="N. Andu", role=Role.PARENT)

    await store.write(lambda tx: tx.registry.save_person(plain))

    assert await store.read(lambda tx: tx.registry.people()) == [plain]


async def test_people_can_be_asked_for_by_workspace(store: Store) -> None:
    away = replace(COACH, ref=PersonRef(ELSEWHERE, PersonId("U-coach")))
    for one in (PRINCIPAL, away, COACH):
        await store.write(lambda tx, one=one: tx.registry.save_person(one))  # type: ignore[misc]

    assert await store.read(lambda tx: tx.registry.people(LARKFIELD)) == [COACH, PRINCIPAL]
    assert await store.read(lambda tx: tx.registry.people(ELSEWHERE)) == [away]
    assert await store.read(lambda tx: tx.registry.people()) == [COACH, PRINCIPAL, away]


async def test_channels_come_back_as_they_were_saved(store: Store) -> None:
    away = replace(TRACK_CHANNEL, ref=ChannelRef(ELSEWHERE, ChannelId("C-track")))
    for one in (TRACK_CHANNEL, BAND_CHANNEL, away):
        await store.write(lambda tx, one=one: tx.registry.save_channel(one))  # type: ignore[misc]

    assert await store.read(lambda tx: tx.registry.channel(BAND)) == BAND_CHANNEL
    assert await store.read(lambda tx: tx.registry.channel(ChannelRef(LARKFIELD, ChannelId("C-none")))) is None
    assert await store.read(lambda tx: tx.registry.channels(LARKFIELD)) == [BAND_CHANNEL, TRACK_CHANNEL]
    assert await store.read(lambda tx: tx.registry.channels()) == [BAND_CHANNEL, TRACK_CHANNEL, away]

    approved = replace(BAND_CHANNEL, state=ChannelState.APPROVED, owner=None, decision_reason="")
    await store.write(lambda tx: tx.registry.save_channel(approved))
    assert await store.read(lambda tx: tx.registry.channel(BAND)) == approved


async def test_members_join_once_and_leave(store: Store) -> None:
    for name in ("owner", "coach", "owner"):
        who = person(name)
        await store.write(
            lambda tx, who=who: tx.registry.join(TRACK, who, by=person("coach"), at=START)  # type: ignore[misc]
        )
    await store.write(lambda tx: tx.registry.join(BAND, person("owner"), by=None, at=START))
    assert await store.read(lambda tx: tx.registry.members(TRACK)) == [person("coach"), person("owner")]

    await store.write(lambda tx: tx.registry.leave(TRACK, person("owner")))
    await store.write(lambda tx: tx.registry.leave(TRACK, person("nobody")))

    assert await store.read(lambda tx: tx.registry.members(TRACK)) == [person("coach")]
    assert await store.read(lambda tx: tx.registry.members(BAND)) == [person("owner")]


async def test_exceptions_come_back_in_the_order_they_were_asked_for(store: Store) -> None:
    later = replace(FUNDRAISER, id="a0", asked_at=START + SECOND, kind=AllowanceKind.ACCOUNT)
    elsewhere = replace(FUNDRAISER, id="x3", channel=BAND)
    for one in (later, elsewhere, FUNDRAISER):
        await store.write(lambda tx, one=one: tx.registry.save_exception(one))  # type: ignore[misc]
    decided = replace(FUNDRAISER, approved_by=person("principal"), decided_at=START + MINUTE, is_declined=True)

    await store.write(lambda tx: tx.registry.save_exception(decided))

    assert await store.read(lambda tx: tx.registry.exceptions(TRACK)) == [decided, later]
    assert await store.read(lambda tx: tx.registry.exception("x3")) == elsewhere
    assert await store.read(lambda tx: tx.registry.exception("none")) is None


async def test_text_that_no_database_holds_is_stored_without_the_parts_at_fault(store: Store) -> None:
    odd = replace(TRACK_CHANNEL, name="a\0b\ud800c", purpose="😀 ünd ñ")

    await store.write(lambda tx: tx.registry.save_channel(odd))

    stored = await store.read(lambda tx: tx.registry.channel(TRACK))
    assert stored is not None
    assert (stored.name[:3], stored.name[-1], stored.purpose) == ("a\ufffdb", "c", "😀 ünd ñ")

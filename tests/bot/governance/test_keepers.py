"""Who answered for a channel until when: whom a supervisor of before brought in stays invited."""

from dataclasses import replace

from bot.events import Joined
from bot.governance.watch import look
from bot.ids import PersonId, PersonRef
from bot.ports import Transaction
from bot.records.governance import Keeper
from tests.district import CLUB, COACH, DIRECTOR, OTHER, PARENT, PRINCIPAL, STUDENT, District
from tests.fakes import FakeClock


async def supervised_by(district: District, supervisor: PersonRef) -> None:
    def unit(tx: Transaction) -> None:
        channel = tx.registry.channel(CLUB)
        assert channel is not None
        tx.registry.save_channel(replace(channel, supervisor=supervisor))
        look(district.core, tx, CLUB)

    await district.core.store.write(unit)


async def uninvited(district: District) -> tuple[PersonId, ...]:
    records = await district.read(lambda tx: {record.name: record for record in tx.checks.of(CLUB)})
    return records["invited"].outcome.people


async def joins(district: District, clock: FakeClock, who: PersonRef, by: PersonRef) -> None:
    clock.pass_(minutes=1)
    await district.core.store.write(lambda tx: tx.registry.leave(CLUB, who))
    await district.take(Joined(channel=CLUB, person=who.person, at=clock.now, by=by.person))


async def test_whom_a_supervisor_of_before_brought_in_stays_invited(district: District, clock: FakeClock) -> None:
    await joins(district, clock, STUDENT, by=PRINCIPAL)
    clock.pass_(days=1)
    await supervised_by(district, DIRECTOR)

    await joins(district, clock, OTHER, by=PRINCIPAL)
    await joins(district, clock, PARENT, by=DIRECTOR)

    assert await uninvited(district) == (OTHER.person,)


async def test_the_record_says_until_when_and_begins_anew_for_who_comes_back(
    district: District, clock: FakeClock
) -> None:
    await supervised_by(district, PRINCIPAL)
    clock.pass_(days=1)
    await supervised_by(district, DIRECTOR)
    ended = await district.now()

    async def keepers() -> set[Keeper]:
        return set(await district.read(lambda tx: tx.registry.keepers(CLUB)))

    assert await keepers() == {
        Keeper(person=COACH),
        Keeper(person=DIRECTOR),
        Keeper(person=PRINCIPAL, until=ended),
    }
    await supervised_by(district, PRINCIPAL)
    assert Keeper(person=PRINCIPAL) in await keepers()

"""The same on PostgreSQL, where transactions run beside each other."""

import asyncio
from pathlib import Path

from tests.adapters.teams.opening import TEAM, connected
from tests.contract.teams import CAST, PEOPLE, furnish
from tests.servers import PostgresServer


async def test_a_crowd_in_many_channels_is_kept_once_and_alerts_everybody_once(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    async with connected(tmp_path, database_url=postgres.new_database(), fold_minutes=0) as open_:
        await open_.house.core.store.write(furnish)
        for person in PEOPLE:
            open_.teams.enrol(person.ref.person)
        rooms = [CAST.club.channel, CAST.families.channel, CAST.unsponsored.channel, TEAM]
        said = [open_.said("chaperone canary drill", f"member{n}", rooms[n % 4]) for n in range(24)]

        answers = await asyncio.gather(*(open_.arrives(activity) for activity in (*said, *said)))
        await open_.settled()

        assert {status for status, _ in answers} == {200}
        counts = await open_.house.core.store.read(lambda tx: tx.incidents.counts())
        assert sum(counts.values()) == 12
        assert [len(open_.teams.seen_by(name)) for name in ("pearl", "idella", "paloma", "tomas")] == [6] * 4

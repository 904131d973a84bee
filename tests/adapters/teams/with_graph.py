"""A team whose owner consented to having its messages read, and Microsoft Graph beside it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.adapters.teams.opening import TEAM, Connected, joined
from tests.contract.teams import CAST, PEOPLE, furnish
from tests.standins.teams_connector import fake_teams
from tests.standins.teams_graph import FakeGraph, fake_graph
from tests.standins.teams_identity import identity


@asynccontextmanager
async def consented(folder: Path, **settings: object) -> AsyncIterator[tuple[Connected, FakeGraph]]:
    """The house, its people and channels on the register; nothing was said yet."""
    async with identity() as server, fake_teams(server) as teams, fake_graph(server) as graph:
        for someone in PEOPLE:
            teams.enrol(someone.ref.person)
        for room in (TEAM, CAST.club.channel):
            teams.rosters[room] = [someone.ref.person for someone in PEOPLE]
        graph.granted.add("ChannelMessage.Read.Group")
        async with joined(folder, teams, server, teams_graph_url=graph.url, **settings) as open_:
            await open_.house.core.store.write(furnish)
            yield open_, graph

"""Where each check of each channel stands."""

import json
from collections.abc import Sequence

import sqlalchemy as sa

from adapters.storage.governance_tables import checks
from adapters.storage.rows import insert_or_replace
from bot.ids import ChannelRef, PersonId
from bot.records.governance import CheckRecord, CheckState, Outcome

_CHECKS = sa.select(checks).where(checks.c.channel == sa.bindparam("of")).order_by(checks.c.name)


class SqlChecks:
    """`bot.ports.Checks` within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of(self, channel: ChannelRef) -> Sequence[CheckRecord]:
        return [_record_of(row) for row in self._connection.execute(_CHECKS, {"of": channel}).mappings()]

    def save(self, record: CheckRecord) -> None:
        row = {
            "channel": record.channel,
            "name": record.name,
            "state": record.outcome.state,
            "why": record.outcome.why,
            "people": json.dumps(record.outcome.people),
            "since": record.since,
            "version": record.version,
        }
        insert_or_replace(self._connection, checks, row)


def _record_of(row: sa.RowMapping) -> CheckRecord:
    people = tuple(PersonId(person) for person in json.loads(row["people"]))
    outcome = Outcome(state=CheckState(row["state"]), why=row["why"], people=people)
    return CheckRecord(
        channel=row["channel"], name=row["name"], outcome=outcome, since=row["since"], version=row["version"]
    )

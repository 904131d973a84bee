"""Incidents with what belongs to them: keys, recipients, evidence, decisions."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from adapters.storage.rows import insert_new
from adapters.storage.tables import decisions, incident_keys, incidents, recipients
from adapters.storage.tables import evidence as evidence_table
from bot.errors import StaleLease
from bot.ids import ChannelRef, IncidentId, MessageRef, PersonId, PersonRef
from bot.records.incidents import Act, Contest, Decision, Evidence, Incident, IncidentState, Origin
from policy.verdict import Severity

_INCIDENT = sa.select(incidents).where(incidents.c.id == sa.bindparam("named_id"))
_LOCKED = _INCIDENT.with_for_update()


class SqlIncidents:
    """`bot.ports.Incidents` within one transaction. Where the transaction may write, `get` holds the incident until it
    ends, so that of two people who decide at the same instant the second sees what the first did."""

    def __init__(self, connection: sa.Connection, *, is_read_only: bool) -> None:
        self._connection = connection
        self._is_read_only = is_read_only

    def get(self, incident_id: IncidentId) -> Incident | None:
        query = _INCIDENT if self._is_read_only else _LOCKED
        row = self._connection.execute(query, {"named_id": incident_id}).mappings().one_or_none()
        return None if row is None else _incident_of(row)

    def open(self, incident: Incident, *, wrapped_key: bytes) -> None:
        self._connection.execute(sa.insert(incidents), _row_of(incident))
        key = {"incident": incident.id, "wrapped_key": wrapped_key}
        self._connection.execute(sa.insert(incident_keys), key)

    def save(self, incident: Incident) -> None:
        is_previous = sa.and_(incidents.c.id == incident.id, incidents.c.version == incident.version - 1)
        changed = self._connection.execute(sa.update(incidents).where(is_previous).values(_row_of(incident)))
        if changed.rowcount != 1:
            raise StaleLease(f"incident {incident.id}: version {incident.version} does not follow the stored one")

    def wrapped_key(self, incident_id: IncidentId) -> bytes | None:
        query = sa.select(incident_keys.c.wrapped_key).where(incident_keys.c.incident == incident_id)
        return self._connection.scalar(query)

    def erase_key(self, incident_id: IncidentId) -> None:
        self._connection.execute(sa.delete(incident_keys).where(incident_keys.c.incident == incident_id))

    def add_recipient(self, incident_id: IncidentId, person: PersonRef) -> None:
        insert_new(self._connection, recipients, {"incident": incident_id, "person": person})

    def recipients(self, incident_id: IncidentId) -> Sequence[PersonRef]:
        query = sa.select(recipients.c.person).where(recipients.c.incident == incident_id)
        return list(self._connection.scalars(query.order_by(recipients.c.number)))

    def add_evidence(self, evidence: Evidence) -> bool:
        return insert_new(self._connection, evidence_table, _values(evidence))

    def evidence(self, incident_id: IncidentId) -> Sequence[Evidence]:
        t = evidence_table.c
        query = sa.select(evidence_table).where(t.incident == incident_id).order_by(t.revision, t.at, t.what)
        return [Evidence(**row) for row in self._connection.execute(query).mappings()]

    def add_decision(self, decision: Decision) -> None:
        self._connection.execute(sa.insert(decisions), _values(decision))

    def decisions(self, incident_id: IncidentId) -> Sequence[Decision]:
        query = sa.select(decisions).where(decisions.c.incident == incident_id).order_by(decisions.c.number)
        return [_decision_of(row) for row in self._connection.execute(query).mappings()]

    def told(self, person: PersonRef, *, limit: int = 50) -> Sequence[Incident]:
        of_person = sa.select(recipients.c.incident).where(recipients.c.person == person)
        return self._newest(incidents.c.id.in_(of_person), limit=limit)

    def about(self, author: PersonRef, *, limit: int = 50) -> Sequence[Incident]:
        of_author = sa.and_(incidents.c.workspace == author.workspace, incidents.c.author == author.person)
        return self._newest(of_author, limit=limit)

    def latest_of(self, channel: ChannelRef, author: PersonId, *, since: datetime) -> Incident | None:
        is_meant = sa.and_(
            incidents.c.workspace == channel.workspace,
            incidents.c.channel == channel.channel,
            incidents.c.author == author,
            incidents.c.opened_at >= since,
            incidents.c.folded_into.is_(None),
        )
        return next(iter(self._newest(is_meant, limit=1)), None)

    def newest(self, *, states: Collection[IncidentState] = (), limit: int = 1_000) -> Sequence[Incident]:
        return self._newest(incidents.c.state.in_(states) if states else sa.true(), limit=limit)

    def undecided_in(self) -> Collection[ChannelRef]:
        i = incidents.c
        decided = [state.value for state in IncidentState if state.is_decided]
        query = sa.select(i.workspace, i.channel).where(i.state.not_in(decided)).distinct()
        return {ChannelRef(row.workspace, row.channel) for row in self._connection.execute(query)}

    def unrouted(self) -> Sequence[Incident]:
        told = sa.select(recipients.c.incident)
        query = sa.select(incidents).where(incidents.c.id.not_in(told)).order_by(incidents.c.number)
        return [_incident_of(row) for row in self._connection.execute(query).mappings()]

    def folded(self, incident_id: IncidentId) -> Sequence[Incident]:
        query = sa.select(incidents).where(incidents.c.folded_into == incident_id).order_by(incidents.c.number)
        return [_incident_of(row) for row in self._connection.execute(query).mappings()]

    def _newest(self, condition: sa.ColumnElement[bool], *, limit: int) -> list[Incident]:
        newest_first = sa.select(incidents).where(condition).order_by(incidents.c.number.desc()).limit(limit)
        return [_incident_of(row) for row in self._connection.execute(newest_first).mappings()]

    def counts(self) -> dict[str, int]:
        query = sa.select(incidents.c.state, sa.func.count().label("number")).group_by(incidents.c.state)
        found = {row.state: row.number for row in self._connection.execute(query)}
        return {state.value: found.get(state.value, 0) for state in IncidentState}


def _values(record: Evidence | Decision) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _row_of(incident: Incident) -> dict[str, Any]:
    row = {field.name: getattr(incident, field.name) for field in fields(incident)}
    message: MessageRef = row.pop("message")
    return row | {
        "workspace": message.workspace,
        "channel": message.channel,
        "message": message.message,
        "severity": int(incident.severity),
        "rules": list(incident.rules),
    }


def _incident_of(row: sa.RowMapping) -> Incident:
    values: dict[str, Any] = dict(row)
    del values["number"]
    message = MessageRef(values.pop("workspace"), values.pop("channel"), values["message"])
    return Incident(
        **values
        | {
            "message": message,
            "severity": Severity(row["severity"]),
            "rules": tuple(row["rules"]),
            "origin": Origin(row["origin"]),
            "state": IncidentState(row["state"]),
            "contest": Contest(row["contest"]),
        }
    )


def _decision_of(row: sa.RowMapping) -> Decision:
    values: dict[str, Any] = dict(row)
    del values["number"]
    return Decision(**values | {"act": Act(row["act"])})

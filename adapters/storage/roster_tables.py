"""The tables of the roster. `supervisor` is an id or an e-mail address; `roster_agents` holds what each person's own
row in a file of that source says."""

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table

from adapters.storage.columns import BigId, Instant, Line
from adapters.storage.tables import metadata

roster_people = Table(
    "roster_people",
    metadata,
    Column("id", Line, primary_key=True),
    Column("source", Line, nullable=False),
    Column("given", Line, nullable=False),
    Column("family", Line, nullable=False),
    Column("preferred", Line, nullable=False),
    Column("role", sa.Text, nullable=False),
    Column("title", Line, nullable=False),
    Column("is_parent", sa.Boolean, nullable=False),
    Column("school", Line, nullable=False),
    Column("email", Line, nullable=False, index=True),
    Column("supervisor", Line, nullable=False, index=True),
    Column("photos", sa.Boolean),
    Column("is_unlisted", sa.Boolean),
    Column("left_at", Instant),
)

roster_agents = Table(
    "roster_agents",
    metadata,
    Column("source", Line, primary_key=True),
    Column("person", Line, primary_key=True),
    Column("agent", Line, primary_key=True),
    Index("roster_agents_person_index", "person"),
    Index("roster_agents_agent_index", "agent"),
)

roster_orgs = Table(
    "roster_orgs",
    metadata,
    Column("id", Line, primary_key=True),
    Column("name", Line, nullable=False),
    Column("kind", Line, nullable=False),
    Column("parent", Line, nullable=False),
)

roster_classes = Table(
    "roster_classes",
    metadata,
    Column("id", Line, primary_key=True),
    Column("title", Line, nullable=False),
    Column("school", Line, nullable=False),
)

roster_enrollments = Table(
    "roster_enrollments",
    metadata,
    Column("id", Line, primary_key=True),
    Column("class_id", Line, nullable=False, index=True),
    Column("person", Line, nullable=False, index=True),
    Column("is_teacher", sa.Boolean, nullable=False),
    Column("ends_on", sa.Date),
)

roster_sessions = Table(
    "roster_sessions",
    metadata,
    Column("id", Line, primary_key=True),
    Column("title", Line, nullable=False),
    Column("kind", Line, nullable=False),
    Column("starts_on", sa.Date, nullable=False),
    Column("ends_on", sa.Date, nullable=False),
)

roster_imports = Table(
    "roster_imports",
    metadata,
    Column("number", BigId, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("source", Line, nullable=False),
    Column("added", sa.Integer, nullable=False),
    Column("changed", sa.Integer, nullable=False),
    Column("left", sa.Integer, nullable=False),
    Column("faults", sa.Integer, nullable=False),
)

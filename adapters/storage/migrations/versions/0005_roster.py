"""The roster: who the district's own records know."""

import sqlalchemy as sa
from alembic import op

from adapters.storage.columns import BigId, Instant, Line

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("people", sa.Column("is_external", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "roster_people",
        sa.Column("id", Line(), nullable=False),
        sa.Column("source", Line(), nullable=False),
        sa.Column("given", Line(), nullable=False),
        sa.Column("family", Line(), nullable=False),
        sa.Column("preferred", Line(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("title", Line(), nullable=False),
        sa.Column("is_parent", sa.Boolean(), nullable=False),
        sa.Column("school", Line(), nullable=False),
        sa.Column("email", Line(), nullable=False),
        sa.Column("supervisor", Line(), nullable=False),
        sa.Column("photos", sa.Boolean()),
        sa.Column("is_unlisted", sa.Boolean()),
        sa.Column("left_at", Instant()),
        sa.PrimaryKeyConstraint("id", name=op.f("roster_people_pkey")),
    )
    op.create_index("roster_people_email_index", "roster_people", ["email"])
    op.create_index("roster_people_supervisor_index", "roster_people", ["supervisor"])
    op.create_table(
        "roster_agents",
        sa.Column("source", Line(), nullable=False),
        sa.Column("person", Line(), nullable=False),
        sa.Column("agent", Line(), nullable=False),
        sa.PrimaryKeyConstraint("source", "person", "agent", name=op.f("roster_agents_pkey")),
    )
    op.create_index("roster_agents_person_index", "roster_agents", ["person"])
    op.create_index("roster_agents_agent_index", "roster_agents", ["agent"])
    op.create_table(
        "roster_orgs",
        sa.Column("id", Line(), nullable=False),
        sa.Column("name", Line(), nullable=False),
        sa.Column("kind", Line(), nullable=False),
        sa.Column("parent", Line(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("roster_orgs_pkey")),
    )
    op.create_table(
        "roster_classes",
        sa.Column("id", Line(), nullable=False),
        sa.Column("title", Line(), nullable=False),
        sa.Column("school", Line(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("roster_classes_pkey")),
    )
    op.create_table(
        "roster_enrollments",
        sa.Column("id", Line(), nullable=False),
        sa.Column("class_id", Line(), nullable=False),
        sa.Column("person", Line(), nullable=False),
        sa.Column("is_teacher", sa.Boolean(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.PrimaryKeyConstraint("id", name=op.f("roster_enrollments_pkey")),
    )
    op.create_index("roster_enrollments_class_id_index", "roster_enrollments", ["class_id"])
    op.create_index("roster_enrollments_person_index", "roster_enrollments", ["person"])
    op.create_table(
        "roster_sessions",
        sa.Column("id", Line(), nullable=False),
        sa.Column("title", Line(), nullable=False),
        sa.Column("kind", Line(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("roster_sessions_pkey")),
    )
    op.create_table(
        "roster_imports",
        sa.Column("number", BigId, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("source", Line(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("roster_imports_pkey")),
    )

"""What is to be done later."""

import sqlalchemy as sa
from alembic import op

from adapters.storage.columns import BigId, Instant, Line

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "duties",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", Line(), nullable=False),
        sa.Column("note", Line(), nullable=False),
        sa.Column("set_for", Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("died_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("duties_pkey")),
        sa.UniqueConstraint("kind", "subject", name=op.f("duties_kind_subject_key")),
    )
    for name, columns, where in (
        ("duties_open_index", ["due_at", "id"], "due_at IS NOT NULL"),
        ("duties_dead_index", ["died_at"], "died_at IS NOT NULL"),
    ):
        op.create_index(name, "duties", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))

"""Parents' access to what their children are in, and owners who hand over."""

import sqlalchemy as sa
from alembic import op

from adapters.storage.columns import ChannelColumn, Instant, Line, PersonColumn

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_index("members_person_index", "members", ["person"])
    op.create_table(
        "parent_access",
        sa.Column("channel", ChannelColumn(), nullable=False),
        sa.Column("parent", Line(), nullable=False),
        sa.Column("account", PersonColumn()),
        sa.Column("offered_at", Instant()),
        sa.Column("offered_by", PersonColumn()),
        sa.Column("asked_at", Instant()),
        sa.Column("decided_at", Instant()),
        sa.Column("decided_by", PersonColumn()),
        sa.Column("is_granted", sa.Boolean()),
        sa.Column("reason", Line(), nullable=False),
        sa.Column("is_overdue", sa.Boolean(), nullable=False),
        sa.Column("joined_at", Instant()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "parent", name=op.f("parent_access_pkey")),
    )
    op.create_index("parent_access_account_index", "parent_access", ["account"])
    op.create_table(
        "handovers",
        sa.Column("channel", ChannelColumn(), nullable=False),
        sa.Column("owner", PersonColumn(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("named", PersonColumn()),
        sa.Column("named_by", PersonColumn()),
        sa.Column("named_at", Instant()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("closed_at", Instant()),
        sa.Column("reason", Line(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "opened_at", name=op.f("handovers_pkey")),
    )

"""Channels that nobody registered: who was asked about each, and what they said."""

import sqlalchemy as sa
from alembic import op

from adapters.storage.columns import ChannelColumn, Instant, Line, PersonColumn

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "unregistered_channels",
        sa.Column("ref", ChannelColumn(), nullable=False),
        sa.Column("name", Line(), nullable=False),
        sa.Column("about", Line(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("signs", sa.Text(), nullable=False),
        sa.Column("noticed_at", Instant(), nullable=False),
        sa.Column("owner", PersonColumn()),
        sa.Column("asked_at", Instant()),
        sa.Column("reminded_at", Instant()),
        sa.Column("passed_on_at", Instant()),
        sa.Column("answered_at", Instant()),
        sa.Column("answered_by", PersonColumn()),
        sa.Column("answer", Line(), nullable=False),
        sa.Column("is_gone", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("unregistered_channels_pkey")),
    )
    op.create_index("unregistered_channels_owner_index", "unregistered_channels", ["owner"])

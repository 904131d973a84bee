"""Trips, games and other outings on record."""

import sqlalchemy as sa
from alembic import op

from adapters.storage.columns import ChannelColumn, Instant, Line, PersonColumn

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "outings",
        sa.Column("id", Line(), nullable=False),
        sa.Column("channel", ChannelColumn(), nullable=False),
        sa.Column("place", Line(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("by", PersonColumn(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("outings_pkey")),
    )
    op.create_index("outings_channel_index", "outings", ["channel", "ends_at"])

"""Gaps in coverage, up to when histories were read, the heartbeat, and when a message was said."""

import sqlalchemy as sa
from alembic import op

from adapters.storage.columns import ChannelColumn, Instant, Line

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "gaps",
        sa.Column("id", Line(), nullable=False),
        sa.Column("channel", ChannelColumn(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("recovered_at", Instant(), nullable=True),
        sa.Column("recovered", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("gaps_pkey")),
    )
    op.create_index("gaps_channel_index", "gaps", ["channel", "started_at"])
    op.create_index("gaps_recovered_index", "gaps", ["recovered_at"])
    op.create_table(
        "marks",
        sa.Column("channel", ChannelColumn(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("upto", Instant(), nullable=False),
        sa.Column("busy_until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("channel", name=op.f("marks_pkey")),
    )
    op.create_table(
        "beats",
        sa.Column("name", Line(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("beats_pkey")),
    )
    op.add_column("messages", sa.Column("said_at", Instant(), nullable=True))
    op.create_index("messages_said_index", "messages", ["workspace", "channel", "said_at"])

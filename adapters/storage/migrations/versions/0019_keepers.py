"""Who answered for each channel until when, so that whom they brought in stays invited."""

import sqlalchemy as sa
from alembic import op

from adapters.storage.columns import ChannelColumn, Instant, PersonColumn

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "channel_keepers",
        sa.Column("channel", ChannelColumn(), nullable=False),
        sa.Column("person", PersonColumn(), nullable=False),
        sa.Column("until", Instant()),
        sa.PrimaryKeyConstraint("channel", "person", name=op.f("channel_keepers_pkey")),
    )
    op.execute(
        "INSERT INTO channel_keepers (channel, person, until) "
        "SELECT channel, owner, max(closed_at) FROM handovers WHERE state = 'done' GROUP BY channel, owner"
    )

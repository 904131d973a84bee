"""What platforms tell of accounts and of channels' shape."""

import sqlalchemy as sa
from alembic import op

from adapters.storage.columns import ChannelColumn, Line

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("people", sa.Column("email", Line(), nullable=False, server_default=""))
    op.add_column("people", sa.Column("is_guest", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("people_email_index", "people", ["email"])
    op.create_table(
        "channel_facts",
        sa.Column("channel", ChannelColumn(), nullable=False),
        sa.Column("name", Line(), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=True),
        sa.Column("is_shared", sa.Boolean(), nullable=True),
        sa.Column("is_archived", sa.Boolean(), nullable=True),
        sa.Column("is_watched", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("channel", name=op.f("channel_facts_pkey")),
    )

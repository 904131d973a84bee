"""Which notices are on record, who was shown them, and channels that are not read before theirs is."""

import sqlalchemy as sa
from alembic import op

from adapters.storage.columns import ChannelColumn, Instant, Line, PersonColumn

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("channel", ChannelColumn(), nullable=False),
        sa.Column("notice", Line(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", PersonColumn(), nullable=True),
        sa.PrimaryKeyConstraint("channel", "notice", "version", name=op.f("notices_pkey")),
    )
    op.create_table(
        "notice_receipts",
        sa.Column("channel", ChannelColumn(), nullable=False),
        sa.Column("notice", Line(), nullable=False),
        sa.Column("person", PersonColumn(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "notice", "person", name=op.f("notice_receipts_pkey")),
    )
    op.add_column("channels", sa.Column("awaits_notice", sa.Boolean(), nullable=False, server_default=sa.false()))

"""Where each check of a channel stands, who approved which member, and until when a channel is approved."""

import sqlalchemy as sa
from alembic import op

from adapters.storage.columns import ChannelColumn, Instant, Line, PersonColumn

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "checks",
        sa.Column("channel", ChannelColumn(), nullable=False),
        sa.Column("name", Line(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("people", Line(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "name", name=op.f("checks_pkey")),
    )
    op.add_column("members", sa.Column("approved_by", PersonColumn(), nullable=True))
    op.add_column("members", sa.Column("approved_at", Instant(), nullable=True))
    op.add_column("members", sa.Column("purpose", Line(), nullable=False, server_default=""))
    op.add_column("channels", sa.Column("expires_at", Instant(), nullable=True))

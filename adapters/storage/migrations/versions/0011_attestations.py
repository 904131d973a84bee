"""The owners' looks at their channels."""

import sqlalchemy as sa
from alembic import op

from adapters.storage.columns import ChannelColumn, Instant, PersonColumn

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "attestations",
        sa.Column("channel", ChannelColumn(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", PersonColumn(), nullable=False),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("flagged", sa.Integer(), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "at", name=op.f("attestations_pkey")),
    )
    op.create_index("verdicts_judged_index", "verdicts", ["workspace", "channel", "judged_at"])

"""What Chaperone tells everybody in the playground's channels."""

import sqlalchemy as sa
from alembic import op

from adapters.storage.columns import Instant, Line

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "playground_board",
        sa.Column("workspace", Line(), nullable=False),
        sa.Column("channel", Line(), nullable=False),
        sa.Column("topic", Line(), nullable=False),
        sa.Column("card", Line(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("posted_at", Instant(), nullable=False),
        sa.Column("is_pinned", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "channel", "topic", name=op.f("playground_board_pkey")),
    )

"""Where the cards stand that were posted in Slack."""

import sqlalchemy as sa
from alembic import op

from adapters.storage.columns import Instant, Line

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "slack_posts",
        sa.Column("workspace", Line(), nullable=False),
        sa.Column("post", Line(), nullable=False),
        sa.Column("channel", Line(), nullable=False),
        sa.Column("ts", Line(), nullable=False),
        sa.Column("digest", Line(), nullable=False),
        sa.Column("tried_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "post", name=op.f("slack_posts_pkey")),
    )

"""The Slack workspaces that installed Chaperone, and installations that were begun."""

import sqlalchemy as sa
from alembic import op

from adapters.storage.columns import Instant, Line

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "slack_installations",
        sa.Column("team", Line(), nullable=False),
        sa.Column("name", Line(), nullable=False),
        sa.Column("installer", Line(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("installed_at", Instant(), nullable=False),
        sa.Column("left_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("team", name=op.f("slack_installations_pkey")),
    )
    op.create_table(
        "slack_states",
        sa.Column("state", Line(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("slack_states_pkey")),
    )
    op.create_index("slack_states_index", "slack_states", ["ends_at"])

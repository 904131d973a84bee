"""Teams: where people and channels are reached, and the cards that were shown."""

import sqlalchemy as sa
from alembic import op

from adapters.storage.columns import Instant, Line

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "teams_cards",
        sa.Column("workspace", Line(), nullable=False),
        sa.Column("reader", Line(), nullable=False),
        sa.Column("topic", Line(), nullable=False),
        sa.Column("card", Line(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "reader", "topic", name=op.f("teams_cards_pkey")),
    )
    op.create_table(
        "teams_conversations",
        sa.Column("workspace", Line(), nullable=False),
        sa.Column("person", Line(), nullable=False),
        sa.Column("conversation", Line(), nullable=False),
        sa.Column("service_url", Line(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "person", name=op.f("teams_conversations_pkey")),
    )
    op.create_table(
        "teams_rooms",
        sa.Column("workspace", Line(), nullable=False),
        sa.Column("channel", Line(), nullable=False),
        sa.Column("team", Line(), nullable=False),
        sa.Column("group_id", Line(), nullable=False),
        sa.Column("name", Line(), nullable=False),
        sa.Column("team_name", Line(), nullable=False),
        sa.Column("is_apart", sa.Boolean(), nullable=False),
        sa.Column("service_url", Line(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "channel", name=op.f("teams_rooms_pkey")),
    )
    op.create_index("teams_rooms_team_index", "teams_rooms", ["workspace", "team"], unique=False)

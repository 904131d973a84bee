"""Teams' own tables: where people and channels are reached, and which card shows what. No words of anybody."""

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table

from adapters.storage.columns import Instant, Line
from adapters.storage.tables import metadata

# Each person's own conversation with us.
conversations = Table(
    "teams_conversations",
    metadata,
    Column("workspace", Line, primary_key=True),
    Column("person", Line, primary_key=True),
    Column("conversation", Line, nullable=False),
    Column("service_url", Line, nullable=False),
    Column("changed_at", Instant, nullable=False),
)

# Channels and group chats that we were told of. `team` is the team's id (empty for a group chat), `group_id` what the
# directory calls it; `is_apart`: private or shared, with members of its own. `unmentioned_at`: when a message that does
# not mention us last came, to the hour.
rooms = Table(
    "teams_rooms",
    metadata,
    Column("workspace", Line, primary_key=True),
    Column("channel", Line, primary_key=True),
    Column("team", Line, nullable=False),
    Column("group_id", Line, nullable=False),
    Column("name", Line, nullable=False),
    Column("team_name", Line, nullable=False),
    Column("is_apart", sa.Boolean, nullable=False),
    Column("service_url", Line, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("unmentioned_at", Instant),
    Index("teams_rooms_team_index", "workspace", "team"),
)

# One card for each reader (a person or a channel) and topic.
cards = Table(
    "teams_cards",
    metadata,
    Column("workspace", Line, primary_key=True),
    Column("reader", Line, primary_key=True),
    Column("topic", Line, primary_key=True),
    Column("card", Line, nullable=False),
)

"""What Chaperone keeps of Slack itself: where each card stands, so that none is ever posted twice, and the workspaces
that installed it."""

from sqlalchemy import Column, Index, LargeBinary, Table

from adapters.storage.columns import Instant, Line
from adapters.storage.tables import metadata

# `post` is a print of what the card is about and for whom. `ts` is empty from just before it is posted until Slack's
# answer is here: a row without it means that the post may or may not have gone through. `digest` is a print of the
# card as it was last shown.
posts = Table(
    "slack_posts",
    metadata,
    Column("workspace", Line, primary_key=True),
    Column("post", Line, primary_key=True),
    Column("channel", Line, nullable=False),
    Column("ts", Line, nullable=False),
    Column("digest", Line, nullable=False),
    Column("tried_at", Instant, nullable=False),
)

# `token` is sealed, and empty once the workspace took Chaperone out (`left_at`).
installations = Table(
    "slack_installations",
    metadata,
    Column("team", Line, primary_key=True),
    Column("name", Line, nullable=False),
    Column("installer", Line, nullable=False),
    Column("token", LargeBinary, nullable=False),
    Column("installed_at", Instant, nullable=False),
    Column("left_at", Instant),
)

# Installations that somebody began. `state` is a print of what their browser and Slack bring back.
states = Table(
    "slack_states",
    metadata,
    Column("state", Line, primary_key=True),
    Column("ends_at", Instant, nullable=False),
    Index("slack_states_index", "ends_at"),
)

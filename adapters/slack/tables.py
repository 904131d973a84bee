"""What Chaperone posted in Slack: where each card stands, so that none is ever posted twice."""

from sqlalchemy import Column, Table

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

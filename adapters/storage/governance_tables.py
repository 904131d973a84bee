"""What is kept of what a policy asks of channels: checks, looks, notices, outings, parents' access, handovers, and who
answered for them."""

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table

from adapters.storage.columns import ChannelColumn, Instant, Line, PersonColumn
from adapters.storage.tables import metadata

attestations = Table(
    "attestations",
    metadata,
    Column("channel", ChannelColumn, primary_key=True),
    Column("at", Instant, primary_key=True),
    Column("by", PersonColumn, nullable=False),
    Column("checked", sa.Integer, nullable=False),
    Column("flagged", sa.Integer, nullable=False),
    Column("open", sa.Integer, nullable=False),
)

# `by` is empty where Chaperone posted the notice itself.
notices = Table(
    "notices",
    metadata,
    Column("channel", ChannelColumn, primary_key=True),
    Column("notice", Line, primary_key=True),
    Column("version", sa.Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("by", PersonColumn),
)

notice_receipts = Table(
    "notice_receipts",
    metadata,
    Column("channel", ChannelColumn, primary_key=True),
    Column("notice", Line, primary_key=True),
    Column("person", PersonColumn, primary_key=True),
    Column("version", sa.Text, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("answer", sa.Text, nullable=False),
)

outings = Table(
    "outings",
    metadata,
    Column("id", Line, primary_key=True),
    Column("channel", ChannelColumn, nullable=False),
    Column("place", Line, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("by", PersonColumn, nullable=False),
    Index("outings_channel_index", "channel", "ends_at"),
)

# `people` is a list of ids as JSON: whom the outcome is about.
checks = Table(
    "checks",
    metadata,
    Column("channel", ChannelColumn, primary_key=True),
    Column("name", Line, primary_key=True),
    Column("state", sa.Text, nullable=False),
    Column("why", sa.Text, nullable=False),
    Column("people", Line, nullable=False),
    Column("since", Instant, nullable=False),
    Column("version", sa.Integer, nullable=False),
)

parent_access = Table(
    "parent_access",
    metadata,
    Column("channel", ChannelColumn, primary_key=True),
    Column("parent", Line, primary_key=True),
    Column("account", PersonColumn, index=True),
    Column("offered_at", Instant),
    Column("offered_by", PersonColumn),
    Column("asked_at", Instant),
    Column("decided_at", Instant),
    Column("decided_by", PersonColumn),
    Column("is_granted", sa.Boolean),
    Column("reason", Line, nullable=False),
    Column("is_overdue", sa.Boolean, nullable=False),
    Column("joined_at", Instant),
    Column("version", sa.Integer, nullable=False),
)

handovers = Table(
    "handovers",
    metadata,
    Column("channel", ChannelColumn, primary_key=True),
    Column("opened_at", Instant, primary_key=True, autoincrement=False),
    Column("owner", PersonColumn, nullable=False),
    Column("cause", sa.Text, nullable=False),
    Column("state", sa.Text, nullable=False),
    Column("named", PersonColumn),
    Column("named_by", PersonColumn),
    Column("named_at", Instant),
    Column("closed_at", Instant),
    Column("reason", Line, nullable=False),
    Column("version", sa.Integer, nullable=False),
)

# Who answers for a channel; `until` is empty as long as they do.
channel_keepers = Table(
    "channel_keepers",
    metadata,
    Column("channel", ChannelColumn, primary_key=True),
    Column("person", PersonColumn, primary_key=True),
    Column("until", Instant),
)

# Channels that nobody registered. `signs` are names with blanks between: by what it looks like a school's.
unregistered_channels = Table(
    "unregistered_channels",
    metadata,
    Column("ref", ChannelColumn, primary_key=True),
    Column("name", Line, nullable=False),
    Column("about", Line, nullable=False),
    Column("why", sa.Text, nullable=False),
    Column("signs", sa.Text, nullable=False),
    Column("noticed_at", Instant, nullable=False),
    Column("owner", PersonColumn, index=True),
    Column("asked_at", Instant),
    Column("reminded_at", Instant),
    Column("passed_on_at", Instant),
    Column("answered_at", Instant),
    Column("answered_by", PersonColumn),
    Column("answer", Line, nullable=False),
    Column("is_gone", sa.Boolean, nullable=False),
    Column("version", sa.Integer, nullable=False),
)

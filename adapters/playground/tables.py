"""The chat's own tables. Words stand in them sealed only; names of people are the registry's."""

from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table, UniqueConstraint

from adapters.storage.columns import Instant, Line
from adapters.storage.tables import metadata

# "Start over" makes the next workspace; the newest one is in use. `last_change` numbers messages and changes alike.
workspaces = Table(
    "playground_workspaces",
    metadata,
    Column("workspace", Line, primary_key=True),
    Column("number", sa.Integer, nullable=False, unique=True),
    Column("last_change", sa.BigInteger, nullable=False),
    Column("made_at", Instant, nullable=False),
)

channels = Table(
    "playground_channels",
    metadata,
    Column("workspace", Line, primary_key=True),
    Column("channel", Line, primary_key=True),
    Column("name", Line, nullable=False),
    Column("topic", Line, nullable=False),
    Column("position", sa.BigInteger, nullable=False),
)

members = Table(
    "playground_members",
    metadata,
    Column("workspace", Line, primary_key=True),
    Column("channel", Line, primary_key=True),
    Column("person", Line, primary_key=True),
    Column("joined_at", Instant, nullable=False),
    Index("playground_members_person_index", "workspace", "person"),
)

# `place` orders a conversation. `sealed` is gone once the message is deleted. `tip` is what its author reads beside a
# blocked message, sealed; without it the message is not blocked. `nonce` is the page's own name for what
# it sends, so that sending again after a lost answer posts nothing twice.
messages = Table(
    "playground_messages",
    metadata,
    Column("workspace", Line, primary_key=True),
    Column("message", Line, primary_key=True),
    Column("channel", Line, nullable=False),
    Column("thread", Line),
    Column("place", sa.BigInteger, nullable=False),
    Column("author", Line, nullable=False),
    Column("posted_at", Instant, nullable=False),
    Column("revision", sa.Integer, nullable=False),
    Column("edited_at", Instant),
    Column("deleted_at", Instant),
    Column("sealed", sa.LargeBinary),
    Column("nonce", Line),
    Column("tip", sa.LargeBinary),
    UniqueConstraint("workspace", "author", "nonce"),
    Index("playground_messages_channel_index", "workspace", "channel", "place"),
    Index("playground_messages_thread_index", "workspace", "thread", "place"),
)

# `about` holds name, type and description, sealed.
files = Table(
    "playground_files",
    metadata,
    Column("workspace", Line, primary_key=True),
    Column("file", Line, primary_key=True),
    Column("message", Line, nullable=False),
    Column("about", sa.LargeBinary, nullable=False),
    Column("sealed", sa.LargeBinary, nullable=False),
    Index("playground_files_message_index", "workspace", "message"),
)

# One card for each person and topic. `called` is the change with which it last called for attention.
cards = Table(
    "playground_cards",
    metadata,
    Column("workspace", Line, primary_key=True),
    Column("person", Line, primary_key=True),
    Column("topic", Line, primary_key=True),
    Column("card", Line, nullable=False),
    Column("sealed", sa.LargeBinary, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("called", sa.BigInteger, nullable=False),
    UniqueConstraint("workspace", "card"),
)

# What Chaperone tells everybody in a channel, one card for each topic, in its place among the messages.
board = Table(
    "playground_board",
    metadata,
    Column("workspace", Line, primary_key=True),
    Column("channel", Line, primary_key=True),
    Column("topic", Line, primary_key=True),
    Column("card", Line, nullable=False),
    Column("sealed", sa.LargeBinary, nullable=False),
    Column("place", sa.BigInteger, nullable=False),
    Column("posted_at", Instant, nullable=False),
    Column("is_pinned", sa.Boolean, nullable=False),
)

# Up to which change each person has read each conversation.
reads = Table(
    "playground_reads",
    metadata,
    Column("workspace", Line, primary_key=True),
    Column("person", Line, primary_key=True),
    Column("channel", Line, primary_key=True),
    Column("upto", sa.BigInteger, nullable=False),
)

# What pages must look at again, in order. A change names its channel or its person: who may learn of it.
changes = Table(
    "playground_changes",
    metadata,
    Column("workspace", Line, primary_key=True),
    Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    Column("kind", sa.Text, nullable=False),
    Column("subject", Line, nullable=False),
    Column("channel", Line),
    Column("person", Line),
)

AnyRow: TypeAlias = sa.Row[*tuple[Any, ...]]
OF_ONE_WORKSPACE = (messages, files, cards, board, reads, changes, members, channels)
"""What goes when somebody starts over. The workspaces stay, so that no name is ever given twice."""

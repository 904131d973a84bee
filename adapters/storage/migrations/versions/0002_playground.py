"""The playground's chat: channels, members, messages, files, cards, and what changed."""

import sqlalchemy as sa
from alembic import op

from adapters.storage.columns import Instant, Line

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "playground_cards",
        sa.Column("workspace", Line(), nullable=False),
        sa.Column("person", Line(), nullable=False),
        sa.Column("topic", Line(), nullable=False),
        sa.Column("card", Line(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("called", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "person", "topic", name=op.f("playground_cards_pkey")),
        sa.UniqueConstraint("workspace", "card", name=op.f("playground_cards_workspace_card_key")),
    )
    op.create_table(
        "playground_changes",
        sa.Column("workspace", Line(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", Line(), nullable=False),
        sa.Column("channel", Line(), nullable=True),
        sa.Column("person", Line(), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "seq", name=op.f("playground_changes_pkey")),
    )
    op.create_table(
        "playground_channels",
        sa.Column("workspace", Line(), nullable=False),
        sa.Column("channel", Line(), nullable=False),
        sa.Column("name", Line(), nullable=False),
        sa.Column("topic", Line(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "channel", name=op.f("playground_channels_pkey")),
    )
    op.create_table(
        "playground_files",
        sa.Column("workspace", Line(), nullable=False),
        sa.Column("file", Line(), nullable=False),
        sa.Column("message", Line(), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "file", name=op.f("playground_files_pkey")),
    )
    op.create_index("playground_files_message_index", "playground_files", ["workspace", "message"], unique=False)
    op.create_table(
        "playground_members",
        sa.Column("workspace", Line(), nullable=False),
        sa.Column("channel", Line(), nullable=False),
        sa.Column("person", Line(), nullable=False),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "channel", "person", name=op.f("playground_members_pkey")),
    )
    op.create_index("playground_members_person_index", "playground_members", ["workspace", "person"], unique=False)
    op.create_table(
        "playground_messages",
        sa.Column("workspace", Line(), nullable=False),
        sa.Column("message", Line(), nullable=False),
        sa.Column("channel", Line(), nullable=False),
        sa.Column("thread", Line(), nullable=True),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("author", Line(), nullable=False),
        sa.Column("posted_at", Instant(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("edited_at", Instant(), nullable=True),
        sa.Column("deleted_at", Instant(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("nonce", Line(), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "message", name=op.f("playground_messages_pkey")),
        sa.UniqueConstraint(
            "workspace", "author", "nonce", name=op.f("playground_messages_workspace_author_nonce_key")
        ),
    )
    op.create_index(
        "playground_messages_channel_index", "playground_messages", ["workspace", "channel", "place"], unique=False
    )
    op.create_index(
        "playground_messages_thread_index", "playground_messages", ["workspace", "thread", "place"], unique=False
    )
    op.create_table(
        "playground_reads",
        sa.Column("workspace", Line(), nullable=False),
        sa.Column("person", Line(), nullable=False),
        sa.Column("channel", Line(), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "person", "channel", name=op.f("playground_reads_pkey")),
    )
    op.create_table(
        "playground_workspaces",
        sa.Column("workspace", Line(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("last_change", sa.BigInteger(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", name=op.f("playground_workspaces_pkey")),
        sa.UniqueConstraint("number", name=op.f("playground_workspaces_number_key")),
    )

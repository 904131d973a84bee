"""The first tables: inbox, outbox, messages, incidents, registry, questions, journal."""

import sqlalchemy as sa
from alembic import op

from adapters.storage.columns import BigId, ChannelColumn, Instant, Line, PersonColumn

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "cards",
        sa.Column("card_key", Line(), nullable=False),
        sa.Column("topic", Line(), nullable=False),
        sa.Column("recipient", PersonColumn(), nullable=False),
        sa.Column("card", Line(), nullable=False),
        sa.Column("shown_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("card_key", name=op.f("cards_pkey")),
    )
    op.create_index(op.f("cards_topic_index"), "cards", ["topic"])
    op.create_table(
        "channels",
        sa.Column("workspace", Line(), nullable=False),
        sa.Column("channel", Line(), nullable=False),
        sa.Column("name", Line(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("pack", Line(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("purpose", Line(), nullable=False),
        sa.Column("audience", Line(), nullable=False),
        sa.Column("school", Line(), nullable=False),
        sa.Column("owner", PersonColumn(), nullable=True),
        sa.Column("supervisor", PersonColumn(), nullable=True),
        sa.Column("asked_at", Instant(), nullable=True),
        sa.Column("decided_by", PersonColumn(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decision_reason", Line(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "channel", name=op.f("channels_pkey")),
    )
    op.create_table(
        "context",
        sa.Column("workspace", Line(), nullable=False),
        sa.Column("channel", Line(), nullable=False),
        sa.Column("message", Line(), nullable=False),
        sa.Column("thread", Line(), nullable=True),
        sa.Column("said_at", Instant(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "channel", "message", name=op.f("context_pkey")),
    )
    op.create_index("context_said_index", "context", ["workspace", "channel", "said_at"])
    op.create_index(op.f("context_until_index"), "context", ["until"])
    op.create_table(
        "exceptions",
        sa.Column("id", Line(), nullable=False),
        sa.Column("channel", ChannelColumn(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", Line(), nullable=False),
        sa.Column("reason", Line(), nullable=False),
        sa.Column("asked_by", PersonColumn(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("approved_by", PersonColumn(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("is_declined", sa.Boolean(), nullable=False),
        sa.Column("decision_reason", Line(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("exceptions_pkey")),
    )
    op.create_index(op.f("exceptions_channel_index"), "exceptions", ["channel"])
    op.create_table(
        "findings",
        sa.Column("workspace", Line(), nullable=False),
        sa.Column("channel", Line(), nullable=False),
        sa.Column("message", Line(), nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule", Line(), nullable=False),
        sa.Column("clause", Line(), nullable=False),
        sa.Column("detector", Line(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("is_trial", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "channel", "message", "revision", "position", name=op.f("findings_pkey")),
    )
    op.create_index(op.f("findings_rule_index"), "findings", ["rule"])
    op.create_table(
        "inbox",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", Line(), nullable=False),
        sa.Column("place", Line(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("died_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("inbox_pkey")),
        sa.UniqueConstraint("key", name=op.f("inbox_key_key")),
    )
    op.create_index(
        "inbox_dead_index",
        "inbox",
        ["died_at"],
        sqlite_where=sa.text("died_at IS NOT NULL"),
        postgresql_where=sa.text("died_at IS NOT NULL"),
    )
    op.create_index(
        "inbox_open_index",
        "inbox",
        ["due_at", "id"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "inbox_place_index",
        "inbox",
        ["place", "id"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "incidents",
        sa.Column("number", BigId, nullable=False),
        sa.Column("id", Line(), nullable=False),
        sa.Column("workspace", Line(), nullable=False),
        sa.Column("channel", Line(), nullable=False),
        sa.Column("message", Line(), nullable=False),
        sa.Column("thread", Line(), nullable=True),
        sa.Column("author", Line(), nullable=False),
        sa.Column("pack", Line(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("contest", sa.Text(), nullable=False),
        sa.Column("newest_revision", sa.BigInteger(), nullable=False),
        sa.Column("is_mended", sa.Boolean(), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.Column("is_author_asked", sa.Boolean(), nullable=False),
        sa.Column("taken_by", PersonColumn(), nullable=True),
        sa.Column("decided_by", PersonColumn(), nullable=True),
        sa.Column("folded_into", Line(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("incidents_pkey")),
        sa.UniqueConstraint("id", name=op.f("incidents_id_key")),
    )
    op.create_index("incidents_author_index", "incidents", ["workspace", "author", "opened_at"])
    op.create_index(op.f("incidents_folded_into_index"), "incidents", ["folded_into"])
    op.create_index(op.f("incidents_state_index"), "incidents", ["state"])
    op.create_table(
        "journal",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("name", Line(), nullable=False),
        sa.Column("subject", Line(), nullable=False),
        sa.Column("actor", Line(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("journal_pkey")),
    )
    op.create_index(op.f("journal_subject_index"), "journal", ["subject"])
    op.create_table(
        "members",
        sa.Column("channel", ChannelColumn(), nullable=False),
        sa.Column("person", PersonColumn(), nullable=False),
        sa.Column("invited_by", PersonColumn(), nullable=True),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "person", name=op.f("members_pkey")),
    )
    op.create_table(
        "messages",
        sa.Column("workspace", Line(), nullable=False),
        sa.Column("channel", Line(), nullable=False),
        sa.Column("message", Line(), nullable=False),
        sa.Column("thread", Line(), nullable=True),
        sa.Column("author", Line(), nullable=True),
        sa.Column("newest_revision", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "channel", "message", name=op.f("messages_pkey")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", Line(), nullable=False),
        sa.Column("card_key", Line(), nullable=False),
        sa.Column("topic", Line(), nullable=False),
        sa.Column("recipient", PersonColumn(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("notify", sa.Boolean(), nullable=False),
        sa.Column("not_before", Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("died_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("outbox_pkey")),
        sa.UniqueConstraint("key", name=op.f("outbox_key_key")),
    )
    op.create_index(
        "outbox_card_index",
        "outbox",
        ["card_key"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "outbox_dead_index",
        "outbox",
        ["died_at"],
        sqlite_where=sa.text("died_at IS NOT NULL"),
        postgresql_where=sa.text("died_at IS NOT NULL"),
    )
    op.create_index(
        "outbox_open_index",
        "outbox",
        ["rank", "due_at", "id"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "outbox_topic_index",
        "outbox",
        ["topic"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "people",
        sa.Column("workspace", Line(), nullable=False),
        sa.Column("person", Line(), nullable=False),
        sa.Column("name", Line(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("title", Line(), nullable=False),
        sa.Column("school", Line(), nullable=False),
        sa.Column("supervisor", PersonColumn(), nullable=True),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("zone", Line(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("digest_at", sa.Time(), nullable=False),
        sa.Column("is_operator", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "person", name=op.f("people_pkey")),
    )
    op.create_table(
        "questions",
        sa.Column("id", Line(), nullable=False),
        sa.Column("asked_by", PersonColumn(), nullable=False),
        sa.Column("asked_of", PersonColumn(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("channel", ChannelColumn(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answered_by", PersonColumn(), nullable=True),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("questions_pkey")),
    )
    op.create_index(op.f("questions_asked_by_index"), "questions", ["asked_by"])
    op.create_index(op.f("questions_asked_of_index"), "questions", ["asked_of"])
    op.create_table(
        "verdicts",
        sa.Column("workspace", Line(), nullable=False),
        sa.Column("channel", Line(), nullable=False),
        sa.Column("message", Line(), nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("pack", Line(), nullable=False),
        sa.Column("pack_version", Line(), nullable=False),
        sa.Column("judged_at", Instant(), nullable=False),
        sa.Column("is_flagged", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "channel", "message", "revision", name=op.f("verdicts_pkey")),
    )
    op.create_table(
        "decisions",
        sa.Column("number", BigId, nullable=False),
        sa.Column("incident", Line(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("by", PersonColumn(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("to", PersonColumn(), nullable=True),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], name=op.f("decisions_incident_fkey")),
        sa.PrimaryKeyConstraint("number", name=op.f("decisions_pkey")),
    )
    op.create_index(op.f("decisions_incident_index"), "decisions", ["incident"])
    op.create_table(
        "evidence",
        sa.Column("incident", Line(), nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("what", Line(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], name=op.f("evidence_incident_fkey")),
        sa.PrimaryKeyConstraint("incident", "revision", "what", name=op.f("evidence_pkey")),
    )
    op.create_table(
        "incident_keys",
        sa.Column("incident", Line(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], name=op.f("incident_keys_incident_fkey")),
        sa.PrimaryKeyConstraint("incident", name=op.f("incident_keys_pkey")),
    )
    op.create_table(
        "recipients",
        sa.Column("number", BigId, nullable=False),
        sa.Column("incident", Line(), nullable=False),
        sa.Column("person", PersonColumn(), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], name=op.f("recipients_incident_fkey")),
        sa.PrimaryKeyConstraint("number", name=op.f("recipients_pkey")),
        sa.UniqueConstraint("incident", "person", name=op.f("recipients_incident_person_key")),
    )
    op.create_index(op.f("recipients_person_index"), "recipients", ["person"])

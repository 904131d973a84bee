"""The tables. Other adapters put theirs on the same `metadata`; README.md here says how."""

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, MetaData, Table, UniqueConstraint

from adapters.storage.columns import BigId, ChannelColumn, Instant, Line, PersonColumn

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_index",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)


def _open_index(name: str, *columns: str, where: str) -> Index:
    """An index over the few rows that are still open, whatever piles up behind them."""
    condition = sa.text(f"{where} IS NOT NULL")
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


# `due_at` is when a waiting item may be taken, or when a lease runs out; done and dead items have none. `place` is the
# workspace and channel that the key begins with.
inbox = Table(
    "inbox",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("key", Line, nullable=False, unique=True),
    Column("place", Line, nullable=False),
    Column("payload", sa.LargeBinary),
    Column("state", sa.Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("attempts", sa.Integer, nullable=False),
    Column("fence", sa.Integer, nullable=False),
    Column("worker", sa.Text),
    Column("error", sa.Text),
    Column("died_at", Instant),
    _open_index("inbox_open_index", "due_at", "id", where="due_at"),
    _open_index("inbox_place_index", "place", "id", where="due_at"),
    _open_index("inbox_dead_index", "died_at", where="died_at"),
)

# `card_key` names the card that the delivery makes or changes: topic and recipient. `rank` is 0 for what is urgent.
outbox = Table(
    "outbox",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("key", Line, nullable=False, unique=True),
    Column("card_key", Line, nullable=False),
    Column("topic", Line, nullable=False),
    Column("recipient", PersonColumn, nullable=False),
    Column("version", sa.Integer, nullable=False),
    Column("severity", sa.Integer, nullable=False),
    Column("rank", sa.Integer, nullable=False),
    Column("notify", sa.Boolean, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("state", sa.Text, nullable=False),
    Column("due_at", Instant),
    Column("attempts", sa.Integer, nullable=False),
    Column("fence", sa.Integer, nullable=False),
    Column("worker", sa.Text),
    Column("error", sa.Text),
    Column("died_at", Instant),
    _open_index("outbox_open_index", "rank", "due_at", "id", where="due_at"),
    _open_index("outbox_card_index", "card_key", where="due_at"),
    _open_index("outbox_topic_index", "topic", where="due_at"),
    _open_index("outbox_dead_index", "died_at", where="died_at"),
)

# `set_for` is when the duty was wanted; `due_at` moves with leases and retries.
duties = Table(
    "duties",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("kind", sa.Text, nullable=False),
    Column("subject", Line, nullable=False),
    Column("note", Line, nullable=False),
    Column("set_for", Instant, nullable=False),
    Column("state", sa.Text, nullable=False),
    Column("due_at", Instant),
    Column("attempts", sa.Integer, nullable=False),
    Column("fence", sa.Integer, nullable=False),
    Column("worker", sa.Text),
    Column("error", sa.Text),
    Column("died_at", Instant),
    UniqueConstraint("kind", "subject"),
    _open_index("duties_open_index", "due_at", "id", where="due_at"),
    _open_index("duties_dead_index", "died_at", where="died_at"),
)

cards = Table(
    "cards",
    metadata,
    Column("card_key", Line, primary_key=True),
    Column("topic", Line, nullable=False, index=True),
    Column("recipient", PersonColumn, nullable=False),
    Column("card", Line, nullable=False),
    Column("shown_at", Instant, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    Column("workspace", Line, primary_key=True),
    Column("channel", Line, primary_key=True),
    Column("message", Line, primary_key=True),
    Column("thread", Line),
    Column("author", Line),
    Column("newest_revision", sa.BigInteger, nullable=False),
    Column("deleted_at", Instant),
    Column("restored_at", Instant),
    Column("said_at", Instant),
    Index("messages_said_index", "workspace", "channel", "said_at"),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("workspace", Line, primary_key=True),
    Column("channel", Line, primary_key=True),
    Column("message", Line, primary_key=True),
    Column("revision", sa.BigInteger, primary_key=True, autoincrement=False),
    Column("pack", Line, nullable=False),
    Column("pack_version", Line, nullable=False),
    Column("judged_at", Instant, nullable=False),
    Column("is_flagged", sa.Boolean, nullable=False),
    Index("verdicts_judged_index", "workspace", "channel", "judged_at"),
)

findings = Table(
    "findings",
    metadata,
    Column("workspace", Line, primary_key=True),
    Column("channel", Line, primary_key=True),
    Column("message", Line, primary_key=True),
    Column("revision", sa.BigInteger, primary_key=True, autoincrement=False),
    Column("position", sa.Integer, primary_key=True, autoincrement=False),
    Column("rule", Line, nullable=False, index=True),
    Column("clause", Line, nullable=False),
    Column("detector", Line, nullable=False),
    Column("score", sa.Double, nullable=False),
    Column("severity", sa.Integer, nullable=False),
    Column("is_trial", sa.Boolean, nullable=False),
)

context = Table(
    "context",
    metadata,
    Column("workspace", Line, primary_key=True),
    Column("channel", Line, primary_key=True),
    Column("message", Line, primary_key=True),
    Column("thread", Line),
    Column("said_at", Instant, nullable=False),
    Column("sealed", sa.LargeBinary, nullable=False),
    Column("until", Instant, nullable=False, index=True),
    Index("context_said_index", "workspace", "channel", "said_at"),
)

# `number` keeps the order in which incidents were opened.
incidents = Table(
    "incidents",
    metadata,
    Column("number", BigId, primary_key=True),
    Column("id", Line, nullable=False, unique=True),
    Column("workspace", Line, nullable=False),
    Column("channel", Line, nullable=False),
    Column("message", Line, nullable=False),
    Column("thread", Line),
    Column("author", Line, nullable=False),
    Column("pack", Line, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("severity", sa.Integer, nullable=False),
    Column("rules", sa.JSON, nullable=False),
    Column("origin", sa.Text, nullable=False),
    Column("state", sa.Text, nullable=False, index=True),
    Column("contest", sa.Text, nullable=False),
    Column("newest_revision", sa.BigInteger, nullable=False),
    Column("is_mended", sa.Boolean, nullable=False),
    Column("is_deleted", sa.Boolean, nullable=False),
    Column("is_author_asked", sa.Boolean, nullable=False),
    Column("taken_by", PersonColumn),
    Column("decided_by", PersonColumn),
    Column("folded_into", Line, index=True),
    Column("version", sa.Integer, nullable=False),
    Index("incidents_author_index", "workspace", "author", "opened_at"),
)

incident_keys = Table(
    "incident_keys",
    metadata,
    Column("incident", Line, ForeignKey("incidents.id"), primary_key=True),
    Column("wrapped_key", sa.LargeBinary, nullable=False),
)

recipients = Table(
    "recipients",
    metadata,
    Column("number", BigId, primary_key=True),
    Column("incident", Line, ForeignKey("incidents.id"), nullable=False),
    Column("person", PersonColumn, nullable=False, index=True),
    UniqueConstraint("incident", "person"),
)

evidence = Table(
    "evidence",
    metadata,
    Column("incident", Line, ForeignKey("incidents.id"), primary_key=True),
    Column("revision", sa.BigInteger, primary_key=True, autoincrement=False),
    Column("what", Line, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("sealed", sa.LargeBinary, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("number", BigId, primary_key=True),
    Column("incident", Line, ForeignKey("incidents.id"), nullable=False, index=True),
    Column("act", sa.Text, nullable=False),
    Column("by", PersonColumn, nullable=False),
    Column("at", Instant, nullable=False),
    Column("to", PersonColumn),
    Column("sealed_note", sa.LargeBinary),
)

people = Table(
    "people",
    metadata,
    Column("workspace", Line, primary_key=True),
    Column("person", Line, primary_key=True),
    Column("name", Line, nullable=False),
    Column("role", sa.Text, nullable=False),
    Column("title", Line, nullable=False),
    Column("school", Line, nullable=False),
    Column("supervisor", PersonColumn),
    Column("lang", sa.Text, nullable=False),
    Column("zone", Line, nullable=False),
    Column("quiet_from", sa.Time),
    Column("quiet_until", sa.Time),
    Column("digest_at", sa.Time, nullable=False),
    Column("is_operator", sa.Boolean, nullable=False),
    Column("is_active", sa.Boolean, nullable=False),
    Column("email", Line, nullable=False, server_default=""),
    Column("is_guest", sa.Boolean, nullable=False, server_default=sa.false()),
    Column("is_external", sa.Boolean, nullable=False, server_default=sa.false()),
    Column("is_digest_weekly", sa.Boolean, nullable=False, server_default=sa.false()),
    Index("people_email_index", "email"),
)

channels = Table(
    "channels",
    metadata,
    Column("workspace", Line, primary_key=True),
    Column("channel", Line, primary_key=True),
    Column("name", Line, nullable=False),
    Column("kind", sa.Text, nullable=False),
    Column("pack", Line, nullable=False),
    Column("state", sa.Text, nullable=False),
    Column("purpose", Line, nullable=False),
    Column("audience", Line, nullable=False),
    Column("school", Line, nullable=False),
    Column("owner", PersonColumn),
    Column("supervisor", PersonColumn),
    Column("asked_at", Instant),
    Column("decided_by", PersonColumn),
    Column("decided_at", Instant),
    Column("decision_reason", Line, nullable=False),
    Column("expires_at", Instant),
    Column("awaits_notice", sa.Boolean, nullable=False, server_default=sa.false()),
)

channel_facts = Table(
    "channel_facts",
    metadata,
    Column("channel", ChannelColumn, primary_key=True),
    Column("name", Line, nullable=False),
    Column("is_private", sa.Boolean),
    Column("is_shared", sa.Boolean),
    Column("is_archived", sa.Boolean),
    Column("is_watched", sa.Boolean),
)

members = Table(
    "members",
    metadata,
    Column("channel", ChannelColumn, primary_key=True),
    Column("person", PersonColumn, primary_key=True),
    Column("invited_by", PersonColumn),
    Column("joined_at", Instant, nullable=False),
    Column("approved_by", PersonColumn),
    Column("approved_at", Instant),
    Column("purpose", Line, nullable=False, server_default=""),
    Index("members_person_index", "person"),
)

exceptions = Table(
    "exceptions",
    metadata,
    Column("id", Line, primary_key=True),
    Column("channel", ChannelColumn, nullable=False, index=True),
    Column("kind", sa.Text, nullable=False),
    Column("value", Line, nullable=False),
    Column("reason", Line, nullable=False),
    Column("asked_by", PersonColumn, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("approved_by", PersonColumn),
    Column("decided_at", Instant),
    Column("is_declined", sa.Boolean, nullable=False),
    Column("decision_reason", Line, nullable=False),
)

questions = Table(
    "questions",
    metadata,
    Column("id", Line, primary_key=True),
    Column("asked_by", PersonColumn, nullable=False, index=True),
    Column("asked_of", PersonColumn, nullable=False, index=True),
    Column("asked_at", Instant, nullable=False),
    Column("sealed_text", sa.LargeBinary, nullable=False),
    Column("channel", ChannelColumn),
    Column("answered_at", Instant),
    Column("answered_by", PersonColumn),
    Column("sealed_answer", sa.LargeBinary),
    Column("sealed_shared", sa.LargeBinary),
    Column("version", sa.Integer, nullable=False),
)

journal = Table(
    "journal",
    metadata,
    Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("name", Line, nullable=False),
    Column("subject", Line, nullable=False, index=True),
    Column("actor", Line, nullable=False),
    Column("facts", sa.JSON, nullable=False),
    Column("previous", sa.Text, nullable=False),
    Column("hash", sa.Text, nullable=False),
)

gaps = Table(
    "gaps",
    metadata,
    Column("id", Line, primary_key=True),
    Column("channel", ChannelColumn, nullable=False),
    Column("why", sa.Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("recovered_at", Instant),
    Column("recovered", sa.Integer, nullable=False),
    Index("gaps_channel_index", "channel", "started_at"),
    Index("gaps_recovered_index", "recovered_at"),
)

# From when on a channel is read, and up to when its history was compared with what came; `busy_until` reserves the
# reading for one process.
marks = Table(
    "marks",
    metadata,
    Column("channel", ChannelColumn, primary_key=True),
    Column("since", Instant, nullable=False),
    Column("upto", Instant, nullable=False),
    Column("busy_until", Instant),
)

beats = Table(
    "beats",
    metadata,
    Column("name", Line, primary_key=True),
    Column("at", Instant, nullable=False),
)

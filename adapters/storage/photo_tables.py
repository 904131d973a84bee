"""The tables of pictures in channels, and of parents' permissions."""

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table

from adapters.storage.columns import Instant, Line, PersonColumn
from adapters.storage.tables import metadata

# The pictures of a message. `looked` and `unseen` are lists as JSON; `sealed` is the message until it is known what
# becomes of it.
pictures = Table(
    "pictures",
    metadata,
    Column("workspace", Line, primary_key=True),
    Column("channel", Line, primary_key=True),
    Column("message", Line, primary_key=True),
    Column("author", Line, nullable=False),
    Column("posted_at", Instant, nullable=False),
    Column("state", Line, nullable=False),
    Column("revision", sa.BigInteger, nullable=False),
    Column("sealed", sa.LargeBinary),
    Column("looked", Line, nullable=False),
    Column("faces", sa.Integer, nullable=False),
    Column("unseen", Line, nullable=False),
    Column("asked_at", Instant),
    Column("answer", Line),
    Column("answered_at", Instant),
    Column("answered_by", PersonColumn),
    Column("has_others", sa.Boolean, nullable=False),
    Column("is_overdue", sa.Boolean, nullable=False),
    Column("version", sa.Integer, nullable=False),
    Index("pictures_state_index", "workspace", "state", "channel"),
)

picture_students = Table(
    "picture_students",
    metadata,
    Column("workspace", Line, primary_key=True),
    Column("channel", Line, primary_key=True),
    Column("message", Line, primary_key=True),
    Column("student", Line, primary_key=True),
    Index("picture_students_student_index", "student"),
)

# `about` is `workspace|channel|message`, or empty for the school year.
photo_permissions = Table(
    "photo_permissions",
    metadata,
    Column("student", Line, primary_key=True),
    Column("parent", Line, primary_key=True),
    Column("about", Line, primary_key=True),
    Column("is_given", sa.Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Column("until", Instant),
    Column("by", PersonColumn, nullable=False),
)

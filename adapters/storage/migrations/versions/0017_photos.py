"""Pictures in channels, and parents' permissions."""

import sqlalchemy as sa
from alembic import op

from adapters.storage.columns import Instant, Line, PersonColumn

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "pictures",
        sa.Column("workspace", Line, primary_key=True),
        sa.Column("channel", Line, primary_key=True),
        sa.Column("message", Line, primary_key=True),
        sa.Column("author", Line, nullable=False),
        sa.Column("posted_at", Instant, nullable=False),
        sa.Column("state", Line, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("looked", Line, nullable=False),
        sa.Column("faces", sa.Integer, nullable=False),
        sa.Column("unseen", Line, nullable=False),
        sa.Column("asked_at", Instant),
        sa.Column("answer", Line),
        sa.Column("answered_at", Instant),
        sa.Column("answered_by", PersonColumn),
        sa.Column("has_others", sa.Boolean, nullable=False),
        sa.Column("is_overdue", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("pictures_state_index", "pictures", ["workspace", "state", "channel"])
    op.create_table(
        "picture_students",
        sa.Column("workspace", Line, primary_key=True),
        sa.Column("channel", Line, primary_key=True),
        sa.Column("message", Line, primary_key=True),
        sa.Column("student", Line, primary_key=True),
    )
    op.create_index("picture_students_student_index", "picture_students", ["student"])
    op.create_table(
        "photo_permissions",
        sa.Column("student", Line, primary_key=True),
        sa.Column("parent", Line, primary_key=True),
        sa.Column("about", Line, primary_key=True),
        sa.Column("is_given", sa.Boolean, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("until", Instant),
        sa.Column("by", PersonColumn, nullable=False),
    )

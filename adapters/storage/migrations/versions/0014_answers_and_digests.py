"""Answers that others can find, and digests by the week."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("questions", sa.Column("sealed_shared", sa.LargeBinary(), nullable=True))
    op.add_column("people", sa.Column("is_digest_weekly", sa.Boolean(), nullable=False, server_default=sa.false()))

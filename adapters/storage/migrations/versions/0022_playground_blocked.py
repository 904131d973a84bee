"""What the author of a blocked message reads beside it, in the local chat: while it is there, nobody else reads it."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("playground_messages", sa.Column("tip", sa.LargeBinary))

"""When a deleted message was last put back: where platforms let people take a deletion back."""

import sqlalchemy as sa
from alembic import op

from adapters.storage.columns import Instant

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("messages", sa.Column("restored_at", Instant))

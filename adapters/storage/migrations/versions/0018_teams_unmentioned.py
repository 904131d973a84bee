"""When a message without a mention last came from a channel of Teams: the sign that consent works."""

import sqlalchemy as sa
from alembic import op

from adapters.storage.columns import Instant

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("teams_rooms", sa.Column("unmentioned_at", Instant))

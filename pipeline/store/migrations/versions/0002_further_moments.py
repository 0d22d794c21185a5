"""Further moments of a block. Links that were stored before have none until their meeting is run again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("alignments", sa.Column("also", sa.Text, nullable=False, server_default="[]"))

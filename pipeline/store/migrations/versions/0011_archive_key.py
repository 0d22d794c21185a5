"""A database has a key, by which a search index knows that it was made of this one."""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("archive", sa.Column("key", sa.String, nullable=False, server_default=""))
    op.execute(sa.text("UPDATE archive SET key = :key").bindparams(key=uuid4().hex))

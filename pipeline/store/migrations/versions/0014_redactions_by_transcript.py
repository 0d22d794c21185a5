"""Passages that were chosen in a transcript that somebody gave are also known by its clock."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("redactions", sa.Column("transcript_key", sa.String))
    op.add_column("redactions", sa.Column("own_start", sa.Float))
    op.add_column("redactions", sa.Column("own_end", sa.Float))

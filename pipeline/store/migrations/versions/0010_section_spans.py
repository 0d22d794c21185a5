"""A block whose own moment was not found may have the span of its section."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("ALTER TABLE alignment_runs ADD COLUMN within TEXT NOT NULL DEFAULT '[]'")

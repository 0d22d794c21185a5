"""Watched places, and what was found in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "watches",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("address", sa.Text, nullable=False, unique=True),
        sa.Column("every", sa.Float, nullable=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("configured", sa.Boolean, nullable=False, server_default="0"),
        sa.Column("makes_notes", sa.Boolean, nullable=False, server_default="0"),
        sa.Column("cursor", sa.Text, nullable=False, server_default="{}"),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("updated_at", sa.DateTime, nullable=False),
        sa.Column("next_at", sa.DateTime, nullable=False),
        sa.Column("scanned_at", sa.DateTime),
        sa.Column("failure", sa.Text),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_table(
        "watched_items",
        sa.Column("watch_id", sa.Integer, sa.ForeignKey("watches.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False, server_default=""),
        sa.Column("title", sa.Text, nullable=False, server_default=""),
        sa.Column("url", sa.Text, nullable=False, server_default=""),
        sa.Column("at", sa.DateTime),
        sa.Column("has_time", sa.Boolean, nullable=False, server_default="0"),
        sa.Column("duration", sa.Float),
        sa.Column("detail", sa.Text, nullable=False, server_default=""),
    )

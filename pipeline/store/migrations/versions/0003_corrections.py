"""Corrections of links by people. A meeting without any is shown as before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("slug", sa.String, sa.ForeignKey("meetings.slug", ondelete="CASCADE"), nullable=False),
        sa.Column("block_id", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("under", sa.Text, nullable=False),
        sa.Column("nth", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("start", sa.Float),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("recording_key", sa.String),
        sa.Column("duration", sa.Float),
        sa.Column("carried_from", sa.Integer, sa.ForeignKey("corrections.id")),
    )
    op.create_index("ix_corrections_slug", "corrections", ["slug"])
    op.add_column("alignment_runs", sa.Column("pins", sa.Text, nullable=False, server_default="{}"))
    op.add_column("meetings", sa.Column("linked", sa.Integer))

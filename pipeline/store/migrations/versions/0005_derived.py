"""What is searched is made anew from the notes and transcripts by `pipeline.store.index`, whenever it has to be.

Passages are numbered by the date of their meeting, what a speech model misheard has an index of its own, and what is
shown around a hit is kept ready.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _drop_full_text()
    op.drop_table("passages")
    op.create_table(
        "passages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("slug", sa.String, sa.ForeignKey("meetings.slug", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("block_id", sa.String),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("terms", sa.Text),
        sa.Column("marks", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_passages_slug_kind", "passages", ["slug", "kind"])
    op.create_table(
        "outlines",
        sa.Column("slug", sa.String, sa.ForeignKey("meetings.slug", ondelete="CASCADE"), primary_key=True),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("said", sa.Integer, nullable=False),
        sa.Column("noted", sa.Integer, nullable=False),
    )
    op.create_index("ix_outlines_day", "outlines", ["day", "said", "noted"])
    op.create_table(
        "search_index",
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("language", sa.String, nullable=False),
    )
    op.execute("INSERT INTO search_index (version, language) VALUES (0, 'english')")
    op.add_column("alignment_runs", sa.Column("hearings", sa.Text, nullable=False, server_default="[]"))


def _drop_full_text() -> None:
    for trigger in ("passages_added", "passages_removed", "said_added", "said_removed", "noted_added", "noted_removed"):
        op.execute(f"DROP TRIGGER IF EXISTS {trigger}")
    for table in ("said_words", "noted_words", "said_fts", "noted_fts", "passages_fts"):
        op.execute(f"DROP TABLE IF EXISTS {table}")
    for view in ("passages_said", "passages_noted"):
        op.execute(f"DROP VIEW IF EXISTS {view}")

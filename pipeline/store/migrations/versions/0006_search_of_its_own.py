"""The search leaves the database for an index of its own, and the database tells which meetings changed.

Meetings that are there count as changed, so that the new index takes them up.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _drop_full_text()
    op.create_table("archive", sa.Column("language", sa.String, nullable=False))
    op.execute("INSERT INTO archive (language) SELECT language FROM search_index")
    for table in ("forms", "passages", "outlines", "search_index"):
        op.execute(f"DROP TABLE IF EXISTS {table}")
    op.drop_index("ix_segments_start", "segments")
    op.create_table(
        "changes",
        sa.Column("slug", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False, unique=True),
    )
    op.execute("INSERT INTO changes (slug, number) SELECT slug, row_number() OVER (ORDER BY slug) FROM meetings")
    op.execute("ALTER TABLE meetings RENAME COLUMN done TO run_key")
    op.execute("ALTER TABLE alignment_runs RENAME COLUMN hearings TO mishearings")
    op.add_column("alignment_runs", sa.Column("uncovered", sa.Text, nullable=False, server_default="[]"))


def _drop_full_text() -> None:
    for source in ("said", "noted", "misheard"):
        for kind, name in (
            ("TRIGGER", f"{source}_added"),
            ("TRIGGER", f"{source}_removed"),
            ("TABLE", f"{source}_words"),
            ("TABLE", f"{source}_fts"),
            ("VIEW", f"passages_{source}"),
        ):
            op.execute(f"DROP {kind} IF EXISTS {name}")

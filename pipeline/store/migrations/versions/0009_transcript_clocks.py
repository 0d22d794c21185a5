"""A transcript is kept as it was given, with the clock it is read by, and what is doubtful about it.

Names that people give to the speakers of a meeting are kept beside its transcripts, and hold for those that follow.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute("ALTER TABLE transcripts ADD COLUMN clock TEXT")
    op.execute("ALTER TABLE transcripts ADD COLUMN warnings TEXT NOT NULL DEFAULT '[]'")
    op.execute("ALTER TABLE transcripts ADD COLUMN doubts TEXT NOT NULL DEFAULT '[]'")
    if op.get_bind().dialect.name != "sqlite":
        op.create_table(
            "speaker_names",
            sa.Column("slug", sa.String, sa.ForeignKey("meetings.slug", ondelete="CASCADE"), primary_key=True),
            sa.Column("label", sa.String, primary_key=True),
            sa.Column("name", sa.String, nullable=False),
            sa.Column("author", sa.String, nullable=False),
            sa.Column("at", sa.DateTime, nullable=False),
        )
        return
    op.execute(
        "CREATE TABLE speaker_names (slug VARCHAR NOT NULL, label VARCHAR NOT NULL, name VARCHAR NOT NULL, "
        "author VARCHAR NOT NULL, at DATETIME NOT NULL, PRIMARY KEY (slug, label), "
        "FOREIGN KEY(slug) REFERENCES meetings (slug) ON DELETE CASCADE)"
    )

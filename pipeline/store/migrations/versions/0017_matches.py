"""The videos of lists that are watched, and the notes that they may belong to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "listed_videos",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "matches",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("slug", sa.String, sa.ForeignKey("meetings.slug", ondelete="CASCADE"), nullable=False),
        sa.Column("video_id", sa.String, sa.ForeignKey("listed_videos.id"), nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("is_unique", sa.Boolean, nullable=False),
        sa.Column("is_dated", sa.Boolean, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("captions", sa.String),
        sa.Column("captions_score", sa.Float),
        sa.Column("author", sa.String),
        sa.Column("decided_at", sa.DateTime),
        sa.Column("job", sa.Integer),
        sa.UniqueConstraint("slug", "video_id", name="uq_matches_slug_video_id"),
    )

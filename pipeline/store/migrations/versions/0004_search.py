"""Who spoke at a moment is found without reading the words of the segments before it.

This step once made the full-text index as well; the next one makes it another way.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index("ix_segments_start", "segments", ["transcript_id", "start", "speaker"])

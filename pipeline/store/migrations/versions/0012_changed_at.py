"""When what is shown of a meeting last changed; of those that are there already, by the newest of its rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":  # where it is new, and has no row yet
        op.add_column("changes", sa.Column("at", sa.DateTime))
        return
    op.execute("ALTER TABLE changes ADD COLUMN at DATETIME")
    op.execute(
        """
        UPDATE changes SET at = (
            SELECT max(at) FROM (
                SELECT slug, created_at AS at FROM notes
                UNION ALL SELECT slug, created_at FROM recordings
                UNION ALL SELECT slug, created_at FROM transcripts
                UNION ALL SELECT slug, created_at FROM alignment_runs
                UNION ALL SELECT slug, at FROM corrections
                UNION ALL SELECT slug, at FROM speaker_names
            ) AS dated WHERE dated.slug = changes.slug AND typeof(dated.at) = 'text'
        )
        """
    )

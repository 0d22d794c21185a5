"""Passages that people took out of recordings, and notes that are part of no published site.

Front matter that says so was not understood before: the notes it stands in are held back until a run has read them
again, which the next one does.
"""

from __future__ import annotations

import json
import re

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_FRONT_MATTER = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*\r?\n(.*?)(\n\1|\Z)", re.DOTALL)
_MAY_REFUSE = re.compile(r"^[ \t]*[\"']?(publish|published|draft)[\"']?[ \t]*[:=]", re.IGNORECASE | re.MULTILINE)


def upgrade() -> None:
    op.add_column("notes", sa.Column("published", sa.Boolean, nullable=False, server_default="1"))
    op.create_table(
        "redactions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("slug", sa.String, sa.ForeignKey("meetings.slug", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("recording_key", sa.String),
        sa.Column("duration", sa.Float),
        sa.Column("start", sa.Float, nullable=False),
        sa.Column("end", sa.Float, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("unfinished", sa.Boolean, nullable=False, server_default="1"),
    )
    if op.get_bind().dialect.name == "sqlite":  # elsewhere it is new, and has no row yet
        _hold_back()


def _hold_back() -> None:
    db = op.get_bind()
    newest = "SELECT id, slug, document FROM notes WHERE id IN (SELECT max(id) FROM notes GROUP BY slug)"
    for number, slug, document in db.execute(sa.text(newest)).all():
        try:
            front = _FRONT_MATTER.match(json.loads(document)["source"])
        except (ValueError, TypeError, KeyError):
            continue  # damaged: a run makes it anew
        if front is None or not _MAY_REFUSE.search(front[2]):
            continue
        db.execute(sa.text("UPDATE notes SET published = 0 WHERE id = :id"), {"id": number})
        db.execute(
            sa.text(
                "UPDATE meetings SET run_key = json_set(run_key, '$.notes', null) WHERE slug = :slug "
                "AND json_valid(run_key)"
            ),
            {"slug": slug},
        )

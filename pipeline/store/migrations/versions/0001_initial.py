"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "meetings",
        sa.Column("slug", sa.String, primary_key=True),
        sa.Column("path", sa.String, nullable=False, unique=True),
        sa.Column("done", sa.Text),
        sa.Column("failure", sa.Text),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer, primary_key=True),
        _slug(),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("date", sa.String),
        sa.Column("topics", sa.Integer, nullable=False),
        sa.Column("has_video", sa.Boolean, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "recordings",
        sa.Column("id", sa.Integer, primary_key=True),
        _slug(),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("duration", sa.Float),
        sa.Column("document", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "transcripts",
        sa.Column("id", sa.Integer, primary_key=True),
        _slug(),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("recording_key", sa.String),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("origin", sa.String, nullable=False),
        sa.Column("model", sa.String),
        sa.Column("duration", sa.Float),
    )
    op.create_table(
        "segments",
        sa.Column("transcript_id", sa.Integer, sa.ForeignKey("transcripts.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("start", sa.Float, nullable=False),
        sa.Column("end", sa.Float, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("speaker", sa.String),
        sa.Column("suspect", sa.Boolean, nullable=False),
        sa.Column("words", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "alignment_runs",
        sa.Column("id", sa.Integer, primary_key=True),
        _slug(),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("notes_id", sa.Integer, sa.ForeignKey("notes.id"), nullable=False),
        sa.Column("transcript_id", sa.Integer, sa.ForeignKey("transcripts.id"), nullable=False),
        sa.Column("aligner", sa.String, nullable=False),
        sa.Column("linked", sa.Integer, nullable=False),
    )
    op.create_table(
        "alignments",
        sa.Column("run_id", sa.Integer, sa.ForeignKey("alignment_runs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("block_id", sa.String, primary_key=True),
        sa.Column("start", sa.Float, nullable=False),
        sa.Column("end", sa.Float, nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("basis", sa.String, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
    )
    op.create_table(
        "passages",
        sa.Column("id", sa.Integer, primary_key=True),
        _slug(),
        sa.Column("written", sa.Boolean, nullable=False),
        sa.Column("block_id", sa.String),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("marks", sa.LargeBinary, nullable=False),
    )
    for table in ("notes", "recordings", "transcripts", "alignment_runs", "passages"):
        op.create_index(f"ix_{table}_slug", table, ["slug"])
    if op.get_bind().dialect.name == "sqlite":  # in PostgreSQL there never was an index in the database
        _full_text()


def _slug() -> sa.Column[str]:
    return sa.Column("slug", sa.String, sa.ForeignKey("meetings.slug", ondelete="CASCADE"), nullable=False)


def _full_text() -> None:
    # External content: the text stands once, in `passages`. The stemmer finds "tables" for "table"; identifiers such
    # as dns_events are split at the underscore, as people say them.
    op.execute(
        "CREATE VIRTUAL TABLE passages_fts USING fts5("
        "text, content='passages', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2')"
    )
    op.execute(
        "CREATE TRIGGER passages_added AFTER INSERT ON passages BEGIN "
        "INSERT INTO passages_fts(rowid, text) VALUES (new.id, new.text); END"
    )
    op.execute(
        "CREATE TRIGGER passages_removed AFTER DELETE ON passages BEGIN "
        "INSERT INTO passages_fts(passages_fts, rowid, text) VALUES ('delete', old.id, old.text); END"
    )

"""The tables as SQLAlchemy Core sees them. The migrations create them; this file must say the same."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

# A meeting is known by the path of its notes; its slug is given once and stays, whatever the title becomes.
meetings = Table(
    "meetings",
    metadata,
    Column("slug", String, primary_key=True),
    Column("path", String, nullable=False, unique=True),
    Column("done", Text),  # JSON: what the last complete run was made from; NULL until there was one
    Column("failure", Text),  # JSON of records.Failure; NULL after a good run
    Column("linked", Integer),  # derived: topics with a link, corrections included; NULL: as many as the run found
)

# Notes, transcripts and alignments are immutable: a new run adds rows, a page is built from the latest.
notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", ForeignKey("meetings.slug", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", DateTime, nullable=False),
    Column("sha256", String, nullable=False),
    Column("title", String, nullable=False),
    Column("date", String),
    Column("topics", Integer, nullable=False),
    Column("has_video", Boolean, nullable=False),
    Column("document", LargeBinary, nullable=False),  # JSON of records.Notes
)

recordings = Table(
    "recordings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", ForeignKey("meetings.slug", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", DateTime, nullable=False),
    Column("key", String, nullable=False),  # what was asked for: a URL, or a file's path
    Column("duration", Float),
    Column("document", LargeBinary, nullable=False),  # JSON of records.Recording
)

transcripts = Table(
    "transcripts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", ForeignKey("meetings.slug", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", DateTime, nullable=False),
    Column("recording_key", String),  # key of the recording it was heard in; NULL: there is only a transcript
    Column("key", String, nullable=False),  # sha256 of the media or transcript file it was made from
    Column("language", String, nullable=False),
    Column("origin", String, nullable=False),
    Column("model", String),
    Column("duration", Float),
)

segments = Table(
    "segments",
    metadata,
    Column("transcript_id", ForeignKey("transcripts.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("start", Float, nullable=False),
    Column("end", Float, nullable=False),
    Column("text", Text, nullable=False),
    Column("speaker", String),
    Column("suspect", Boolean, nullable=False),
    Column("words", LargeBinary, nullable=False),  # JSON rows of records.Word
    Index("ix_segments_start", "transcript_id", "start", "speaker"),
)

alignment_runs = Table(
    "alignment_runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", ForeignKey("meetings.slug", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", DateTime, nullable=False),
    Column("notes_id", ForeignKey("notes.id"), nullable=False),
    Column("transcript_id", ForeignKey("transcripts.id"), nullable=False),
    Column("aligner", String, nullable=False),
    Column("linked", Integer, nullable=False),  # topics with a link
    Column("pins", Text, nullable=False, server_default="{}"),  # JSON: what people had set, by block id
    Column("hearings", Text, nullable=False, server_default="[]"),  # JSON of records.Hearing
)

alignments = Table(
    "alignments",
    metadata,
    Column("run_id", ForeignKey("alignment_runs.id", ondelete="CASCADE"), primary_key=True),
    Column("block_id", String, primary_key=True),
    Column("start", Float, nullable=False),
    Column("end", Float, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("basis", String, nullable=False),
    Column("evidence", Text, nullable=False),  # JSON list
    Column("also", Text, nullable=False, server_default="[]"),  # JSON [[start, end, confidence], …]
)

# What people said about links. Rows are only ever added; the newest of a block counts.
corrections = Table(
    "corrections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", ForeignKey("meetings.slug", ondelete="CASCADE"), nullable=False, index=True),
    Column("block_id", String, nullable=False),
    Column("text", Text, nullable=False),  # these three tell the block in other versions of the notes: pipeline.spots
    Column("under", Text, nullable=False),
    Column("nth", Integer, nullable=False),
    Column("verdict", String, nullable=False),
    Column("start", Float),
    Column("author", String, nullable=False),
    Column("at", DateTime, nullable=False),  # UTC
    Column(
        "recording_key", String
    ),  # of the recording it was made for, and its length: a start means nothing in another
    Column("duration", Float),
    Column("carried_from", ForeignKey("corrections.id")),  # the same word, said of the block before it was reworded
)

# -- derived: made anew from the tables above by pipeline.store.index --------------------------------------------------

# What is searched: overlapping windows of speech, the blocks of the notes, and windows of speech with the words of the
# notes that were misheard put in. Numbered by day, the newest first: see pipeline.store.index.
passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", ForeignKey("meetings.slug", ondelete="CASCADE"), nullable=False),
    Column("kind", String, nullable=False),  # records.Source
    Column("block_id", String),  # of notes
    Column("text", Text, nullable=False),
    Column("terms", Text),  # the words that were put in
    Column("marks", LargeBinary, nullable=False),  # JSON [[offset in text, seconds, what was heard], …], ascending
    Index("ix_passages_slug_kind", "slug", "kind"),
)

# What is shown around a hit.
outlines = Table(
    "outlines",
    metadata,
    Column("slug", ForeignKey("meetings.slug", ondelete="CASCADE"), primary_key=True),
    Column("document", LargeBinary, nullable=False),  # JSON of outlines.Outline
    Column("day", Integer, nullable=False),  # the number before that of its first passage: store.index
    Column("said", Integer, nullable=False),  # passages
    Column("noted", Integer, nullable=False),
    Index("ix_outlines_day", "day", "said", "noted"),
)

search_index = Table(  # one row
    "search_index",
    metadata,
    Column("version", Integer, nullable=False),
    Column("language", String, nullable=False),  # of the words, as Snowball names it
)

"""The tables as SQLAlchemy Core sees them. The migrations create them; this file must say the same."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
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
    UniqueConstraint,
    text,
)

metadata = MetaData()

# Where a meeting's notes are. A file may hold several: `anchor` tells each from the others. Its slug is chosen once and
# stays, whatever the title becomes and wherever the notes go.
meetings = Table(
    "meetings",
    metadata,
    Column("slug", String, primary_key=True),
    Column("path", String, nullable=False),
    Column("anchor", String),  # NULL: the file was read and no longer has it; "" from before there were several in one
    Column("run_key", Text),  # JSON of records.RunKey of the last complete run; NULL until there was one
    Column("failure", Text),  # JSON of records.Failure; NULL after a good run
    Column("linked", Integer),  # derived: topics with a link, corrections included; NULL: as many as the run found
    UniqueConstraint("path", "anchor", name="uq_meetings_path_anchor"),
)

# When each meeting was last written: a number that rises with every write to any of them. A row without a slug tells
# whatever is derived from the meetings that some were forgotten.
changes = Table(
    "changes",
    metadata,
    Column("slug", String, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("at", DateTime),  # UTC: when what is shown of it last changed; NULL where nobody knows
)

archive = Table(  # one row
    "archive",
    metadata,
    Column("language", String, nullable=False),  # of the words that are searched, as Snowball names it
    Column("key", String, nullable=False),  # tells this database from others, and its copies from none
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
    Column("published", Boolean, nullable=False, server_default="1"),  # 0: part of no published site
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
    Column("clock", Text),  # JSON of records.TranscriptClock, by which it is read; NULL: by the recording's own
    Column("warnings", Text, nullable=False, server_default="[]"),  # JSON list, of whoever read the file
    Column("doubts", Text, nullable=False, server_default="[]"),  # JSON list, about its times
)

# What people call the speakers of a meeting, whatever its transcripts call them.
speaker_names = Table(
    "speaker_names",
    metadata,
    Column("slug", ForeignKey("meetings.slug", ondelete="CASCADE"), primary_key=True),
    Column("label", String, primary_key=True),  # in the transcript
    Column("name", String, nullable=False),
    Column("author", String, nullable=False),
    Column("at", DateTime, nullable=False),  # UTC
)

# Passages that people took out: their words are in no row any more, and come into none by a later run.
redactions = Table(
    "redactions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", ForeignKey("meetings.slug", ondelete="CASCADE"), nullable=False, index=True),
    Column("recording_key", String),  # of the recording it was taken out of, and its length in seconds
    Column("duration", Float),
    Column("start", Float, nullable=False),
    Column("end", Float, nullable=False),
    Column("reason", Text, nullable=False),  # "": nobody gave one
    Column("author", String, nullable=False),
    Column("at", DateTime, nullable=False),  # UTC
    Column("unfinished", Boolean, nullable=False, server_default="1"),  # its words may be in other files yet
    Column("transcript_key", String),  # of the transcript that somebody gave and that it was chosen in, and
    Column("own_start", Float),  # from when to when it is by the clock of that one
    Column("own_end", Float),
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
    Column("pins", Text, nullable=False, server_default="{}"),  # JSON: the starts people had set, by block id
    Column("mishearings", Text, nullable=False, server_default="[]"),  # JSON of records.Mishearing
    Column("uncovered", Text, nullable=False, server_default="[]"),  # JSON of records.UncoveredSpan
    Column("within", Text, nullable=False, server_default="[]"),  # JSON [[block id, start, end, confidence], …]
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

# Corrections of links. Rows are only ever added; the newest of a block counts, in the recording it was made for.
corrections = Table(
    "corrections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", ForeignKey("meetings.slug", ondelete="CASCADE"), nullable=False, index=True),
    Column("block_id", String, nullable=False),
    Column(
        "text", Text, nullable=False
    ),  # these three locate the block in other versions of the notes: corrections.locate
    Column("under", Text, nullable=False),
    Column("nth", Integer, nullable=False),
    Column("verdict", String, nullable=False),
    Column("start", Float),
    Column("author", String, nullable=False),
    Column("at", DateTime, nullable=False),  # UTC
    Column("recording_key", String),  # of the recording it was made for: a start means nothing in another
    Column("duration", Float),  # of that recording, in seconds
    # The same correction, of the block before it was reworded.
    Column("carried_from", ForeignKey("corrections.id"), index=True),
    # Derived, by a trigger: there is a newer one of this block for this recording.
    Column("superseded", Boolean, nullable=False, server_default="0"),
    Index("ix_corrections_current", "slug", "superseded", "block_id", "recording_key"),
    Index("ix_corrections_block", "slug", "block_id", "recording_key"),
    Index("ix_corrections_at", "slug", "at"),
)

# What the owner of the archive gave to people and programs, so that they may write or read. Revoked ones stay.
tokens = Table(
    "tokens",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),  # records.TokenRole
    Column("digest", String, nullable=False, unique=True),  # sha256 of the token, which is nowhere
    Column("created_at", DateTime, nullable=False),  # UTC, as both
    Column("revoked_at", DateTime),  # NULL: it is good
)

# What was asked for, and how far it is: one row, in one state.
jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),  # and its turn
    Column("kind", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("request", Text, nullable=False),  # JSON of records.JobRequest
    Column("key", String, unique=True),  # chosen by whoever put it, so that it is put once
    Column("author", String, nullable=False),
    Column("state", String, nullable=False),  # in PostgreSQL, Procrastinate's row has it, and "" is here
    Column("created_at", DateTime, nullable=False),  # UTC, as all of them
    Column("updated_at", DateTime, nullable=False),
    Column("started_at", DateTime),
    Column("finished_at", DateTime),
    Column("not_before", DateTime),
    Column("claim", String),  # of the worker that has it; NULL unless it is running
    Column("stage", String, nullable=False, server_default=""),
    Column("done", Float, nullable=False, server_default="0"),
    Column("total", Float, nullable=False, server_default="0"),
    Column("unit", String, nullable=False, server_default=""),
    Column("pace", Float),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("deaths", Integer, nullable=False, server_default="0"),  # of its workers since a checkpoint
    Column("reached", String, nullable=False, server_default="[0, 0]"),  # JSON: how far the last that died had come
    Column("failure", Text),  # JSON of records.JobFailure
    Column("reason", String),  # of the failure
    Column("slugs", Text, nullable=False, server_default="[]"),  # JSON
    Column("remarks", Text, nullable=False, server_default="[]"),  # JSON
    Column("result", Text),  # JSON
    Column("version", Integer, nullable=False, server_default="0"),
    Column("task", BigInteger, index=True),  # in PostgreSQL: the number of Procrastinate's row
    Column("orders", Text, nullable=False, server_default="[]"),  # JSON: what another machine is to do for it
    Column("losses", Integer, nullable=False, server_default="0"),  # of machines that had it, since a checkpoint
    Index("ix_jobs_waiting", "state", "kind", "id"),
    Index("ix_jobs_request", "state", "request").ddl_if(dialect="sqlite"),
    Index("ix_jobs_request_digest", text("md5(request)")).ddl_if(dialect="postgresql"),  # a long one has no place in it
    sqlite_autoincrement=True,  # the number of a job that was forgotten is nobody else's
)

# What a job that is running has heard so far; the transcript has it when the job is done.
job_lines = Table(
    "job_lines",
    metadata,
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("start", Float, nullable=False),
    Column("text", Text, nullable=False),
)

# The workers of all machines, by Procrastinate's numbers. With one machine there are none here: a lock tells of it.
workers = Table(
    "workers",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("machine", String, nullable=False),
    Column("network", String, nullable=False),  # the internet connection it is on
    Column("at", DateTime, nullable=False),  # UTC: since when
    Column("about", Text, nullable=False, server_default="{}"),  # JSON of records.WorkerAbilities
)

# Recordings that a job had fetched, for the machines that hear and align them.
fetched = Table(
    "fetched",
    metadata,
    Column("key", String, primary_key=True),  # of the source
    Column("at", DateTime, nullable=False),  # UTC
    Column("document", LargeBinary, nullable=False),  # JSON of records.FetchedRecording
)

# Recordings that are being heard, piece by piece, by any number of machines; gone when the transcript is stored.
hearings = Table(
    "hearings",
    metadata,
    Column("key", String, primary_key=True),  # of the sound, the model and all that changes what is heard
    Column("slug", ForeignKey("meetings.slug", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", DateTime, nullable=False),  # UTC
    Column("document", Text, nullable=False),  # JSON: what all pieces have in common
    Column("is_cut", Boolean, nullable=False, server_default="0"),  # the last of its pieces is there
)

pieces = Table(
    "pieces",
    metadata,
    Column("hearing", ForeignKey("hearings.key", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("cut", Text, nullable=False),  # JSON: where it begins and ends, and where somebody speaks
    Column("line", Text),  # JSON: what was heard; NULL until then
    Column("task", BigInteger),  # the number of Procrastinate's row; NULL: whoever cut it hears it
)

# Places that are watched for new meetings.
watches = Table(
    "watches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("address", Text, nullable=False, unique=True),
    Column("every", Float, nullable=False),  # seconds
    Column("author", String, nullable=False),
    Column("configured", Boolean, nullable=False, server_default="0"),
    Column("makes_notes", Boolean, nullable=False, server_default="0"),
    Column("cursor", Text, nullable=False, server_default="{}"),  # JSON, which its kind understands
    Column("created_at", DateTime, nullable=False),  # UTC, as all of them
    Column("updated_at", DateTime, nullable=False),
    Column("next_at", DateTime, nullable=False),
    Column("scanned_at", DateTime),
    Column("failure", Text),  # JSON of records.JobFailure
    Column("failures", Integer, nullable=False, server_default="0"),
)

# What was found in them.
watched_items = Table(
    "watched_items",
    metadata,
    Column("watch_id", ForeignKey("watches.id", ondelete="CASCADE"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("state", String, nullable=False),
    Column("fingerprint", String, nullable=False, server_default=""),
    Column("title", Text, nullable=False, server_default=""),
    Column("url", Text, nullable=False, server_default=""),
    Column("at", DateTime),  # UTC
    Column("has_time", Boolean, nullable=False, server_default="0"),
    Column("duration", Float),
    Column("detail", Text, nullable=False, server_default=""),
)

# The videos of lists that are watched, as the last look at their list found them.
listed_videos = Table(
    "listed_videos",
    metadata,
    Column("id", String, primary_key=True),
    Column("document", Text, nullable=False),  # JSON of records.ListedVideo
)

# Which of them may be the recording of which notes: one row a pair, in one state.
matches = Table(
    "matches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", ForeignKey("meetings.slug", ondelete="CASCADE"), nullable=False),
    Column("video_id", ForeignKey("listed_videos.id"), nullable=False),
    Column("reasons", Text, nullable=False),  # JSON list
    Column("score", Float, nullable=False),
    Column("is_unique", Boolean, nullable=False),
    Column("is_dated", Boolean, nullable=False),
    Column("state", String, nullable=False),
    Column("captions", String),  # what they say of it; NULL: nobody asked for them
    Column("captions_score", Float),
    Column("author", String),  # who decided
    Column("decided_at", DateTime),  # UTC
    Column("job", Integer),  # that was put when it was taken
    UniqueConstraint("slug", "video_id", name="uq_matches_slug_video_id"),
)

# What people follow, and how they are told of it.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("about", Text, nullable=False, server_default=""),  # the id of a topic, or a query
    Column("channel", String, nullable=False),
    Column("address", Text, nullable=False),
    Column("author", String, nullable=False),
    Column("created_at", DateTime, nullable=False),  # UTC
    Column("failure", Text),  # JSON of records.JobFailure
)

# The meetings they were told of, or are to be told of by a message that was begun.
tellings = Table(
    "tellings",
    metadata,
    Column("subscription_id", ForeignKey("subscriptions.id", ondelete="CASCADE"), primary_key=True),
    Column("slug", ForeignKey("meetings.slug", ondelete="CASCADE"), primary_key=True, index=True),
    Column("state", String, nullable=False),
    Column("message", String, nullable=False, server_default=""),
)

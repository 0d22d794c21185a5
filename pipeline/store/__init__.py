"""The database: the only place that knows SQL.

SQLite in WAL mode, so that readers never wait for a writer. A write is one transaction: after a crash, a full disk
or a kill, either all of it is there or none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Generic, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event

from pipeline.errors import MeetingNotFound, StoreError
from pipeline.records import (
    LINK_CONFIDENCE,
    Alignment,
    Correction,
    Failure,
    Meeting,
    MeetingSummary,
    Mishearing,
    Notes,
    Progress,
    Recording,
    Transcript,
    Verdict,
)
from pipeline.search import index
from pipeline.store import corrections, effective_links, rows, schema
from pipeline.store import tables as t
from pipeline.store.rows import MadeFrom
from pipeline.store.schema import REVISION

__all__ = ["REVISION", "MadeFrom", "Store", "Stored"]

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Stored(Generic[Record]):
    """A record with the number of its run and the key of what it was made from."""

    id: int
    key: str
    record: Record


class Store:
    """An open database. Every method is one transaction and may raise StoreError."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine

    @classmethod
    def open(cls, path: Path, *, patience: float = 15.0, language: str | None = None) -> Store:
        """Open `path`, creating or upgrading it as needed; wait `patience` seconds for another writer.

        Args:
            language: whose words a new database searches, as `pipeline.languages` names it; None: English. If the
                database has another, that is logged and nothing changed.

        Raises:
            SchemaMismatch: a newer jumpnotes wrote it. Nothing is changed.
            StoreError: it cannot be opened, or is no database.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"{path.parent}: {error.strerror}", hint="Choose a folder you may write to with --data-dir."
            ) from error
        engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": patience})
        event.listen(engine, "connect", schema.configure)
        store = cls(path, engine)
        with schema.translated(path):
            schema.upgrade(engine, path, language)
        return store

    def close(self) -> None:
        self._engine.dispose()

    # -- writing ---------------------------------------------------------------------------------------------------

    def claim(self, path: str, slug: str) -> str:
        """The slug of the meeting whose notes are at `path`; a new meeting gets `slug`, numbered if it is taken."""
        with self._write() as db:
            known = db.scalar(sa.select(t.meetings.c.slug).where(t.meetings.c.path == path))
            if known:
                return str(known)
            free, number = slug, 2
            while db.scalar(sa.select(t.meetings.c.slug).where(t.meetings.c.slug == free)):
                free, number = f"{slug}-{number}", number + 1
            db.execute(t.meetings.insert().values(slug=free, path=path))
            return free

    def save_notes(self, notes: Notes) -> int:
        """Add this version of the notes, unless it is the latest already. Returns its run number."""
        document = msgspec.json.encode(notes)
        digest = sha256(document).hexdigest()
        with self._write() as db:
            latest = rows.latest(db, t.notes, notes.slug)
            if latest is not None and latest.sha256 == digest:
                return int(latest.id)
            run = rows.insert(
                db,
                t.notes,
                slug=notes.slug,
                sha256=digest,
                title=notes.title,
                date=notes.date.isoformat() if notes.date else None,
                topics=len(notes.topics),
                has_video=notes.video is not None,
                document=document,
            )
            index.add_notes(db, notes)
            if latest is not None:
                before = msgspec.json.decode(latest.document, type=Notes)
                if before.date != notes.date:
                    index.add_heard(db, notes.slug)
                corrections.carry(db, notes.slug, notes, (block.id for block in before.blocks))
            corrections.settle(db, notes.slug)
            return run

    def save_recording(self, slug: str, recording: Recording, *, key: str) -> int:
        """Add what was fetched for `key` (the URL or path that was asked for).

        What was said in an earlier recording is no longer part of the meeting.
        """
        with self._write() as db:
            latest = rows.latest(db, t.recordings, slug)
            document = msgspec.json.encode(recording)
            run = rows.insert(db, t.recordings, slug=slug, key=key, duration=recording.duration, document=document)
            if latest is None or latest.key != key:
                index.add_heard(db, slug)
            corrections.settle(db, slug)
            return run

    def save_transcript(self, slug: str, transcript: Transcript, *, key: str) -> int:
        """Add a transcript of the latest recording, made from the file with sha256 `key`; its words can be searched."""
        segments = [rows.segment_row(segment, position) for position, segment in enumerate(transcript.segments)]
        with self._write() as db:
            recording = rows.latest(db, t.recordings, slug)
            run = rows.insert(
                db,
                t.transcripts,
                slug=slug,
                recording_key=recording.key if recording else None,
                key=key,
                language=transcript.language,
                origin=transcript.origin.value,
                model=transcript.model,
                duration=transcript.duration,
            )
            if segments:
                db.execute(t.segments.insert(), [segment | {"transcript_id": run} for segment in segments])
            index.add_heard(db, slug)
            corrections.settle(db, slug)
            return run

    def save_alignments(
        self, slug: str, alignments: tuple[Alignment, ...], made_from: MadeFrom, hearings: tuple[Mishearing, ...] = ()
    ) -> int:
        """Add an alignment run, and what it found misheard."""
        good = {alignment.block_id for alignment in alignments if alignment.confidence >= LINK_CONFIDENCE}
        with self._write() as db:
            row = db.execute(sa.select(t.notes.c.document).where(t.notes.c.id == made_from.notes_id)).one()
            linked = sum(topic.id in good for topic in msgspec.json.decode(row.document, type=Notes).topics)
            heard = msgspec.json.encode(hearings).decode()
            run = rows.insert(db, t.alignment_runs, slug=slug, linked=linked, hearings=heard, **asdict(made_from))
            if alignments:
                placed = [rows.alignment_row(alignment) | {"run_id": run} for alignment in alignments]
                db.execute(t.alignments.insert(), placed)
            index.add_misheard(db, slug)
            corrections.settle(db, slug)
            return run

    def correct(
        self, slug: str, block_id: str, verdict: Verdict, start: float | None, author: str, *, seen: int | None
    ) -> Correction:
        """Add what `author` says about the link of a block.

        Args:
            start: seconds within the recording, of Verdict.TIME alone.
            seen: id of the newest correction of the block the writer knew; None: they knew of none.

        Raises:
            MeetingNotFound: there is none of that name.
            BlockNotFound: the newest notes have no such block.
            InvalidCorrection: `start` is not within the recording, or there is no name.
            ConflictError: `seen` is not the newest any more.
        """
        with self._write() as db:
            made = corrections.correct(db, slug, block_id, verdict, start, author, seen)
            corrections.settle(db, slug)
            return made

    def undo(self, slug: str, correction_id: int, author: str) -> Correction:
        """Add a correction that says again what held before this one, which has to be the newest of its block.

        Raises:
            MeetingNotFound: there is none of that name.
            CorrectionNotFound: the meeting has no such correction.
            ConflictError: it is not the newest any more.
        """
        with self._write() as db:
            made = corrections.undo(db, slug, correction_id, author)
            corrections.settle(db, slug)
            return made

    def take(self, slug: str, told: Sequence[effective_links.Told]) -> tuple[corrections.Fate, ...]:
        """Add corrections from elsewhere, with their authors and dates; what is known already adds nothing.

        Raises:
            MeetingNotFound: there is none of that name.
        """
        with self._write() as db:
            fates = corrections.take(db, slug, told)
            corrections.settle(db, slug)
            return fates

    def finish(self, slug: str, done: dict[str, str | None]) -> None:
        """Note that a run is complete and what it was made from."""
        self._set_state(slug, done=msgspec.json.encode(done).decode(), failure=None)
        with self._read() as db:
            scattered = index.scattered(db)
        for source in scattered:  # in small steps, as others want to write, too
            for step in count():
                with self._write() as db:
                    if not index.join(db, source, begin=step == 0):
                        break

    def fail(self, slug: str, failure: Failure) -> None:
        """Note why a run ended early. What earlier runs stored stays."""
        self._set_state(slug, failure=msgspec.json.encode(failure).decode())

    def _set_state(self, slug: str, **values: str | None) -> None:
        with self._write() as db:
            db.execute(t.meetings.update().where(t.meetings.c.slug == slug).values(**values))

    def reindex(self, language: str | None = None, progress: Progress | None = None) -> tuple[int, str]:
        """Make the full-text index anew, and say of how many meetings and for which language.

        Args:
            language: whose words are searched from now on, as `pipeline.languages` names it; None: as before.
            progress: called with meetings.
        """
        with self._write() as db:
            return index.rebuild(db, language, progress)

    # -- reading ---------------------------------------------------------------------------------------------------

    def finished(self) -> dict[str, tuple[str, dict[str, str | None]]]:
        """By path of the notes: the slug, and what its last run was made from.

        Without those that failed, or were corrected, since.
        """
        with self._read() as db:
            found = db.execute(
                sa.select(t.meetings.c.path, t.meetings.c.slug, t.meetings.c.done).where(
                    t.meetings.c.done.is_not(None), t.meetings.c.failure.is_(None)
                )
            )
            marks = effective_links.marks(db)
            decoded = {row.path: (row.slug, msgspec.json.decode(row.done)) for row in found}
            return {
                path: (slug, done)
                for path, (slug, done) in decoded.items()
                if done.get("corrections") == marks.get(slug)
            }

    def done(self, slug: str) -> dict[str, str | None]:
        """What the last complete run was made from, whatever came after it; empty when there was none."""
        with self._read() as db:
            found = db.scalar(sa.select(t.meetings.c.done).where(t.meetings.c.slug == slug))
            return msgspec.json.decode(found, type=dict[str, str | None]) if found else {}

    def slug_of(self, path: str) -> str | None:
        """The slug of the meeting whose notes are at `path`, None when there is none."""
        with self._read() as db:
            return db.scalar(sa.select(t.meetings.c.slug).where(t.meetings.c.path == path))

    def meetings(self) -> tuple[MeetingSummary, ...]:
        """All meetings, newest first; those without a date last."""
        with self._read() as db:
            summaries = rows.summaries(db)
        return tuple(sorted(summaries, key=lambda s: (s.date or date.min, s.title), reverse=True))

    def meeting(self, slug: str, *, segments: bool = True) -> Meeting:
        """Everything of one meeting, from its latest runs; without `segments` its transcript is left empty.

        A transcript belongs to the recording it was heard in, and links to the transcript they point into: while a
        new recording is not transcribed yet, the meeting has neither.

        Raises:
            MeetingNotFound: there is none of that name.
        """
        with self._read() as db:
            state = db.execute(sa.select(t.meetings).where(t.meetings.c.slug == slug)).one_or_none()
            latest = rows.latest(db, t.notes, slug)
            if state is None or latest is None:
                raise MeetingNotFound(slug)
            recording = rows.latest(db, t.recordings, slug)
            transcript = rows.heard_in(db, slug, recording)
            notes = msgspec.json.decode(latest.document, type=Notes)
            placed = effective_links.placed(db, slug, notes)
            return Meeting(
                notes=notes,
                recording=msgspec.json.decode(recording.document, type=Recording) if recording else None,
                transcript=rows.transcript(db, transcript, segments=segments) if transcript else None,
                alignments=placed.alignments,
                failure=msgspec.json.decode(state.failure, type=Failure) if state.failure else None,
                corrections=placed.held,
                orphans=placed.orphans,
            )

    def recording(self, slug: str) -> Stored[Recording] | None:
        """The latest recording, with the URL or path that was asked for as its key."""
        with self._read() as db:
            row = rows.latest(db, t.recordings, slug)
            return Stored(row.id, row.key, msgspec.json.decode(row.document, type=Recording)) if row else None

    def transcript(self, slug: str) -> Stored[Transcript] | None:
        """The transcript of the latest recording, with the sha256 of the file it was made from as its key."""
        with self._read() as db:
            row = rows.heard_in(db, slug, rows.latest(db, t.recordings, slug))
            return Stored(row.id, row.key, rows.transcript(db, row)) if row else None

    def heard_before(self, slug: str, key: str) -> Transcript | None:
        """The latest transcript made from the file with sha256 `key`, in whatever recording."""
        with self._read() as db:
            row = rows.latest(db, t.transcripts, slug, t.transcripts.c.key == key)
            return rows.transcript(db, row) if row else None

    def aligned(self, slug: str, made_from: MadeFrom) -> bool:
        """Whether the latest alignment was made from just these."""
        with self._read() as db:
            run = rows.latest(db, t.alignment_runs, slug)
            return run is not None and MadeFrom(run.notes_id, run.transcript_id, run.aligner, run.pins) == made_from

    def pins(self, slug: str) -> tuple[effective_links.Pins, str | None]:
        """Where people said that blocks begin, and a mark that changes with every correction; None: nobody said."""
        with self._read() as db:
            return effective_links.pins(db, slug)

    def history(self, slug: str) -> tuple[Correction, ...]:
        """Every correction of a meeting, newest first, with the ids the blocks had then."""
        with self._read() as db:
            return effective_links.history(db, slug)

    def told(self, slug: str) -> tuple[effective_links.Told, ...]:
        """The corrections that hold, for telling them to another database, and those without a block.

        Raises:
            MeetingNotFound: there is none of that name.
        """
        with self._read() as db:
            return effective_links.told(db, slug)

    def corrected(self) -> tuple[str, ...]:
        """The meetings that have corrections."""
        with self._read() as db:
            return tuple(sorted(effective_links.marks(db)))

    def since(self) -> dict[str, datetime]:
        """When the notes of every meeting came here first, by slug; UTC."""
        first = sa.select(t.notes.c.slug, sa.func.min(t.notes.c.created_at).label("at")).group_by(t.notes.c.slug)
        with self._read() as db:
            return {row.slug: row.at.replace(tzinfo=UTC) for row in db.execute(first)}

    def paths(self) -> dict[str, str]:
        """The path of every meeting's notes, by slug."""
        with self._read() as db:
            return {row.slug: row.path for row in db.execute(sa.select(t.meetings.c.slug, t.meetings.c.path))}

    # -- transactions ----------------------------------------------------------------------------------------------

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with schema.translated(self.path), self._engine.connect() as db:
            db.exec_driver_sql("BEGIN")  # one snapshot for all queries of a call
            yield db

    reading = _read  # for those who look up: `pipeline.search`

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with schema.translated(self.path), self._engine.begin() as db:
            # Take the write lock at once: a deferred transaction that upgrades later fails without waiting.
            db.exec_driver_sql("BEGIN IMMEDIATE")
            yield db

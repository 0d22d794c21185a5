"""The database: notes, recordings, transcripts, alignments and corrections of every meeting.

SQLite in WAL mode, so that readers never wait for a writer, or PostgreSQL, where several machines share an archive. A
write is one transaction: after a crash, all of it is there or none.

    tables            what is stored
    schema            opened, and upgraded
    dialects          where SQLite and PostgreSQL differ
    expressions       what they say in other words
    rows              rows ↔ records
    shared_locks      locks of meetings, in PostgreSQL
    registry          which meetings there are, and where their notes are
    changes           which meeting was written when
    versions          of the notes
    transcripts       on the clock of their recording
    contributions     what people add: corrections, and names of speakers
    corrections       rows that people add
    speaker_names     who the speakers of a transcript are
    redactions        passages that people took out
    redacting         their words leave every row
    effective_links   what was found, with the corrections that apply
    transactions      each call is one
    summaries         what is asked of all meetings at once
    inventory         what there is of each meeting, and how large
    media_paths       where media files are
    moved_recordings  files that are known by another path
    forgetting        a meeting leaves
    tokens            who may write and read, beside whoever has the server's own token
    jobs              what was asked for, and how far it is
    job_rows          rows of jobs
    job_states        the state of each, and the steps from one to another; procrastinate_states: in PostgreSQL
    task_rows         Procrastinate's own rows; piece_tasks: those of pieces; heartbeats: of workers
    fetched           recordings that were fetched for all machines
    hearings          recordings in the ears of several machines
    piece_tasks       their pieces in the queue
    work              jobs, and what their parts hand to each other
    watches           places that are watched for new meetings, and what was found there
    matches           videos of lists, and the notes they may belong to
    subscriptions     what people follow, and what they were told
    copying           all of it into another database
    files             the database as a file: copied, looked at, used from another place
    old_rows          what newer runs have replaced, and what stays however old
    retention         these, found and deleted
    repair            what cannot be read, removed before a run

The store knows nothing of what is derived from it. It tells which meetings changed, and calls whoever subscribed
after every write.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import msgspec
import sqlalchemy as sa

from pipeline import muted_media
from pipeline.config import Settings
from pipeline.errors import MeetingDamaged
from pipeline.file_names import path_of
from pipeline.freshness import REVISION
from pipeline.records import (
    Alignment,
    Failure,
    Meeting,
    MeetingSummary,
    Mishearing,
    Notes,
    Recording,
    RunKey,
    SectionSpan,
    Transcript,
    TranscriptClock,
    UncoveredSpan,
)
from pipeline.store import (
    changes,
    corrections,
    effective_links,
    media_paths,
    moved_recordings,
    redacting,
    redactions,
    repair,
    rows,
    schema,
    summaries,
    transcripts,
    versions,
)
from pipeline.store import tables as t
from pipeline.store.changes import FORGOTTEN
from pipeline.store.dialects import dialect_of
from pipeline.store.matches import MatchTable
from pipeline.store.media_paths import MEDIA_FOLDER
from pipeline.store.registry import NotesPlace
from pipeline.store.rows import AlignmentInputs, MeetingRows, Stored
from pipeline.store.subscriptions import SubscriptionTable
from pipeline.store.tokens import TokenTable
from pipeline.store.watches import WatchTable
from pipeline.store.work import WorkTables

__all__ = ["FORGOTTEN", "REVISION", "AlignmentInputs", "NotesPlace", "Store", "Stored"]


class Store(WorkTables):
    """An open database. Every method is one transaction and may raise StoreError.

    What is asked of one meeting raises MeetingDamaged where what is stored of it cannot be read.
    """

    @classmethod
    def open(
        cls, path: Path, *, url: str | None = None, language: str | None = None, timeout_seconds: float = 15.0
    ) -> Store:
        """Open the database in the file at `path`, whose folder is the data folder, creating or upgrading it as needed.

        Args:
            url: of a PostgreSQL database that is opened instead.
            language: whose words a new database searches, as `pipeline.language.names` has it; None: English. If the
                database has another, that is logged and nothing changed.
            timeout_seconds: how long a write waits for another writer.

        Raises:
            SchemaMismatch: a newer jumpnotes wrote it. Nothing is changed.
            ReadOnly: an older jumpnotes wrote it, and it cannot be written.
            StoreError: it cannot be opened, or is no database.
        """
        dialect = dialect_of(path, url)
        return cls(dialect, path.parent, schema.open_engine(dialect, path.parent, language, timeout_seconds))

    @classmethod
    def of(cls, settings: Settings, *, language: str | None = None, timeout_seconds: float = 15.0) -> Store:
        """Open the database that the settings name, as `open` does."""
        return cls.open(
            settings.database_file, url=settings.database, language=language, timeout_seconds=timeout_seconds
        )

    @cached_property
    def watches(self) -> WatchTable:
        """The places that are watched for new meetings."""
        return WatchTable(self._read, self._transaction)

    @cached_property
    def tokens(self) -> TokenTable:
        """Tokens that were given to people and programs."""
        return TokenTable(self._read, self._transaction)

    @cached_property
    def subscriptions(self) -> SubscriptionTable:
        """What people follow, and what they were told."""
        return SubscriptionTable(self._read, self._transaction)

    @cached_property
    def matches(self) -> MatchTable:
        """Which listed videos may be the recordings of which notes."""
        return MatchTable(self._read, self._transaction, self._job_states.seen)

    # -- writing ---------------------------------------------------------------------------------------------------

    def save_notes(self, notes: Notes) -> int:
        """Add this version of the notes, unless it is the latest already. Returns its run number.

        Where they only stand on other lines of their file, or have other warnings, they stay the same version.
        """
        with self._write(notes.slug) as meeting:
            latest = meeting.notes_row
            if latest is not None and versions.update(meeting, notes):
                return int(latest.id)
            run = versions.add(meeting, notes)
            if latest is not None and meeting.corrections:
                corrections.reattach(meeting, before=meeting.notes, after=notes)
            return run

    def keep(self, notes: Notes, key: RunKey) -> bool:
        """Note that a run of these notes, which `key` describes, has nothing to do but to note their lines.

        False, and nothing is changed, where the notes are another version than the latest.
        """
        values = {"run_key": msgspec.json.encode(key).decode()}
        with self._write(notes.slug, is_shown=False) as meeting:
            same = versions.update(meeting, notes)
            if same:
                meeting.db.execute(t.meetings.update().where(t.meetings.c.slug == notes.slug).values(**values))
        return same

    def save_recording(self, slug: str, recording: Recording, *, key: str) -> int:
        """Add what was fetched for `key` (the URL or path that was asked for).

        What was said in an earlier recording is no longer part of the meeting.
        """
        with self._write(slug) as meeting:
            document = msgspec.json.encode(media_paths.relative(recording, self.folder))
            return rows.insert(
                meeting.db, t.recordings, slug=slug, key=key, duration=recording.duration, document=document
            )

    def move_recording(
        self, slug: str, recording: Recording, old_key: str, key: str, *, asked_for: bool = True
    ) -> None:
        """Let the latest recording be known by another `key`, as its file has moved, or its address is another's now.

        It is the same recording: its transcripts, and the corrections made for it, stay its own.

        Args:
            asked_for: it is also what the last run was asked for.
        """
        with self._write(slug) as meeting:
            moved_recordings.move(meeting, media_paths.relative(recording, self.folder), old_key, key)
            if asked_for:
                moved_recordings.move_run_key(meeting, recording.source, old_key, key)

    def save_transcript(
        self,
        slug: str,
        transcript: Transcript,
        *,
        key: str,
        of_part: bool = False,
        clock: TranscriptClock | None = None,
    ) -> int:
        """Add a transcript of the latest recording, or of a part of it, made from the file with sha256 `key`.

        It is kept as it was given; `clock` is what it is read by.
        """
        with self._write(slug) as meeting:
            run = transcripts.add(meeting, transcript, key, clock, of_part=of_part)
            redacting.rewrite_again(meeting)  # its length may tell that an earlier one has a passage, too
            return run

    def save_alignments(
        self,
        slug: str,
        alignments: tuple[Alignment, ...],
        inputs: AlignmentInputs,
        mishearings: tuple[Mishearing, ...] = (),
        uncovered: tuple[UncoveredSpan, ...] = (),
        within: tuple[SectionSpan, ...] = (),
    ) -> int:
        """Add an alignment run: its links, what it found misheard, what was said that the notes do not cover, and the
        spans of blocks without a link.
        """
        with self._write(slug) as meeting:
            row = meeting.db.execute(sa.select(t.notes).where(t.notes.c.id == inputs.notes_id)).one()
            notes = rows.notes_of(row)
            passages = redactions.in_force(meeting)  # the run may have read the transcript before they were taken out
            alignments = tuple(redactions.without_evidence(each, passages) for each in alignments)
            run = rows.insert(
                meeting.db,
                t.alignment_runs,
                slug=slug,
                linked=notes.linked_topics({alignment.block_id: alignment for alignment in alignments}),
                mishearings=msgspec.json.encode(redactions.without_mishearings(mishearings, passages)).decode(),
                uncovered=msgspec.json.encode(redactions.without_keywords(uncovered, passages)).decode(),
                within=rows.encode_spans(within),
                **asdict(inputs),
            )
            if alignments:
                placed = [rows.alignment_row(alignment) | {"run_id": run} for alignment in alignments]
                meeting.db.execute(t.alignments.insert(), placed)
            return run

    def finish(self, slug: str, key: RunKey) -> None:
        """Note that a run is complete and what it was made from."""
        self._set_state(slug, run_key=msgspec.json.encode(key).decode(), failure=None)

    def repair(self, slug: str) -> tuple[str, ...]:
        """Remove what is stored of a meeting and cannot be read, so that a run makes it anew; what was, in words."""
        if self.is_intact(slug):
            return ()
        with self._write(slug) as meeting:
            return repair.repair(meeting)

    def is_intact(self, slug: str) -> bool:
        """Whether everything that is stored of a meeting can be read."""
        with self._read() as db, suppress(MeetingDamaged):
            repair.check(MeetingRows(db, slug))
            return True
        return False

    def fail(self, slug: str, failure: Failure) -> None:
        """Note why a run ended early. What earlier runs stored stays."""
        self._set_state(slug, failure=msgspec.json.encode(failure).decode())

    def _set_state(self, slug: str, **values: str | None) -> None:
        with self._write(slug) as meeting:
            meeting.db.execute(t.meetings.update().where(t.meetings.c.slug == slug).values(**values))

    def save_linked(self, slug: str, linked: int) -> None:
        """Keep how many topics have a link, for the list of meetings. This is derived, so it is no change."""
        with self._read() as db:
            known = db.scalar(sa.select(t.meetings.c.linked).where(t.meetings.c.slug == slug))
        if known != linked:
            with self._transaction() as db:
                db.execute(t.meetings.update().where(t.meetings.c.slug == slug).values(linked=linked))

    # -- reading ---------------------------------------------------------------------------------------------------

    def run_key(self, slug: str) -> RunKey | None:
        """What the last complete run was made from, whatever came after it; None when there was none."""
        with self._read() as db, rows.damage_told(slug, "last run"):
            found = db.scalar(sa.select(t.meetings.c.run_key).where(t.meetings.c.slug == slug))
            return msgspec.json.decode(found, type=RunKey) if found else None

    def meetings(self) -> tuple[MeetingSummary, ...]:
        """All meetings, newest first; those without a date last."""
        self._damaged -= {slug for slug in tuple(self._damaged) if self.is_intact(slug)}
        with self._read() as db:
            found = summaries.summaries(db)
        found = [replace(each, damaged=True) if each.slug in self._damaged else each for each in found]
        return tuple(sorted(found, key=lambda each: (each.date or date.min, each.title), reverse=True))

    def meeting(self, slug: str, *, segments: bool = True) -> Meeting:
        """Everything of one meeting, from its latest runs; without `segments` its transcript is left empty.

        A transcript belongs to the recording it was heard in, and links to the transcript they point into: while a
        new recording is not transcribed yet, the meeting has neither.

        Raises:
            MeetingNotFound: there is no such meeting, or it has no notes.
        """
        with self._read_meeting(slug) as meeting:
            links = effective_links.effective_links(meeting)
            return Meeting(
                notes=meeting.notes,
                recording=self._located(meeting),
                transcript=transcripts.newest(meeting, segments=segments),
                alignments=links.alignments,
                within=links.within,
                failure=meeting.failure,
                corrections=links.corrections,
                orphans=links.orphans,
                uncovered=meeting.uncovered,
                mishearings=meeting.mishearings,
                duration=meeting.duration,
                versions=meeting.versions,
                updated_at=changes.shown_at(meeting.db, slug),
            )

    def recording(self, slug: str, *, audible: bool = True) -> Stored[Recording] | None:
        """The latest recording, with the URL or path that was asked for as its key.

        Args:
            audible: with the files that may be heard where a passage was taken out, rather than those they are made of.
        """
        with self._read_meeting(slug) as meeting:
            row, recording = meeting.recording_row, self._located(meeting, audible=audible)
            return Stored(row.id, row.key, recording) if row and recording else None

    def _located(self, meeting: MeetingRows, *, audible: bool = True) -> Recording | None:
        """The recording, with its files where they are now."""
        if (recording := meeting.recording) is None:
            return None
        found = media_paths.located(recording, self.folder, path_of(meeting.path))
        if not audible:
            return found
        passages, folder = redactions.in_force(meeting), self.folder / MEDIA_FOLDER
        return muted_media.audible(found, passages, meeting.slug, folder)

    def transcript(self, slug: str, *, as_given: bool = False) -> Stored[Transcript] | None:
        """The transcript of the latest recording, with the sha256 of the file it was made from as its key.

        Args:
            as_given: on its own clock, with its own names for speakers.
        """
        with self._read_meeting(slug) as meeting:
            row, found = meeting.transcript_row, transcripts.newest(meeting, as_given=as_given)
            return Stored(row.id, row.key, found) if row and found else None

    def heard_before(self, slug: str, key: str, model: str | None = None) -> Transcript | None:
        """The latest transcript made from the file with sha256 `key`, in whatever recording, if it can be read.

        Of this meeting, or else of any other: a recording that two notes link is transcribed once.

        Args:
            model: only what this speech model heard.
        """
        heard = sa.select(t.transcripts).where(t.transcripts.c.key == key)
        if model is not None:
            heard = heard.where(t.transcripts.c.model == model)
        own_first = heard.order_by(t.transcripts.c.slug != slug, t.transcripts.c.id.desc())
        with self._read() as db, suppress(MeetingDamaged), rows.damage_told(slug, "transcripts"):
            row = db.execute(own_first.limit(1)).one_or_none()
            return transcripts.of_row(db, row) if row else None
        return None

    def made_from_recording(self, slug: str) -> Transcript | None:
        """The latest transcript of the latest recording that nobody gave: its captions, or what was heard in it."""
        with self._read_meeting(slug) as meeting:
            return transcripts.made(meeting)

    def is_aligned(self, slug: str, inputs: AlignmentInputs) -> bool:
        """Whether the latest alignment was made from just these."""
        with self._read() as db:
            run = rows.latest(db, t.alignment_runs, slug)
            return run is not None and AlignmentInputs(run.notes_id, run.transcript_id, run.aligner, run.pins) == inputs

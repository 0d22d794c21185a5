"""Passages that people took out: the one reason, beside forgetting, for which rows of a run are rewritten.

A row says which passage, of which recording. Within the same transaction its words leave every other row of the
meeting, so nothing shows them from then on; and whatever is added later loses them as it is added. What the rows cannot
know (files, free pages of the database, the search index) is `pipeline.redact`'s.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace

import msgspec
import sqlalchemy as sa

from pipeline import redacted, transcript_clock
from pipeline.corrections.validate import validated_author
from pipeline.errors import InvalidPassage, MeetingDamaged
from pipeline.part_clock import is_beginning
from pipeline.records import Mishearing, Origin, Redaction, RemovedPassage, UncoveredSpan
from pipeline.redacted import without_passages
from pipeline.store import job_rows, redactions, rows, transcripts, versions
from pipeline.store import tables as t
from pipeline.store.rows import MeetingRows, Row

MAX_REASON_CHARS = 200

_TAKEN_OUT = "What was said of this was taken out with a passage of the recording."


def add(meeting: MeetingRows, passages: Sequence[RemovedPassage], author: str) -> tuple[Redaction, ...]:
    """See `Store.redact`."""
    author, _ = validated_author(author), meeting.notes  # there has to be a meeting
    said = transcripts.newest(meeting)
    wide = tuple(redacted.widened(validated(each, meeting.duration), said) for each in passages)
    given = {"slug": meeting.slug, "recording_key": meeting.recording_key, "duration": meeting.duration}
    at = rows.now().replace(microsecond=0)
    ids = [
        rows.insert(meeting.db, t.redactions, **values, **given, **asdict(each), author=author, at=at, unfinished=True)
        for each in wide
        for values in [redactions.by_transcript(meeting, each.start, each.end)]
    ]
    meeting.__dict__.pop("redactions", None)
    rewrite(meeting)
    job_rows.drop_lines(meeting.db, meeting.slug)
    return tuple(each for each in redactions.history(meeting) if each.id in ids)


def validated(passage: RemovedPassage, duration: float | None) -> RemovedPassage:
    """The passage as it is stored: within the recording, its reason a line.

    Raises:
        InvalidPassage: it has no length, or is not within the recording; or the reason is too long.
    """
    reason = " ".join(passage.reason.split())
    if not 0.0 <= passage.start < passage.end or (duration is not None and passage.start >= duration):
        raise InvalidPassage("The passage has to begin within the recording, and to end after its beginning.")
    if len(reason) > MAX_REASON_CHARS:
        raise InvalidPassage(f"The reason has more than {MAX_REASON_CHARS} characters.")
    end = passage.end if duration is None else min(passage.end, duration)
    return RemovedPassage(passage.start, end, reason)


# -- what is there --------------------------------------------------------------------------------------------------


def rewrite(meeting: MeetingRows) -> None:
    """Take the words of every passage in force out of every row of the meeting.

    Transcripts of other recordings are deleted, as nobody knows where in them the same was said; so are earlier ones
    that somebody gave, which may have run by a clock that was wrong.
    """
    passages = redactions.in_force(meeting)
    newest, speakers = meeting.transcript_row, _speakers(meeting)
    removed: list[str] = []
    kept: list[str] = []
    for row in meeting.db.execute(sa.select(t.transcripts).where(t.transcripts.c.slug == meeting.slug)).all():
        is_newest = newest is not None and row.id == newest.id
        if not is_newest and (row.origin == Origin.IMPORT or not _is_of_this_recording(row, meeting)):
            _delete_transcript(meeting, row.id)
            continue
        try:
            given = transcripts.of_row(meeting.db, row)
        except MeetingDamaged:
            if is_newest:
                raise
            _delete_transcript(meeting, row.id)
            continue
        left = without_passages(given, passages, transcript_clock.in_recording(rows.clock_of(row)))
        kept += [each.text for each in left.segments]
        if left != given:
            removed += [each.text for each in given.segments]
            transcripts.replace_segments(meeting.db, row.id, left)
    words = redacted.words_only_in(removed, kept)
    _rewrite_remarks(meeting, words)
    _rewrite_alignments(meeting, passages)
    gone = t.speaker_names.c.slug == meeting.slug, t.speaker_names.c.label.in_(speakers - _speakers(meeting))
    meeting.db.execute(t.speaker_names.delete().where(*gone))
    _rewrite_notes(meeting)
    for name in ("transcript_row", "alignment_run", "notes_row", "notes", "speaker_names"):
        meeting.__dict__.pop(name, None)


def is_left(meeting: MeetingRows) -> bool:
    """Whether a transcript that is stored of the recording has words of a passage in force. Raises MeetingDamaged."""
    passages = redactions.in_force(meeting)
    return bool(passages) and any(_has_words(row, passages, meeting) for row in _checked_rows(meeting))


def _checked_rows(meeting: MeetingRows) -> list[Row]:
    """Those transcripts of the recording whose clock is known to be right: not earlier ones that somebody gave."""
    newest = meeting.transcript_row
    of_meeting = sa.select(t.transcripts).where(t.transcripts.c.slug == meeting.slug)
    return [
        row
        for row in meeting.db.execute(of_meeting).all()
        if (newest is not None and row.id == newest.id)
        or (row.origin != Origin.IMPORT and _is_of_this_recording(row, meeting))
    ]


def _has_words(row: Row, passages: Sequence[RemovedPassage], meeting: MeetingRows) -> bool:
    with suppress(MeetingDamaged):  # a run makes it anew
        given = transcripts.of_row(meeting.db, row)
        return without_passages(given, passages, transcript_clock.in_recording(rows.clock_of(row))) != given
    return False


def rewrite_again(meeting: MeetingRows) -> bool:
    """Take out what is left in rows of passages in force, and let files be looked at again; whether there was any."""
    if not is_left(meeting):
        return False
    here = t.redactions.c.slug == meeting.slug
    meeting.db.execute(t.redactions.update().where(here).values(unfinished=True))
    meeting.__dict__.pop("redactions", None)
    rewrite(meeting)
    return True


def _is_of_this_recording(row: Row, meeting: MeetingRows) -> bool:
    return bool(row.recording_key == meeting.recording_key) or (
        row.recording_key is not None and is_beginning(row.recording_key, meeting.recording_key)
    )


def _delete_transcript(meeting: MeetingRows, run: int) -> None:
    meeting.db.execute(t.alignment_runs.delete().where(t.alignment_runs.c.transcript_id == run))
    meeting.db.execute(t.transcripts.delete().where(t.transcripts.c.id == run))


def _rewrite_remarks(meeting: MeetingRows, words: frozenset[str]) -> None:
    """What readers of files, and runs that failed, say of what they read may quote it."""
    for row in meeting.db.execute(sa.select(t.transcripts).where(t.transcripts.c.slug == meeting.slug)).all():
        values = {
            name: msgspec.json.encode([each for each in json.loads(row._mapping[name]) if not _tells(each, words)])
            for name in ("warnings", "doubts")
        }
        here = t.transcripts.c.id == row.id
        meeting.db.execute(t.transcripts.update().where(here).values({k: v.decode() for k, v in values.items()}))
    failure = meeting.failure
    if failure and _tells(f"{failure.message} {failure.hint}", words):
        told = replace(failure, message=_TAKEN_OUT, hint="Run the notes again.")
        of_meeting = t.meetings.c.slug == meeting.slug
        meeting.db.execute(t.meetings.update().where(of_meeting).values(failure=msgspec.json.encode(told).decode()))


def _tells(text: str, words: frozenset[str]) -> bool:
    return redacted.mentions(text, words)


def _rewrite_alignments(meeting: MeetingRows, passages: Sequence[RemovedPassage]) -> None:
    for run in meeting.db.execute(sa.select(t.alignment_runs).where(t.alignment_runs.c.slug == meeting.slug)).all():
        here = t.alignment_runs.c.id == run.id
        try:
            misheard = msgspec.json.decode(run.mishearings, type=tuple[Mishearing, ...])
            uncovered = msgspec.json.decode(run.uncovered, type=tuple[UncoveredSpan, ...])
            found = rows.alignments(meeting.db, run)
        except (msgspec.MsgspecError, MeetingDamaged, TypeError):
            meeting.db.execute(t.alignment_runs.delete().where(here))
            continue
        links = {block_id: redactions.without_evidence(each, passages) for block_id, each in found.items()}
        for block_id, each in links.items():
            if each != found[block_id]:
                of_block = t.alignments.c.run_id == run.id, t.alignments.c.block_id == block_id
                meeting.db.execute(t.alignments.update().where(*of_block).values(evidence="[]"))
        values = {
            "mishearings": msgspec.json.encode(redactions.without_mishearings(misheard, passages)).decode(),
            "uncovered": msgspec.json.encode(redactions.without_keywords(uncovered, passages)).decode(),
        }
        meeting.db.execute(t.alignment_runs.update().where(here).values(**values))


def _speakers(meeting: MeetingRows) -> set[str]:
    """What the transcripts call those who speak in them."""
    of_meeting = t.segments.join(t.transcripts, t.segments.c.transcript_id == t.transcripts.c.id)
    speak = sa.select(t.segments.c.speaker).select_from(of_meeting).where(t.transcripts.c.slug == meeting.slug)
    return {label for label in meeting.db.scalars(speak.distinct()) if label}


def _rewrite_notes(meeting: MeetingRows) -> None:
    """A transcript that stands in the notes is stored with them, as their source."""
    for row in meeting.db.execute(sa.select(t.notes).where(t.notes.c.slug == meeting.slug)).all():
        with suppress(MeetingDamaged):  # a run makes it anew
            notes = rows.notes_of(row)
            if notes.transcript is not None:
                values = versions.stored_form(versions.blanked(notes))
                meeting.db.execute(t.notes.update().where(t.notes.c.id == row.id).values(**values))

"""The videos of lists, the notes without a recording, and what is proposed or decided about the two."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.errors import MatchDecided, MatchNotFound
from pipeline.records import (
    CaptionsVerdict,
    JobState,
    ListedVideo,
    Match,
    MatchState,
    NotesWithoutRecording,
    StoredMatch,
    Video,
)
from pipeline.store import rows, summaries
from pipeline.store import tables as t
from pipeline.store.expressions import any_text, upsert
from pipeline.store.jobs import Transaction
from pipeline.store.rows import Row

_IN_PARTS = " + "  # between the keys of the parts of a recording
_ON_YOUTUBE = "youtube "


class MatchTable:
    """Matches in a database. Each call is a transaction; none is a change of a meeting."""

    def __init__(self, reading: Transaction, writing: Transaction, jobs: sa.FromClause) -> None:
        self._reading = reading
        self._jobs = jobs
        self._writing = writing

    # -- the two lists -----------------------------------------------------------------------------------------------

    def list_videos(self, videos: Sequence[ListedVideo]) -> None:
        """Keep these videos; those that were kept before become what they are now."""
        with self._writing() as db:
            for video in videos:
                added = upsert(db, t.listed_videos).values(id=video.id, document=_encode(video))
                newer = {"document": added.excluded.document}
                db.execute(added.on_conflict_do_update(index_elements=["id"], set_=newer))

    def withdraw(self, *, but: Collection[str]) -> None:
        """Note that all videos but these are not there any more, or are in no list that is watched."""
        with self._writing() as db:
            for row in db.execute(sa.select(t.listed_videos)).all():
                video = _decode(row.document)
                if video.id not in but and video.status != "unavailable":
                    here = t.listed_videos.update().where(t.listed_videos.c.id == video.id)
                    db.execute(here.values(document=_encode(replace(video, status="unavailable"))))

    def count_withdrawn(self) -> int:
        """How many videos are in no list any more, and nobody decided about them."""
        with self._reading() as db:
            return len(_withdrawn(db))

    def drop_withdrawn(self) -> int:
        """Forget these. Returns how many."""
        with self._writing() as db:
            gone = _withdrawn(db)
            for number in gone:
                db.execute(t.matches.delete().where(t.matches.c.video_id == number))
                db.execute(t.listed_videos.delete().where(t.listed_videos.c.id == number))
            return len(gone)

    def videos(self) -> tuple[ListedVideo, ...]:
        """All videos that were ever listed, the newest first; those without a date last."""
        with self._reading() as db:
            documents = db.scalars(sa.select(t.listed_videos.c.document).order_by(t.listed_videos.c.id)).all()
        found = [_decode(document) for document in documents]
        return tuple(sorted(found, key=lambda each: each.at.timestamp() if each.at else 0.0, reverse=True))

    def notes_without_recording(self) -> tuple[NotesWithoutRecording, ...]:
        """The notes that link no recording, and that none was given or found for; newest first."""
        with self._reading() as db:
            return tuple(_notes_without_recording(db).values())

    def recorded(self) -> frozenset[str]:
        """The videos that are a meeting's: ids on YouTube, and other addresses."""
        with self._reading() as db:
            keys = [key for key in db.scalars(sa.select(t.recordings.c.key).distinct()) if isinstance(key, str)]
            newest = sa.select(sa.func.max(t.notes.c.id)).group_by(t.notes.c.slug)
            linking = sa.select(t.notes.c.document).where(t.notes.c.id.in_(newest), t.notes.c.has_video)
            decode = msgspec.json.Decoder(_LinkedVideos).decode
            found = {part.removeprefix(_ON_YOUTUBE) for key in keys for part in key.split(_IN_PARTS)}
            for document in db.scalars(linking):
                with suppress(msgspec.MsgspecError, TypeError):
                    linked = decode(document)
                    videos = (linked.video, *linked.further_parts)
                    found.update(video.id or video.url for video in videos if video)
        return frozenset(found)

    # -- matches -----------------------------------------------------------------------------------------------------

    def propose(self, matches: Sequence[Match]) -> int:
        """Let these be what is proposed; what somebody decided stays. Returns how many are new.

        Their videos have to be listed. What was proposed before and is not among them is superseded.
        """
        new = 0
        with self._writing() as db:
            db.execute(
                t.matches.update()
                .where(t.matches.c.state == MatchState.PROPOSED)
                .values(state=MatchState.SUPERSEDED, is_unique=False)
            )
            for match in matches:
                here = t.matches.c.slug == match.notes.slug, t.matches.c.video_id == match.video.id
                values = {
                    "reasons": json.dumps(match.reasons, ensure_ascii=False),
                    "score": match.score,
                    "is_unique": match.unique,
                    "is_dated": match.dated,
                }
                known = db.execute(sa.select(t.matches.c.state).where(*here)).one_or_none()
                if known is None:
                    ends = {"slug": match.notes.slug, "video_id": match.video.id}
                    db.execute(t.matches.insert().values(**ends, **values, state=MatchState.PROPOSED))
                    new += 1
                elif known.state == MatchState.SUPERSEDED:
                    db.execute(t.matches.update().where(*here).values(**values, state=MatchState.PROPOSED))
        return new

    def note_captions(self, number: int, verdict: CaptionsVerdict, score: float | None) -> None:
        """Keep what the captions of its video say of a match."""
        with self._writing() as db:
            values = {"captions": verdict, "captions_score": score}
            db.execute(t.matches.update().where(t.matches.c.id == number).values(**values))

    def decide(self, number: int, state: MatchState, author: str) -> StoredMatch:
        """Note that a match was taken, or that it was refused.

        What was taken leaves nothing to other proposals for the same notes or the same video.

        Raises:
            MatchNotFound: there is no such match.
            MatchDecided: it is decided already, or it no longer applies.
        """
        with self._writing() as db:
            found = _match(db, number)
            if found.state is state:
                return found
            is_undone = found.state is MatchState.TAKEN and state is MatchState.REFUSED
            if found.state is not MatchState.PROPOSED and not is_undone:
                raise MatchDecided(number, found.state)
            values = {"state": state, "author": author, "decided_at": rows.now()}
            db.execute(t.matches.update().where(t.matches.c.id == number).values(**values))
            if state is MatchState.TAKEN:
                ends = t.matches.c.slug == found.match.notes.slug, t.matches.c.video_id == found.match.video.id
                rivals = sa.or_(*ends), t.matches.c.state == MatchState.PROPOSED
                db.execute(t.matches.update().where(*rivals).values(state=MatchState.SUPERSEDED))
            return _match(db, number)

    def note_job(self, number: int, job: int) -> StoredMatch:
        """Note the job of a match that was taken.

        Raises:
            MatchNotFound: there is no such match.
            MatchDecided: it was refused meanwhile.
        """
        with self._writing() as db:
            found = _match(db, number)
            if found.state is not MatchState.TAKEN:
                raise MatchDecided(number, found.state)
            db.execute(t.matches.update().where(t.matches.c.id == number).values(job=job))
            return replace(found, job=job)

    def match(self, number: int) -> StoredMatch:
        """Raises MatchNotFound."""
        with self._reading() as db:
            return _match(db, number)

    def matches(self, *states: MatchState) -> tuple[StoredMatch, ...]:
        """The matches in these states, or all; those of the newest notes first, and the best of them first.

        Proposals that no longer apply, as their notes have got a recording since, are not among them.
        """
        wanted = _MATCHES.where(t.matches.c.state.in_(states)) if states else _MATCHES
        with self._reading() as db:
            found = [each for each in _find(db, wanted) if not states or each.state in states]
        best_first = sorted(found, key=lambda each: (-each.match.score, each.id))
        return tuple(sorted(best_first, key=lambda each: str(each.match.notes.date or ""), reverse=True))

    def held(self) -> tuple[StoredMatch, ...]:
        """What was taken, while its job is not done, and as long as the notes keep this recording.

        Where the job failed for good, both are without the other again.
        """
        jobs = self._jobs.c
        failed = sa.select(jobs.id).where(jobs.state.in_((JobState.FAILED, JobState.CANCELLED)))
        with self._reading() as db:
            given_up = set(db.scalars(failed.where(jobs.id.in_(sa.select(t.matches.c.job)))))
        without, recorded = {each.slug for each in self.notes_without_recording()}, self.recorded()
        taken = self.matches(MatchState.TAKEN)
        return tuple(
            each
            for each in taken
            if each.job not in given_up
            if each.match.notes.slug in without or recorded & {each.match.video.id, each.match.video.url}
        )


class _LinkedVideos(msgspec.Struct):
    """What stored notes say of their recording."""

    video: Video | None = None
    further_parts: tuple[Video, ...] = ()


_VERSIONS = t.notes.alias()
_NEWEST = (
    sa.select(sa.func.max(_VERSIONS.c.id))
    .where(_VERSIONS.c.slug == t.matches.c.slug)
    .correlate(t.matches)
    .scalar_subquery()
)
_MATCHES = sa.select(
    t.matches, t.listed_videos.c.document, t.meetings.c.path, t.notes.c.title, t.notes.c.date
).select_from(
    t.matches.join(t.listed_videos)
    .join(t.meetings, t.meetings.c.slug == t.matches.c.slug)
    .join(t.notes, t.notes.c.id == _NEWEST)
)


def _withdrawn(db: Connection) -> list[str]:
    decided = sa.select(t.matches.c.video_id).where(t.matches.c.state.in_((MatchState.TAKEN, MatchState.REFUSED)))
    rows: list[Row] = list(db.execute(sa.select(t.listed_videos).where(t.listed_videos.c.id.not_in(decided))))
    return [row.id for row in rows if _decode(row.document).status == "unavailable"]


def _match(db: Connection, number: int) -> StoredMatch:
    with any_text(db):
        row = db.execute(_MATCHES.where(t.matches.c.id == number)).one_or_none() if 0 < number < 2**63 else None
    if row is None:
        raise MatchNotFound(number)
    return _stored(row, _notes_without_recording(db, row.slug).get(row.slug))


def _find(db: Connection, wanted: sa.Select[Any]) -> list[StoredMatch]:
    without = _notes_without_recording(db)
    with any_text(db):
        return [_stored(row, without.get(row.slug)) for row in db.execute(wanted)]


def _stored(row: Row, notes: NotesWithoutRecording | None) -> StoredMatch:
    """A match; of notes that have got a recording since, a proposal no longer applies."""
    state = MatchState(row.state)
    if notes is None:
        state = MatchState.SUPERSEDED if state is MatchState.PROPOSED else state
        notes = NotesWithoutRecording(row.slug, row.path, row.title, _day(row.date))
    reasons = tuple(json.loads(row.reasons))
    return StoredMatch(
        id=row.id,
        match=Match(_decode(row.document), notes, reasons, row.score, row.is_unique, row.is_dated),
        state=state,
        captions=CaptionsVerdict(row.captions) if row.captions else None,
        captions_score=row.captions_score,
        author=row.author,
        job=row.job,
    )


def _day(written: object) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(written) if isinstance(written, str) else None
    return None


def _notes_without_recording(db: Connection, slug: str | None = None) -> dict[str, NotesWithoutRecording]:
    """By slug, newest first; of all meetings, or of one."""
    recordings, transcripts = sa.select(t.recordings.c.slug), sa.select(t.transcripts.c.slug)
    if slug is not None:
        recordings = recordings.where(t.recordings.c.slug == slug)
        transcripts = transcripts.where(t.transcripts.c.slug == slug)
    with_recording = {*db.scalars(recordings), *db.scalars(transcripts)}
    with any_text(db):
        places = db.execute(
            sa.select(t.meetings.c.slug, t.meetings.c.path).where(t.meetings.c.anchor.is_not(None))
        ).all()
    paths = {row.slug: row.path for row in places}
    in_file = Counter(paths.values())
    found = [
        NotesWithoutRecording(each.slug, paths[each.slug], each.title, each.date, in_file[paths[each.slug]] == 1)
        for each in summaries.summaries(db, slug)
        if each.slug in paths and not (each.has_video or each.damaged or each.slug in with_recording)
    ]
    newest_first = sorted(found, key=lambda each: (str(each.date or ""), each.slug), reverse=True)
    return {each.slug: each for each in newest_first}


def _encode(video: ListedVideo) -> str:
    return msgspec.json.encode(video).decode()


def _decode(document: str) -> ListedVideo:
    return msgspec.json.decode(document, type=ListedVideo)

"""Which video is the recording of which notes: proposed with reasons, and taken by itself only where that is certain.

    labels       what titles and names of files say: days, numbers, words
    scoring      what speaks for and against each pair, and which pairs are unique; pure
    by_captions  the notes aligned with the captions of a video, as far as its host lets us have them

To take a match puts a job that runs the notes with this video. No file of the user's is changed; a link that appears in
the notes later counts for more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipeline.config import Settings
from pipeline.errors import MatchDecided, MatchNotTakeable, MeetingDamaged, MeetingNotFound
from pipeline.file_names import printable
from pipeline.matching.by_captions import CaptionsReader, decided
from pipeline.matching.scoring import propose
from pipeline.records import (
    CaptionsVerdict,
    JobKind,
    JobRequest,
    JobState,
    ListedVideo,
    Match,
    MatchState,
    NotesWithoutRecording,
    StoredMatch,
)
from pipeline.refresh import Archive
from pipeline.store import Store

__all__ = ["MatchOutcome", "MatchOverview", "match_new", "overview", "refuse", "take"]

CAPTIONS_COME_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class MatchOverview:
    """What is proposed, and what has no counterpart on either side; the newest first."""

    proposals: tuple[StoredMatch, ...]
    notes_without_recording: tuple[NotesWithoutRecording, ...]
    videos_without_notes: tuple[ListedVideo, ...]


@dataclass(frozen=True, slots=True)
class MatchOutcome:
    """What came of looking at a list: how many new proposals there are to decide, which were taken, what is left."""

    new: int
    taken: tuple[StoredMatch, ...]
    left: MatchOverview


def match_new(videos: Sequence[ListedVideo], archive: Archive, settings: Settings, *, author: str) -> MatchOutcome:
    """Match these videos, and all that were listed before, with the notes that have no recording.

    Matches are stored as proposals. The certain ones are taken; their jobs are put in the name of `author`. Called
    again with the same, it changes nothing. Where captions cannot be had, titles, numbers and dates alone count.

    Raises:
        StoreError: the database refuses.
    """
    store = archive.store
    store.matches.list_videos(videos)
    known = {each.id for each in store.matches.matches()}
    store.matches.propose(_matches(store))
    _check_captions(store, CaptionsReader(settings))
    begun = [each.id for each in store.matches.matches(MatchState.TAKEN) if each.job is None]  # by who was killed
    taken = tuple(take(store, number, author=author) for number in (*begun, *_certain(_open(store))))
    if taken:
        store.matches.propose(_matches(store))
    left = overview(store)
    return MatchOutcome(sum(each.id not in known for each in left.proposals), taken, left)


def overview(store: Store) -> MatchOverview:
    """What is proposed now, and what is left on both sides. Nothing is looked for."""
    proposals = _open(store)
    videos, notes, _ = _unmatched(store)
    proposed = {each.match.video.id for each in proposals}, {each.match.notes.slug for each in proposals}
    return MatchOverview(
        proposals,
        tuple(each for each in notes if each.slug not in proposed[1]),
        tuple(video for video in videos if video.status == "recorded" and video.id not in proposed[0]),
    )


def take(store: Store, number: int, *, author: str) -> StoredMatch:
    """Run the notes of a match with its video: a job is put. What was taken already stays as it is.

    Raises:
        MatchNotFound: there is no such match.
        MatchDecided: it was refused, or it no longer applies.
        MatchNotTakeable: the file of the notes holds several meetings.
    """
    found = store.matches.match(number)
    notes = found.match.notes
    if found.state is MatchState.PROPOSED and not notes.alone:
        raise MatchNotTakeable(number, notes.path)
    found = store.matches.decide(number, MatchState.TAKEN, author)
    if found.job is not None:
        return found
    request = JobRequest(notes=notes.path, media=found.match.video.url)
    job = store.jobs.put(JobKind.RUN, notes.title, request, author, key=f"match {number}")
    try:
        return store.matches.note_job(number, job.id)
    except MatchDecided:  # somebody refused it in this moment
        store.jobs.cancel(job.id)
        raise


def refuse(store: Store, number: int, *, author: str) -> StoredMatch:
    """Never propose a match again. One that was taken is given up, as long as its job is not done.

    Raises:
        MatchNotFound: there is no such match.
        MatchDecided: its job is done, or it no longer applies.
    """
    found = store.matches.match(number)
    is_taken = found.state is MatchState.TAKEN and found.job is not None
    if is_taken and store.jobs.cancel(found.job or 0).state is JobState.DONE:
        path = printable(found.match.notes.path)
        hint = f"Its notes were run with this video. To run them with another: jumpnotes run {path} --media URL"
        raise MatchDecided(number, found.state, hint=hint)
    return store.matches.decide(number, MatchState.REFUSED, author)


def _open(store: Store) -> tuple[StoredMatch, ...]:
    return store.matches.matches(MatchState.PROPOSED)


def _matches(store: Store) -> list[Match]:
    videos, notes, others = _unmatched(store)
    refused = {(each.match.notes.slug, each.match.video.id) for each in store.matches.matches(MatchState.REFUSED)}
    return propose(videos, notes, others=others, refused=refused)


def _unmatched(
    store: Store,
) -> tuple[list[ListedVideo], list[NotesWithoutRecording], list[ListedVideo]]:
    """The listed videos that no meeting has, the notes that have no recording, and the other listed videos.

    What was taken is matched while its job is not done, and as long as the notes keep this recording.
    """
    notes, recorded = store.matches.notes_without_recording(), store.matches.recorded()
    held = [each.match for each in store.matches.held()]
    slugs, ids = {each.notes.slug for each in held}, {each.video.id for each in held}
    listed = store.matches.videos()
    matched = {video.id for video in listed if video.id in ids or _is_one_of(video, recorded)}
    return (
        [video for video in listed if video.id not in matched],
        [each for each in notes if each.slug not in slugs],
        [video for video in listed if video.id in matched],
    )


def _is_one_of(video: ListedVideo, recorded: frozenset[str]) -> bool:
    return video.id in recorded or video.url in recorded


def _check_captions(store: Store, reader: CaptionsReader) -> None:
    """Ask for the captions of what may be taken, the least certain first, then of what only they can decide."""
    proposals = _open(store)
    slugs = {each.match.notes.slug for each in proposals if each.match.dated}
    ids = {each.match.video.id for each in proposals if each.match.dated}
    asked = [
        each
        for each in proposals
        if (each.match.notes.slug in slugs or each.match.video.id in ids) and _has_open_captions(each)
    ]
    for each in sorted(asked, key=lambda each: (not each.match.unique, each.match.score, each.id)):
        try:
            notes = store.notes(each.match.notes.slug)
        except (MeetingDamaged, MeetingNotFound):
            continue
        if (checked := reader.check(each.match.video, notes)) is not None:
            store.matches.note_captions(each.id, *checked)


def _has_open_captions(proposal: StoredMatch) -> bool:
    """Whether nobody asked for the captions, or there were none yet: they come hours after the video."""
    at = proposal.match.video.at
    is_new = at is not None and datetime.now(UTC) - at < CAPTIONS_COME_WITHIN
    return proposal.captions is None or (proposal.captions is CaptionsVerdict.NONE and is_new)


def _certain(proposals: Sequence[StoredMatch]) -> list[int]:
    """The numbers of the matches to take: the unique ones, unless the captions differ, and what the captions decide."""
    found = []
    for each in proposals:
        if each.match.unique:
            found += [each.id] if each.captions is not CaptionsVerdict.DIFFER else []
            continue
        of_notes = {str(other.id): other.captions_score for other in proposals if _same_notes(each, other)}
        of_video = {str(other.id): other.captions_score for other in proposals if _same_video(each, other)}
        if each.match.dated and decided(of_notes) == decided(of_video) == str(each.id):
            found.append(each.id)
    return found


def _same_notes(one: StoredMatch, other: StoredMatch) -> bool:
    return one.match.notes.slug == other.match.notes.slug


def _same_video(one: StoredMatch, other: StoredMatch) -> bool:
    return one.match.video.id == other.match.video.id

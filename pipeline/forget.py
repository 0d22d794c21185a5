"""A meeting leaves the data folder: rows, search index, media, checkpoints, vectors, and notes that are kept there.

Notes elsewhere are not touched.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline import muted_media
from pipeline.config import Settings
from pipeline.errors import Busy, DraftNotFound, JumpnotesError, MeetingDamaged, MeetingNotFound
from pipeline.file_names import may_exist, path_of
from pipeline.jobs import draft_expiry, drafts, own_notes, understood
from pipeline.meaning import VectorCache
from pipeline.meeting_locks import meeting_lock
from pipeline.records import JobKind, Notes
from pipeline.refresh import Archive
from pipeline.store import NotesPlace, Store

_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Belongings:
    """What there is of a meeting in the data folder."""

    slug: str
    title: str
    notes: Path  # where its notes are, or were
    has_notes: bool  # its notes are there
    corrections: int
    transcripts: int
    media: tuple[Path, ...]  # files that no meeting uses which stays
    is_interrupted: bool  # what a run has heard so far is kept in a checkpoint
    other_media: tuple[Path, ...]  # that stay: another meeting's, too, or the user's own
    own_files: tuple[Path, ...] = ()  # its notes in the data folder, with what was sent with them
    versions: int = 0  # of these notes

    @property
    def media_bytes(self) -> int:
        return sum(file.stat().st_size for file in (*self.media, *self.own_files) if file.exists())


def belongings(archive: Archive, settings: Settings, slugs: Iterable[str]) -> tuple[Belongings, ...]:
    """What would be deleted of each of these meetings, if all of them were.

    Raises:
        MeetingNotFound: there is no such meeting.
    """
    slugs = tuple(dict.fromkeys(slugs))
    places = {place.slug: place for place in archive.store.places()}
    used = archive.store.media()
    kept = {file for other in used.keys() - set(slugs) for file in _in_folder(used[other], settings)}
    forgotten = set(slugs)
    stay = {place.path for place in places.values() if place.slug not in forgotten and place.anchor is not None}
    found = []
    for slug in slugs:
        if slug not in places:
            raise MeetingNotFound(slug)
        own = () if places[slug].path in stay else own_notes.belongings(settings, path_of(places[slug].path))
        found.append(_belongings(archive, settings, places[slug], used.get(slug, frozenset()), kept, own))
    return tuple(found)


def _belongings(
    archive: Archive,
    settings: Settings,
    place: NotesPlace,
    used: frozenset[Path],
    kept: set[Path],
    own_files: tuple[Path, ...],
) -> Belongings:
    """Of the meeting whose notes are at `place`; `used` are its files, and `kept` those of meetings that stay."""
    notes = _notes(archive, place.slug)
    own = _in_folder(used, settings) | set(_fetched_for(notes, settings))
    outside = {file for file in used if file.parent != settings.media_dir} - set(own_files)
    path, counts = path_of(place.path), archive.store.counts(place.slug)
    return Belongings(
        slug=place.slug,
        title=notes.title if notes else place.slug,
        notes=path,
        has_notes=place.anchor is not None and not own_files and may_exist(path),
        corrections=counts["corrections"],
        transcripts=counts["transcripts"],
        is_interrupted=bool(checkpoints(place.slug, settings)) or archive.store.hearings.is_begun(place.slug),
        media=tuple(sorted(own - kept)),
        other_media=tuple(sorted((own & kept) | outside)),
        own_files=own_files,
        versions=len(own_notes.versions(settings, path)) if own_files else 0,
    )


def forget(archive: Archive, settings: Settings, meetings: Sequence[Belongings]) -> None:
    """Delete everything of these meetings, so that nothing of it is found in the files of the data folder.

    Whoever interrupts it may say the same again: a meeting is known until its files are gone.

    Raises:
        Busy: a run is working on one of them, and it is not forgotten, nor is any after it; or somebody is reading the
            database, and what was deleted is not overwritten yet, which `Archive.scrub` does.
    """
    for meeting in meetings:  # one lock after the other: thousands are more files than may be open
        with locked(archive.store, settings, meeting.slug, meeting.notes, "so they were not forgotten"):
            pass  # a run is told of before anything is deleted
    with suppress(MeetingNotFound):  # media may have come while somebody was asked
        meetings = belongings(archive, settings, [meeting.slug for meeting in meetings])
    for meeting in meetings:
        with locked(archive.store, settings, meeting.slug, meeting.notes, "so they were not forgotten"):
            for media in meeting.media:
                _delete_media(media)
            for checkpoint in checkpoints(meeting.slug, settings):
                checkpoint.unlink(missing_ok=True)
            for copy in muted_media.copies(meeting.slug, settings.media_dir):
                copy.unlink(missing_ok=True)
            if meeting.own_files:
                own_notes.remove(settings, meeting.notes)
            _forget_drafts(archive, settings, meeting.slug)
            VectorCache(settings.vector_dir).forget(meeting.slug)
            archive.forget(meeting.slug)  # last: after this nothing tells which files were the meeting's
        (settings.checkpoint_dir / f"{meeting.slug}.lock").unlink(missing_ok=True)
    archive.scrub()


def _forget_drafts(archive: Archive, settings: Settings, slug: str) -> None:
    """Remove what somebody had looked at and did not go on with: a preview, say, or the same notes sent before."""
    draft_expiry.remove_expired(settings, archive.store.jobs.drafts())
    notes, gone = _notes(archive, slug), set()
    for job in archive.store.jobs.jobs(kinds=(JobKind.LOOK,), limit=_ALL):
        number = job.request.draft or ""
        with suppress(DraftNotFound):
            draft = drafts.load(settings, number)
            result = archive.store.jobs.job(job.id).result
            if draft.submitted or draft.stem is not None or not _is_understood_as(result, slug, notes):
                continue
            drafts.discard(settings, number)
        gone.add(number)
    archive.store.jobs.drop_looks(gone)


def _is_understood_as(result: str | None, slug: str, notes: Notes | None) -> bool:
    """Whether what was understood of a draft is this meeting: its recording, or its title and day."""
    if (found := understood.decode(result or "")) is None:
        return False
    day = notes.date.isoformat() if notes and notes.date else None
    is_same = any(notes is not None and (each.title, each.date) == (notes.title, day) for each in found.meetings)
    return is_same or any(each.slug == slug for each in found.same_recording)


@contextmanager
def locked(
    store: Store, settings: Settings, slug: str, notes: Path, therefore: str = "", *, patience_seconds: float = 0.0
) -> Iterator[None]:
    """Hold the lock of a meeting, as a run of it does.

    Args:
        notes: where its notes are.
        therefore: what follows if somebody else has it, as the end of a sentence; "": whoever catches it says so.
        patience_seconds: for which somebody else is waited for.

    Raises:
        Busy: somebody else has it.
    """
    with meeting_lock(store, settings, slug, patience_seconds) as is_ours:
        if not is_ours:
            problem = "another jumpnotes is working on these notes"
            raise Busy(notes, f"{problem}, {therefore}" if therefore else problem)
        yield


def _notes(archive: Archive, slug: str) -> Notes | None:
    try:
        return archive.store.notes(slug)
    except (MeetingDamaged, MeetingNotFound):
        return None


def checkpoints(slug: str, settings: Settings) -> Sequence[Path]:
    """What interrupted runs of a meeting have heard so far."""
    return list(settings.checkpoint_dir.glob(f"{slug}.*jsonl"))  # each part has its own


def _in_folder(files: Iterable[Path], settings: Settings) -> set[Path]:
    """Those of the files that are in the data folder."""
    return {file for file in files if file.parent == settings.media_dir}


def _fetched_for(notes: Notes | None, settings: Settings) -> Iterator[Path]:
    """What was fetched for the links of the notes and may never have become a recording."""
    from pipeline.fetch.sources import parse_source

    for video in notes.recordings if notes else ():
        try:
            source = parse_source(video.url)
        except JumpnotesError:
            continue
        if not isinstance(source, Path):
            unfinished = settings.media_dir / f".{source.file_stem}"
            yield from (file for file in settings.media_dir.glob(f"{source.file_stem}.*") if file.suffix != ".json")
            yield from [unfinished] if unfinished.exists() else []


def _delete_media(media: Path) -> None:
    """A fetched file with its description, or what an interrupted download left; and its lock."""
    if media.is_dir() and not media.is_symlink():
        shutil.rmtree(media, ignore_errors=True)
    else:
        media.unlink(missing_ok=True)
        media.with_suffix(".json").unlink(missing_ok=True)
        for ending in ("muted", "muting", "description"):  # of a passage that was taken out
            media.with_name(f".{media.name}.{ending}").unlink(missing_ok=True)
    stem = media.name.removeprefix(".") if media.name.startswith(".") else media.stem
    shutil.rmtree(media.parent / f".{stem}", ignore_errors=True)
    (media.parent / ".locks" / f"{stem}.lock").unlink(missing_ok=True)

"""A meeting leaves the data folder: rows, search index, media, checkpoints. Its notes are not touched."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import Settings
from pipeline.errors import Busy, JumpnotesError, MeetingDamaged, MeetingNotFound
from pipeline.file_names import path_of
from pipeline.records import Notes
from pipeline.refresh import Archive


@dataclass(frozen=True, slots=True)
class Belongings:
    """What there is of a meeting in the data folder."""

    slug: str
    title: str
    notes: Path  # where its notes are, or were
    has_notes: bool  # its notes are there
    corrections: int
    transcripts: int
    is_interrupted: bool  # what a run has heard so far is kept in a checkpoint
    media: tuple[Path, ...]  # files that no other meeting uses
    other_media: tuple[Path, ...]  # that stay: another meeting's, too, or the user's own

    @property
    def media_bytes(self) -> int:
        return sum(file.stat().st_size for file in self.media if file.exists())


def belongings(archive: Archive, settings: Settings, slug: str, *, together: Collection[str] = ()) -> Belongings:
    """What would be deleted of a meeting, if those of the slugs `together` go as well.

    Raises:
        MeetingNotFound: there is no such meeting.
    """
    store = archive.store
    place = next((place for place in store.places() if place.slug == slug), None)
    if place is None:
        raise MeetingNotFound(slug)
    used = store.media()
    others = {
        file for other, files in used.items() if other not in {slug, *together} for file in _in_folder(files, settings)
    }
    notes = _notes(archive, slug)
    own = _in_folder(used.get(slug, ()), settings) | set(_fetched_for(notes, settings))
    outside = {file for file in used.get(slug, ()) if file.parent != settings.media_dir}
    path, counts = path_of(place.path), store.counts(slug)
    return Belongings(
        slug=slug,
        title=notes.title if notes else slug,
        notes=path,
        has_notes=place.anchor is not None and path.exists(),
        corrections=counts["corrections"],
        transcripts=counts["transcripts"],
        is_interrupted=bool(_checkpoints(slug, settings)),
        media=tuple(sorted(own - others)),
        other_media=tuple(sorted((own & others) | outside)),
    )


def forget(archive: Archive, settings: Settings, meetings: Sequence[Belongings]) -> None:
    """Delete everything of these meetings, so that nothing of it is found in the files of the data folder.

    Raises:
        Busy: a run is working on one of them, and nothing was deleted; or somebody is reading the database, and what
            was deleted is not overwritten yet, which `Archive.scrub` does.
    """
    with ExitStack() as locks:
        for meeting in meetings:
            locks.enter_context(_locked(settings, meeting))
        for meeting in meetings:
            with suppress(MeetingNotFound):  # media may have come while somebody was asked, or gone with another
                meeting = belongings(archive, settings, meeting.slug)
            archive.forget(meeting.slug)
            for media in meeting.media:
                _delete_media(media)
            for checkpoint in _checkpoints(meeting.slug, settings):
                checkpoint.unlink(missing_ok=True)
    for meeting in meetings:
        (settings.checkpoint_dir / f"{meeting.slug}.lock").unlink(missing_ok=True)
    archive.scrub()


@contextmanager
def _locked(settings: Settings, meeting: Belongings) -> Iterator[None]:
    import filelock

    settings.checkpoint_dir.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(settings.checkpoint_dir / f"{meeting.slug}.lock", blocking=False):
            yield
    except filelock.Timeout as error:
        raise Busy(meeting.notes, "another jumpnotes is working on these notes, so nothing was deleted") from error


def _notes(archive: Archive, slug: str) -> Notes | None:
    try:
        return archive.store.notes(slug)
    except (MeetingDamaged, MeetingNotFound):
        return None


def _checkpoints(slug: str, settings: Settings) -> Sequence[Path]:
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
    stem = media.name.removeprefix(".") if media.name.startswith(".") else media.stem
    shutil.rmtree(media.parent / f".{stem}", ignore_errors=True)
    (media.parent / ".locks" / f"{stem}.lock").unlink(missing_ok=True)

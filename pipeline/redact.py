"""A passage leaves a recording for good: rows, files and the search index have its words no more, nor does the sound.

What the rows say is changed first, in one transaction with the record of it: from then on nothing shows the words. What
is left in files is then overwritten; whoever is killed meanwhile leaves that to the next run, or to the next `redact`.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline import shared_recordings
from pipeline.config import Settings
from pipeline.errors import Busy, JumpnotesError, MeetingDamaged, MeetingNotFound
from pipeline.file_names import path_of
from pipeline.forget import checkpoints, locked
from pipeline.meaning import VectorCache
from pipeline.muted_media import MutedFile, muted_files
from pipeline.records import Recording, Redaction, RemovedPassage
from pipeline.refresh import Archive
from pipeline.store import Store

PATIENCE_SECONDS = 5.0
"""For which others who may be finishing the same are waited for."""

_PAUSE_SECONDS = 0.1
_THEREFORE = "so nothing was taken out of their recording"


@dataclass(frozen=True, slots=True)
class UnfinishedRedaction:
    """A meeting of which something that was taken out is still in files, and why."""

    slug: str
    error: JumpnotesError


def redact(
    archive: Archive,
    settings: Settings,
    slug: str,
    passages: Sequence[RemovedPassage],
    author: str,
    *,
    patience_seconds: float = 0.0,
) -> tuple[Redaction, ...]:
    """Take passages out of the recording of a meeting: nothing shows them any more. `finish` cleans the files.

    Args:
        patience_seconds: for which whoever is working on the meeting is waited for.

    Raises:
        Busy: a run is still working on the meeting, and nothing is taken out.
        MeetingNotFound: there is no such meeting.
        InvalidPassage: one of the passages is not within the recording, and nothing is taken out.
    """
    notes = path_of(archive.store.notes_paths().get(slug, ""))
    with locked(archive.store, settings, slug, notes, _THEREFORE, patience_seconds=patience_seconds):
        return archive.store.redact(slug, passages, author)


def unfinished(store: Store, settings: Settings) -> tuple[str, ...]:
    """The meetings of which something was taken out that is still in files of the data folder, or in rows."""
    marked = set(store.unfinished_redactions())
    return tuple(
        slug
        for slug in store.redacted_slugs()
        if slug in marked or any(_unmuted(store, settings, slug)) or _is_in_rows(store, slug)
    )


def _is_in_rows(store: Store, slug: str) -> bool:
    """Whether words of a passage are stored, as where it was not known whether it is of this recording."""
    with suppress(MeetingDamaged, MeetingNotFound):  # a run repairs it
        return store.has_removed_words(slug)
    return False


def finish(archive: Archive, settings: Settings) -> tuple[UnfinishedRedaction, ...]:
    """Overwrite what is left of passages that were taken out. Returns the meetings of which something is left still."""
    left: dict[str, JumpnotesError] = {}
    marked: dict[str, list[int]] = {}
    for slug in unfinished(archive.store, settings):
        notes = path_of(archive.store.notes_paths().get(slug, ""))
        try:
            with locked(archive.store, settings, slug, notes):
                if _is_in_rows(archive.store, slug):
                    archive.store.redact_again(slug)
                marked[slug] = [each.id for each in archive.store.redactions(slug) if each.unfinished]
                _clean_files(archive.store, settings, slug)
        except JumpnotesError as error:
            left[slug] = error
    marked = {slug: ids for slug, ids in marked.items() if ids}
    if marked:
        try:
            archive.scrub()
        except Busy as error:
            left |= dict.fromkeys(marked, error)
    for slug in marked.keys() - left.keys():
        archive.store.finish_redactions(slug, marked[slug])
    return tuple(UnfinishedRedaction(slug, error) for slug, error in sorted(left.items()))


def finish_all(archive: Archive, settings: Settings) -> tuple[UnfinishedRedaction, ...]:
    """As `finish`, and also what others take out meanwhile, who rely on it; what others are finishing is waited for."""
    patience_ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        failed = finish(archive, settings)
        still = set(unfinished(archive.store, settings))
        left = tuple(each for each in failed if each.slug in still)
        if still <= {each.slug for each in left}:
            is_busy = any(isinstance(each.error, Busy) for each in left)
            if not is_busy or time.monotonic() >= patience_ends:
                return left
            time.sleep(_PAUSE_SECONDS)


def _clean_files(store: Store, settings: Settings, slug: str) -> None:
    """What is kept of a meeting beside the database and the search index."""
    for checkpoint in checkpoints(slug, settings):
        checkpoint.unlink(missing_ok=True)
    store.hearings.forget([slug])
    VectorCache(settings.vector_dir).forget(slug)
    fetched = [*_fetched_files(store, slug)]
    shared_recordings.bring(store, settings, fetched)
    for file in _unmuted(store, settings, slug):
        mute(file)
    shared_recordings.renew(store, settings, fetched)


def _fetched_files(store: Store, slug: str) -> Iterator[Path]:
    """Those of the recording that other machines may have, too, as they were fetched."""
    with suppress(MeetingDamaged, MeetingNotFound):
        stored = store.recording(slug, audible=False)
        for piece in (stored.record.parts or (stored.record,)) if stored else ():
            if piece.media:
                yield Path(piece.media)


def _unmuted(store: Store, settings: Settings, slug: str) -> Iterator[MutedFile]:
    """The files of the recording of a meeting in which a passage is still to be heard."""
    try:
        stored, passages = store.recording(slug, audible=False), store.removed_passages(slug)
    except (MeetingDamaged, MeetingNotFound):  # a run repairs it
        return
    yield from not_muted(stored.record if stored else None, passages, slug, settings)


def not_muted(
    recording: Recording | None, passages: Sequence[RemovedPassage], slug: str, settings: Settings
) -> Iterator[MutedFile]:
    """The files of a recording, as it was fetched or given, in which one of the passages is still to be heard."""
    for file in muted_files(recording, passages, slug, settings.media_dir):
        if file.original.is_file() and not file.is_done():
            yield file


def mute(file: MutedFile) -> None:
    """Make a file in which its passages are muted. Whoever is killed meanwhile leaves the old one, or the new one.

    Raises:
        AudioUnreadable: its sound cannot be decoded, or written.
    """
    from pipeline.audio.muting import mute as mute_into
    from pipeline.fetch.files import note_size, writable

    with writable(file.path.parent):
        made = file.unfinished
        try:
            mute_into(file.original, file.spans, made)
            shutil.copymode(file.original, made)
            with made.open("rb") as written:
                os.fsync(written.fileno())
            file.write_note(made)
            if not file.is_copy:
                note_size(file.path, made.stat().st_size)
            made.replace(file.path)
        finally:
            made.unlink(missing_ok=True)


def meetings_with_the_same(store: Store, slug: str) -> tuple[str, ...]:
    """The other meetings that have the recording of this one: they keep the passage, until it is taken out there."""
    stored = store.recording(slug)
    if stored is None:
        return ()
    found = []
    for summary in store.meetings():
        with suppress(MeetingDamaged, MeetingNotFound):
            other = store.recording(summary.slug) if summary.slug != slug else None
            if other and (other.key == stored.key or other.record.source == stored.record.source):
                found.append(summary.slug)
    return tuple(found)

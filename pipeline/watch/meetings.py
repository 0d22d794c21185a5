"""Notes in a folder, with the recording and the transcript that belong to them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pipeline import links, notes
from pipeline.cues import MAX_TRANSCRIPT_BYTES
from pipeline.errors import NotesError
from pipeline.file_names import is_text, stored
from pipeline.notes import formats
from pipeline.notes.files import MAX_NOTES_BYTES, find_notes
from pipeline.notes.formats import NOTES_SUFFIXES
from pipeline.records import WatchedItem
from pipeline.run.companions import MEDIA_SUFFIXES, TRANSCRIPT_SUFFIXES, CompanionFinder, resolve_recording


class FileState(msgspec.Struct, frozen=True, array_like=True):
    """A file, and what tells one content of it from another: size and time on a disk, the blob's id in git."""

    name: str
    state: str


class Details(msgspec.Struct, omit_defaults=True):
    """What is remembered of notes between two looks."""

    files: list[FileState] = []  # the notes, and what belongs to them, as of the last look
    since: float = 0.0  # when that was first seen; seconds since 1970
    had: list[FileState] = []  # what belonged to them when the last job was put
    named: list[str] = []  # the recordings beside them that they link to


@dataclass(frozen=True, slots=True)
class FoundNotes:
    """A file of notes in a watched place."""

    key: str  # its path in the place
    path: Path


def find(root: Path, *, without: Path, telling: bool) -> tuple[FoundNotes, ...]:
    """The notes below a folder, except for those in the folder `without`.

    Args:
        telling: log what is left out: once is enough.
    """
    found = []
    with suppress(NotesError), nullcontext() if telling else _silence():  # there are none
        for path in find_notes([root]):
            if not path.is_relative_to(without):
                name = path.relative_to(root)
                found.append(FoundNotes(name.as_posix() if is_text(name) else stored(path), path))
    return tuple(found)


def may_be_needed(path: Path, size: int) -> bool:
    """Whether a file of so many bytes may be notes, or belong to some: of others, nothing is read."""
    suffix = path.suffix.lower()
    if suffix in MEDIA_SUFFIXES:
        return True
    if suffix in TRANSCRIPT_SUFFIXES:
        return size <= MAX_TRANSCRIPT_BYTES
    return (suffix in NOTES_SUFFIXES or formats.is_of_other_format(path)) and size <= MAX_NOTES_BYTES


@contextmanager
def _silence() -> Iterator[None]:
    log = logging.getLogger(find_notes.__module__)
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before


def details_of(item: WatchedItem | None) -> Details:
    """What is remembered of notes; nothing of what is new, or cannot be read."""
    if item is not None and item.detail:
        with suppress(msgspec.MsgspecError):
            return msgspec.json.decode(item.detail, type=Details)
    return Details()


def encoded(details: Details) -> str:
    return msgspec.json.encode(details).decode()


def named_recordings(path: Path) -> list[str]:
    """The files of sound or video that notes link to by a path; none where they cannot be read."""
    with suppress(NotesError):
        linked = {video.url: None for each in notes.read_all(path) for video in each.recordings}
        return [url for url in linked if links.is_file_beside(url)]
    return []


def belonging(finder: CompanionFinder, path: Path, named: Iterable[str]) -> Iterator[Path]:
    """The files that belong to notes: by their name, and those that they link to."""
    found = finder.find(path)
    linked = (resolve_recording(path, address).media for address in named)
    yield from dict.fromkeys(file for file in (found.media, found.transcript, *linked) if file)

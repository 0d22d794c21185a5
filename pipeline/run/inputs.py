"""What a run is made from: files by their paths and digests, recordings by their addresses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest, sha256
from pathlib import Path

from pipeline import notes as reader
from pipeline import untrusted
from pipeline.errors import AudioUnreadable, DiskFull, FileError, NotesError
from pipeline.file_names import stored
from pipeline.links import youtube_id
from pipeline.notes.files import MAX_NOTES_BYTES, siblings_of
from pipeline.records import Notes, Recording
from pipeline.run.plan import Source
from pipeline.untrusted import InvalidInput
from pipeline.whole_files import is_for_want_of_room

_MAX_FOLDERS_KEPT = 8  # whose notes are in memory; a run goes through them in order
_MAX_NEIGHBOURS = 12  # meetings of the same file that are read beside one, on either side


class NotesReader:
    """Reads notes as their folder would have them: what recurs in it is a template."""

    def __init__(self) -> None:
        self._folders: dict[Path, tuple[dict[Path, str], frozenset[str]]] = {}  # texts and templates

    def read(self, path: Path) -> tuple[Notes, ...]:
        """The meetings of a file, in its order.

        Raises:
            NotesError: it cannot be read.
        """
        return reader.read_all(path, templates=self._folder(path)[1])

    def templates(self, path: Path) -> frozenset[str]:
        """What recurs in the notes of the folder of `path`."""
        return self._folder(path)[1]

    def others(self, path: Path, meetings: tuple[Notes, ...], number: int) -> tuple[str, ...]:
        """The texts of other meetings of the same people: those of the folder, and the nearest of the same file."""
        own = path.resolve()
        siblings = tuple(text for file, text in self._folder(path)[0].items() if file != own)
        near = range(max(number - _MAX_NEIGHBOURS, 0), min(number + _MAX_NEIGHBOURS + 1, len(meetings)))
        return (*siblings, *(meetings[other].source for other in near if other != number))

    def _folder(self, path: Path) -> tuple[dict[Path, str], frozenset[str]]:
        folder = path.resolve().parent
        if folder not in self._folders:
            texts = siblings_of(path)
            if len(self._folders) == _MAX_FOLDERS_KEPT:
                del self._folders[next(iter(self._folders))]
            self._folders[folder] = texts, reader.folder_templates(texts.values())
        return self._folders[folder]


def notes_digest(path: Path) -> str | None:
    """The sha256 of notes; None where they cannot be read, and reading them in earnest says why."""
    try:
        return sha256(untrusted.read_bytes(path, limit=MAX_NOTES_BYTES)).hexdigest()
    except (OSError, InvalidInput):
        return None


def stored_path(path: Path) -> str:
    """What the database knows notes by.

    Raises:
        NotesError: a symlink that leads to itself.
    """
    try:
        return stored(path.resolve())
    except RuntimeError as error:
        raise NotesError(path, "is a symlink that leads to itself", hint="Remove it.") from error


def source(address: str) -> Source:
    """A recording by its address. Its key is a video's id, a URL, or a file and its state."""
    video = youtube_id(address)
    if video or "://" in address:
        return Source(address, f"youtube {video}" if video else address)
    path = Path(address).resolve()
    if not path.exists():  # a file that is gone has a key no file that was read ever had
        return Source(address, str(path), missing=True)
    state = path.stat()
    return Source(address, f"{path} {state.st_size} {state.st_mtime_ns}")


def digest(*paths: Path) -> str:
    """The sha256 of a file, or of those of several."""
    digests = []
    for path in paths:
        with path.open("rb") as opened:
            digests.append(file_digest(opened, "sha256").hexdigest())
    return digests[0] if len(digests) == 1 else sha256(" ".join(digests).encode()).hexdigest()


def sound_key(media: Path, track: str | None = None) -> str:
    """What the sound of a recording is known by: the sha256 of its file, and which track of it was asked for."""
    return digest(media) if track is None else f"{digest(media)} track {track.strip().lower()}"


@contextmanager
def sound_errors(recording: Recording) -> Iterator[None]:
    """Raise what is wrong with the sound of a recording with the hint that helps, which depends on whose file it is."""
    try:
        yield
    except AudioUnreadable as error:
        if "://" in recording.source:
            error.hint = error.fetched_hint
        raise


@contextmanager
def file_errors(data_dir: Path) -> Iterator[None]:
    """Raise what the operating system says of a file as one of our errors."""
    try:
        yield
    except OSError as error:
        if is_for_want_of_room(error):
            raise DiskFull(data_dir) from error
        place = Path(os.fsdecode(error.filename)) if error.filename else data_dir
        hint = "Check its owner, its permissions and what it is, or choose another folder with --data-dir."
        raise FileError(place, f"cannot be used ({error.strerror or error})", hint=hint) from error

"""Notes that are ours to edit: files of the data folder, of which each version is kept.

A file anywhere else is never written, and no symlink is followed out of the folder. The versions of `STEM.md` are
`notes-versions/STEM/1.md`, `2.md` …, each with a `.json` beside it that says whose it is; it counts once that is there.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import filelock
import msgspec

from pipeline import untrusted
from pipeline.config import Settings
from pipeline.errors import Busy, NotesChanged, NotesElsewhere, NotesError, VersionNotFound
from pipeline.file_names import printable
from pipeline.jobs import drafts
from pipeline.jobs.draft_checks import MAX_NOTES_BYTES, NOTES_SUFFIXES, is_usable
from pipeline.untrusted import InvalidInput
from pipeline.whole_files import disk_errors, unfinished_of, write_whole

_LOCK_SECONDS = 10.0
_MAX_ABOUT_BYTES = 10_000
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class OwnNotes:
    """The text of notes, and the sha256 of their file."""

    text: str
    digest: str


@dataclass(frozen=True, slots=True)
class NotesVersion:
    """A version of notes, of which the first has the number 1. `author`: "" where nobody knows."""

    number: int
    at: datetime  # UTC
    author: str
    digest: str  # sha256


def is_own(settings: Settings, path: Path) -> bool:
    """Whether a file is notes of ours: it is in our folder itself, and no symlink, as is none of the folders to it."""
    try:
        folder = settings.data_dir.resolve() / settings.notes_dir.name
        is_here = path.parent.resolve() == folder and path.suffix.lower() in NOTES_SUFFIXES
        return is_here and stat.S_ISREG(path.lstat().st_mode)
    except (OSError, RuntimeError, ValueError):
        return False


def check_place(settings: Settings, path: Path) -> None:
    """Raises NotesElsewhere: a file of our folder is none of ours: it is a symlink, say, which leads anywhere."""
    folder = settings.data_dir.resolve() / settings.notes_dir.name
    if path.parent == folder and not is_own(settings, path):
        raise NotesElsewhere(_shown(path))


def read(settings: Settings, path: Path) -> OwnNotes:
    """Notes of ours.

    Raises:
        NotesElsewhere: they are not ours.
        NotesError: they cannot be read.
    """
    return _own(_content(settings, path), path)


def write(settings: Settings, path: Path, text: str, *, seen: str, author: str = "") -> OwnNotes:
    """Put `text` in the place of notes, of which the sender has `seen` the version with this digest. Both are kept.

    Line ends stay what they were.

    Raises:
        NotesElsewhere: they are not ours.
        NotesChanged: they are another version now.
        NotesError: they are empty, too long, or not valid Unicode.
        DiskFull: there is no room.
        Busy: they are being written.
    """
    if not is_usable(text):
        raise NotesError(_shown(path), "would be empty, or not valid Unicode", hint="Write something in them.")
    with _locked(settings, path), disk_errors(settings.data_dir):
        current = _content(settings, path)
        if (digest := sha256(current).hexdigest()) != seen:
            raise NotesChanged(digest)
        content = _like(current, text)
        if len(content) > MAX_NOTES_BYTES:
            limit = f"would be larger than {MAX_NOTES_BYTES / 1_000_000:g} MB"
            raise NotesError(_shown(path), limit, hint="Split them: one file per meeting.")
        keep(settings, path, current, author="")  # it may have been edited in its file
        if content != current:
            keep(settings, path, content, author=author)
            write_whole(path, content)
    return _own(content, path)


def keep(settings: Settings, path: Path, content: bytes, *, author: str) -> NotesVersion:
    """Keep a version of notes, unless it is the latest already; which one it is then."""
    digest = sha256(content).hexdigest()
    known = versions(settings, path)
    if known and known[-1].digest == digest:
        return known[-1]
    folder = versions_folder(settings, path)
    folder.mkdir(parents=True, exist_ok=True)
    version = NotesVersion(known[-1].number + 1 if known else 1, datetime.now(UTC), author, digest)
    write_whole(folder / f"{version.number}{path.suffix}", content)
    write_whole(folder / f"{version.number}.json", msgspec.json.encode(version))
    return version


def versions(settings: Settings, path: Path) -> tuple[NotesVersion, ...]:
    """The versions of notes that are kept, the first one first."""
    found = []
    with suppress(OSError):
        for about in versions_folder(settings, path).glob("*.json"):
            with suppress(OSError, InvalidInput, msgspec.MsgspecError, UnicodeDecodeError):
                data = untrusted.read_bytes(about, limit=_MAX_ABOUT_BYTES)
                version = msgspec.json.decode(data, type=NotesVersion)
                if about.name == f"{version.number}.json":
                    found.append(version)
    return tuple(sorted(found, key=lambda each: each.number))


def version(settings: Settings, path: Path, number: int) -> str:
    """The text of a version.

    Raises:
        VersionNotFound: there is none with this number.
    """
    if any(each.number == number for each in versions(settings, path)):
        with suppress(OSError, InvalidInput, UnicodeDecodeError):
            file = versions_folder(settings, path) / f"{number}{path.suffix}"
            return untrusted.read_bytes(file, limit=MAX_NOTES_BYTES).decode("utf-8-sig")
    raise VersionNotFound(number)


def versions_folder(settings: Settings, path: Path) -> Path:
    """Where the versions of notes are kept."""
    return settings.notes_versions_dir / path.stem


def belongings(settings: Settings, path: Path) -> tuple[Path, ...]:
    """What there is of notes of ours: their file, and those named like it; nothing of notes elsewhere."""
    folder = settings.data_dir.resolve() / settings.notes_dir.name
    if path.parent != folder or folder.is_symlink():
        return ()
    with suppress(OSError):
        beside = [each for each in folder.iterdir() if each.name.startswith(f"{path.stem}.")]
        files = tuple(sorted(each for each in beside if each.is_file() or each.is_symlink()))
        unfinished = unfinished_of(path)
        return (*files, unfinished) if unfinished.exists() else files
    return ()


def remove(settings: Settings, path: Path) -> None:
    """Remove notes of ours with what belongs to them, their versions, and what is left of the drafts they were."""
    if path.parent != settings.data_dir.resolve() / settings.notes_dir.name:
        return
    shutil.rmtree(versions_folder(settings, path), ignore_errors=True)
    for draft in list(drafts.all_drafts(settings)):
        if draft.stem == path.stem:  # nobody else gets it
            drafts.discard(settings, draft.id)
    for file in sorted(belongings(settings, path), key=lambda file: file == path):  # the notes last: they tell of it
        file.unlink(missing_ok=True)


def _content(settings: Settings, path: Path) -> bytes:
    """Raises NotesElsewhere, NotesError."""
    if not is_own(settings, path):
        raise NotesElsewhere(_shown(path))
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(opened, "rb") as file:
            content = file.read(MAX_NOTES_BYTES + 1)
    except OSError as error:
        raise NotesError(_shown(path), f"cannot be read ({error.strerror})") from error
    if len(content) > MAX_NOTES_BYTES:
        raise NotesError(_shown(path), f"is larger than {MAX_NOTES_BYTES / 1_000_000:g} MB")
    return content


def _own(content: bytes, path: Path) -> OwnNotes:
    try:
        return OwnNotes(content.decode("utf-8-sig"), sha256(content).hexdigest())
    except UnicodeDecodeError as error:
        raise NotesError(_shown(path), "is not UTF-8 text", hint="Save it as UTF-8.") from error


def _like(current: bytes, text: str) -> bytes:
    """The text as it is written to a file: with its byte order mark, and with CRLF where all its lines have that."""
    content = text.removeprefix("\ufeff").encode()
    has_crlf = b"\r\n" in current and current.count(b"\n") == current.count(b"\r\n") == current.count(b"\r")
    if has_crlf and b"\r" not in content:  # a browser sends LF
        content = content.replace(b"\n", b"\r\n")
    return _BYTE_ORDER_MARK + content if current.startswith(_BYTE_ORDER_MARK) else content


def _shown(path: Path) -> str:
    return printable(path.name)


@contextmanager
def _locked(settings: Settings, path: Path) -> Iterator[None]:
    """Raises Busy, NotesElsewhere."""
    if not is_own(settings, path):
        raise NotesElsewhere(_shown(path))
    folder = versions_folder(settings, path)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(folder / "lock", timeout=_LOCK_SECONDS):
            yield
    except filelock.Timeout as error:
        raise Busy(path, "these notes are being written") from error

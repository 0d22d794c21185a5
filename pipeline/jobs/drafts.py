"""Drafts: what somebody wants to become a meeting, a folder each until it is one.

A link, or notes that were written or uploaded, with or without a recording and a transcript. `draft.json` says what is
to come; how much of a file has arrived is the size of the file itself, so that nothing is lost with a process that is
killed. The id is a secret that nobody guesses: whoever knows it may send the files.

Used by the web: notes are read elsewhere, in `looking` and `adopting`.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import filelock
import msgspec

from pipeline import untrusted
from pipeline.config import Settings
from pipeline.errors import Busy, DraftError, DraftNotFound, UploadOffset
from pipeline.jobs.draft_checks import (
    MAX_NOTES_BYTES,
    NOTES_SUFFIXES,
    RECORDING_SUFFIXES,
    ROLES,
    SUFFIXES,
    Role,
    check_room,
    check_size,
    checked_day,
    checked_link,
    checked_name,
    checked_text,
    checked_title,
    is_plain_name,
)
from pipeline.untrusted import InvalidInput
from pipeline.whole_files import disk_errors, unfinished_of, write_whole

__all__ = [
    "MAX_NOTES_BYTES",
    "NOTES_SUFFIXES",
    "RECORDING_SUFFIXES",
    "Draft",
    "DraftCorrections",
    "DraftFile",
    "Role",
    "adopted",
    "all_drafts",
    "begin_adopting",
    "check_whole",
    "correct",
    "create",
    "discard",
    "exists",
    "folders",
    "is_own_folder",
    "last_change",
    "load",
    "path_of",
    "receive",
    "submit",
]

MAX_PIECE_BYTES = 1_048_576
"""Of a file, that is received at once."""

_ON_ITS_WAY = timedelta(hours=1)
"""So long after its last piece, room is kept for the rest of a file."""

_DESCRIPTION = "draft.json"
_MAX_DRAFT_BYTES = 100_000
_LOCK_SECONDS = 10.0
_ID = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file of a draft; `name` is what its owner calls it, for people, and `received` is how much has arrived."""

    role: Role
    name: str
    size: int  # bytes, as all
    received: int = 0

    @property
    def is_whole(self) -> bool:
        return self.received == self.size

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix.lower()


@dataclass(frozen=True, slots=True)
class DraftCorrections:
    """What somebody said otherwise than it was understood. `date` is ISO, `recording` a link."""

    title: str | None = None
    date: str | None = None
    recording: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to become a meeting."""

    id: str
    author: str
    created_at: datetime  # UTC
    link: str | None = None
    files: tuple[DraftFile, ...] = ()
    corrections: DraftCorrections = DraftCorrections()
    submitted: bool = False  # it is waiting for its turn, however long that takes
    stem: str | None = None  # of its files' names, once it is being adopted
    notes_path: str | None = None  # once it is adopted

    def file(self, role: Role) -> DraftFile | None:
        """The file of this role, if there is one."""
        return next((each for each in self.files if each.role == role), None)


def create(
    settings: Settings,
    author: str,
    *,
    link: str | None = None,
    text: str | None = None,
    files: Sequence[tuple[str, str, int]] = (),
) -> Draft:
    """A new draft. Its files, each with its role, name and size in bytes, are then sent in pieces to `receive`.

    Raises:
        DraftError: a link that is none, a kind of file that is not taken, a file that is too large, or nothing at all.
        DiskFull: there is no room for the files, beside those that are being sent to other drafts.
    """
    content = checked_text(text) if text is not None else None
    written = [] if content is None else [DraftFile("notes", "notes.md", len(content))]
    wanted = (*written, *(_announced(settings, *each) for each in files))
    if len({each.role for each in wanted}) < len(wanted):
        raise DraftError(
            "there is more than one file of a kind", hint="Send one of each: notes, recording, transcript."
        )
    if not wanted and link is None:
        raise DraftError("there is nothing in it", hint="Give a link, or notes.")
    link = checked_link(link) if link is not None else None
    draft = Draft(secrets.token_urlsafe(16), author, datetime.now(UTC), link, wanted)
    with disk_errors(settings.data_dir):
        settings.draft_dir.mkdir(parents=True, exist_ok=True)
        check_room(settings.draft_dir, sum(each.size for each in wanted) + _bytes_on_their_way(settings))
        folder = settings.draft_dir / draft.id
        folder.mkdir()
        try:
            _save(settings, draft)
            if content is not None:
                path_of(settings, draft, "notes").write_bytes(content)
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return load(settings, draft.id)


def load(settings: Settings, draft_id: str) -> Draft:
    """A draft, with how much of its files has arrived.

    Raises:
        DraftNotFound: there is none with this id.
    """
    if not _ID.fullmatch(draft_id):
        raise DraftNotFound(draft_id)
    try:
        data = untrusted.read_bytes(settings.draft_dir / draft_id / _DESCRIPTION, limit=_MAX_DRAFT_BYTES)
        draft = msgspec.json.decode(data, type=Draft)
    except (OSError, InvalidInput, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DraftNotFound(draft_id) from error
    if draft.id != draft_id or not is_plain_name(draft.stem or draft_id) or (draft.notes_path and not draft.stem):
        raise DraftNotFound(draft_id)
    return replace(draft, files=tuple(_with_received(settings, draft, each) for each in draft.files))


def exists(settings: Settings, draft_id: str) -> bool:
    """Whether there is a draft with this id, which takes no reading."""
    return bool(_ID.fullmatch(draft_id)) and (settings.draft_dir / draft_id / _DESCRIPTION).is_file()


def receive(settings: Settings, draft_id: str, role: str, offset: int, data: bytes) -> Draft:
    """Append a piece to a file of a draft, and return the draft.

    Raises:
        DraftNotFound: there is none with this id.
        DraftError: no such file is expected, or it would become longer than announced.
        UploadOffset: the file does not end at `offset`.
        DiskFull: there is no room for it.
        Busy: another piece is being received.
    """
    draft = load(settings, draft_id)
    file = next((each for each in draft.files if each.role == role), None)
    if file is None:
        raise DraftError(f"no file is expected as {untrusted.shown(role)}", hint="Announce it when the draft is made.")
    if draft.stem is not None:
        raise DraftError("the draft is becoming a meeting already")
    path = path_of(settings, draft, file.role)
    with _locked(settings, draft_id), disk_errors(settings.data_dir), _opened(path) as opened:
        received = os.fstat(opened).st_size
        if offset != received:
            raise UploadOffset(received)
        if received + len(data) > file.size:
            problem = f"{file.name} would become longer than the {file.size} bytes that were announced"
            raise DraftError(problem, hint="Announce its size anew.")
        check_room(settings.draft_dir, len(data))
        os.lseek(opened, received, os.SEEK_SET)
        left = memoryview(data)
        while left:
            left = left[os.write(opened, left) :]
    return load(settings, draft_id)


def correct(settings: Settings, draft_id: str, corrections: DraftCorrections) -> Draft:
    """Note what is otherwise than it was understood, in place of what was noted before.

    Raises:
        DraftNotFound: there is none with this id.
        DraftError: it makes no sense, or the draft is becoming a meeting already.
    """
    checked = DraftCorrections(
        title=None if corrections.title is None else checked_title(corrections.title),
        date=None if corrections.date is None else checked_day(corrections.date),
        recording=None if corrections.recording is None else checked_link(corrections.recording),
    )
    return _change(settings, draft_id, corrections=checked)


def submit(settings: Settings, draft_id: str) -> Draft:
    """Keep a draft until its turn comes, however long that takes: a job was put for it.

    Raises:
        DraftNotFound: there is none with this id.
        DraftError: not all of its files have arrived.
    """
    check_whole(load(settings, draft_id))
    return _change(settings, draft_id, submitted=True)


def check_whole(draft: Draft) -> None:
    """Raises DraftError: not all of its files have arrived."""
    for file in draft.files:
        if not file.is_whole and draft.stem is None:
            problem = f"{file.name} has not arrived in full: {file.received} of {file.size} bytes"
            raise DraftError(problem, hint="Send the rest of it first.")


def discard(settings: Settings, draft_id: str) -> None:
    """Remove a draft and its files; what it has become stays.

    Raises:
        DraftNotFound: there is none with this id.
    """
    draft = load(settings, draft_id)
    description = settings.draft_dir / draft.id / _DESCRIPTION
    with suppress(FileNotFoundError):
        description.replace(unfinished_of(description))  # first: after this it is none
    shutil.rmtree(settings.draft_dir / draft.id, ignore_errors=True)


def is_own_folder(folder: Path) -> bool:
    """Whether there is a draft in it, or what one has left that was being made or removed."""
    description = folder / _DESCRIPTION
    return bool(_ID.fullmatch(folder.name)) and (description.is_file() or unfinished_of(description).is_file())


def last_change(folder: Path) -> datetime:
    """When somebody last went on with a draft. Raises OSError."""
    last = max((each.stat().st_mtime for each in folder.iterdir()), default=folder.stat().st_mtime)
    return datetime.fromtimestamp(last, UTC)


def _bytes_on_their_way(settings: Settings) -> int:
    """What was announced for drafts whose files are being sent, and has not arrived."""
    found, now = 0, datetime.now(UTC)
    for folder in folders(settings):
        with suppress(OSError, DraftNotFound):
            if now - last_change(folder) < _ON_ITS_WAY:
                found += sum(file.size - file.received for file in load(settings, folder.name).files)
    return found


def all_drafts(settings: Settings) -> Iterator[Draft]:
    """Every draft, and what has become of it."""
    for folder in folders(settings):
        with suppress(DraftNotFound):
            yield load(settings, folder.name)


def path_of(settings: Settings, draft: Draft, role: Role) -> Path:
    """Where a file of a draft is until it is adopted. Nothing of its name is taken but a suffix that is known."""
    file = draft.file(role)
    suffix = file.suffix if file and file.suffix in SUFFIXES[role] else ""
    return settings.draft_dir / draft.id / f"{role}{suffix}"


def begin_adopting(settings: Settings, draft_id: str, stem: str) -> Draft:
    """Note the stem of the names that its files are getting."""
    return _change(settings, draft_id, stem=stem)


def adopted(settings: Settings, draft_id: str, notes_path: str) -> Draft:
    """Note where its notes are now."""
    return _change(settings, draft_id, notes_path=notes_path)


def _change(settings: Settings, draft_id: str, **values: object) -> Draft:
    with _locked(settings, draft_id), disk_errors(settings.data_dir):
        draft = load(settings, draft_id)
        if draft.stem is not None and "corrections" in values:
            raise DraftError("the draft is becoming a meeting already", hint="Edit the notes of the meeting.")
        draft = replace(draft, **values)  # type: ignore[arg-type]
        _save(settings, draft)
    return draft


def _save(settings: Settings, draft: Draft) -> None:
    write_whole(settings.draft_dir / draft.id / _DESCRIPTION, msgspec.json.encode(draft))


def folders(settings: Settings) -> Iterator[Path]:
    """All that are where drafts are."""
    with suppress(OSError), os.scandir(settings.draft_dir) as entries:
        yield from [Path(each.path) for each in entries if each.is_dir(follow_symlinks=False)]


@contextmanager
def _locked(settings: Settings, draft_id: str) -> Iterator[None]:
    """Raises DraftNotFound, Busy."""
    folder = settings.draft_dir / draft_id
    if not _ID.fullmatch(draft_id) or not folder.is_dir():
        raise DraftNotFound(draft_id)
    try:
        with filelock.FileLock(folder / "lock", timeout=_LOCK_SECONDS):
            yield
    except filelock.Timeout as error:
        raise Busy(folder, "this draft is being written") from error
    except FileNotFoundError as error:  # it was discarded meanwhile
        raise DraftNotFound(draft_id) from error


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    try:
        yield opened
    finally:
        os.close(opened)


def _with_received(settings: Settings, draft: Draft, file: DraftFile) -> DraftFile:
    with suppress(OSError):
        return replace(file, received=path_of(settings, draft, file.role).stat().st_size)
    return replace(file, received=file.size if draft.stem is not None else 0)


def _announced(settings: Settings, role: str, name: str, size: int) -> DraftFile:
    """Raises DraftError."""
    shown = checked_name(role, name)
    check_size(role, shown, size, settings.upload_mb)
    return DraftFile(next(each for each in ROLES if each == role), shown, size)

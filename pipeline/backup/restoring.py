"""A backup in place of what a data folder has, which is moved aside.

First everything is written to a folder of its own and checked; until then nothing is changed. Then a marker is written
that says what is to be moved, and from there on it only goes forward: whoever is killed leaves the marker, with which
nobody opens the database, and the next `jumpnotes restore` moves the rest.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from pipeline import untrusted
from pipeline.backup import served, staging
from pipeline.backup.contents import DATABASE, FOLDERS, MEDIA, BackupDescription
from pipeline.backup.reading import extract
from pipeline.config import Settings
from pipeline.errors import BackupError, Busy, StoreError
from pipeline.jobs.presence import find_worker
from pipeline.store.files import move_paths, nobody_has_open, revoke, revoked_in, valid_tokens
from pipeline.store.schema import RESTORE_MARKER
from pipeline.untrusted import InvalidInput
from pipeline.whole_files import disk_errors, sync_folder, write_whole

_ASIDE = "replaced-"
_BELONGING = ("search", "session-key")
"""To what is replaced: its index, and what cookies are signed with, which know tokens by their numbers."""
_STOP = "Nothing was changed. Stop them, and restore again."
_NOT_MOVED = "Nothing was changed. Restore to an empty folder with --data-dir, or unmount it meanwhile."
_MAX_MARKER_BYTES = 100_000


class _Moves(msgspec.Struct, frozen=True):
    """The marker: `old` goes to the folder `aside`, and then `new` comes out of `staging`, where it was checked."""

    aside: str
    staging: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    knows_revoked: bool = True
    is_served: bool = False  # what is in `staging` as a database goes to a server


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored.

    `aside`: the folder with what was there, if anything was. `tokens`: the names of good ones. `knows_revoked`: which
    tokens were revoked in what was there could be read, so they are none of these.
    """

    aside: Path | None
    tokens: tuple[str, ...]
    knows_revoked: bool = True


@dataclass(frozen=True, slots=True)
class PreparedRestore:
    """A backup whose files are checked, and lie beside those that they are to replace."""

    settings: Settings
    staging: Path
    description: BackupDescription
    is_in_use: bool  # the folder has an archive, or the server

    @property
    def data_dir(self) -> Path:
        return self.settings.data_dir

    def put_in_place(self) -> Restored:
        """Replace what is there. Tokens that were revoked in it are revoked in what takes its place, if it can be read.

        Raises:
            Busy: somebody has the archive in use.
            BackupError: something in it cannot be moved; nothing is changed.
        """
        database, url = self.staging / DATABASE, self.settings.database
        with disk_errors(self.data_dir):
            move_paths(database, self.description.data_dir, str(self.data_dir.resolve()))
            revoked = None if url else revoked_in(self.data_dir / DATABASE)
            revoke(database, revoked or ())
            names = (*FOLDERS, MEDIA) if url else (DATABASE, *FOLDERS, MEDIA)
            new = tuple(name for name in names if (self.staging / name).exists())
            for name in new:
                _set_modes(self.staging / name, self.data_dir / name)
        with disk_errors(self.data_dir), _nobody_has_open(self.settings):
            _check_unused(self.data_dir)
            if url:
                served.check(url, replace=True)
            old = _replaced(self.settings, with_media=MEDIA in new)
            _check_movable(self.data_dir, old)
            knows = revoked is not None or url is not None
            moves = _Moves(_free_name(self.data_dir), self.staging.name, old, new, knows, is_served=url is not None)
            os.sync()
            write_whole(self.data_dir / RESTORE_MARKER, msgspec.json.encode(moves))
            return _move(self.settings, moves)


@contextmanager
def prepare(settings: Settings, file: Path, *, replace: bool) -> Iterator[PreparedRestore]:
    """Check a backup, and write its files beside those of the data folder; they are removed where nobody wants them.

    Raises:
        BackupError: it cannot be used, or there is an archive that is not to be replaced.
        SchemaMismatch: a newer jumpnotes made it.
        StoreError: its database is damaged.
        DiskFull: there is no room for it beside what is there.
        Busy: somebody has the archive in use.
    """
    data_dir = settings.data_dir
    with disk_errors(data_dir):
        data_dir.mkdir(parents=True, exist_ok=True)
    with _alone(data_dir), _alone_on_server(settings):
        if _marker(data_dir) is not None:
            raise BackupError(data_dir, "an earlier restore has to be finished first", hint="jumpnotes restore")
        _check_free(settings, replace=replace, with_media=False)
        with _nobody_has_open(settings):
            _check_unused(data_dir)
        for left in staging.staging_folders(data_dir):
            if file.resolve().is_relative_to(left.resolve()):
                raise BackupError(file, "is where an interrupted restore was", hint="Move it elsewhere first.")
            staging.remove(left)
        with disk_errors(data_dir):
            folder = staging.make(data_dir)
        try:
            with disk_errors(data_dir):
                description = extract(file, folder)
            has_media = (folder / MEDIA).exists()
            is_in_use = _check_free(settings, replace=replace, with_media=has_media)
            if settings.database:
                is_in_use |= served.check(settings.database, replace=replace)
            yield PreparedRestore(settings, folder, description, is_in_use)
        finally:
            if not (data_dir / RESTORE_MARKER).exists():
                staging.remove(folder)


def go_on(settings: Settings) -> Restored:
    """Finish a restore that was killed.

    Raises:
        BackupError: there is none to be finished; or what was there cannot be moved, and is as it was again.
        Busy: somebody has the archive in use, or is at it.
    """
    data_dir = settings.data_dir
    with disk_errors(data_dir):
        if not data_dir.is_dir() or (moves := _marker(data_dir)) is None:
            raise BackupError(data_dir, "there is no restore to be finished", hint="Name a backup.")
        if moves.is_served != (settings.database is not None):
            hint = "Give the same settings as when it was begun."
            raise BackupError(data_dir, "the restore was begun with another JUMPNOTES_DATABASE", hint=hint)
        with _alone(data_dir), _alone_on_server(settings), _nobody_has_open(settings):
            return _move(settings, moves)


def asides(data_dir: Path) -> list[Path]:
    """The folders with what restores have replaced."""
    return sorted(each for each in data_dir.glob(f"{_ASIDE}*") if each.is_dir())


def _check_unused(data_dir: Path) -> None:
    if find_worker(data_dir) is not None:
        raise Busy(data_dir, "a worker is using it: stop the server and the worker first", hint=_STOP)


def _alone_on_server(settings: Settings) -> AbstractContextManager[None]:
    return served.alone(settings.database) if settings.database else nullcontext()


def _nobody_has_open(settings: Settings) -> AbstractContextManager[None]:
    return nullcontext() if settings.database else nobody_has_open(settings.database_file)


def _replaced(settings: Settings, *, with_media: bool) -> tuple[str, ...]:
    """What is there and would be moved aside. Without recordings in a backup, those that are there stay."""
    database = (DATABASE, *(f"{DATABASE}-{end}" for end in ("wal", "shm", "journal")))
    names = (*FOLDERS, *_BELONGING, *((MEDIA,) if with_media else ()))
    names = names if settings.database else (*database, *names)
    return tuple(name for name in names if os.path.lexists(settings.data_dir / name))


def _check_free(settings: Settings, *, replace: bool, with_media: bool) -> bool:
    """Whether there is anything that would be moved aside, other than empty folders.

    Raises:
        BackupError: there is, and it is not to be replaced.
    """
    data_dir = settings.data_dir
    found = [name for name in _replaced(settings, with_media=with_media) if not _is_empty(data_dir / name)]
    found = [name for name in found if name not in _BELONGING or not settings.database]  # to what is on a server
    if found and not replace:
        hint = "Choose an empty folder with --data-dir, or add --replace: what is there is moved aside."
        raise BackupError(data_dir, f"there is an archive already ({', '.join(found)})", hint=hint)
    return bool(found)


def _is_empty(path: Path) -> bool:
    with suppress(OSError):
        return path.is_dir() and not any(path.iterdir())
    return False


def _check_movable(data_dir: Path, names: tuple[str, ...]) -> None:
    """Raises BackupError: one is on a disk of its own, which nobody moves."""
    here = data_dir.stat().st_dev
    for name in names:
        if (data_dir / name).lstat().st_dev != here:
            raise BackupError(data_dir / name, "is mounted there, so it cannot be moved aside", hint=_NOT_MOVED)


def _set_modes(new: Path, old: Path) -> None:
    """Let what is new be as open to others as what it replaces; where there is nothing, it is its owner's alone."""
    mode = stat.S_IMODE(old.stat().st_mode) & 0o777 | 0o700 if old.exists() else 0o700
    new.chmod(mode if new.is_dir() else mode & 0o666)
    for place, folders, files in os.walk(new):
        for folder in folders:
            Path(place, folder).chmod(mode)
        for file in files:
            Path(place, file).chmod(mode & 0o666)


def _move(settings: Settings, moves: _Moves) -> Restored:
    """Move what is not where it belongs yet.

    Raises:
        BackupError: what was there cannot be moved, so it is as it was again.
        StoreError: the server refuses, so all is as it was again.
    """
    data_dir, url = settings.data_dir, settings.database
    aside, folder = data_dir / moves.aside, data_dir / moves.staging
    try:
        if moves.old:
            aside.mkdir(exist_ok=True)
        for name in moves.old:
            if os.path.lexists(data_dir / name) and not os.path.lexists(aside / name):
                (data_dir / name).rename(aside / name)
    except OSError as error:
        if not all(os.path.lexists(folder / name) for name in moves.new):
            raise
        _step_back(data_dir, moves)
        problem = f"cannot be moved aside ({error.strerror or error})"
        raise BackupError(error.filename or data_dir, problem, hint=_NOT_MOVED) from error
    if url and (folder / DATABASE).exists():
        try:
            served.put(url, folder / DATABASE)
        except StoreError:
            _step_back(data_dir, moves)
            raise
        (folder / DATABASE).unlink()
    for name in moves.new:
        if os.path.lexists(folder / name):
            (folder / name).rename(data_dir / name)
    sync_folder(data_dir)
    tokens = served.valid_tokens(url) if url else valid_tokens(data_dir / DATABASE)
    (data_dir / RESTORE_MARKER).unlink()
    sync_folder(data_dir)
    staging.remove(folder)
    return Restored(aside if moves.old else None, tokens, moves.knows_revoked)


def _step_back(data_dir: Path, moves: _Moves) -> None:
    """Move what was there to where it was, before anything of what is new is in its place."""
    aside = data_dir / moves.aside
    for name in moves.old:
        if os.path.lexists(aside / name):
            (aside / name).rename(data_dir / name)
    sync_folder(data_dir)
    (data_dir / RESTORE_MARKER).unlink()
    with suppress(OSError):
        aside.rmdir()
    staging.remove(data_dir / moves.staging)


def _free_name(data_dir: Path) -> str:
    name = f"{_ASIDE}{datetime.now(UTC):%Y%m%d-%H%M%S}"
    while os.path.lexists(data_dir / name):
        name += "-2"
    return name


def _marker(data_dir: Path) -> _Moves | None:
    """Raises BackupError: it cannot be read."""
    marker = data_dir / RESTORE_MARKER
    try:
        moves = msgspec.json.decode(untrusted.read_bytes(marker, limit=_MAX_MARKER_BYTES), type=_Moves)
    except FileNotFoundError:
        return None
    except (InvalidInput, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BackupError(
            marker, f"cannot be read ({error})", hint="Look at the folder, and delete this file."
        ) from error
    names = (moves.aside, *moves.old, *moves.new)
    if not staging.is_name(moves.staging) or any(name != Path(name).name or name in {"", ".", ".."} for name in names):
        raise BackupError(marker, "names files elsewhere", hint="Look at the folder, and delete this file.")
    return moves


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    opened = os.open(data_dir, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(data_dir, "another restore is at work there") from error
        yield
    finally:
        os.close(opened)

"""A backup in place of what a data folder has, which is moved aside.

First everything is written to a folder of its own and checked; until then nothing is changed. Then a marker is written
that says what is to be moved, and from there on it only goes forward: whoever is killed leaves the marker, with which
nobody opens the database, and the next `jumpnotes restore` moves the rest.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from pipeline import untrusted
from pipeline.backup.contents import DATABASE, FOLDERS, MEDIA, BackupDescription
from pipeline.backup.reading import extract
from pipeline.config import Settings
from pipeline.errors import BackupError, Busy
from pipeline.jobs.presence import find_worker
from pipeline.jobs.whole_files import disk_errors, sync_folder, write_whole
from pipeline.store.files import move_paths, nobody_has_open
from pipeline.store.schema import RESTORE_MARKER
from pipeline.untrusted import InvalidInput

_STAGING = "restoring"
_ASIDE = "replaced-"
_DERIVED = ("search",)  # from what is replaced
_MAX_MARKER_BYTES = 100_000


class _Moves(msgspec.Struct, frozen=True):
    """The marker: `old` goes to the folder `aside`, and then `new` comes out of the folder where it was checked."""

    aside: str
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PreparedRestore:
    """A backup whose files are checked, and lie beside those that they are to replace."""

    data_dir: Path
    description: BackupDescription
    is_in_use: bool  # the folder has an archive

    def put_in_place(self) -> Path | None:
        """Replace what is there; the folder with what was there, None: nothing was.

        Raises:
            Busy: somebody has the archive in use.
        """
        staging = self.data_dir / _STAGING
        move_paths(staging / DATABASE, self.description.data_dir, str(self.data_dir.resolve()))
        new = tuple(sorted(each.name for each in staging.iterdir()))
        with disk_errors(self.data_dir), nobody_has_open(self.data_dir / DATABASE):
            _check_unused(self.data_dir)
            replaced = {DATABASE, *(f"{DATABASE}-{end}" for end in ("wal", "shm", "journal")), *FOLDERS, *_DERIVED}
            replaced |= {MEDIA} & set(new)  # without recordings in it, those that are there stay
            old = tuple(sorted(name for name in replaced if os.path.lexists(self.data_dir / name)))
            moves = _Moves(_free_name(self.data_dir), old, new)
            os.sync()
            write_whole(self.data_dir / RESTORE_MARKER, msgspec.json.encode(moves))
            return _move(self.data_dir, moves)


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
    with _alone(data_dir):
        if _marker(data_dir) is not None:
            raise BackupError(data_dir, "an earlier restore has to be finished first", hint="jumpnotes restore")
        has_archive = is_archive(data_dir)
        if has_archive and not replace:
            hint = "Choose an empty folder with --data-dir, or add --replace: what is there is moved aside."
            raise BackupError(data_dir, "there is an archive already", hint=hint)
        with nobody_has_open(settings.database):
            _check_unused(data_dir)
        staging = data_dir / _STAGING
        try:
            with disk_errors(data_dir):
                shutil.rmtree(staging, ignore_errors=True)  # of one that was killed
                staging.mkdir()
                description = extract(file, staging)
            yield PreparedRestore(data_dir, description, has_archive)
        finally:
            if not (data_dir / RESTORE_MARKER).exists():
                shutil.rmtree(staging, ignore_errors=True)


def go_on(settings: Settings) -> Path | None:
    """Finish a restore that was killed; the folder with what was there before, None: nothing was.

    Raises:
        BackupError: there is none to be finished.
        Busy: somebody has the archive in use, or is at it.
    """
    data_dir = settings.data_dir
    with disk_errors(data_dir):
        if not data_dir.is_dir() or (moves := _marker(data_dir)) is None:
            raise BackupError(data_dir, "there is no restore to be finished", hint="Name a backup.")
        with _alone(data_dir), nobody_has_open(data_dir / DATABASE):
            return _move(data_dir, moves)


def is_archive(data_dir: Path) -> bool:
    """Whether a data folder has anything that a backup would replace."""
    with suppress(OSError):
        folders = (data_dir / name for name in FOLDERS)
        return (data_dir / DATABASE).exists() or any(each.is_dir() and any(each.iterdir()) for each in folders)
    return True


def asides(data_dir: Path) -> list[Path]:
    """The folders with what restores have replaced."""
    return sorted(each for each in data_dir.glob(f"{_ASIDE}*") if each.is_dir())


def _check_unused(data_dir: Path) -> None:
    if find_worker(data_dir) is not None:
        raise Busy(data_dir, "a worker is using it: stop the server and the worker first")


def _move(data_dir: Path, moves: _Moves) -> Path | None:
    """Move what is not where it belongs yet."""
    aside, staging = data_dir / moves.aside, data_dir / _STAGING
    if moves.old:
        aside.mkdir(exist_ok=True)
    for name in moves.old:
        if os.path.lexists(data_dir / name) and not os.path.lexists(aside / name):
            (data_dir / name).rename(aside / name)
    for name in moves.new:
        if os.path.lexists(staging / name):
            (staging / name).rename(data_dir / name)
    sync_folder(data_dir)
    (data_dir / RESTORE_MARKER).unlink()
    sync_folder(data_dir)
    shutil.rmtree(staging, ignore_errors=True)
    return aside if moves.old else None


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
    if any(name != Path(name).name or name in {"", ".", ".."} for name in names):
        raise BackupError(marker, "names files elsewhere", hint="Look at the folder, and delete this file.")
    return moves


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    opened = os.open(data_dir, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise Busy(data_dir, "another restore is at work there") from error
    finally:
        os.close(opened)

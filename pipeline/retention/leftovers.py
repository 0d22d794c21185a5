"""Files of a data folder that belong to nothing that is there: of what was interrupted, forgotten or given up.

A data folder may be somebody's home, and a folder in it a link to a disk that others use. So only what has a form
that we give to files goes; and where others may have the same, only what is in a folder of the data folder itself.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path

import filelock

from pipeline.backup import staging_folders
from pipeline.config import Settings
from pipeline.file_names import path_of
from pipeline.jobs import draft_expiry
from pipeline.meaning import VectorCache
from pipeline.records import WatchKind
from pipeline.store import Store

_SETTLED = timedelta(days=2)
"""After which nobody is in the middle of something any more."""
_DOWNLOAD_LIFETIME = timedelta(days=31)
"""Longer than any download may take, with all its attempts."""
_CHECKPOINT = re.compile(r"(?P<slug>[^.]+)(\.lock|(\.[0-9a-f]{12})?\.jsonl)")
_BY_CONTENT = re.compile(r"[0-9a-f]{64}")  # vectors of what is in no meeting
_DOWNLOAD = re.compile(r"\.((?P<youtube>[A-Za-z0-9_-]{11})|[a-z0-9-]+-[0-9a-f]{12})")
_DOWNLOADED = "media."  # begins the names of all files of a download
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+-[0-9a-f]{8}")
_TEMPORARY_STATE = re.compile(r"\.(restore|backup|worker)\.json\.unfinished|(runs|worker)\.json\.\d+")
_TEMPORARY_NOTES = re.compile(r"\..+\.unfinished")


class Kind(Enum):
    """What a file is left of, as people say it of one and of several."""

    DRAFT = "draft that is over", "drafts that are over"
    CHECKPOINT = "file of a meeting that is gone", "files of meetings that are gone"
    DOWNLOAD = "interrupted download", "interrupted downloads"
    TEMPORARY = "unfinished file", "unfinished files"
    REPOSITORY = "copy of a repository that is not watched", "copies of repositories that are not watched"

    @property
    def one(self) -> str:
        return self.value[0]

    @property
    def several(self) -> str:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class LeftoverFile:
    """A file, or a folder with all that is in it. `lock`: held by whoever uses it."""

    path: Path
    bytes: int
    lock: Path | None = None


def find(store: Store, settings: Settings, now: datetime) -> Mapping[Kind, list[LeftoverFile]]:
    """What is left, by its kind."""
    found: dict[Kind, list[LeftoverFile]] = {}
    for kind, look in _LOOKS.items():
        with suppress(OSError):
            found[kind] = [LeftoverFile(path, _size(path), lock) for path, lock in look(store, settings, now)]
    return found


def remove(file: LeftoverFile) -> bool:
    """Remove it, unless somebody uses it; whether it is gone."""
    try:
        if file.lock is None:
            _delete(file.path)
        else:
            with _held(file.lock):
                _delete(file.path)
    except (OSError, filelock.Timeout):
        return False
    return not os.path.lexists(file.path)


Found = Iterator[tuple[Path, Path | None]]


def _drafts(store: Store, settings: Settings, _now: datetime) -> Found:
    for folder in draft_expiry.expired(settings, store.jobs.drafts()):
        yield folder, None


def _of_gone_meetings(store: Store, settings: Settings, now: datetime) -> Found:
    """Checkpoints, their locks, and vectors."""
    slugs = store.notes_paths().keys()
    for file in _in_own(settings.checkpoint_dir):
        form = _CHECKPOINT.fullmatch(file.name)
        if form and form["slug"] not in slugs and _is_file(file) and _is_older(file, _SETTLED, now):
            yield file, settings.checkpoint_dir / f"{form['slug']}.lock"
    cache = VectorCache(settings.vector_dir)
    for name in cache.names() if _is_own(settings.vector_dir) else ():
        file = cache.path(name)
        if name not in slugs and not _BY_CONTENT.fullmatch(name) and _is_older(file, _SETTLED, now):
            yield file, None


def _downloads(_store: Store, settings: Settings, now: datetime) -> Found:
    """Also where the folder is a link to a larger disk."""
    for folder in _in(settings.media_dir):
        form = _DOWNLOAD.fullmatch(folder.name)
        if form and _is_folder(folder):
            files = _in(folder)
            is_one = bool(files) and all(file.name.startswith(_DOWNLOADED) and _is_file(file) for file in files)
            if is_one and all(_is_older(file, _DOWNLOAD_LIFETIME, now) for file in (folder, *files)):
                lock = "youtube" if form["youtube"] else folder.name.removeprefix(".")
                yield folder, settings.media_dir / ".locks" / f"{lock}.lock"


def _temporary(_store: Store, settings: Settings, now: datetime) -> Found:
    """What processes that were killed wrote, and a restore that never began to move anything."""
    found = [each for each in _in(settings.data_dir) if _TEMPORARY_STATE.fullmatch(each.name)]
    versions = (folder for folder in _in_own(settings.notes_versions_dir) if _is_folder(folder))
    for folder in (settings.notes_dir, *versions):
        found += [each for each in _in_own(folder) if _TEMPORARY_NOTES.fullmatch(each.name)]
    for path in [each for each in found if _is_file(each)] + staging_folders(settings.data_dir):
        if _is_older(path, _SETTLED, now):
            yield path, None


def _repositories(store: Store, settings: Settings, now: datetime) -> Found:
    """But where notes or a recording of a meeting are in it."""
    folders = [
        each
        for each in _in_own(settings.repository_dir)
        if _REPOSITORY.fullmatch(each.name) and _is_folder(each) and _is_folder(each / ".git")
    ]
    if not folders:
        return
    from pipeline.watch.repository import folder_name

    watched = {folder_name(each.address) for each in store.watches.all() if each.kind is WatchKind.REPOSITORY}
    used = [path_of(path) for path in store.notes_paths().values()]
    used += [file for files in store.media().values() for file in files]
    for folder in folders:
        real = folder.resolve()
        is_used = any(path.is_relative_to(folder) or path.is_relative_to(real) for path in used)
        if folder.name not in watched and not is_used and _is_older(folder, _SETTLED, now):
            yield folder, settings.data_dir / "watching" / f"{folder.name}.lock"


_LOOKS: Mapping[Kind, Callable[[Store, Settings, datetime], Found]] = {
    Kind.DRAFT: _drafts,
    Kind.CHECKPOINT: _of_gone_meetings,
    Kind.DOWNLOAD: _downloads,
    Kind.TEMPORARY: _temporary,
    Kind.REPOSITORY: _repositories,
}


def _in(folder: Path) -> list[Path]:
    """What is in a folder; nothing where there is none."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _in_own(folder: Path) -> list[Path]:
    """What is in a folder of the data folder; nothing of what a link or a disk that is mounted there leads to."""
    return _in(folder) if _is_own(folder) else []


def _is_own(folder: Path) -> bool:
    return _is_folder(folder) and not folder.is_mount()


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _is_older(file: Path, age: timedelta, now: datetime) -> bool:
    try:
        return now.timestamp() - file.lstat().st_mtime > age.total_seconds()
    except OSError:
        return False


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() and not path.is_symlink() else (path,)
    found = 0
    for file in files:
        with suppress(OSError):
            found += file.lstat().st_size if not file.is_dir() else 0
    return found


@contextmanager
def _held(lock: Path) -> Iterator[None]:
    """Hold a lock; one that there was none of is gone afterwards, with the folder that was made for it.

    Raises:
        OSError: it cannot be made.
        filelock.Timeout: somebody else has it.
    """
    has_folder, is_there = lock.parent.exists(), lock.exists()
    lock.parent.mkdir(exist_ok=True)
    try:
        with filelock.FileLock(lock, timeout=0):
            try:
                yield
            finally:
                if not is_there:  # while it is held: whoever opened it meanwhile sees that it has no name any more
                    lock.unlink(missing_ok=True)
    finally:
        if not has_folder:
            with suppress(OSError):  # others have locks in it by now
                lock.parent.rmdir()


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)

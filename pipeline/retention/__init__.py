"""What nobody needs any more: found, told and removed.

    leftovers  files of what is no more

What is in the database goes as `keep_runs` and `keep_jobs` say; `pipeline.store.old_rows` says what stays, however old.
Nothing that a page shows changes. Whatever cannot be removed now is there for the next time.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipeline.config import Settings
from pipeline.errors import Busy, JumpnotesError
from pipeline.file_names import path_of
from pipeline.forget import locked
from pipeline.retention import leftovers
from pipeline.store import Store

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Spare:
    """Something that nobody needs: what it is, of one and of several, how much of it, and about how many bytes."""

    one: str
    several: str
    count: int
    bytes: int = 0

    def __str__(self) -> str:
        return f"{self.count} {self.one if self.count == 1 else self.several}"


def find(store: Store, settings: Settings, now: datetime | None = None) -> tuple[Spare, ...]:
    """What would be removed now. Nothing is changed."""
    now = now or datetime.now(UTC)
    found = []
    if settings.keep_runs is not None:
        found.append(old_runs(store, now - timedelta(seconds=settings.keep_runs)))
    if settings.keep_jobs is not None:
        found.append(_jobs(store.jobs.count_old(now - timedelta(seconds=settings.keep_jobs))))
    found.append(_videos(store.matches.count_withdrawn()))
    found += [_files(kind, files) for kind, files in leftovers.find(store, settings, now).items()]
    return tuple(each for each in found if each.count)


def old_runs(store: Store, before: datetime) -> Spare:
    """What newer runs had replaced before this time."""
    found = store.retention.find(before)
    return _runs(sum(map(len, found)), sum(each.bytes for each in found))


def tidy(store: Store, settings: Settings, now: datetime | None = None) -> tuple[Spare, ...]:
    """Remove what nobody needs; what that was. A meeting that somebody works on is left for the next time.

    Raises:
        StoreError: the database refuses.
    """
    now = now or datetime.now(UTC)
    if settings.read_only or not os.access(settings.data_dir, os.W_OK):
        return ()
    found = []
    if settings.keep_runs is not None:
        found.append(_drop_runs(store, settings, now - timedelta(seconds=settings.keep_runs)))
    if settings.keep_jobs is not None:
        before = now - timedelta(seconds=settings.keep_jobs)
        found.append(_jobs(store.jobs.drop_old(before) if store.jobs.count_old(before) else 0))
    found.append(_videos(store.matches.drop_withdrawn() if store.matches.count_withdrawn() else 0))
    for kind, files in leftovers.find(store, settings, now).items():
        found.append(_files(kind, [file for file in files if leftovers.remove(file)]))
    return tuple(each for each in found if each.count)


def tidy_after(store: Store, settings: Settings) -> str:
    """Tidy after something that counts more, which does not fail with it; what went, in words; "": nothing."""
    try:
        return told(tidy(store, settings))
    except (JumpnotesError, OSError) as error:
        _log.info("not tidied: %s", error)
        return ""


def told(spares: Sequence[Spare]) -> str:
    """In one line; "" where there is nothing."""
    size = sum(each.bytes for each in spares)
    return ", ".join(map(str, spares)) + (f" ({size_in_words(size)})" if size else "")


def size_in_words(size: int) -> str:
    """
    >>> size_in_words(812), size_in_words(1_230_000), size_in_words(4_560_000_000)
    ('less than 0.1 MB', 'about 1.2 MB', 'about 4.6 GB')
    """
    if size < 100_000:
        return "less than 0.1 MB"
    return f"about {size / 1e6:.1f} MB" if size < 1e9 else f"about {size / 1e9:.1f} GB"


def _drop_runs(store: Store, settings: Settings, before: datetime) -> Spare:
    count = size = 0
    for old in store.retention.find(before):
        notes = store.notes_path(old.slug)
        with suppress(Busy), locked(store, settings, old.slug, path_of(notes or "")):
            dropped = store.retention.drop(old.slug, before)
            count, size = count + len(dropped), size + dropped.bytes
    return _runs(count, size)


def _runs(count: int, size: int) -> Spare:
    return Spare("result of an earlier run", "results of earlier runs", count, size)


def _jobs(count: int) -> Spare:
    return Spare("job that ended", "jobs that ended", count)


def _videos(count: int) -> Spare:
    return Spare("video that is in no list any more", "videos that are in no list any more", count)


def _files(kind: leftovers.Kind, files: Iterable[leftovers.LeftoverFile]) -> Spare:
    found = tuple(files)
    return Spare(kind.one, kind.several, len(found), sum(each.bytes for each in found))

"""The lock of a meeting: whoever changes what is made of it, a run or somebody who forgets it, holds it meanwhile.

It is a file of the data folder, or, where several machines share the archive, in its database.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from pipeline.config import Settings
from pipeline.file_names import may_exist
from pipeline.store import Store


@contextmanager
def meeting_lock(store: Store, settings: Settings, slug: str, patience_seconds: float = 0.0) -> Iterator[bool]:
    """Hold it. False: somebody else does, and has for as long as was waited.

    Raises:
        OSError: its file cannot be made.
        StoreError: the database refuses.
    """
    if store.is_shared:
        with store.alone(slug, patience_seconds) as is_ours:
            yield is_ours
        return
    import filelock

    settings.checkpoint_dir.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(settings.checkpoint_dir / f"{slug}.lock")
    try:
        lock.acquire(timeout=patience_seconds)
    except filelock.Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def busy(store: Store, settings: Settings) -> frozenset[str]:
    """The meetings that somebody works on, by slug."""
    if store.is_shared:
        return store.held()
    return frozenset(slug for slug in store.notes_paths() if _is_held(settings, slug))


def _is_held(settings: Settings, slug: str) -> bool:
    if not may_exist(settings.checkpoint_dir / f"{slug}.lock"):
        return False
    import filelock

    with suppress(OSError):  # a folder that can only be read
        try:
            with filelock.FileLock(settings.checkpoint_dir / f"{slug}.lock", blocking=False):
                return False
        except filelock.Timeout:
            return True
    return False

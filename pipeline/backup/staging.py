"""The folder in which a backup is checked before it takes the place of anything: one of our own.

A data folder may have files of others. Only what has the marker is a folder that a restore made.
"""

from __future__ import annotations

import re
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from pipeline.backup.contents import DATABASE, FOLDERS, MEDIA
from pipeline.store.schema import RESTORE_MARKER

STAGING_MARKER = "made-by-jumpnotes-restore"
"""The file that says so. It is the last one to go."""

_NAME = re.compile(r"\.restoring-[0-9a-f]{16}")


def make(data_dir: Path) -> Path:
    """A new one, which nobody else can look into.

    Raises:
        OSError: it cannot be made.
    """
    staging = data_dir / f".restoring-{secrets.token_hex(8)}"
    staging.mkdir(mode=0o700)
    (staging / STAGING_MARKER).touch()
    return staging


def is_name(name: str) -> bool:
    """Whether one may be called so."""
    return bool(_NAME.fullmatch(name))


def staging_folders(data_dir: Path) -> list[Path]:
    """Those that interrupted restores have left; none while one has to be finished."""
    if (data_dir / RESTORE_MARKER).exists():
        return []
    found = (each for each in data_dir.glob(".restoring-*") if is_name(each.name) and not each.is_symlink())
    return sorted(each for each in found if (each / STAGING_MARKER).is_file())


def remove(staging: Path) -> None:
    """Remove one, as far as that can be done, with nothing in it but what a restore has put there."""
    for name in (*FOLDERS, MEDIA):
        shutil.rmtree(staging / name, ignore_errors=True)
    with suppress(OSError):
        for file in (*(f"{DATABASE}{end}" for end in ("", "-wal", "-shm", "-journal")), STAGING_MARKER):
            (staging / file).unlink(missing_ok=True)
        staging.rmdir()

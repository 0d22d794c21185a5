"""What stays free on a disk when something from outside is written there: the database needs room, and all else."""

from __future__ import annotations

import shutil
from pathlib import Path

_RESERVED_BYTES = 1_000_000_000
_RESERVED_SHARE = 0.2  # of a small disk


def reserve(total_bytes: int) -> int:
    """How many bytes stay free on a disk of this size.

    >>> reserve(10**12), reserve(10**9)
    (1000000000, 200000000)
    """
    return min(_RESERVED_BYTES, int(_RESERVED_SHARE * total_bytes))


def has_room(folder: Path, wanted_bytes: int = 0) -> bool:
    """Whether so many bytes can be written below a folder without taking of the reserve."""
    disk = shutil.disk_usage(folder)
    return disk.free - wanted_bytes >= reserve(disk.total)

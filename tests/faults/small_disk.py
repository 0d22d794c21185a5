"""A disk of a few megabytes, on which anything soon fails for want of room."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, megabytes: float) -> Iterator[Path]:
    """An empty disk of this size, mounted at `folder`. The test is skipped where nobody may mount one."""
    folder.mkdir(parents=True, exist_ok=True)
    size = f"size={int(megabytes * 1_000_000)}"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path, *, leave: int = 0) -> Path:
    """Write zeros until only `leave` bytes are free; the file to delete to make room again."""
    ballast = folder / "ballast"
    with ballast.open("ab", buffering=0) as file:
        while (free := shutil.disk_usage(folder).free) > leave:
            try:
                file.write(bytes(min(free - leave, 1_000_000)))
            except OSError:
                break
    return ballast

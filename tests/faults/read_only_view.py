"""A folder as another machine sees it that may only read it: the superuser, too, may not write there."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def read_only_view(folder: Path, at: Path) -> Iterator[Path]:
    """`folder` once more, at another place, where nobody can write. The test is skipped where nobody may mount it."""
    at.mkdir()
    for options in (["--bind", str(folder)], ["-o", "remount,bind,ro", str(folder)]):
        mounted = subprocess.run(["mount", *options, str(at)], capture_output=True, text=True, check=False)
        if mounted.returncode:
            subprocess.run(["umount", "--lazy", str(at)], capture_output=True, check=False)
            pytest.skip(f"no folder can be mounted here: {mounted.stderr.strip()}")
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", str(at)], check=True)

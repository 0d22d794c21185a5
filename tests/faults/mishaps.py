"""The faults, each as it is brought about."""

from __future__ import annotations

import os
import random
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.faults.harness import Disturbed, Fault
from tests.faults.small_disk import fill

TWO_YEARS_SECONDS = 2 * 365 * 86_400
_CLOCK = Path(__file__).parent / "clock"
_LEFT_BYTES = (0, 0, 4_096, 20_000, 60_000, 150_000, 400_000)
_FLIPPED_BYTES = (0, 1, 16, 512, 4096)  # 0: a bit
_FULL_SECONDS = 5.0
_MARGIN = 1.1  # a fault comes at a moment of the command's life, or just after it


def _wait(disturbed: Disturbed) -> None:
    until = time.monotonic() + disturbed.rng.uniform(0.0, disturbed.seconds * _MARGIN)
    while time.monotonic() < until and disturbed.process.poll() is None:
        time.sleep(0.005)


def _kill(disturbed: Disturbed) -> None:
    _wait(disturbed)
    disturbed.process.kill()


KILL = Fault("kill -9", _kill, kills=True)


# -- a full disk ---------------------------------------------------------------------------------------------------


def _fill(disturbed: Disturbed) -> None:
    """Fill the disk at some moment, and keep it full for a while: whatever is deleted is taken at once."""
    leave = disturbed.rng.choice(_LEFT_BYTES)
    _wait(disturbed)

    def keep_full() -> None:
        until = time.monotonic() + max(disturbed.seconds, _FULL_SECONDS)
        while disturbed.process.poll() is None and time.monotonic() < until:
            with suppress(OSError):
                fill(disturbed.root, leave=leave)
            time.sleep(0.05)
        (disturbed.root / "ballast").unlink(missing_ok=True)

    threading.Thread(target=keep_full, daemon=True).start()


@contextmanager
def _emptied(root: Path, _rng: random.Random) -> Iterator[None]:
    yield
    (root / "ballast").unlink(missing_ok=True)


FULL_DISK = Fault("full disk", _fill, _emptied)


# -- flipped bytes -------------------------------------------------------------------------------------------------


def flip(path: Path, rng: random.Random, *, may_cut: bool = True) -> str:
    """Change a bit, or up to 4 kB, to anything or to zeros, or cut the file; in words, what was done.

    Args:
        may_cut: not under a process that has the file in its memory: the system ends a process that reads beyond.
    """
    content = bytearray(path.read_bytes())
    if not content:
        return f"{path.name} is empty"
    size, place = rng.choice(_FLIPPED_BYTES), rng.randrange(len(content))
    if rng.randrange(12) == 0 and may_cut:
        os.truncate(path, place)
        return f"{path.name} cut to {place} bytes"
    if size == 0:
        content[place] ^= 1 << rng.randrange(8)
    else:
        size = min(size, len(content) - place)
        content[place : place + size] = bytes(size) if rng.randrange(2) else rng.randbytes(size)
    with path.open("r+b") as file:  # in its place, as a disk does it
        file.seek(place)
        file.write(content[place : place + max(size, 1)])
    return f"{path.name}: {size or 'a bit'} at {place}"


# -- the clock -----------------------------------------------------------------------------------------------------


def clock_env(root: Path) -> dict[str, str]:
    """For processes whose clock is put by `put_clock`."""
    paths = filter(None, (str(_CLOCK), os.environ.get("PYTHONPATH")))
    return {"JUMPNOTES_TEST_CLOCK": str(root.parent / "clock"), "PYTHONPATH": os.pathsep.join(paths)}


def put_clock(root: Path, seconds: float) -> None:
    (root.parent / "clock").write_text(str(seconds))


@contextmanager
def _clock_right_again(root: Path, _rng: random.Random) -> Iterator[None]:
    put_clock(root, 0)
    yield
    put_clock(root, 0)


def _put_somewhen(disturbed: Disturbed) -> None:
    shift = disturbed.rng.choice((-TWO_YEARS_SECONDS, TWO_YEARS_SECONDS, -3600, 3600))
    if disturbed.rng.randrange(3):
        _wait(disturbed)
    put_clock(disturbed.root, shift)


CLOCK = Fault("the clock is put", _put_somewhen, _clock_right_again, clock_env)


# -- files that vanish ---------------------------------------------------------------------------------------------

_VANISHING = ("notes", "data/search", "data/media", "data/checkpoints", "data/cache", "public", "notes/garden.vtt")


@contextmanager
def _back_again(root: Path, rng: random.Random) -> Iterator[None]:
    """Whatever has vanished is there again, as an unmounted disk is; what was made in its place goes."""
    kept = {name: root / f"{name}.away" for name in _VANISHING}
    for name in _VANISHING:
        if (root / name).is_dir():
            shutil.copytree(root / name, kept[name], symlinks=True)
        elif (root / name).exists():
            shutil.copy2(root / name, kept[name])
    yield
    for name, away in kept.items():
        _remove(root / name) if away.exists() else None
        if away.exists():
            away.rename(root / name)


def _vanish(disturbed: Disturbed) -> None:
    there = [name for name in _VANISHING if (disturbed.root / name).exists()]
    _wait(disturbed)
    if there:
        _remove(disturbed.root / disturbed.rng.choice(there))


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


VANISH = Fault("files vanish", _vanish, _back_again)

"""As many faults as there is time for: `python -m tests.faults.long [COUNT] [SEED] [FAULT] [SCENE]`.

COUNT is how often each fault happens to each scene; FAULT and SCENE are parts of names. Exit code 1: something did not
hold, and stands there with the seed that shows it again.
"""

from __future__ import annotations

import logging
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.faults import flips, server
from tests.faults.harness import Undisturbed, disturb, undisturbed
from tests.faults.mishaps import CLOCK, FULL_DISK, KILL, VANISH
from tests.faults.scenes import HEARD, SCENES, WORKER, put_meeting
from tests.faults.small_disk import small_disk

FAULTS = (KILL, FULL_DISK, CLOCK, VANISH)
_DEFAULTS = ("10", "1", "", "")
_DISK_MEGABYTES = 40.0
_FLIPS_EACH = 20  # of what takes a second
_FLIPPED = {
    "the database": ("data/jumpnotes.db",),
    "the search index": ("data/search/*/*", "data/search/current"),
}


def main() -> int:
    given = (*sys.argv[1:], *_DEFAULTS[len(sys.argv) - 1 :])
    count, seed, of_fault, of_scene = int(given[0]), int(given[1]), given[2], given[3]
    bad = 0
    if of_scene in "serve" and of_fault in FULL_DISK.name:
        bad += _serve_on_full_disks(count, seed)
    if of_scene in "serve" and of_fault in KILL.name:
        bad += _serve_killed(count, seed)
    if of_scene in "serve" and of_fault in "flips":
        bad += sum(_flip(name, files, count * _FLIPS_EACH, seed) for name, files in _FLIPPED.items())
    for scene in (*SCENES, HEARD):
        faults = [fault for fault in FAULTS if of_fault in fault.name]
        if scene is WORKER:  # a job whose notes have vanished has failed, until somebody has it tried again
            faults = [fault for fault in faults if fault is not VANISH]
        if of_scene not in scene.name or not faults:
            continue
        with tempfile.TemporaryDirectory(prefix="jumpnotes-") as folder:
            known = undisturbed(scene, Path(folder))
            bad += sum(_disturb(known, fault.name, count, seed) for fault in faults)
    return 1 if bad else 0


def _disturb(known: Undisturbed, name: str, count: int, seed: int) -> int:
    fault = next(each for each in FAULTS if each.name == name)
    bad = 0
    for number in range(seed, seed + count):
        disk = small_disk(known.template.parent / "root", _DISK_MEGABYTES) if fault is FULL_DISK else None
        problems = disturb(known, fault, random.Random(f"{name} {number}"), disk)
        bad += bool(problems)
        _show(number, problems)
    print(f"{known.scene.name} ({known.seconds:.1f} s), {name}: {count - bad} of {count} as undisturbed", flush=True)
    return bad


def _serve_on_full_disks(count: int, seed: int) -> int:
    with (
        tempfile.TemporaryDirectory(prefix="jumpnotes-") as folder,
        small_disk(Path(folder) / "root", _DISK_MEGABYTES) as root,
    ):
        put_meeting(root)
        done = server.on_full_disks(root, count, random.Random(seed))
    _show(seed, done.problems)
    print(
        f"serve, {count} full disks: reads {_counted(done.read)}, writes {_counted(done.written)}, "
        f"{len(done.kept)} corrections acknowledged and kept, {len(done.problems)} problems",
        flush=True,
    )
    return len(done.problems)


def _serve_killed(count: int, seed: int) -> int:
    bad = acknowledged = 0
    with tempfile.TemporaryDirectory(prefix="jumpnotes-") as folder:
        put_meeting(root := Path(folder))
        for number in range(seed, seed + count):
            done = server.killed(root, random.Random(number))
            acknowledged += len(done.kept)
            bad += len(done.problems)
            _show(number, done.problems)
    print(f"serve, {count} kills: {acknowledged} corrections acknowledged, {bad} problems", flush=True)
    return bad


def _flip(name: str, files: tuple[str, ...], count: int, seed: int) -> int:
    logging.disable(logging.CRITICAL)
    found = flips.Flips()
    with tempfile.TemporaryDirectory(prefix="jumpnotes-") as folder:
        flips.make(template := Path(folder) / "template")
        flips.remember(template)
        for number in range(seed, seed + count):
            flips.flipped(template, files, random.Random(f"{name} {number}"), found, running=bool(number % 2))
    _show(seed, [*found.problems, *found.silent])
    print(
        f"flips in {name}: {count}; answers {_counted(found.answers)}; {found.refused} servers did not start and said "
        f"why, doctor told of {found.told}; pages that were otherwise: {found.other} that doctor tells of, "
        f"{len(found.silent)} that nothing tells of; {len(found.problems)} problems",
        flush=True,
    )
    return len(found.problems)


def _counted(answers: Counter[int] | dict[int, int]) -> str:
    return ", ".join(f"{count} × {status}" for status, count in sorted(answers.items()))


def _show(seed: int, problems: list[str]) -> None:
    for problem in problems:
        print(f"    seed {seed}: {problem}")


if __name__ == "__main__":
    sys.exit(main())

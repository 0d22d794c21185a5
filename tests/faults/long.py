"""As many faults as there is time for: `python -m tests.faults.long [COUNT] [SEED] [FAULT] [SCENE]`.

COUNT is how often each fault happens to each scene; FAULT and SCENE are parts of names. Exit code 1: something did not
hold, and stands there with the seed that shows it again.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from tests.faults.harness import Undisturbed, disturb, undisturbed
from tests.faults.mishaps import CLOCK, FULL_DISK, KILL, VANISH
from tests.faults.scenes import HEARD, SCENES
from tests.faults.small_disk import small_disk

_DEFAULTS = ("10", "1", "", "")
_DISK_MEGABYTES = 40.0


def main() -> int:
    given = (*sys.argv[1:], *_DEFAULTS[len(sys.argv) - 1 :])
    count, seed, of_fault, of_scene = int(given[0]), int(given[1]), given[2], given[3]
    failed = 0
    for scene in (*SCENES, HEARD):
        if of_scene not in scene.name:
            continue
        with tempfile.TemporaryDirectory(prefix="jumpnotes-") as folder:
            known = undisturbed(scene, Path(folder))
            for fault in (KILL, FULL_DISK, CLOCK, VANISH):
                if of_fault in fault.name:
                    failed += _count(known, fault.name, count, seed)
    return 1 if failed else 0


def _count(known: Undisturbed, name: str, count: int, seed: int) -> int:
    fault = next(each for each in (KILL, FULL_DISK, CLOCK, VANISH) if each.name == name)
    bad = 0
    for number in range(seed, seed + count):
        disk = small_disk(known.template.parent / "root", _DISK_MEGABYTES) if fault is FULL_DISK else None
        problems = disturb(known, fault, random.Random(f"{name} {number}"), disk)
        bad += bool(problems)
        for problem in problems:
            print(f"    seed {number}: {problem}")
    print(f"{known.scene.name} ({known.seconds:.1f} s), {name}: {count - bad} of {count} as undisturbed", flush=True)
    return bad


if __name__ == "__main__":
    sys.exit(main())

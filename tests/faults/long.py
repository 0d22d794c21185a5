"""As many faults as there is time for: `python -m tests.faults.long [COUNT] [SEED] [FAULT] [SCENE]`.

Exit code 1: something did not hold, and stands there with the seed that shows it again.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.faults import flips, server
from tests.faults.harness import Undisturbed, disturb, undisturbed
from tests.faults.mishaps import CLOCK, FULL_DISK, KILL, VANISH
from tests.faults.scenes import HEARD, SCENES, WORKER, put_meeting
from tests.faults.small_disk import small_disk

FAULTS = (KILL, FULL_DISK, CLOCK, VANISH)
FIGURES = ROOT / "docs" / "figures" / "faults.json"
_DISK_MEGABYTES = 40.0
_FLIPS_EACH = 20  # of what takes a second
_FLIPPED = {
    "the database": ("data/jumpnotes.db",),
    "the search index": ("data/search/*/*", "data/search/current"),
}
_found: list[dict[str, Any]] = []  # for the page that shows them
_COMMAND = f"python -m tests.faults.long --json {FIGURES.relative_to(ROOT)}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.long", description="Have what goes wrong go wrong.")
    parser.add_argument("count", nargs="?", type=int, default=10, help="how often each fault happens to each scene")
    parser.add_argument("seed", nargs="?", type=int, default=1, help="of the first time; the next have the next ones")
    parser.add_argument(
        "fault", nargs="?", default="", help="a part of the name: kill -9, full disk, clock, vanish, flips"
    )
    parser.add_argument("scene", nargs="?", default="", help="a part of the name: serve, run, export, worker, …")
    parser.add_argument("--json", type=Path, help=f"write what came of it to this file, as {FIGURES.relative_to(ROOT)}")
    given = parser.parse_args()
    bad = _serve(given.count, given.seed, given.fault, given.scene)
    _write(given.json)
    for scene in (*SCENES, HEARD):
        faults = [fault for fault in FAULTS if given.fault in fault.name]
        if scene is WORKER:  # a job whose notes have vanished has failed, until somebody has it tried again
            faults = [fault for fault in faults if fault is not VANISH]
        if given.scene not in scene.name or not faults:
            continue
        with tempfile.TemporaryDirectory(prefix="jumpnotes-") as folder:
            known = undisturbed(scene, Path(folder))
            bad += sum(_disturb(known, fault.name, given.count, given.seed) for fault in faults)
        _write(given.json)
    return 1 if bad else 0


def _serve(count: int, seed: int, of_fault: str, of_scene: str) -> int:
    bad = 0
    if of_scene not in "serve":
        return 0
    if of_fault in FULL_DISK.name:
        bad += _serve_on_full_disks(count, seed)
    if of_fault in KILL.name:
        bad += _serve_killed(count, seed, beside=False) + _serve_killed(count, seed, beside=True)
    if of_fault in "flips":
        with flips.quiet():
            bad += sum(_flip(name, files, count * _FLIPS_EACH, seed) for name, files in _FLIPPED.items())
    return bad


def _write(path: Path | None) -> None:
    """What was tried until now; what was not tried this time stays as it was."""
    if path is None:
        return
    kept = json.loads(path.read_text())["found"] if path.exists() else []
    day, tried = f"{datetime.now(UTC):%Y-%m-%d}", {(each["fault"], each["scene"]) for each in _found}
    found = [each for each in kept if (each["fault"], each["scene"]) not in tried]
    found += [{**each, "day": day} for each in _found]
    path.write_text(json.dumps({"command": _COMMAND, "found": found}, indent=1) + "\n")


def _disturb(known: Undisturbed, name: str, count: int, seed: int) -> int:
    fault = next(each for each in FAULTS if each.name == name)
    bad = 0
    for number in range(seed, seed + count):
        disk = small_disk(known.template.parent / "root", _DISK_MEGABYTES) if fault is FULL_DISK else None
        problems = disturb(known, fault, random.Random(f"{name} {number}"), disk)
        bad += bool(problems)
        _show(number, problems)
    _found.append({"fault": name, "scene": known.scene.name, "count": count, "bad": bad})
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
    counted = {"read": done.read, "written": done.written, "kept": len(done.kept), "bad": len(done.problems)}
    _found.append({"fault": "full disk", "scene": "serve", "count": count, **counted})
    print(
        f"serve, {count} full disks: reads {_counted(done.read)}, writes {_counted(done.written)}, "
        f"{len(done.kept)} corrections acknowledged and kept, {len(done.problems)} problems",
        flush=True,
    )
    return len(done.problems)


def _serve_killed(count: int, seed: int, *, beside: bool) -> int:
    """`beside`: other commands are at work."""
    bad = acknowledged = commands = 0
    kill = server.killed_beside_others if beside else server.killed
    with tempfile.TemporaryDirectory(prefix="jumpnotes-") as folder:
        put_meeting(root := Path(folder))
        for number in range(seed, seed + count):
            done = kill(root, random.Random(number))
            acknowledged += len(done.kept)
            commands += done.beside
            bad += len(done.problems)
            _show(number, done.problems)
    scene = "serve beside others" if beside else "serve"
    _found.append(
        {"fault": "kill -9", "scene": scene, "count": count, "kept": acknowledged, "beside": commands, "bad": bad}
    )
    others = f", {commands} commands beside it" if beside else ""
    print(f"serve, {count} kills: {acknowledged} corrections acknowledged{others}, {bad} problems", flush=True)
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
    counted = {"answers": found.answers, "refused": found.refused, "other": found.other, "silent": len(found.silent)}
    _found.append(
        {
            "fault": "flips",
            "scene": name,
            "count": count,
            "bad": len(found.problems),
            **counted,
        }
    )
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

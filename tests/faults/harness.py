"""A fault happens while a command is under way. Afterwards everything is as it was before or after the command.

What must hold, whatever happened:

- the database is whole, and so is the search index or it is made anew;
- the command ended by itself with one of the codes that are documented, and said what to do if something failed;
- what was stored before is there;
- the next undisturbed run of the same command leaves what it leaves where nothing ever happened;
- no unfinished file is left by then.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import cues, export
from pipeline.config import Settings
from pipeline.errors import Busy
from pipeline.refresh import Archive
from pipeline.search import search
from pipeline.store.files import nobody_has_open
from tests.conftest import ROOT

COMMAND = str(Path(sys.executable).parent / "jumpnotes")
CODES = {0, 1, 2, 75, 130}
MAX_SECONDS = 120.0  # for a command to end
_ACKNOWLEDGED = {
    "corrections": "id || ' of ' || slug",
    "jobs": "id",
    "meetings": "'notes of ' || slug",
    "redactions": "id || ' of ' || slug",
}
_UNFINISHED = ("*.part", "*.part-*", "*.jsonl", ".*.unfinished", ".*.new", "*.toml.new")


@dataclass(frozen=True, slots=True)
class Scene:
    """An archive, and a command that is under way in it when something happens."""

    name: str
    args: tuple[str, ...]
    prepare: Callable[[Path], None] = lambda _root: None
    is_over: Callable[[Path], bool] | None = None  # for a command that goes on until it is told to stop
    again: frozenset[int] = frozenset({0})  # how it may end where it was done already
    deletes: str = ""  # the slug of a meeting


@dataclass(slots=True)
class Disturbed:
    """A command under way, and where."""

    root: Path
    process: subprocess.Popen[bytes]
    rng: random.Random
    seconds: float  # that it takes undisturbed


@dataclass(frozen=True, slots=True)
class Fault:
    """`strike` is called as soon as the command has begun; what `around` made is undone when it has ended."""

    name: str
    strike: Callable[[Disturbed], None] = lambda _disturbed: None
    around: Callable[[Path, random.Random], AbstractContextManager[None]] = lambda _root, _rng: nullcontext()
    env: Callable[[Path], dict[str, str]] = lambda _root: {}
    kills: bool = False  # so that nobody can say a word


@dataclass(slots=True)
class Undisturbed:
    """What a scene leaves where nothing happens, and how long it takes, in seconds."""

    scene: Scene
    template: Path
    seconds: float = 0.0
    left: object = None
    problems: list[str] = field(default_factory=list)


def settings_of(root: Path) -> Settings:
    return Settings(data_dir=root / "data")


def undisturbed(scene: Scene, folder: Path) -> Undisturbed:
    """Run a scene once, in a copy that is thrown away; `folder` gets what it starts from."""
    found = Undisturbed(scene, folder / "template")
    (folder / "root").mkdir(parents=True)
    scene.prepare(folder / "root")
    (folder / "root").rename(found.template)
    with at_root(folder / "root", found.template) as root:
        begun = time.monotonic()
        code, told, _ = _run(scene, root)
        found.seconds = time.monotonic() - begun
        assert code == 0, told
        found.left = left_by(root)
    return found


@contextmanager
def at_root(root: Path, template: Path, disk: AbstractContextManager[Path] | None = None) -> Iterator[Path]:
    """A copy of the template. It is at the same place each time: an archive knows where its notes are."""
    with disk or nullcontext(root):
        shutil.copytree(template, root, symlinks=True, dirs_exist_ok=True)
        try:
            yield root
        finally:
            if disk is None:
                shutil.rmtree(root)


def disturb(
    known: Undisturbed, fault: Fault, rng: random.Random, disk: AbstractContextManager[Path] | None = None
) -> list[str]:
    """Have `fault` happen while the scene's command is under way; what does not hold afterwards, in words."""
    scene = known.scene
    with at_root(known.template.parent / "root", known.template, disk) as root:
        before = acknowledged(root)
        with fault.around(root, rng):
            code, told, hung = _run(scene, root, fault, rng, known.seconds)
        problems = ["it did not end by itself"] if hung else []
        if not fault.kills and not hung:
            problems += wrong_words(code, told)
        problems += damage(root)
        deleted = f" of {scene.deletes}"
        if lost := {each for each in before - acknowledged(root) if not (scene.deletes and each.endswith(deleted))}:
            problems.append(f"lost: {lost}")
        code, told, _ = _run(scene, root)
        if code not in scene.again:
            problems.append(f"the next run ended with {code}: {told[-400:]}")
        elif (left := left_by(root)) != known.left:
            problems.append(f"the next run left something else: {difference(known.left, left)}")
        problems += [f"left behind: {path.relative_to(root)}" for path in unfinished(root)]
    return problems


def _run(
    scene: Scene, root: Path, fault: Fault | None = None, rng: random.Random | None = None, seconds: float = 0.0
) -> tuple[int, str, bool]:
    """How the command ended, what it said to stderr, and whether it had to be ended."""
    args = [each.replace("ROOT", str(root)) for each in scene.args]
    env = os.environ | {"JUMPNOTES_MEANING": "false"} | (fault.env(root) if fault else {})
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [COMMAND, *args, "--data-dir", str(root / "data")],
            cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
        )  # fmt: skip
        hung = False
        try:
            if fault and rng:
                fault.strike(Disturbed(root, process, rng, seconds))
            if scene.is_over and not (fault and fault.kills):
                hung = not _is_over(scene, root, process)
                process.terminate()
            process.wait(MAX_SECONDS)
        except subprocess.TimeoutExpired:
            hung = True
        finally:
            process.kill()
            process.wait()
        said.seek(0)
        told_to_stop = scene.is_over is not None and process.returncode in {130, -signal.SIGTERM}
        code = 0 if told_to_stop else process.returncode
        return code, said.read().decode(errors="replace"), hung


def _is_over(scene: Scene, root: Path, process: subprocess.Popen[bytes]) -> bool:
    assert scene.is_over
    until = time.monotonic() + MAX_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with suppress(sqlite3.Error):
            time.sleep(0.5)
            if scene.is_over(root):
                return True
    return process.poll() is not None


def wrong_words(code: int, told: str) -> list[str]:
    """What is wrong with how a command ended, and with what it said."""
    problems = [] if code in CODES else [f"it ended with {code}: {told[-400:]}"]
    if "Traceback" in told or "is a bug" in told:
        problems.append(f"it showed a traceback, or a bug: {told[-1500:]}")
    if code == 1 and "hint:" not in told:
        problems.append(f"it failed without a hint: {told[-400:]}")
    return problems


def damage(root: Path) -> list[str]:
    """What is damaged of the database and of the search index that a search would use."""
    path = root / "data" / "jumpnotes.db"
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as db:
        found = db.execute("PRAGMA integrity_check").fetchone()[0]
        if found == "ok" and db.execute("PRAGMA foreign_key_check").fetchone():
            found = "rows that refer to nothing"
    archive = Archive.open(settings_of(root))
    try:
        index = archive.index.find_damage()
    finally:
        archive.close()
    return ([] if found == "ok" else [f"database: {found}"]) + ([f"search index: {index}"] if index else [])


def acknowledged(root: Path) -> set[str]:
    """What people gave, and was stored: their corrections, and that there is a meeting, a job."""
    path = root / "data" / "jumpnotes.db"
    if not path.exists():
        return set()
    found: set[str] = set()
    with closing(sqlite3.connect(path)) as db:
        for table, columns in _ACKNOWLEDGED.items():
            with suppress(sqlite3.OperationalError):  # the tables were not made yet
                found |= {f"{table} {value}" for (value,) in db.execute(f"SELECT {columns} FROM {table}")}
    return found


def is_open(database: Path) -> bool:
    """Whether somebody has the database open, as others know it: by its locks. Nobody in this process may have."""
    try:
        with nobody_has_open(database):
            return False
    except Busy:
        return True


def left_by(root: Path) -> dict[str, object]:
    """What readers see of every meeting, and every file beside the archive."""
    archive = Archive.open(settings_of(root))
    found: dict[str, object] = {}
    try:
        for summary in archive.store.meetings():
            meeting = archive.store.meeting(summary.slug)
            found[f"{summary.slug} json"] = _without_instants(export.meeting_json(meeting))
            found[f"{summary.slug} transcript"] = meeting.transcript and cues.write(
                meeting.transcript, "transcript-json"
            )
        for query in ("the", "hose"):
            found[f"search {query}"] = [_without_instants(export.hit_json(hit)) for hit in search(archive.index, query)]
        found["jobs"] = [(job.kind, job.state, job.slugs) for job in archive.store.jobs.jobs()]
    finally:
        archive.close()
    for path in sorted(root.rglob("*")):
        if path.is_file() and root / "data" not in path.parents:
            found[str(path.relative_to(root))] = path.read_bytes()
    return found


def _without_instants(document: object) -> object:
    """A document without what tells when something was done, which is never the same."""
    if isinstance(document, list):
        return [_without_instants(each) for each in document]
    if isinstance(document, dict):
        return {key: _without_instants(value) for key, value in document.items() if not re.search(r"(^|_)at$", key)}
    return document


def difference(expected: object, found: object) -> str:
    """Where two of `left_by` differ, in short."""
    assert isinstance(expected, dict)
    assert isinstance(found, dict)
    keys = [key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key)]
    return "; ".join(f"{key}: {str(expected.get(key))[:150]} ≠ {str(found.get(key))[:150]}" for key in sorted(keys)[:3])


def unfinished(root: Path) -> list[Path]:
    """Files that only a command under way should have."""
    return [path for pattern in _UNFINISHED for path in root.rglob(pattern)]

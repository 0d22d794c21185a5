"""Bytes of an archive's files are flipped, zeroed or cut off, and everybody reads on, in this process."""

from __future__ import annotations

import os
import random
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner
from flask import Flask

from pipeline.cli import doctor
from pipeline.cli import main as command
from pipeline.config import Settings
from pipeline.errors import JumpnotesError
from pipeline.records import JobKind, JobRequest
from pipeline.refresh import Archive
from pipeline.run.plan import RunOptions
from pipeline.run.runner import Runner
from service import create_app
from service.web import nearest
from service.web.store import archive_of
from tests.conftest import CALL
from tests.faults.mishaps import flip
from tests.pipeline.garden import VTT, QuietReporter

SLUGS = tuple(f"call-of-plot-{number}-2024-03-05" for number in range(4))
PAGES = (
    "/", "/meetings/", "/search?q=hose", "/search.atom?q=hose", "/jobs", "/feed.atom", "/api/v1/meetings",
    "/api/v1/search?q=hose", "/api/v1/jobs", *(f"/meetings/{slug}" for slug in SLUGS),
    f"/api/v1/meetings/{SLUGS[1]}", f"/api/v1/meetings/{SLUGS[1]}/corrections",
)  # fmt: skip
GOOD = {200, 404, 409, 503, 507}
_COMMANDS = (("search", "hose"), ("list",), ("jobs",), ("export", SLUGS[2], "--format", "json"))
_NOWHERE = "http://127.0.0.1:1/"
MAX_SECONDS = 60.0
_known: dict[str, bytes] = {}  # what pages show of an archive that nothing happened to
_VARYING = re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?")


def make(folder: Path) -> None:
    """An archive of four meetings, with corrections and jobs, in `folder`/data."""
    (folder / "notes").mkdir(parents=True)
    settings = Settings(data_dir=folder / "data")
    archive = Archive.open(settings)
    text = (CALL / "2024-03-05-garden.md").read_text().replace("Recording: https://youtu.be/gArDenCall0", "")
    for number in range(len(SLUGS)):
        path = folder / "notes" / f"2024-03-05-{number}.md"
        path.write_text(text.replace("Community garden call", f"Call of plot {number}") + "\nThe end.\n" * 40)
        outcomes = list(Runner(archive.store, settings, RunOptions(transcript=VTT), QuietReporter()).run([path]))
        assert not outcomes[0].failure, outcomes
        archive.store.jobs.put(JobKind.RUN, path.stem, JobRequest(str(path)), "Ana")
    found = {each.slug for each in archive.store.meetings()}
    assert found == set(SLUGS), found
    archive.close()


@dataclass(slots=True)
class Flips:
    """What became of reads."""

    answers: dict[int, int] = field(default_factory=dict)
    refused: int = 0  # the server did not start, and said why
    told: int = 0  # archives that doctor says are damaged
    other: int = 0  # pages that were not as before, where doctor tells of damage
    silent: list[str] = field(default_factory=list)  # pages that were not as before, where nothing tells
    problems: list[str] = field(default_factory=list)


def flipped(template: Path, files: tuple[str, ...], rng: random.Random, found: Flips, *, running: bool) -> None:
    """Flip bytes of one of `files` and read everything; `running`: under a server that has read it before."""
    root = template.parent / "flipped"
    shutil.copytree(template, root)
    settings = Settings(data_dir=root / "data")
    begun, app = time.monotonic(), None
    try:
        if running:
            app = create_app(settings)
        candidates = [path for name in files for path in sorted(root.glob(name)) if path.is_file()]
        what = " and ".join(
            flip(rng.choice(candidates), rng, may_cut=not running) for _ in range(rng.choice((1, 1, 4)))
        )
        commands, told = _commands(root)
        found.told += told
        found.problems += [f"{what}: {each}" for each in commands]
        try:
            app = app or create_app(settings)
        except JumpnotesError:
            found.refused += 1
        if app:
            _read(app, what, found, told=told)
        if time.monotonic() - begun > MAX_SECONDS:
            found.problems.append(f"{what}: it took {time.monotonic() - begun:.0f} s")
    finally:
        if app:
            nearest.close(app)
            archive_of(app).close()
        shutil.rmtree(root)


def _read(app: Flask, what: str, found: Flips, *, told: bool) -> None:
    client = app.test_client()
    app.config["PROPAGATE_EXCEPTIONS"] = True
    for page in PAGES:
        try:
            answer = client.get(page, headers={"Host": "localhost"})
        except Exception as error:  # noqa: BLE001 - which is what is looked for
            found.problems.append(f"{what}: {page}: {type(error).__name__}: {error}")
            continue
        found.answers[answer.status_code] = found.answers.get(answer.status_code, 0) + 1
        if answer.status_code not in GOOD:
            found.problems.append(f"{what}: {page}: {answer.status_code} {answer.get_data(as_text=True)[-300:]}")
        shown = _VARYING.sub(b"", answer.get_data())
        if answer.status_code == 200 and shown != _known[page]:
            found.other += told
            if not told:
                found.silent.append(f"{what}: {page}")


@contextmanager
def quiet() -> Iterator[None]:
    """Nothing is written to stderr: the search engine writes there where it panics, which is told as an error, too."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)


def remember(template: Path) -> None:
    """What the pages show of an archive that nothing happened to."""
    _known.clear()
    app = create_app(Settings(data_dir=template / "data"))
    for page in PAGES:
        answer = app.test_client().get(page, headers={"Host": "localhost"})
        assert answer.status_code == 200, page
        _known[page] = _VARYING.sub(b"", answer.get_data())
    nearest.close(app)
    archive_of(app).close()


def _commands(root: Path) -> tuple[list[str], bool]:
    """What is wrong with what commands say, and whether doctor tells of damage."""
    problems = []
    for args in _COMMANDS:
        done = CliRunner().invoke(command, [*args, "--data-dir", str(root / "data")])
        if done.exit_code not in {0, 1, 75} or "is a bug" in done.output or "Traceback" in done.output:
            problems.append(f"{args}: {done.exit_code} {done.output[-300:]} {done.exception!r}")
    checks = doctor.checks(Settings(data_dir=root / "data"), doctor.Hosts(_NOWHERE, _NOWHERE))
    failed = {check.name for check in checks if check.level is doctor.CheckLevel.FAILED}
    return problems, bool(failed & {"database", "meetings", "search index"})

"""Archives, each with a command. Notes and transcripts are small, and nobody but this machine is asked for anything."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from pipeline.errors import JumpnotesError
from pipeline.records import JobKind, JobRequest, Verdict
from pipeline.refresh import Archive
from pipeline.run.plan import RunOptions
from pipeline.run.runner import Runner
from pipeline.store import Store
from tests.conftest import CALL, ROOT
from tests.faults.harness import Scene, settings_of
from tests.pipeline.garden import QuietReporter

SLUG = "community-garden-call-2024-03-05"
_LINK = "Recording: https://youtu.be/gArDenCall0"
_NOTES = "notes/2024-03-05-garden.md"
_RUN = ("run", f"ROOT/{_NOTES}", "--transcript", "ROOT/notes/garden.vtt")


def put_notes(root: Path) -> None:
    """The garden's notes, and what was said: without a link, for nothing is to be fetched."""
    notes = root / "notes"
    notes.mkdir()
    text = (CALL / "2024-03-05-garden.md").read_text()
    (root / _NOTES).write_text(text.replace(_LINK, "Held in the shed."))
    shutil.copy(CALL / "garden.vtt", notes)


def put_meeting(root: Path) -> None:
    """The garden's meeting, linked and corrected."""
    put_notes(root)
    archive = Archive.open(settings_of(root))
    options = RunOptions(transcript=str(root / "notes" / "garden.vtt"))
    (outcome,) = Runner(archive.store, settings_of(root), options, QuietReporter()).run([root / _NOTES])
    assert outcome.failure is None, outcome.failure
    block = next(iter(archive.store.meeting(SLUG).alignments))
    archive.store.correct(SLUG, block, Verdict.TIME, 12.0, "Ana", seen=None)
    archive.close()


def put_two_meetings(root: Path) -> None:
    """The garden's, and another of which nothing may be lost; both are corrected."""
    put_meeting(root)
    path = root / "notes" / "plot.md"
    path.write_text((root / _NOTES).read_text().replace("Community garden call", "Call of the plot"))
    archive = Archive.open(settings_of(root))
    options = RunOptions(transcript=str(root / "notes" / "garden.vtt"))
    (outcome,) = Runner(archive.store, settings_of(root), options, QuietReporter()).run([path])
    assert outcome.failure is None, outcome.failure
    (slug,) = {each.slug for each in archive.store.meetings()} - {SLUG}
    archive.store.correct(
        slug, next(iter(archive.store.meeting(slug).alignments)), Verdict.TIME, 12.0, "Ana", seen=None
    )
    archive.close()


def put_recording(root: Path) -> None:
    """Notes of the demo's meeting, and its recording beside them."""
    notes = root / "notes"
    notes.mkdir()
    shutil.copy(ROOT / "seeds" / "000_d54e42ad7e88ce35.txt", notes / "call.md")
    shutil.copy(ROOT / "seeds" / "reenactment.m4a", notes / "call.m4a")


def put_jobs(root: Path) -> None:
    """A worker has three files of notes to do."""
    put_notes(root)
    archive = Archive.open(settings_of(root))
    text = (root / _NOTES).read_text()
    for number in range(3):
        path = root / "notes" / f"plot-{number}.md"
        path.write_text(text.replace("Community garden call", f"Call of plot {number}"))
        request = JobRequest(str(path), transcript=str(root / "notes" / "garden.vtt"))
        archive.store.jobs.put(JobKind.RUN, path.stem, request, "Ana")
    archive.close()


def put_export(root: Path) -> None:
    put_meeting(root)
    (root / "out.json").write_text("what was exported before\n")


def _jobs_are_over(root: Path) -> bool:
    """Or, where they wait for minutes until there may be room, somebody has them tried again."""
    with suppress(JumpnotesError):
        store = Store.open(settings_of(root).database_file)
        for reason in ("disk-full", "store-error"):
            store.jobs.retry_failed(reason)
        store.close()
    with closing(sqlite3.connect(root / "data" / "jumpnotes.db")) as db:
        return not db.execute("SELECT 1 FROM jobs WHERE kind = 'run' AND state IN ('queued', 'running')").fetchone()


RUN = Scene("run, a transcript", (*_RUN, "--no-meaning"), put_notes)
HEARD = Scene(
    "run, a recording",
    ("run", "ROOT/notes/call.md", "--media", "ROOT/notes/call.m4a", "--model", "tiny.en", "--no-meaning"),
    put_recording,
)
AGAIN = Scene("run again, forced", (*_RUN, "--no-meaning", "--force", "align"), put_meeting)
REINDEX = Scene("reindex", ("reindex",), put_meeting)
EXPORT = Scene("export -o", ("export", SLUG, "--format", "json", "-o", "ROOT/out.json"), put_export)
ANNOTATE = Scene("annotate", ("annotate", f"ROOT/{_NOTES}"), put_meeting)
SITE = Scene("site", ("site", "ROOT/public"), put_meeting)
REDACT = Scene("redact", ("redact", SLUG, "0:10-0:20", "--yes"), put_meeting)
FORGET = Scene("forget", ("forget", SLUG, "--yes"), put_two_meetings, again=frozenset({0, 1}), deletes=SLUG)
WORKER = Scene("worker", ("worker",), put_jobs, is_over=_jobs_are_over)
SEARCH = Scene("search", ("search", "hose"), put_meeting)
LIST = Scene("list", ("list",), put_meeting)

SCENES = (RUN, AGAIN, REINDEX, EXPORT, ANNOTATE, SITE, REDACT, FORGET, WORKER, SEARCH, LIST)
"""Those that take a few seconds at most."""

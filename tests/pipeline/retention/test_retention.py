"""What nobody needs any more goes, as the settings say; nothing that anybody sees changes."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.export import meeting_json
from pipeline.forget import locked
from pipeline.records import JobDone, JobFailed, JobFailure, JobKind, JobRequest, Verdict
from pipeline.retention import find, tidy, tidy_after, told
from pipeline.store import Store
from tests.conftest import CALL
from tests.pipeline import garden
from tests.pipeline.garden import SLUG

DAY = 86_400.0
LATER = datetime.now(UTC) + timedelta(days=30)
"""When all that was replaced by now was replaced long ago."""


@pytest.fixture
def settings(folder: Path) -> Settings:
    return Settings(data_dir=folder / "data", keep_runs=7 * DAY, keep_jobs=7 * DAY)


@pytest.fixture(scope="session")
def rerun_folder(linked_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The garden's meeting after its notes were edited, corrected and run twice: it has three of each kind."""
    folder = tmp_path_factory.mktemp("rerun") / "here"
    shutil.copytree(linked_folder, folder)
    garden.move(folder / "data", folder / "2024-03-05-garden.md")
    with closing(Store.open(folder / "data" / "jumpnotes.db")) as store:
        for number in (1, 2):
            with (folder / "2024-03-05-garden.md").open("a") as notes:
                notes.write(f"\n- Point {number}\n")
            garden.correct(store, garden.HOSE, 10.0 * number, seen=_last(store, garden.HOSE))
            transcript = folder / f"{number}.vtt"
            transcript.write_text((CALL / "garden.vtt").read_text().replace("envelopes", f"envelopes {number}"))
            garden.run(store, folder, transcript=str(transcript))
        for _ in range(2):
            garden.run(store, folder, force="align")
    return folder


@pytest.fixture
def folder(rerun_folder: Path, tmp_path: Path) -> Path:
    here = tmp_path / "here"
    shutil.copytree(rerun_folder, here)
    garden.move(here / "data", here / "2024-03-05-garden.md")
    return here


@pytest.fixture
def rerun(folder: Path) -> Iterator[Store]:
    with closing(Store.open(folder / "data" / "jumpnotes.db")) as store:
        yield store


def _last(store: Store, text: str) -> int | None:
    corrections = store.meeting(SLUG).corrections
    found = corrections.get(garden.block_id(store, text))
    return found.id if found else None


def counts(store: Store) -> Mapping[str, int]:
    with closing(sqlite3.connect(store.path)) as db:
        tables = (
            "notes",
            "recordings",
            "transcripts",
            "segments",
            "alignment_runs",
            "alignments",
            "corrections",
            "jobs",
        )
        return {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}


def test_old_results_go_and_nothing_that_is_shown_changes(rerun: Store, settings: Settings) -> None:
    """Neither the page, nor its versions, nor since when the meeting is there, nor what a search has to know of it."""
    before, rows = _shown(rerun), counts(rerun)
    announced = find(rerun, settings, LATER)

    gone = tidy(rerun, settings, LATER)

    after = counts(rerun)
    assert _shown(rerun) == before
    assert gone == announced
    assert "results of earlier runs" in told(gone)
    assert (rows["notes"], rows["transcripts"]) == (3, 3)
    assert (after["notes"], after["transcripts"]) == (2, 1), "the newest, and the first notes"
    assert after["segments"] * 3 == rows["segments"]
    assert after["corrections"] == rows["corrections"]
    assert tidy(rerun, settings, LATER) == ()
    with closing(sqlite3.connect(rerun.path)) as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def _shown(store: Store) -> object:
    meeting = store.meeting(SLUG)
    return (
        meeting_json(meeting),
        meeting.versions,
        store.first_stored(),
        store.last_change(),
        store.history(SLUG),
        store.run_key(SLUG),
        store.matches.recorded(),
    )


def test_links_keep_what_they_were_made_from(rerun: Store, settings: Settings) -> None:
    """Also where a later transcript, or later notes, were stored and the run ended before it had links for them."""
    with closing(sqlite3.connect(rerun.path)) as db, db:
        (notes, transcript) = db.execute("SELECT notes_id, transcript_id FROM alignment_runs ORDER BY id").fetchone()
        db.execute("DELETE FROM alignments WHERE run_id > 1")
        db.execute("DELETE FROM alignment_runs WHERE id > 1")

    tidy(rerun, settings, LATER)

    with closing(sqlite3.connect(rerun.path)) as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert (notes,) in db.execute("SELECT id FROM notes").fetchall()
        assert db.execute("SELECT id FROM transcripts").fetchall() == [(transcript,), (3,)]


def test_what_was_replaced_lately_or_is_kept_for_ever_stays(rerun: Store, settings: Settings) -> None:
    """And so does all that a meeting has while somebody is working on it."""
    before = counts(rerun)

    assert tidy(rerun, settings) == ()
    assert tidy(rerun, replace(settings, keep_runs=None), LATER) == ()
    assert tidy(rerun, replace(settings, read_only=True), LATER) == ()
    with locked(rerun, settings, SLUG, Path("notes.md")):
        assert tidy(rerun, settings, LATER) == ()

    assert counts(rerun) == before


def test_taking_a_correction_back_finds_the_link_of_before(rerun: Store, settings: Settings) -> None:
    """Also where that was found by a run which is long replaced."""
    seen, block = _last(rerun, garden.HOSE), garden.block_id(rerun, garden.HOSE)
    with closing(sqlite3.connect(rerun.path)) as db, db:  # as if the runs before the correction had heard the same
        (newest,) = db.execute("SELECT max(id) FROM transcripts").fetchone()
        db.execute("UPDATE alignment_runs SET transcript_id = ?", (newest,))
        (runs,) = db.execute("SELECT count(*) FROM alignment_runs").fetchone()

    tidy(rerun, settings, LATER)
    rerun.correct(SLUG, block, Verdict.AUTOMATIC, None, "Ana", seen=seen)

    assert 1 < counts(rerun)["alignment_runs"] < runs
    link = garden.link(rerun, garden.HOSE)
    assert link is not None
    assert link.start not in {10.0, 20.0}


def test_jobs_that_ended_long_ago_go_and_those_that_are_tried_again_stay(rerun: Store, settings: Settings) -> None:
    """With what was heard; a match that was taken still knows how its job went."""
    jobs = rerun.jobs
    settings = replace(settings, keep_runs=None)
    ended = {}
    for name in ("done", "failed", "retried", "taken", "waiting"):
        jobs.put(JobKind.RUN, name, JobRequest(notes=f"/{name}.md"), "Ana")
    for _ in range(4):
        claim = jobs.take([JobKind.RUN])
        assert claim is not None
        failure = JobFailed(JobFailure("no-network", "no network"))
        jobs.report(claim, JobDone() if claim.job.title == "done" else failure)
        ended[claim.job.title] = claim.job.id
    jobs.retry(ended["retried"])
    with closing(sqlite3.connect(rerun.path)) as db, db:
        db.execute("INSERT INTO listed_videos VALUES ('v', '{}')")
        values = f"1, '{SLUG}', 'v', '[]', 1, 1, 1, 'taken', NULL, NULL, 'Ana', NULL, {ended['taken']}"
        db.execute(f"INSERT INTO matches VALUES ({values})")

    assert tidy(rerun, settings) == ()
    assert tidy(rerun, replace(settings, keep_jobs=None), LATER) == ()
    gone = tidy(rerun, settings, LATER)

    assert [str(each) for each in gone] == ["2 jobs that ended"]
    assert {job.title for job in jobs.jobs()} == {"retried", "taken", "waiting"}


def test_tidying_never_fails_what_it_comes_after(rerun: Store, settings: Settings) -> None:
    with closing(sqlite3.connect(rerun.path, isolation_level=None)) as db:
        db.execute("ALTER TABLE listed_videos RENAME TO gone")

    assert tidy_after(rerun, settings) == ""


def test_what_somebody_may_not_write_is_left_alone(rerun: Store, settings: Settings) -> None:
    """It is asked of the folder: whoever serves a copy that is only read needs no setting for it."""
    old = settings.data_dir / "runs.json.1234"
    old.touch()
    os.utime(old, (0, 0))

    assert tidy(rerun, replace(settings, data_dir=settings.data_dir / "none"), LATER) == ()
    assert old.exists()
    assert [str(each) for each in tidy(rerun, settings)] == ["1 unfinished file"]
    assert not old.exists()

"""An archive moves from a file into PostgreSQL and back, and nothing of it is lost."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline.errors import TargetNotEmpty
from pipeline.records import HeardLine, JobFailed, JobHeard, JobKind, JobRequest, JobState, Verdict
from pipeline.store import REVISION, Store, dialects
from pipeline.store import tables as t
from tests.pipeline.store import old_databases
from tests.pipeline.store.test_jobs import NO_NETWORK, put, take


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """A database with rows in every table."""
    path = old_databases.load(tmp_path / "full" / "jumpnotes.db", REVISION)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM job_lines")  # of a job that is running, which none is
    return path


@pytest.fixture
def served(tmp_path: Path, postgresql_url: str) -> Iterator[Store]:
    """An empty archive in PostgreSQL."""
    with closing(Store.open(tmp_path / "served" / "jumpnotes.db", url=postgresql_url)) as store:
        yield store


def quiet(_done: float, _total: float) -> None: ...


def copied_back(store: Store, path: Path) -> Path:
    with closing(Store.open(path)) as back:
        store.copy_to(back, quiet)
    return path


def test_an_archive_is_the_same_after_it_was_in_postgresql(full: Path, served: Store, tmp_path: Path) -> None:
    """Row by row, its key included, by which its search index knows it; the one that was copied has not changed."""
    before = old_databases.contents(full)
    with closing(Store.open(full)) as store:
        done = store.copy_to(served, quiet)
        key = store.key()
    back = copied_back(served, tmp_path / "back.db")

    assert (done.meetings, done.jobs, done.left) == (2, 2, ())
    assert served.key() == key
    assert old_databases.contents(full) == before
    assert {name: rows for name, rows in before.items() if not rows} == {"job_lines": [], "workers": []}
    assert old_databases.contents(back) == before


def test_jobs_go_on_in_the_other_database(full: Path, served: Store, tmp_path: Path) -> None:
    """What ran is queued, what waits goes on waiting, what has ended stays so; and no number is given again."""
    at = datetime.now(UTC) + timedelta(hours=1)
    with closing(Store.open(full)) as store:
        running, waiting, failed, cancelled, gone = (put(store.jobs, name) for name in "abcde")
        store.jobs.cancel(2)  # which was queued before
        store.jobs.report(take(store.jobs), JobHeard((HeardLine(0.0, "x"),)))
        store.jobs.report(take(store.jobs), JobFailed(NO_NETWORK, at))
        store.jobs.report(take(store.jobs), JobFailed(NO_NETWORK))
        store.jobs.cancel(cancelled)
        with store._transaction() as db:
            db.execute(t.jobs.delete().where(t.jobs.c.id == gone))
        store.copy_to(served, quiet)
    expected = {running: JobState.QUEUED, waiting: JobState.QUEUED, failed: JobState.FAILED, 1: JobState.DONE}
    expected |= {cancelled: JobState.CANCELLED, 2: JobState.CANCELLED}

    for each in (served, Store.open(copied_back(served, tmp_path / "back.db"))):
        assert {job.id: job.state for job in each.jobs.jobs()} == expected
        assert [each.jobs.job(number).not_before for number in (running, waiting)] == [None, at]
        assert take(each.jobs).job.id == running
        assert each.jobs.heard(running) == []
        assert put(each.jobs, "new") == gone + 1
        assert each.jobs.retry(failed).state is JobState.QUEUED


def test_writes_go_on_where_those_of_the_copied_archive_ended(full: Path, served: Store) -> None:
    """Every number that a row gets is a new one, also that of a change."""
    with closing(Store.open(full)) as store:
        store.copy_to(served, quiet)
        last = store.last_change()
    meeting = served.meeting("call-1")
    run = served.save_notes(replace(meeting.notes, title="Anew"))
    made = served.correct("call-1", "dns", Verdict.TIME, 2.0, "Ana", seen=2)

    assert (run, made.id) == (4, 5)
    assert served.last_change() > last


def test_only_an_empty_database_is_copied_into(full: Path, served: Store) -> None:
    """Unless it is to be replaced; then nothing of what was there is left."""
    served.jobs.put(JobKind.SCAN, "notes/", JobRequest(watch=1), "Ana")
    with closing(Store.open(full)) as store:
        with pytest.raises(TargetNotEmpty):
            store.copy_to(served, quiet)
        assert [job.kind for job in served.jobs.jobs()] == [JobKind.SCAN]
        store.copy_to(served, quiet, replace=True)

    assert [job.kind for job in served.jobs.jobs()] == [JobKind.RUN, JobKind.RUN]
    with served._read() as db:
        assert db.scalar(sa.text("SELECT count(*) FROM procrastinate_jobs")) == 2


KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline.store import Store
def progress(done, total):
    if done > total / 2:
        os.kill(os.getpid(), signal.SIGKILL)
source, target = Path(sys.argv[1]), sys.argv[2]
target = Store.open(source, url=target) if "://" in target else Store.open(Path(target))
Store.open(source).copy_to(target, progress)
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_copy_that_is_killed_leaves_the_target_empty(
    full: Path, tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    """So that it can be begun anew."""
    target = str(tmp_path / "new.db") if kind == "sqlite" else request.getfixturevalue("postgresql_url")
    done = subprocess.run([sys.executable, "-c", KILLED, full, target], check=False)

    assert done.returncode == -9
    url = target if kind == "postgresql" else None
    with closing(Store.open(tmp_path / "new.db", url=url)) as store, closing(Store.open(full)) as source:
        assert store.meetings() == ()
        assert source.copy_to(store, quiet).meetings == 2


DAMAGES = {
    "UPDATE notes SET title = CAST(x'ff' AS TEXT) WHERE id = 3": "notes 3: title cannot be read",
    "UPDATE corrections SET at = 'x' WHERE id = 1": "corrections 1: at is no time",
    "UPDATE segments SET start = 'x' WHERE position = 1": "segments 1/1: start cannot be read",
    "UPDATE jobs SET kind = '{' WHERE id = 2": "jobs 2: kind cannot be read",
    "UPDATE tokens SET id = 1 << 40 WHERE id = 1": f"tokens {1 << 40}: id is too large a number",
}


def test_a_copy_may_take_its_time(full: Path, served: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes a meeting may not stand still in the middle of it; a slow disk is no reason to lose a copy."""
    monkeypatch.setattr(dialects, "_MAX_TURN_SECONDS", 0.1)
    waits = iter([0.3])
    with closing(Store.open(full)) as store:
        done = store.copy_to(served, lambda *_: time.sleep(next(waits, 0.0)))

    assert done.meetings == 2


def test_what_is_damaged_is_told_and_left(full: Path, served: Store) -> None:
    """And whatever belongs to it; all else is copied."""
    with closing(sqlite3.connect(full)) as db, db:
        for damage in DAMAGES:
            db.execute(damage)
        db.execute("UPDATE recordings SET slug = 'nowhere'")
    with closing(Store.open(full)) as store:
        done = store.copy_to(served, quiet)

    nowhere = "recordings 1: slug is of no row that could be copied"
    assert sorted(done.left) == sorted([*DAMAGES.values(), nowhere])
    assert served.meeting("call-1").notes.title == "Call 1"
    assert [token.name for token in served.tokens.all()] == ["feeds"]


def test_a_character_that_postgresql_has_not_is_replaced(full: Path, served: Store) -> None:
    """SQLite stores the character 0."""
    with closing(sqlite3.connect(full)) as db, db:
        db.execute("UPDATE segments SET text = 'a' || char(0) || 'b' WHERE position = 1")
    with closing(Store.open(full)) as store:
        assert store.copy_to(served, quiet).left == ()

    found = served.transcript("call-1")
    assert found
    assert found.record.segments[1].text == "a\N{REPLACEMENT CHARACTER}b"

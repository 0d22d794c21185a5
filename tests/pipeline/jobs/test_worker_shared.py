"""Workers that share one queue in PostgreSQL: whoever is there does the jobs, and the database may go for a while."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline.config import Settings
from pipeline.errors import DatabaseUnreachable, SchemaMismatch
from pipeline.jobs import worker as worker_module
from pipeline.jobs.child import JobOrder
from pipeline.jobs.worker import Worker, working
from pipeline.records import JobKind, JobState, RunStage
from pipeline.store import Store, procrastinate_states
from tests.pipeline.jobs.conftest import children, ended, put, wait_for
from tests.postgresql import PostgresqlServer

_WORKER = """
import sys
from pathlib import Path
from pipeline.config import Settings
from pipeline.jobs import worker
from pipeline.jobs.worker import Worker
worker.BEAT_SECONDS = worker.SHARED_PAUSE_SECONDS = 0.1
Worker(Settings(data_dir=Path(sys.argv[1]), database=sys.argv[2], model="tiny.en", meaning=False)).run()
"""


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is waited for in seconds is there within moments."""
    monkeypatch.setattr(worker_module, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(worker_module, "SHARED_PAUSE_SECONDS", 0.1)
    monkeypatch.setattr(worker_module, "_TROUBLE_PAUSE_SECONDS", 0.2)
    monkeypatch.setattr(procrastinate_states, "STALLED_SECONDS", 1.0)


@pytest.fixture
def settings(tmp_path: Path, postgresql_url: str) -> Settings:
    return Settings(data_dir=tmp_path / "one", database=postgresql_url, model="tiny.en", meaning=False)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with closing(Store.of(settings)) as opened:
        yield opened


@contextmanager
def process(settings: Settings, name: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker on a machine of its own."""
    folder = settings.data_dir.with_name(name)
    command = [sys.executable, "-c", _WORKER, str(folder), settings.database or ""]
    running = subprocess.Popen(command, start_new_session=True)
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def test_a_worker_that_is_killed_is_replaced_by_another(store: Store, settings: Settings, notes: Path) -> None:
    """Its job is done once, by a worker that was there or comes later."""
    with process(settings, "one") as first:
        wait_for(store.jobs.workers)
        number = put(store.jobs, notes)
        wait_for(lambda: store.jobs.job(number).state is JobState.RUNNING or store.jobs.job(number).state.is_final)
        first.kill()
    with working(Worker(settings)):
        job = ended(store.jobs, number)

    assert (job.state, len(job.slugs)) == (JobState.DONE, 1)
    assert len(store.meetings()) == 1


def test_a_database_that_goes_away_for_a_while_stops_nothing_for_good(
    store: Store, settings: Settings, notes: Path, postgresql_server: PostgresqlServer
) -> None:
    """The worker waits, and goes on; what was put before and after is done."""
    with working(Worker(settings)):
        first = ended(store.jobs, put(store.jobs, notes))
        postgresql_server.stop()
        postgresql_server.start()
        second = ended(store.jobs, put(store.jobs, notes))

    assert (first.state, second.state) == (JobState.DONE, JobState.DONE)


def test_a_job_that_is_cancelled_ends_its_process(
    store: Store, settings: Settings, notes: Path, silent_host: str
) -> None:
    """Whichever machine it is on."""
    allowed = replace(settings, allow_hosts=frozenset({"127.0.0.1"}))
    (notes.parent / "2024-03-05-garden.vtt").unlink()
    with working(Worker(allowed)):
        number = put(store.jobs, notes, media=silent_host)
        wait_for(children)
        store.jobs.cancel(number)
        wait_for(lambda: not children())

    assert store.jobs.job(number).state is JobState.CANCELLED


def test_a_worker_does_not_work_on_a_database_of_a_newer_version(store: Store, settings: Settings) -> None:
    """It ends, and says what to do; whoever starts it again does so with the newer version."""
    with store._sharing() as db:
        db.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SchemaMismatch, match="9999"):
        Worker(settings).run()


def test_a_worker_ends_when_a_newer_version_takes_the_database_over(store: Store, settings: Settings) -> None:
    worker = Worker(settings)
    with working(worker):
        wait_for(store.jobs.workers)
        with store._sharing() as db:
            db.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        wait_for(lambda: not store.jobs.workers())


def test_a_worker_of_one_queue_ends_with_the_others(store: Store, settings: Settings) -> None:
    """It looks through no places, and yet sees that the tables are no longer those of its version."""
    worker = Worker(settings, kinds=(JobKind.RUN,), stages=(RunStage.TRANSCRIBE,))
    with working(worker):
        wait_for(store.jobs.workers)
        with store._sharing() as db:
            db.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        wait_for(lambda: not store.jobs.workers())


def test_a_job_that_meets_a_newer_version_goes_back_untouched(
    store: Store, settings: Settings, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process finds out first, before the worker has looked again."""
    monkeypatch.setattr(worker_module, "_WATCH_PAUSE_SECONDS", 3600.0)
    worker = Worker(settings)
    with working(worker):
        wait_for(lambda: worker._next_watch)
        with store._sharing() as db:
            db.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        number = put(store.jobs, notes)
        wait_for(lambda: not store.jobs.workers())
    job = store.jobs.job(number)

    assert (job.state, job.attempts, job.failure, job.not_before) == (JobState.QUEUED, 0, None, None)


def test_a_server_that_does_not_answer_a_process_is_named_and_soon_asked_again(
    store: Store, settings: Settings, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its own words: there is room on every disk."""
    main = "from pipeline.jobs import child; child._OPEN_PAUSES_SECONDS = (0.1,); child.main()"
    monkeypatch.setattr(worker_module, "_MAIN", main)
    begin, away = JobOrder.encode, replace(settings, database="postgresql://jumpnotes@127.0.0.1:1/meetings")
    monkeypatch.setattr(JobOrder, "encode", lambda order: begin(replace(order, settings=away)))
    with working(Worker(settings)):
        number = put(store.jobs, notes)
        wait_for(lambda: store.jobs.job(number).failure)
    job = store.jobs.job(number)

    assert job.failure
    assert job.failure.reason == "database-unreachable"
    assert "cannot be reached" in job.failure.message
    assert job.failure.hint == DatabaseUnreachable.hint
    assert (job.state, job.attempts) == (JobState.QUEUED, 0)
    assert job.not_before
    assert job.not_before - datetime.now(UTC) < timedelta(seconds=31)


def test_a_server_that_only_reads_for_a_while_is_waited_for(store: Store, settings: Settings, notes: Path) -> None:
    """As one is that takes the place of another that failed."""
    number = put(store.jobs, notes)
    name = (settings.database or "").rpartition("/")[2]
    setting = f'ALTER DATABASE "{name}" SET default_transaction_read_only'
    with store._sharing() as db:
        db.execute(sa.text(f"{setting} = on"))
    with working(Worker(settings)):
        with closing(Store.of(settings)) as beside:
            assert beside.is_read_only()
        with store._sharing() as db:
            db.execute(sa.text(f"{setting} = off"))
        job = ended(store.jobs, number)

    assert job.state is JobState.DONE

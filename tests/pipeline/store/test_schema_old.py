"""Databases of every earlier version: opened by today's code, which loses nothing of them."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.errors import DiskFull, ReadOnly, SchemaMismatch
from pipeline.records import Alignment, Basis, FurtherMoment, ItemState, JobState, MatchState, Verdict
from pipeline.refresh import Archive
from pipeline.search import search
from pipeline.store import REVISION, Store
from tests.conftest import ROOT
from tests.faults.small_disk import fill, small_disk
from tests.pipeline.store import old_databases

REVISIONS = old_databases.revisions()
SEARCHED = ("0001", "0013")
"""Making an index takes a while, and is the same for each."""


def test_there_is_a_database_of_every_version_but_the_newest() -> None:
    """Whoever adds a migration keeps how its predecessor looks."""
    kept = {file.stem for file in old_databases.FOLDER.glob("*.sql")}

    assert set(REVISIONS[:-1]) - kept == set(), "python -m tests.pipeline.store.old_databases"


@pytest.mark.parametrize("revision", REVISIONS)
def test_an_old_database_keeps_what_is_in_it(tmp_path: Path, revision: str) -> None:
    """Notes, recording, transcript, links, what people added, jobs and places: what there was at that revision."""
    path = old_databases.load(tmp_path / "jumpnotes.db", revision)

    with closing(Store.open(path)) as store:
        meeting, failed = store.meeting("call-1"), store.meeting("call-2")
        assert (meeting.notes.title, [each.text for each in meeting.notes.blocks]) == (
            "Call 1",
            ["eBPF", "dns_events table"],
        )
        assert failed.failure is not None
        assert failed.failure.message == "no network"
        assert meeting.recording is not None
        assert meeting.recording.video_id == "xO1o1N5o050"
        assert meeting.transcript is not None
        assert [each.text for each in meeting.transcript.segments] == ["let us talk about probes", "and the NS events"]
        assert meeting.transcript.segments[0].speaker == ("Nick" if revision >= "0009" else "S1")
        _check_links(store, revision)
        assert [each.term for each in meeting.mishearings] == (["dns_events"] if revision >= "0005" else [])
        assert store.language() == ("german" if revision >= "0005" else "english")
        assert [each.passage.start for each in store.redactions("call-1")] == ([50.0] if revision >= "0013" else [])
        _check_queue(store, revision)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT version_num FROM alembic_version").fetchone() == (REVISION,)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("PRAGMA quick_check").fetchall() == [("ok",)]


def _check_links(store: Store, revision: str) -> None:
    meeting = store.meeting("call-1")
    if revision >= "0003":
        assert (meeting.alignments["dns"].start, meeting.corrections["dns"].author) == (2.5, "Ben")
        assert meeting.corrections["ebpf"].verdict is Verdict.NOT_DISCUSSED
        assert [each.start for each in store.history("call-1")] == [None, 2.5, 3.0]
    else:
        also = (FurtherMoment(6.0, 7.0, 0.6),) if revision >= "0002" else ()
        assert meeting.alignments == {"dns": Alignment("dns", 2.0, 4.0, 0.8, Basis.MATCH, ("dns_events",), also)}


def _check_queue(store: Store, revision: str) -> None:
    jobs = [(each.state, each.request.notes) for each in store.jobs.jobs(oldest_first=True)]
    done, queued = (JobState.DONE, "/notes/call.md"), (JobState.QUEUED, "/notes/call-2.md")
    assert jobs == ([done, queued] if revision >= "0015" else [])
    places = [(each.address, store.watches.items(each.id)["call.md"].state) for each in store.watches.all()]
    assert places == ([("/notes", ItemState.DONE)] if revision >= "0016" else [])
    matches = [(each.state, each.author) for each in store.matches.matches()]
    assert matches == ([(MatchState.REFUSED, "Ana")] if revision >= "0017" else [])


@pytest.mark.parametrize("revision", SEARCHED)
def test_what_an_old_database_has_is_found_by_searching(tmp_path: Path, revision: str) -> None:
    """By an index that is made for it, whatever index it had in it."""
    old_databases.load(tmp_path / "jumpnotes.db", revision)
    archive = Archive.open(Settings(data_dir=tmp_path))

    found = search(archive.index, "probes")

    assert [hit.slug for hit in found] == ["call-1"]
    archive.close()


def test_a_migration_that_is_killed_anywhere_leaves_the_old_database_or_the_new_one(tmp_path: Path) -> None:
    """Killed at points from its first statement to what follows its last, it goes through the next time."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.pipeline.store.killed_migrations", str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )

    found = json.loads(done.stdout)
    assert found.keys() == {"0001", "0005", "0007", "0013"}
    for revision, left in found.items():
        assert {each["then"] for each in left} == {revision, REVISION}, revision
        assert all(each["is_whole"] and each["opens"] for each in left), left


def test_a_disk_that_fills_up_leaves_the_old_database(tmp_path: Path) -> None:
    """As it was; and where there is room, it is opened."""
    with small_disk(tmp_path / "disk", 1.5) as disk:
        path = old_databases.load(disk / "jumpnotes.db", "0001")
        before = old_databases.contents(path)
        ballast = fill(disk, leave=60_000)

        with pytest.raises(DiskFull, match="full"):
            Store.open(path)
        after = old_databases.contents(path)
        ballast.unlink()

        assert after == before
        with closing(Store.open(path)) as store:
            assert store.meeting("call-1").notes.title == "Call 1"


@pytest.fixture
def read_only_disk(tmp_path: Path) -> Iterator[Path]:
    """With an old database on it."""
    with small_disk(tmp_path / "disk", 2) as disk:
        old_databases.load(disk / "jumpnotes.db", "0013")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        yield disk


def test_an_old_database_that_can_only_be_read_says_so(read_only_disk: Path) -> None:
    with pytest.raises(ReadOnly, match=r"older jumpnotes.*cannot be written") as caught:
        Store.open(read_only_disk / "jumpnotes.db")

    assert "once" in caught.value.hint


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path, mode: str) -> None:
    """Opening it says so, and changes nothing: no byte of it, and there is no file beside it."""
    path = old_databases.load(tmp_path / "jumpnotes.db", "0017")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
        db.commit()
        db.execute(f"PRAGMA journal_mode={mode}")
    before = sha256(path.read_bytes()).hexdigest()

    with pytest.raises(SchemaMismatch, match="newer") as caught:
        Store.open(path)

    assert "not touched" in caught.value.hint
    assert sha256(path.read_bytes()).hexdigest() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]

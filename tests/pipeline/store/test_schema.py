"""The database file: created, upgraded from any earlier version, or refused with a way out."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE, Popen

import msgspec
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from pipeline.errors import Busy, SchemaMismatch, StoreError
from pipeline.records import Alignment, Basis, FurtherMoment, RunKey
from pipeline.refresh import Archive
from pipeline.store import REVISION, AlignmentInputs, Store
from pipeline.store.tables import metadata
from tests.pipeline.store.conftest import Opened
from tests.pipeline.store.meetings import notes, transcript
from tests.pipeline.store.old_databases import load, revisions


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "jumpnotes.db"


@pytest.mark.filterwarnings("ignore:autogenerate skipping")  # SQLite cannot show an index of another dialect
def test_the_migrations_make_the_tables_the_code_expects(archive: Archive) -> None:
    """tables.py and the migrations say the same; what Procrastinate has beside them is its own."""
    elsewhere = "ix_jobs_request" if archive.store.is_shared else "ix_jobs_request_digest"  # of the other database
    options = {
        "include_object": lambda _, name, *__: not str(name).startswith("procrastinate_") and name != elsewhere,
    }
    with archive.store._read() as db:
        difference = compare_metadata(MigrationContext.configure(db, opts=options), metadata)

    assert difference == []


def test_links_of_a_database_of_the_first_schema_stay_as_they_are(path: Path) -> None:
    """Links stored before further moments were known come back as they were, with none; new ones keep theirs."""
    store = Store.open(load(path, "0001"))

    before = store.meeting("call-1")
    transcript_id = store.save_transcript("call-1", transcript(), key="abc")
    link = Alignment("dns", 2.0, 4.0, 0.8, Basis.MATCH, (), (FurtherMoment(20.0, 31.5, 0.7),))
    store.save_alignments("call-1", (link,), AlignmentInputs(2, transcript_id, "2"))
    after = store.meeting("call-1")
    store.close()

    assert before.alignments == {"dns": Alignment("dns", 2.0, 4.0, 0.8, Basis.MATCH, ("dns_events",))}
    assert (before.within, after.within) == ({}, {})
    assert after.alignments == {"dns": link}


def test_the_newest_revision_is_the_one_the_code_names(archive: Archive) -> None:
    """A forgotten bump of REVISION would run Alembic at every start."""
    with archive.store._read() as db:
        assert db.scalar(sa.text("SELECT version_num FROM alembic_version")) == REVISION


def test_a_newer_database_is_refused_and_stays_as_it_is(archive: Archive, opened: Opened) -> None:
    """By whoever opens it, and by whoever has it open when they next look."""
    newer = f"{int(REVISION) + 1:04}"
    with archive.store._transaction() as db:
        db.execute(sa.text("UPDATE alembic_version SET version_num = :newer"), {"newer": newer})

    with pytest.raises(SchemaMismatch, match=newer):
        opened()
    with pytest.raises(SchemaMismatch, match=newer):
        archive.store.check_revision()
    with archive.store._read() as db:
        assert db.scalars(sa.text("SELECT version_num FROM alembic_version")).all() == [newer]


OPENS = """
import logging, sys
from pathlib import Path
from subprocess import PIPE, Popen
from pipeline.store import Store
logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
print("ready", flush=True)
sys.stdin.readline()
store = Store.open(Path(sys.argv[1]), url=sys.argv[2] or None)
print(store.key())
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_processes_that_start_at_the_same_moment_make_the_tables_once(
    path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    """Two that serve and three that work, say: the first makes them, the others wait, and all have the same archive."""
    url = request.getfixturevalue("new_postgresql_url") if kind == "postgresql" else ""
    command = [sys.executable, "-c", OPENS, str(path), url]
    started = [Popen(command, stdin=PIPE, stdout=PIPE, text=True) for _ in range(5)]
    for each in started:
        assert each.stdout
        assert each.stdout.readline() == "ready\n"
    for each in started:
        assert each.stdin
        each.stdin.write("\n")
        each.stdin.flush()
    said = [each.communicate()[0].splitlines() for each in started]

    assert [each.returncode for each in started] == [0] * 5
    assert len({lines[-1] for lines in said}) == 1
    assert sum("upgrade" in line for lines in said for line in lines) == len(revisions())


def test_a_file_that_is_no_database_is_an_error_with_a_way_out(path: Path) -> None:
    """A damaged file ends in a sentence, not in a traceback."""
    path.parent.mkdir()
    path.write_text("this is not a database, and long enough to be looked at " * 50)

    with pytest.raises(StoreError, match="not a readable database") as caught:
        Store.open(path)

    assert "backup" in caught.value.hint


def test_a_new_database_that_another_process_is_making_is_waited_for(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite refuses the second one at once; it is asked again, but not forever."""
    path.parent.mkdir()
    first = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    first.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr("pipeline.sqlite.time.sleep", lambda _: None)
    with pytest.raises(Busy):
        Store.open(path, timeout_seconds=0.0)

    monkeypatch.setattr("pipeline.sqlite.time.sleep", lambda _: first.in_transaction and first.execute("COMMIT"))
    Store.open(path, timeout_seconds=0.0).close()
    first.close()


def test_the_search_index_leaves_the_database_and_its_room_is_given_back(path: Path) -> None:
    """A database with an index in it shrinks, keeps its meetings and its language, and tells that all have changed."""
    load(path, "0005")
    with sqlite3.connect(path) as db:
        db.executescript("CREATE VIRTUAL TABLE said_fts USING fts5(text); CREATE TABLE forms (stem, term);")
        db.executemany("INSERT INTO said_fts VALUES (?)", [(f"word{number} " * 50,) for number in range(2_000)])
    db.close()
    before = path.stat().st_size

    store = Store.open(path)
    language, changes, meeting = store.language(), store.changes(since=0), store.meeting("call-1")
    store.close()

    with sqlite3.connect(path) as db:
        names = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
    db.close()
    assert not {name for name in names if "fts" in name or name in ("passages", "outlines", "forms", "search_index")}
    assert path.stat().st_size < before / 2
    assert (language, changes) == ("german", (2, ("call-1", "call-2")))
    assert meeting.notes.title == "Call 1"


def test_when_meetings_changed_is_known_of_old_ones_too(path: Path) -> None:
    """By the newest of what is stored of them."""
    load(path, "0011")
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("UPDATE transcripts SET created_at = '2024-01-03 10:00:00.5'")

    with closing(Store.open(path)) as store:
        assert store.meeting("call-1").updated_at == datetime(2024, 1, 3, 10, tzinfo=UTC)


def test_notes_that_may_not_be_published_are_read_again_before_they_are(path: Path) -> None:
    """An older jumpnotes did not understand what they say; the others stay published, and as they were."""
    load(path, "0012")
    key = msgspec.json.encode(RunKey(notes="x", aligner="9")).decode()
    drafted = msgspec.json.encode(replace(notes(), source="---\ndraft: true\n---\n# Call 1\n")).decode()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("UPDATE meetings SET run_key = ?", (key,))
        values = "4, 'call-2', '2024-01-01 00:00:00', 'x', 'Call 2', NULL, 1, 1"
        db.execute(f"INSERT INTO notes VALUES ({values}, ?)", (drafted,))

    with closing(Store.open(path)) as store:
        assert store.unpublished() == {"call-2"}
        assert (store.run_key("call-1"), store.run_key("call-2")) == (RunKey("x", "9"), RunKey(None, "9"))


def test_every_database_has_a_key_of_its_own(path: Path) -> None:
    """Also one that was made before there were any; its copies have the same."""
    load(path, "0010")
    copy, new = path.with_name("copy.db"), path.with_name("new.db")

    keys = [_key(path)]
    shutil.copy(path, copy)
    keys += [_key(path), _key(copy), _key(new)]

    assert keys[0] == keys[1] == keys[2] != keys[3]
    assert all(len(key) == 32 for key in keys)


def _key(path: Path) -> str:
    with closing(Store.open(path)) as store:
        return store.key()

"""The database file: created, upgraded from any earlier version, or refused with a way out."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from pipeline.errors import Busy, StoreError
from pipeline.records import Alignment, Basis, FurtherMoment, RunKey
from pipeline.store import REVISION, AlignmentInputs, Store
from pipeline.store.tables import metadata
from tests.pipeline.store.meetings import notes, transcript
from tests.pipeline.store.old_databases import load


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "jumpnotes.db"


def test_the_migrations_make_the_tables_the_code_expects(path: Path) -> None:
    """tables.py and the migrations say the same."""
    store = Store.open(path)
    with store._read() as db:
        difference = compare_metadata(MigrationContext.configure(db), metadata)
    store.close()

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


def test_the_newest_revision_is_the_one_the_code_names(path: Path) -> None:
    """A forgotten bump of REVISION would run Alembic at every start."""
    Store.open(path).close()
    with sqlite3.connect(path) as db:
        (found,) = db.execute("SELECT version_num FROM alembic_version").fetchone()
    db.close()

    assert found == REVISION


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

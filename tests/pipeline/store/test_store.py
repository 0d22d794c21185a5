"""The database keeps every run, and says plainly when it cannot."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from pipeline import store as store_package
from pipeline.errors import Busy, DiskFull, MeetingNotFound, SchemaMismatch, StoreError
from pipeline.records import (
    Alignment,
    Basis,
    Block,
    BlockKind,
    Failure,
    FurtherMoment,
    Hint,
    Mishearing,
    Notes,
    Origin,
    Recording,
    Section,
    Segment,
    Transcript,
    Video,
    Word,
)
from pipeline.search import search
from pipeline.store import REVISION, MadeFrom, Store
from pipeline.store.tables import metadata


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "jumpnotes.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = Store.open(path)
    yield opened
    opened.close()


def notes(slug: str = "call-1", *, title: str = "Call 1", when: date | None = date(2020, 1, 21)) -> Notes:
    heading = Block("ebpf", BlockKind.HEADING, 3, 4, "eBPF", "eBPF", depth=2)
    item = Block("dns", BlockKind.ITEM, 5, 6, "dns_events table", "dns_events", depth=1, parent="ebpf", hint=Hint(3.5))
    video = Video("https://youtu.be/xO1o1N5o050", "xO1o1N5o050")
    return Notes(
        slug, title, when, video, (Section("ebpf", "eBPF", 2, 3, (heading, item)),), "# Call 1\n", ("careful",)
    )


def transcript(text: str = "let us talk about probes") -> Transcript:
    words = tuple(Word(float(i), i + 0.5, word, 0.9) for i, word in enumerate(text.split()))
    return Transcript("en", Origin.ASR, "tiny.en", (Segment(0.0, 5.0, text, words, "Nick"),), 60.0)


def test_everything_comes_back_as_it_was_stored(store: Store) -> None:
    """Notes, recording, transcript, words and alignments survive the database unchanged."""
    slug = store.claim("/notes/call.md", "call-1")
    recording = Recording("https://youtu.be/xO1o1N5o050", "Call 1", 61.0, "/media/a.webm", "xO1o1N5o050")
    also = (FurtherMoment(20.0, 31.5, 0.7), FurtherMoment(40.0, 44.0, 0.62))
    alignment = Alignment("dns", 2.0, 4.0, 0.8, Basis.MATCH, ("dns_events",), also)
    notes_id = store.save_notes(notes())
    store.save_recording(slug, recording, key="youtube xO1o1N5o050")
    transcript_id = store.save_transcript(slug, transcript(), key="abc")
    store.save_alignments(slug, (alignment,), MadeFrom(notes_id, transcript_id, "1"))

    meeting = store.meeting(slug)

    assert meeting.notes == notes()
    assert meeting.recording == recording
    assert meeting.transcript == transcript()
    assert meeting.alignments == {"dns": alignment}


def test_pages_show_the_latest_run_and_earlier_runs_stay(store: Store) -> None:
    """A second run adds rows; what the first one stored is still in the database."""
    slug = store.claim("/notes/call.md", "call-1")
    store.save_notes(notes())
    store.save_transcript(slug, transcript("first hearing"), key="a")
    store.save_transcript(slug, transcript("second hearing"), key="b")
    store.save_notes(notes(title="Call 1, corrected"))

    meeting = store.meeting(slug)
    with store.reading() as db:
        texts = db.scalars(sa.text("SELECT text FROM segments ORDER BY transcript_id")).all()
        versions = db.scalar(sa.text("SELECT count(*) FROM notes"))

    assert meeting.notes.title == "Call 1, corrected"
    assert meeting.transcript is not None
    assert meeting.transcript.segments[0].text == "second hearing"
    assert texts == ["first hearing", "second hearing"]
    assert versions == 2


def test_unchanged_notes_are_stored_once(store: Store) -> None:
    """Saving the same notes again is the same run."""
    store.claim("/notes/call.md", "call-1")

    assert store.save_notes(notes()) == store.save_notes(notes())


def test_a_path_keeps_its_slug_and_a_taken_slug_is_numbered(store: Store) -> None:
    """Links to a meeting do not break when its title changes, and two meetings never share a page."""
    assert store.claim("/a.md", "call") == "call"
    assert store.claim("/b.md", "call") == "call-2"
    assert store.claim("/c.md", "call") == "call-3"
    assert store.claim("/a.md", "renamed") == "call"
    assert store.slug_of("/b.md") == "call-2"
    assert store.slug_of("/nowhere.md") is None


def test_the_list_is_newest_first_with_undated_meetings_last(store: Store) -> None:
    """The summaries carry what the first page shows."""
    for name, when in (("old", date(2019, 7, 9)), ("new", date(2022, 6, 7)), ("undated", None)):
        slug = store.claim(f"/{name}.md", name)
        store.save_notes(notes(slug, title=name, when=when))
    store.save_transcript("new", transcript(), key="k")

    summaries = store.meetings()

    assert [summary.slug for summary in summaries] == ["new", "old", "undated"]
    assert [summary.has_transcript for summary in summaries] == [True, False, False]
    assert summaries[0].duration == 60.0
    assert summaries[0].topics == 1


def test_a_failure_is_shown_until_a_run_succeeds(store: Store) -> None:
    """A failed run leaves its reason, and keeps what was stored; a good one clears it."""
    slug = store.claim("/notes/call.md", "call-1")
    store.save_notes(notes())
    failure = Failure("fetching", "gone", "check the link", retryable=False, at=datetime(2020, 1, 1, tzinfo=UTC))

    store.fail(slug, failure)
    failed = store.meeting(slug)
    assert store.finished() == {}
    store.finish(slug, {"notes": "abc"})

    assert failed.failure == failure
    assert failed.notes == notes()
    assert store.meeting(slug).failure is None
    assert store.finished() == {"/notes/call.md": ("call-1", {"notes": "abc"})}


def test_an_unknown_meeting_is_named(store: Store) -> None:
    """Asking for what is not there is an error of its own."""
    with pytest.raises(MeetingNotFound, match="nowhere"):
        store.meeting("nowhere")


def test_the_migrations_make_the_tables_the_code_expects(store: Store) -> None:
    """tables.py and the migrations say the same."""
    with store.reading() as db:
        context = MigrationContext.configure(db, opts={"include_name": _ours})
        difference = compare_metadata(context, metadata)

    assert difference == []


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or name in metadata.tables


def test_a_database_of_the_first_schema_is_upgraded(path: Path) -> None:
    """Links stored before further moments were known come back as they were, with none; new ones keep theirs."""
    _first_schema(path)
    store = Store.open(path)

    before = store.meeting("call-1")
    transcript_id = store.save_transcript("call-1", transcript(), key="abc")
    link = Alignment("dns", 2.0, 4.0, 0.8, Basis.MATCH, (), (FurtherMoment(20.0, 31.5, 0.7),))
    store.save_alignments("call-1", (link,), MadeFrom(1, transcript_id, "2"))
    after = store.meeting("call-1")
    store.close()

    assert before.notes == notes()
    assert before.alignments == {"dns": Alignment("dns", 2.0, 4.0, 0.8, Basis.MATCH, ("dns_events",))}
    assert after.alignments == {"dns": link}


def test_what_was_stored_before_is_found_after_an_upgrade(path: Path) -> None:
    """The index is made from the texts that are there, and kept in step from then on."""
    _first_schema(path)
    store = Store.open(path)

    assert {hit.source for hit in search(store, "dns_events")} == {"notes"}
    store.save_transcript("call-1", transcript(), key="abc")
    assert {hit.source for hit in search(store, "probes in:transcript")} == {"transcript"}
    store.close()


def test_the_newest_meetings_have_the_lowest_numbers(store: Store) -> None:
    """The index is read upwards, so the newest meeting comes first, whenever it was added; one without a date last."""
    days = {"call-2": date(2024, 5, 1), "call-3": None, "call-4": date(2024, 6, 1), "call-5": date(1999, 1, 1)}
    for slug, day in days.items():
        store.claim(f"/{slug}.md", slug)
        store.save_notes(notes(slug, when=day))
    assert _order(store) == ["call-4", "call-2", "call-5", "call-3"]

    store.save_transcript("call-5", transcript(), key="abc")
    store.save_notes(notes("call-5", when=date(2025, 1, 1)))
    assert _order(store) == ["call-5", "call-4", "call-2", "call-3"]


def test_the_index_made_anew_is_the_same(store: Store) -> None:
    """Nothing in it is known from elsewhere."""
    store.claim("/notes/call.md", "call-1")
    notes_id = store.save_notes(notes())
    run = store.save_transcript("call-1", transcript(), key="abc")
    alignment = Alignment("dns", 2.0, 4.0, 0.8, Basis.MATCH)
    misheard = Mishearing(2.0, 2.5, "talc", "talk", 0.9)
    store.save_alignments("call-1", (alignment,), MadeFrom(notes_id, run, "1"), (misheard,))
    queries = ("probes", "dns_events", "talc", "pro*", "talc dns_events")
    before = [search(store, query) for query in queries]

    store.reindex()

    assert all(before)
    assert [search(store, query) for query in queries] == before


def _order(store: Store) -> list[str]:
    with store.reading() as db:
        return list(db.scalars(sa.text("SELECT slug FROM passages GROUP BY slug ORDER BY max(id)")))


def _first_schema(path: Path) -> None:
    """A database as revision 0001 left it, with one link."""
    path.parent.mkdir()
    engine = sa.create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(Path(store_package.__file__).parent / "migrations"))
    with engine.begin() as db:
        config.attributes["connection"] = db
        command.upgrade(config, "0001")
        values = {"at": "2024-01-01 00:00:00", "notes": msgspec.json.encode(notes())}
        for statement in (
            "INSERT INTO meetings (slug, path) VALUES ('call-1', '/notes/call.md')",
            "INSERT INTO notes VALUES (1, 'call-1', :at, 'x', 'Call 1', NULL, 1, 1, :notes)",
            "INSERT INTO transcripts VALUES (1, 'call-1', :at, NULL, 'k', 'en', 'asr', 'tiny.en', 60)",
            "INSERT INTO alignment_runs VALUES (1, 'call-1', :at, 1, 1, '1', 1)",
            "INSERT INTO alignments VALUES (1, 'dns', 2, 4, 0.8, 'match', '[\"dns_events\"]')",
        ):
            db.execute(sa.text(statement), {key: value for key, value in values.items() if f":{key}" in statement})
    engine.dispose()


def test_a_database_from_a_newer_version_is_left_alone(path: Path) -> None:
    """Opening it says so, and changes nothing."""
    Store.open(path).close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.close()
    before = path.read_bytes()

    with pytest.raises(SchemaMismatch, match="newer") as caught:
        Store.open(path)

    assert "not touched" in caught.value.hint
    assert path.read_bytes() == before


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


def test_a_full_disk_is_said_and_nothing_is_half_stored(store: Store) -> None:
    """SQLite's own limit on pages stands in for the end of the disk: the error is the same."""
    slug = store.claim("/notes/call.md", "call-1")
    store.save_transcript(slug, transcript("kept"), key="a")
    _limit_pages(store)

    with pytest.raises(DiskFull):
        store.save_transcript(slug, transcript("word " * 200_000), key="b")

    stored = store.transcript(slug)
    assert stored is not None
    assert stored.record.segments[0].text == "kept"


def _limit_pages(store: Store) -> None:
    def limit(connection: sqlite3.Connection, _record: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages + 2}")

    sa.event.listen(store._engine, "connect", limit)
    store._engine.dispose()


def test_a_writer_that_waits_too_long_is_told_who_is_in_the_way(store: Store, path: Path) -> None:
    """A locked database is Busy, which may be tried again, and loses nothing."""
    slug = store.claim("/notes/call.md", "call-1")
    impatient = Store.open(path, patience=0.05)
    with store._write(), pytest.raises(Busy) as caught:
        impatient.save_transcript(slug, transcript(), key="a")

    assert caught.value.retryable
    impatient.save_transcript(slug, transcript(), key="a")
    assert store.transcript(slug) is not None
    impatient.close()


def test_a_reader_does_not_wait_for_a_writer(store: Store, path: Path) -> None:
    """Pages are served while a run stores its transcript."""
    store.claim("/notes/call.md", "call-1")
    store.save_notes(notes())
    reader = Store.open(path, patience=0.05)

    with store._write():
        assert reader.meeting("call-1").notes == notes()
    reader.close()


def test_two_processes_writing_at_once_both_succeed(path: Path) -> None:
    """Twenty writes from each of two processes that start on no database: all forty are there."""
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_twenty, args=(path, name)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert [writer.exitcode for writer in writers] == [0, 0]
    store = Store.open(path)
    assert len(store.meetings()) == 40
    store.close()


def test_a_new_database_that_another_process_is_making_is_waited_for(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite refuses the second one at once; it is asked again, but not forever."""
    path.parent.mkdir()
    first = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    first.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr("pipeline.store.schema.time.sleep", lambda _: None)
    with pytest.raises(Busy):
        Store.open(path, patience=0.0)

    monkeypatch.setattr("pipeline.store.schema.time.sleep", lambda _: first.in_transaction and first.execute("COMMIT"))
    Store.open(path, patience=0.0).close()
    first.close()


def _write_twenty(path: Path, name: str) -> None:
    store = Store.open(path)
    for number in range(20):
        slug = store.claim(f"/{name}/{number}.md", f"{name}-{number}")
        store.save_notes(replace(notes(), slug=slug))
        store.save_transcript(slug, transcript(), key="k")
    store.close()

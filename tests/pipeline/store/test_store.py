"""The database keeps every run, and says plainly when it cannot."""

from __future__ import annotations

import multiprocessing
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline.errors import Busy, DiskFull, MeetingNotFound
from pipeline.records import (
    Alignment,
    Basis,
    Failure,
    FurtherMoment,
    Keyword,
    Mishearing,
    Recording,
    RunKey,
    SectionSpan,
    UncoveredSpan,
    Verdict,
    WrittenTranscript,
)
from pipeline.refresh import Archive
from pipeline.store import AlignmentInputs, Store
from tests.pipeline.store.conftest import Opened
from tests.pipeline.store.meetings import notes, transcript


@pytest.fixture
def store(archive: Archive) -> Store:
    return archive.store


def test_everything_comes_back_as_it_was_stored(store: Store) -> None:
    """Notes, recording, transcript, words and alignments survive the database unchanged."""
    slug = store.claim("/notes/call.md", "call-1")
    recording = Recording("https://youtu.be/xO1o1N5o050", "Call 1", 61.0, "/media/a.webm", "xO1o1N5o050")
    also = (FurtherMoment(20.0, 31.5, 0.7), FurtherMoment(40.0, 44.0, 0.62))
    alignment = Alignment("dns", 2.0, 4.0, 0.8, Basis.MATCH, ("dns_events",), also)
    notes_id = store.save_notes(notes())
    store.save_recording(slug, recording, key="youtube xO1o1N5o050")
    transcript_id = store.save_transcript(slug, transcript(), key="abc")
    within = SectionSpan("ebpf", 2.0, 44.0, 0.9)
    store.save_alignments(slug, (alignment,), AlignmentInputs(notes_id, transcript_id, "1"), within=(within,))

    meeting = store.meeting(slug)

    assert meeting.notes == notes()
    assert meeting.recording == recording
    assert meeting.transcript == transcript()
    assert meeting.alignments == {"dns": alignment}
    assert meeting.within == {"ebpf": within}


def test_pages_show_the_latest_run_and_earlier_runs_stay(store: Store) -> None:
    """A second run adds rows; what the first one stored is still in the database."""
    slug = store.claim("/notes/call.md", "call-1")
    store.save_notes(notes())
    store.save_transcript(slug, transcript("first hearing"), key="a")
    store.save_transcript(slug, transcript("second hearing"), key="b")
    store.save_notes(notes(title="Call 1, corrected"))

    meeting = store.meeting(slug)
    with store._read() as db:
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


def test_a_transcript_in_the_notes_is_not_stored_with_them(store: Store) -> None:
    """Only where it stands: what it says is stored once, as the transcript of the meeting."""
    store.claim("/notes/call.md", "call-1")
    written = WrittenTranscript(12, 40, transcript("said once"))
    run = store.save_notes(replace(notes(), transcript=written))

    assert store.meeting("call-1").notes.transcript == WrittenTranscript(12, 40)
    assert store.save_notes(replace(notes(), transcript=replace(written, transcript=None))) == run


def test_a_path_keeps_its_slug_and_a_taken_slug_is_numbered(store: Store) -> None:
    """Links to a meeting do not break when its title changes, and two meetings never share a page."""
    assert store.claim("/a.md", "call") == "call"
    assert store.claim("/b.md", "call") == "call-2"
    assert store.claim("/c.md", "call") == "call-3"
    assert store.claim("/a.md", "renamed") == "call"
    assert [place.slug for place in store.places("/b.md")] == ["call-2"]
    assert store.places("/nowhere.md") == ()


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
    store.finish(slug, RunKey(notes="abc"))

    assert failed.failure == failure
    assert failed.notes == notes()
    assert store.meeting(slug).failure is None
    assert store.finished() == {"call-1": RunKey(notes="abc")}


def test_an_unknown_meeting_is_named(store: Store) -> None:
    """Asking for what is not there is an error of its own."""
    with pytest.raises(MeetingNotFound, match="no meeting"):
        store.meeting("\udcff")  # an argument of a command that is not UTF-8
    with pytest.raises(MeetingNotFound, match="nowhere"):
        store.meeting("nowhere")


def test_a_full_disk_is_said_and_nothing_is_half_stored(file_archive: Archive) -> None:
    """SQLite's own limit on pages stands in for the end of the disk: the error is the same."""
    store = file_archive.store
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


def test_a_writer_that_waits_too_long_is_told_who_is_in_the_way(store: Store, opened: Opened) -> None:
    """A locked database is Busy, which may be tried again, and loses nothing."""
    slug = store.claim("/notes/call.md", "call-1")
    impatient = opened(timeout_seconds=0.05)
    with store._transaction(), pytest.raises(Busy) as caught:
        impatient.save_transcript(slug, transcript(), key="a")

    assert caught.value.retryable
    impatient.save_transcript(slug, transcript(), key="a")
    assert store.transcript(slug) is not None
    impatient.close()


def test_a_reader_does_not_wait_for_a_writer(store: Store, opened: Opened) -> None:
    """Pages are served while a run stores its transcript."""
    store.claim("/notes/call.md", "call-1")
    store.save_notes(notes())
    reader = opened(timeout_seconds=0.05)

    with store._transaction():
        assert reader.meeting("call-1").notes == notes()
    reader.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_processes_writing_at_once_both_succeed(tmp_path: Path, request: pytest.FixtureRequest, kind: str) -> None:
    """Twenty writes from each of two processes that start on no database: all forty are there."""
    path = tmp_path / "data" / "jumpnotes.db"
    url = request.getfixturevalue("new_postgresql_url") if kind == "postgresql" else None
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_twenty, args=(path, url, name)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert [writer.exitcode for writer in writers] == [0, 0]
    store = Store.open(path, url=url)
    assert len(store.meetings()) == 40
    store.close()


def _write_twenty(path: Path, url: str | None, name: str) -> None:
    store = Store.open(path, url=url)
    for number in range(20):
        slug = store.claim(f"/{name}/{number}.md", f"{name}-{number}")
        store.save_notes(replace(notes(), slug=slug))
        store.save_transcript(slug, transcript(), key="k")
    store.close()


def test_what_was_misheard_and_not_covered_belongs_to_its_transcript(store: Store) -> None:
    """Both come back as they were stored, and are gone with a new transcript until that is aligned."""
    slug = store.claim("/notes/call.md", "call-1")
    notes_id, transcript_id = store.save_notes(notes()), store.save_transcript(slug, transcript(), key="a")
    misheard = (Mishearing(2.0, 2.5, "talc", "talk", 0.9),)
    uncovered = (UncoveredSpan(70.0, 110.5, (Keyword("probes", 71.25),)),)
    store.save_alignments(slug, (), AlignmentInputs(notes_id, transcript_id, "1"), misheard, uncovered)
    before = store.meeting(slug)

    store.save_transcript(slug, transcript("something else"), key="b")
    after = store.meeting(slug)

    assert (before.mishearings, before.uncovered) == (misheard, uncovered)
    assert (after.mishearings, after.uncovered) == ((), ())


def test_every_write_to_a_meeting_is_a_change_with_a_higher_number(store: Store) -> None:
    """Since any number: the meetings written after it, each once, in the order of their last writes."""
    for slug in ("a", "b"):
        store.claim(f"/{slug}.md", slug)
        store.save_notes(notes(slug))
    first, both = store.changes(since=0)
    transcript_id = store.save_transcript("a", transcript(), key="k")
    numbers = [first]
    for write in (
        lambda: store.save_recording("a", Recording("u", "t", 60.0), key="k"),
        lambda: store.save_alignments("a", (), AlignmentInputs(1, transcript_id, "1")),
        lambda: store.correct("a", "dns", Verdict.TIME, 2.0, "Ana", seen=None),
        lambda: store.undo("a", 1, "Ana"),
        lambda: store.import_corrections("a", ()),
        lambda: store.finish("a", RunKey(notes="x")),
    ):
        write()
        number, slugs = store.changes(since=numbers[-1])
        numbers.append(number)
        assert slugs == ("a",)

    assert both == ("a", "b")
    assert numbers == sorted(set(numbers))
    assert store.changes(since=0) == (numbers[-1], ("b", "a"))
    assert store.changes(since=numbers[-1]) == (numbers[-1], ())


def test_who_subscribed_hears_of_a_write_once_it_is_committed(store: Store, opened: Opened) -> None:
    """Another process sees what was written by then; a write that failed is none."""
    heard = []
    store.claim("/a.md", "call-1")

    def listen() -> None:
        with closing(opened()) as another:
            heard.append(another.meeting("call-1").notes.title)

    store.subscribe(listen)

    store.save_notes(notes())
    with pytest.raises(MeetingNotFound):
        store.correct("nowhere", "dns", Verdict.TIME, 2.0, "Ana", seen=None)

    assert heard == ["Call 1"]


def test_of_many_writes_who_subscribed_hears_once(store: Store) -> None:
    """At the end, also where that is an error; and not at all if nothing was written."""
    heard: list[int] = []
    store.claim("/call-1.md", "call-1")
    store.subscribe(lambda: heard.append(store.last_change()))

    with store.telling_once():
        store.notes_paths()
    assert heard == []
    with suppress(ZeroDivisionError), store.telling_once():
        store.save_notes(notes())
        last = store.save_notes(replace(notes(), title="Anew")) and store.last_change()
        _ = 1 / 0
    assert heard == [last]
    store.save_notes(notes())
    assert heard == [last, last + 1]


def test_one_write_reads_no_row_twice(store: Store) -> None:
    """Whatever a write and a page need of a meeting is read once in its transaction."""
    slug = store.claim("/notes/call.md", "call-1")
    notes_id, transcript_id = store.save_notes(notes()), store.save_transcript(slug, transcript(), key="a")
    store.save_recording(slug, Recording("u", "t", None), key="k")
    store.save_transcript(slug, transcript(), key="a")
    store.save_alignments(slug, (), AlignmentInputs(notes_id, transcript_id, "1"))
    made = store.correct(slug, "dns", Verdict.TIME, 2.0, "Ana", seen=None)
    transactions: list[list[str]] = []

    def begun(_connection: object) -> None:
        transactions.append([])

    def asked(_c: object, _cursor: object, statement: str, values: object, *_more: object) -> None:
        if statement.lstrip().startswith("SELECT"):
            transactions[-1].append(f"{statement} {values}")

    sa.event.listen(store._engine, "begin", begun)
    sa.event.listen(store._engine, "before_cursor_execute", asked)
    store.save_notes(notes(title="Call 1, edited"))
    store.save_recording(slug, Recording("u", "t", None), key="k")
    store.save_transcript(slug, transcript(), key="b")
    store.save_alignments(slug, (), AlignmentInputs(notes_id, transcript_id, "2"))
    store.undo(slug, made.id, "Ana")
    store.correct(slug, "ebpf", Verdict.NOT_DISCUSSED, None, "Ana", seen=None)
    store.import_corrections(slug, store.portable_corrections(slug))
    store.meeting(slug)

    assert len(transactions) >= 9
    assert [statement for asked in transactions for statement in asked if asked.count(statement) > 1] == []

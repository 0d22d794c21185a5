"""What is derived is, after every write, what a rebuild would make of the same meetings."""

from __future__ import annotations

import logging
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from pipeline.search.index.reader import IndexReader
from pipeline.search.passage_ids import UNDATED, day_of

from pipeline.config import Settings
from pipeline.errors import ConflictError, CorrectionNotFound, InvalidCorrection
from pipeline.records import (
    Alignment,
    Basis,
    Block,
    BlockKind,
    Mishearing,
    Notes,
    Origin,
    PassageSource,
    Recording,
    Section,
    Segment,
    Transcript,
    Verdict,
)
from pipeline.refresh import Archive
from pipeline.search import search
from pipeline.store import AlignmentInputs, Store

WORDS = ("the", "schedule", "of", "a", "release", "and", "its", "probes", "Häuser", "tables")
DAYS = (None, date(2024, 1, 1), date(2024, 1, 2))
STEPS = 20
SAID = ("Häuser in der Stadt", "ein Haus", "we are running")

Derived = tuple[list[tuple[object, ...]], list[tuple[object, ...]], list[tuple[object, ...]], dict[str, set[int]]]


class Writer:
    """Somebody who writes to three meetings, whatever comes to mind; meetings share days."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store = store
        self.chance = random.Random(seed)
        self.notes: dict[str, tuple[int, Notes]] = {}
        self.heard: dict[str, tuple[int, Transcript]] = {}
        for slug in "abc":
            store.claim(f"/{slug}.md", slug)

    def step(self) -> str:
        slug = self.chance.choice("abc")
        if slug not in self.notes:
            return self.write(slug)
        return self.chance.choice((self.write, self.fetch, self.transcribe, self.align, self.correct, self.undo))(slug)

    def write(self, slug: str) -> str:
        ids = sorted(self.chance.sample("pqrstu", self.chance.randrange(6)))
        head = Block("h", BlockKind.HEADING, 1, 2, "Topic", "Topic", depth=2)
        items = (Block(one, BlockKind.ITEM, at, at + 1, self.words(), "", depth=1) for at, one in enumerate(ids, 2))
        section = Section("h", "Topic", 2, 1, (head, *items))
        notes = Notes(slug, slug + self.chance.choice("xy"), self.chance.choice(DAYS), None, (section,), "")
        self.notes[slug] = (self.store.save_notes(notes), notes)
        return "write"

    def fetch(self, slug: str) -> str:
        length = self.chance.choice((None, 90.0, 500.0))
        self.store.save_recording(slug, Recording("u", "t", length), key=self.chance.choice("kl"))
        return "fetch"

    def transcribe(self, slug: str) -> str:
        segments = tuple(Segment(at * 5.0, at * 5.0 + 5, self.words()) for at in range(self.chance.randrange(30)))
        transcript = Transcript("en", Origin.ASR, None, segments, 500.0)
        self.heard[slug] = (self.store.save_transcript(slug, transcript, key="k"), transcript)
        return "transcribe"

    def align(self, slug: str) -> str:
        if slug in self.heard:
            (run, transcript), (notes_id, notes) = self.heard[slug], self.notes[slug]
            links = tuple(
                Alignment(block.id, at, at + 9, self.chance.choice((0.2, 0.9)), Basis.MATCH)
                for block in notes.blocks
                for at in [self.chance.uniform(0, 80)]
            )
            mishearings = tuple(
                Mishearing(one.start, one.start + 0.5, "Tetragon", "the", 0.9) for one in transcript.segments[::7]
            )
            self.store.save_alignments(slug, links, AlignmentInputs(notes_id, run, "1"), mishearings)
        return "align"

    def correct(self, slug: str) -> str:
        block = self.chance.choice([block.id for block in self.notes[slug][1].blocks])
        verdict = self.chance.choice(tuple(Verdict))
        start = self.chance.uniform(0, 80) if verdict is Verdict.TIME else None
        held = self.store.meeting(slug).corrections.get(block)
        self.store.correct(slug, block, verdict, start, "Ana", seen=held.id if held else None)
        return "correct"

    def undo(self, slug: str) -> str:
        if said := self.store.history(slug):
            self.store.undo(slug, self.chance.choice(said).id, "Ana")
        return "undo"

    def words(self) -> str:
        return " ".join(self.chance.choices(WORDS, k=8))


def derived(archive: Archive) -> Derived:
    """Everything in the index but for ids, and the days in these; a day without a date may be any of those."""
    with archive.index.reading() as reader:
        passages = reader._db.execute("SELECT slug, source, block_id, text, terms, marks, id FROM passages ORDER BY id")
        found = sorted(passages, key=lambda row: (row[1], row[0], row[6]))
        query = (
            "SELECT slug, title, date, context, notes_id, transcript_id, alignment_id, notes, transcript FROM meetings"
        )
        meetings = sorted(reader._db.execute(query))
        speakers = sorted(reader._db.execute("SELECT * FROM speakers"))
    days: dict[str, set[int]] = {}
    for row in found:
        days.setdefault(row[0], set()).add(min(day_of(row[6]), UNDATED))
    return [row[:6] for row in found], meetings, speakers, days


def copied(archive: Archive, folder: Path) -> Archive:
    """An archive of the same store, whose index is made from nothing."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with (
        closing(sqlite3.connect(archive.store.path)) as one,
        closing(sqlite3.connect(folder / "jumpnotes.db")) as other,
    ):
        one.backup(other)
    return Archive.open(Settings(data_dir=folder))


@pytest.mark.parametrize("seed", range(3))
def test_every_write_leaves_what_a_rebuild_would_make(archive: Archive, tmp_path: Path, seed: int) -> None:
    """Whatever was written in whatever order: nothing is stale, and the index has the very texts there are."""
    writer = Writer(archive.store, seed)
    if seed % 2:
        archive.rebuild("german")
    for _ in range(STEPS):
        try:
            done = writer.step()
        except (ConflictError, CorrectionNotFound, InvalidCorrection):
            continue
        anew = copied(archive, tmp_path / "copy")
        assert derived(anew) == derived(archive), done
        assert [summary.linked for summary in anew.store.meetings()] == [
            summary.linked for summary in archive.store.meetings()
        ]
        anew.close()
        with archive.index.writing() as index:
            for source in PassageSource:
                # With a rank the texts are read too: https://www.sqlite.org/fts5.html#the_integrity_check_command
                index._db.execute(f"INSERT INTO {source}_fts({source}_fts, rank) VALUES ('integrity-check', 1)")


# -- three calls -------------------------------------------------------------------------------------------------------


@pytest.fixture
def calls(archive: Archive) -> Archive:
    """Three meetings, indexed as English."""
    for number, text in enumerate(SAID):
        slug = f"call-{number}"
        archive.store.claim(f"/{slug}.md", slug)
        archive.store.save_notes(Notes(slug, slug, None, None, (), ""))
        archive.store.save_transcript(slug, Transcript("de", Origin.ASR, None, (Segment(0.0, 9.0, text),)), key=slug)
    return archive


def found(archive: Archive, query: str) -> set[int]:
    return {int(hit.slug[-1]) for hit in search(archive.index, query, whole=True)}


def test_what_was_written_without_an_index_is_found_when_the_archive_is_opened(calls: Archive) -> None:
    """A process that was killed between its write and the refresh costs nothing."""
    store = Store.open(calls.store.path)
    store.claim("/call-3.md", "call-3")
    store.save_notes(Notes("call-3", "Späte Häuser", None, None, (), ""))
    store.save_transcript("call-3", Transcript("de", Origin.ASR, None, (Segment(0.0, 9.0, "noch ein Haus"),)), key="k")
    store.close()
    assert found(calls, "haus") == {1}

    again = Archive.open(Settings(data_dir=calls.store.path.parent))

    assert found(again, "haus") == {1, 3}
    again.close()


def test_what_changes_while_somebody_else_refreshes_is_brought_in_by_them(
    calls: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that finds the index taken does not wait for it, and nothing stays stale."""
    other = Archive.open(Settings(data_dir=calls.store.path.parent))
    change, wrote = IndexReader.change, threading.Event()

    def write_meanwhile(self: IndexReader) -> int:
        if not wrote.is_set() and self._db.in_transaction and threading.current_thread() is threading.main_thread():
            wrote.set()
            late = Transcript("de", Origin.ASR, None, (Segment(0.0, 9.0, "ein spätes Haus"),))
            thread = threading.Thread(target=lambda: other.store.save_transcript("call-2", late, key="late"))
            thread.start()
            thread.join()
        return change(self)

    monkeypatch.setattr(IndexReader, "change", write_meanwhile)
    calls.store.save_notes(Notes("call-0", "Anew", None, None, (), ""))

    assert wrote.is_set()
    assert found(calls, "haus") == {1, 2}
    other.close()


def test_a_meeting_that_is_gone_is_found_no_more(calls: Archive) -> None:
    """Its row among the changes tells that it went."""
    with calls.store._write("call-1") as meeting:
        meeting.db.exec_driver_sql("DELETE FROM meetings WHERE slug = 'call-1'")

    assert found(calls, "haus") == set()


@pytest.mark.parametrize("damage", [b"", b"no database " * 1_000])
def test_an_index_that_is_lost_or_damaged_is_rebuilt(calls: Archive, damage: bytes) -> None:
    """It holds nothing that is nowhere else, its language included."""
    calls.rebuild("german")
    calls.close()
    for file in calls.index.path.parent.glob("search.db*"):
        file.unlink()
    if damage:
        calls.index.path.write_bytes(damage)

    again = Archive.open(Settings(data_dir=calls.store.path.parent))

    assert found(again, "haus") == {0, 1}
    again.close()


def test_a_write_succeeds_where_the_index_cannot_be_written(calls: Archive, caplog: pytest.LogCaptureFixture) -> None:
    """What was written is not lost for a full disk, say: it is logged, and found once there is room again."""
    with calls.index.writing() as writer:  # SQLite's own limit stands in for the end of the disk
        (pages,) = writer._db.execute("PRAGMA page_count").fetchone()
        writer._db.execute(f"PRAGMA max_page_count={pages}")
    long = Transcript("de", Origin.ASR, None, (Segment(0.0, 9.0, "ein Haus " * 50_000),))
    with caplog.at_level(logging.WARNING):
        calls.store.save_transcript("call-2", long, key="long")

    assert calls.store.transcript("call-2") is not None
    assert "search index was not updated" in caplog.text
    calls.close()
    again = Archive.open(Settings(data_dir=calls.store.path.parent))
    assert found(again, "haus") == {1, 2}
    again.close()


# -- rebuilding --------------------------------------------------------------------------------------------------------


def test_searches_and_writes_go_on_while_the_index_is_rebuilt(calls: Archive) -> None:
    """Searches find what the old index has; what is written meanwhile is found at the end."""
    other = Archive.open(Settings(data_dir=calls.store.path.parent))
    seen = []

    def look(done: float, _total: float) -> None:
        seen.append((found(other, "haus"), found(other, "runs")))
        if done == 1:
            other.store.claim("/call-7.md", "call-7")
            other.store.save_notes(Notes("call-7", "Call 7", None, None, (), ""))
            late = Transcript("de", Origin.ASR, None, (Segment(0.0, 9.0, "drei Häuser"),))
            other.store.save_transcript("call-7", late, key="k")

    assert calls.rebuild("german", look) == 3

    assert seen == 3 * [({1}, {2})]
    assert found(other, "haus") == {0, 1, 7}
    assert calls.store.language() == "german"
    other.close()


@pytest.mark.parametrize(
    "moment",
    [
        "archive.rebuild('german', lambda done, total: done == 2 and die())",
        "IndexWriter.clear = lambda self: die(); archive.rebuild('german')",
        "IndexWriter.set_language = lambda self, language: die(); archive.rebuild('german')",
    ],
)
def test_a_rebuild_that_is_killed_leaves_the_old_index(calls: Archive, moment: str) -> None:
    """Whatever was written by then: searches find what they found, and a second try succeeds."""
    script = (
        "import os, signal, sys\nfrom pathlib import Path\n"
        "from pipeline.config import Settings\nfrom pipeline.refresh import Archive\n"
        "from pipeline.search.index import IndexWriter\n"
        "def die(): os.kill(os.getpid(), signal.SIGKILL)\n"
        f"archive = Archive.open(Settings(data_dir=Path(sys.argv[1])))\n{moment}\n"
    )
    before = search(calls.index, "haus OR runs")
    command = [sys.executable, "-c", script, str(calls.store.path.parent)]
    killed = subprocess.run(command, check=False, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})

    assert killed.returncode == -signal.SIGKILL
    assert search(calls.index, "haus OR runs") == before
    calls.close()
    again = Archive.open(Settings(data_dir=calls.store.path.parent))
    assert search(again.index, "haus OR runs") == before
    assert again.rebuild("german") == 3
    assert found(again, "haus") == {0, 1}
    with again.index.writing() as writer:
        assert writer._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        for source in PassageSource:
            writer._db.execute(f"INSERT INTO {source}_fts ({source}_fts) VALUES ('integrity-check')")
    again.close()

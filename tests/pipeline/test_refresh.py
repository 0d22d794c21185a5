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
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.records import Block, BlockKind, Notes, Origin, Section, Segment, Transcript
from pipeline.refresh import MAX_WAIT_SECONDS, Archive
from pipeline.search import index_folder, search
from pipeline.search.index import IndexWriter
from pipeline.search.index_folder import IndexFolder, Made
from pipeline.store import Store
from tests.pipeline.random_writes import Writer
from tests.pipeline.search.contents import Contents, all_terms, contents

STEPS = 12
SAID = ("Häuser in der Stadt", "ein Haus", "we are running")
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}


def rebuilt(archive: Archive, folder: Path) -> tuple[Contents, list[int]]:
    """What an index of the same store has that is made from nothing, and the linked topics of each meeting."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with (
        closing(sqlite3.connect(archive.store.path)) as one,
        closing(sqlite3.connect(folder / "jumpnotes.db")) as other,
    ):
        one.backup(other)
    anew = Archive.open(Settings(data_dir=folder))
    try:
        return derived(anew)
    finally:
        anew.close()


def derived(archive: Archive) -> tuple[Contents, list[int]]:
    return contents(archive.index), [summary.linked for summary in archive.store.meetings()]


@pytest.mark.parametrize("seed", range(3))
def test_every_write_leaves_what_a_rebuild_would_make(archive: Archive, tmp_path: Path, seed: int) -> None:
    """Whatever was written in whatever order: nothing is stale, and the index has the very texts there are."""
    writer = Writer(archive.store, seed)
    if seed % 2:
        archive.rebuild("german")
    for _ in range(STEPS):
        if done := writer.step():
            assert derived(archive) == rebuilt(archive, tmp_path / "copy"), done
    assert len(contents(archive.index).documents) > 10


def writing(data: Path, *args: object) -> subprocess.Popen[str]:
    """Another process that writes at random."""
    command = [sys.executable, "-m", "tests.pipeline.random_writes", str(data), *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=ENVIRONMENT, text=True)


def test_processes_that_write_at_once_leave_what_a_rebuild_would_make(archive: Archive, tmp_path: Path) -> None:
    """Whoever finds the index in use leaves its change to the other, and none is lost between them."""
    data = archive.store.folder
    processes = [writing(data, seed, 25) for seed in (1, 2)]
    outputs = [process.communicate(timeout=120)[0].splitlines() for process in processes]

    assert [(process.returncode, len(output)) for process, output in zip(processes, outputs, strict=True)] == 2 * [
        (0, 25)
    ]
    assert derived(archive) == rebuilt(archive, tmp_path / "copy")


def test_a_writer_that_is_killed_leaves_what_the_next_makes_whole(archive: Archive, tmp_path: Path) -> None:
    """At whatever moment: the index is never half of one, and no lock stays behind."""
    data, chance = archive.store.folder, random.Random(1)
    for seed in range(8):
        with writing(data, seed) as process:
            assert process.stdout is not None
            for _ in range(chance.randrange(1, 6)):
                process.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.1))
            process.kill()
        assert contents(archive.index)  # as another process sees it, before it is brought up to date
        again = Archive.open(Settings(data_dir=data))
        assert again.missing() == frozenset()
        assert derived(again) == rebuilt(again, tmp_path / "copy")
        again.close()


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

    again = Archive.open(Settings(data_dir=calls.store.folder))

    assert found(again, "haus") == {1, 3}
    again.close()


def test_what_changes_while_somebody_else_refreshes_is_brought_in_by_them(
    calls: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that finds the index taken does not wait for it, and nothing stays stale."""
    other = Archive.open(Settings(data_dir=calls.store.folder))
    finish, wrote = IndexWriter.finish, threading.Event()

    def write_meanwhile(self: IndexWriter) -> None:
        if not wrote.is_set():
            wrote.set()
            late = Transcript("de", Origin.ASR, None, (Segment(0.0, 9.0, "ein spätes Haus"),))
            thread = threading.Thread(target=lambda: other.store.save_transcript("call-2", late, key="late"))
            thread.start()
            thread.join()
        finish(self)

    monkeypatch.setattr(IndexWriter, "finish", write_meanwhile)
    calls.store.save_notes(Notes("call-0", "Anew", None, None, (), ""))

    assert wrote.is_set()
    assert found(calls, "haus") == {1, 2}
    other.close()


def test_a_meeting_that_is_gone_is_found_no_more(calls: Archive) -> None:
    """Its row among the changes tells that it went."""
    with calls.store._write("call-1") as meeting:
        meeting.db.exec_driver_sql("DELETE FROM meetings WHERE slug = 'call-1'")

    assert found(calls, "haus") == set()


def test_a_write_succeeds_where_the_index_cannot_be_written(
    calls: Archive, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written is not lost for a full disk, say: it is logged, and found once there is room again."""

    def full(_self: IndexWriter) -> None:
        raise ValueError('An IO error occurred: Os { code: 28, kind: StorageFull, message: "No space left on device" }')

    with monkeypatch.context() as patched, caplog.at_level(logging.WARNING):
        patched.setattr(IndexWriter, "finish", full)
        heard = Transcript("de", Origin.ASR, None, (Segment(0.0, 9.0, "ein Haus"),))
        calls.store.save_transcript("call-2", heard, key="long")

    assert calls.store.transcript("call-2") is not None
    assert "search index was not updated" in caplog.text
    assert "no room" in caplog.text or "full" in caplog.text
    assert found(calls, "haus") == {1}
    assert calls.missing() == frozenset()
    assert found(calls, "haus") == {1, 2}


def test_what_another_process_replaced_is_found_no_more_at_once(calls: Archive) -> None:
    """Also where that could not tell the index of it."""
    store = Store.open(calls.store.path)
    block = Block("b", BlockKind.ITEM, 1, 2, "Türme", "", depth=1)
    store.save_notes(Notes("call-0", "Anew", None, None, (Section("b", "", 2, 1, (block,)),), ""))
    store.save_transcript("call-1", Transcript("de", Origin.ASR, None, (Segment(0.0, 9.0, "ein Zelt"),)), key="new")
    store.close()

    assert found(calls, "haus") == {1}
    assert calls.missing() == frozenset()
    assert found(calls, "haus") == set()
    assert found(calls, "zelt") == {1}
    assert found(calls, "türme") == {0}


def test_what_was_taken_out_is_in_no_part_of_the_index(calls: Archive) -> None:
    """A word of notes that were replaced, or of a meeting that is gone, is no term of it, once that was tidied up."""
    for slug, text in (("call-7", "Schneeleopard"), ("call-7", "Murmeltier"), ("call-8", "Zirbelkiefer")):
        calls.store.claim(f"/{slug}.md", slug)
        block = Block("b", BlockKind.ITEM, 1, 2, text, "", depth=1)
        calls.store.save_notes(Notes(slug, slug, None, None, (Section("b", "", 2, 1, (block,)),), ""))
    calls.forget("call-8")

    calls.tidy()

    with calls.index.reading() as snapshot:
        terms = {term for _, term in all_terms(snapshot)}
        assert not snapshot.state.has_gone_texts
    assert not {term for term in terms if term.startswith(("schnee", "zirbel"))}
    assert "murmelti" in terms
    before = calls.index.made()
    calls.store.claim("/call-9.md", "call-9")
    calls.store.save_notes(Notes("call-9", "New", None, None, (), ""))
    calls.tidy()
    assert calls.index.made() == before  # nothing is made anew for what was only added


# -- what the index does not have yet ----------------------------------------------------------------------------------


def test_nothing_is_shown_of_what_the_index_has_not_yet(calls: Archive) -> None:
    """Somebody else writes for a long time: a search waits no longer than a second, and hides what is not true."""
    store = Store.open(calls.store.path)
    store.forget("call-0")
    store.save_transcript("call-1", Transcript("de", Origin.ASR, None, (Segment(0.0, 9.0, "ein Zelt"),)), key="new")
    store.claim("/call-3.md", "call-3")
    store.save_notes(Notes("call-3", "Later", None, None, (), ""))
    with calls.index._folder.writers_turn():
        start = time.monotonic()
        missing = calls.missing()
        waited = time.monotonic() - start
        shown = search(calls.index, "häuser OR haus OR runs", without=missing)

    assert missing == {"call-0", "call-1", "call-3"}
    assert waited < MAX_WAIT_SECONDS + 0.5
    assert {hit.slug for hit in search(calls.index, "häuser OR haus OR runs")} == {"call-0", "call-1", "call-2"}
    assert {hit.slug for hit in shown} == {"call-2"}
    assert calls.missing() == frozenset()
    assert search(calls.index, "häuser OR haus") == ()
    store.close()


def test_an_index_of_another_database_has_nothing_of_this_one(calls: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it cannot be made anew, all meetings are missing: those with the same names, too."""
    other = calls.store.folder.parent / "other"
    elsewhere = Archive.open(Settings(data_dir=other))
    for number in range(3):
        elsewhere.store.claim(f"/call-{number}.md", f"call-{number}")
    elsewhere.close()
    shutil.rmtree(other / "search")
    shutil.copytree(calls.index.path, other / "search")
    before = (other / "search" / "current").read_bytes()
    monkeypatch.setattr(Archive, "refresh", lambda _self: None)
    monkeypatch.setattr(Archive, "_is_refreshed_elsewhere", lambda _self: False)

    elsewhere = Archive.open(Settings(data_dir=other))

    assert elsewhere.missing() == {"call-0", "call-1", "call-2"}
    monkeypatch.undo()
    deadline = time.monotonic() + 60
    while elsewhere.missing():  # another process makes it anew
        assert time.monotonic() < deadline
    assert (other / "search" / "current").read_bytes() != before
    assert search(elsewhere.index, "haus") == ()
    elsewhere.close()


def test_a_folder_that_cannot_be_written_is_searched(calls: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a lock in it; what the index does not have yet is told."""
    calls.close()
    store = Store.open(calls.store.path)
    store.save_transcript("call-1", Transcript("de", Origin.ASR, None, (Segment(0.0, 9.0, "ein Zelt"),)), key="new")
    store.close()
    for lock in calls.index.path.rglob("*lock"):
        lock.unlink()
    before = {file: file.stat().st_mtime_ns for file in calls.index.path.rglob("*")}

    def refused(_self: IndexFolder) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(index_folder, "_is_writable", lambda _folder: False)
    monkeypatch.setattr(IndexFolder, "writers_turn", refused)

    again = Archive.open(Settings(data_dir=calls.store.folder))

    assert again.missing() == {"call-1"}
    assert {hit.slug for hit in search(again.index, "haus OR runs", without=again.missing())} == {"call-2"}
    assert {file: file.stat().st_mtime_ns for file in calls.index.path.rglob("*")} == before
    again.close()


# -- rebuilding --------------------------------------------------------------------------------------------------------


def test_searches_and_writes_go_on_while_the_index_is_rebuilt(calls: Archive) -> None:
    """Searches find what the old index has; what is written meanwhile is found at the end."""
    other = Archive.open(Settings(data_dir=calls.store.folder))
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
        "IndexWriter.finish = die; archive.rebuild('german')",
        "SearchIndex._committed = then_die(SearchIndex._committed); archive.rebuild('german')",
        "Path.replace = die; archive.rebuild('german')",
        "shutil.rmtree = die; archive.rebuild('english')",
    ],
)
def test_a_rebuild_that_is_killed_leaves_the_old_index(calls: Archive, tmp_path: Path, moment: str) -> None:
    """Whatever was written by then: searches find what they found, and a second try succeeds."""
    script = (
        "import os, shutil, signal, sys\nfrom contextlib import contextmanager\nfrom pathlib import Path\n"
        "from pipeline.config import Settings\nfrom pipeline.refresh import Archive\n"
        "from pipeline.search.index import IndexWriter, SearchIndex\n"
        "def die(*args, **options): os.kill(os.getpid(), signal.SIGKILL)\n"
        "def then_die(plain):\n"
        "    @contextmanager\n"
        "    def made(*args):\n"
        "        with plain(*args) as writer: yield writer\n"
        "        die()\n"
        "    return made\n"
        f"archive = Archive.open(Settings(data_dir=Path(sys.argv[1])))\n{moment}\n"
    )
    before = search(calls.index, "haus OR runs")
    command = [sys.executable, "-c", script, str(calls.store.folder)]
    killed = subprocess.run(command, check=False, env=ENVIRONMENT)

    assert killed.returncode == -signal.SIGKILL
    assert search(calls.index, "haus OR runs") == before
    calls.close()
    again = Archive.open(Settings(data_dir=calls.store.folder))
    assert derived(again) == rebuilt(again, tmp_path / "copy")
    assert again.rebuild("german") == 3
    assert found(again, "haus") == {0, 1}
    assert len([each for each in again.index.path.iterdir() if each.is_dir()]) == 1  # nothing is left of the killed one
    again.close()


def test_who_sees_a_new_index_sees_its_language(calls: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """And does not make it anew in the old one."""
    other, seen = Archive.open(Settings(data_dir=calls.store.folder)), []
    remove = IndexFolder._remove_all_but

    def look(self: IndexFolder, made: Made) -> None:
        seen.append((other.index.made().language, other.store.language()))
        remove(self, made)

    monkeypatch.setattr(IndexFolder, "_remove_all_but", look)
    calls.rebuild("german")

    assert seen == [("english", "english"), ("german", "german")]
    other.close()


def test_an_index_that_is_replaced_while_it_is_opened_is_opened_again(
    calls: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That its files are gone is no damage."""
    other = Archive.open(Settings(data_dir=calls.store.folder))
    calls.index.close()
    readable, replaced = IndexFolder.readable, threading.Event()

    @contextmanager
    def replaced_meanwhile(self: IndexFolder) -> Iterator[tuple[Path | None, Made]]:
        with readable(self) as found:
            if not replaced.is_set():
                replaced.set()
                other.rebuild("english")
            yield found

    monkeypatch.setattr(IndexFolder, "readable", replaced_meanwhile)

    assert found(calls, "haus") == {1}
    assert replaced.is_set()
    other.close()

"""The index is whole, made of the database beside it, and made anew by itself where it is not."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from pipeline.config import Settings
from pipeline.errors import IndexDamaged, StoreError
from pipeline.records import Alignment, Basis, Mishearing
from pipeline.refresh import Archive
from pipeline.search import search
from pipeline.search.documents import STATE, Document, Field, Part, part_of
from pipeline.search.index import MADE_BY, SearchIndex
from pipeline.store import AlignmentInputs
from tests.pipeline.search.contents import contents
from tests.pipeline.store.meetings import notes, transcript
from tests.pipeline.store.old_databases import load

QUERIES = ("probes", "dns_events", "talc", "pro*", "talc dns_events", '"about probes"', "in:notes ebpf", "nowhere ebpf")


@pytest.fixture(scope="module")
def filled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of two meetings: one with all there can be, and one of notes alone."""
    archive = Archive.open(Settings(data_dir=tmp_path_factory.mktemp("filled") / "data"))
    archive.store.claim("/notes/call.md", "call-1")
    notes_id = archive.store.save_notes(notes())
    run = archive.store.save_transcript("call-1", transcript(), key="abc")
    alignment = Alignment("dns", 2.0, 4.0, 0.8, Basis.MATCH)
    misheard = Mishearing(2.0, 2.5, "talc", "talk", 0.9)
    archive.store.save_alignments("call-1", (alignment,), AlignmentInputs(notes_id, run, "1"), (misheard,))
    archive.store.claim("/notes/other.md", "call-2")
    archive.store.save_notes(replace(notes(), slug="call-2"))
    archive.rebuild("english")  # of many segments one
    archive.store.save_notes(replace(notes(), title="Anew"))  # of which something is deleted
    archive.close()
    return data_of(archive)


@pytest.fixture
def filled(filled_folder: Path, tmp_path: Path) -> Iterator[Archive]:
    """A copy."""
    shutil.copytree(filled_folder, tmp_path / "copy")
    archive = Archive.open(Settings(data_dir=tmp_path / "copy"))
    yield archive
    archive.close()


def data_of(archive: Archive) -> Path:
    return archive.store.folder


def reopened(archive: Archive) -> Archive:
    archive.close()
    return Archive.open(Settings(data_dir=data_of(archive)))


def current(archive: Archive) -> dict[str, str]:
    """What stands in the folder about the index."""
    read: dict[str, str] = json.loads((archive.index.path / "current").read_bytes())
    return read


def test_what_was_stored_before_is_found_after_an_upgrade(tmp_path: Path) -> None:
    """The index is made from the texts that are there, and kept in step from then on."""
    load(tmp_path / "data" / "jumpnotes.db", "0001")
    archive = Archive.open(Settings(data_dir=tmp_path / "data"))

    assert {hit.source for hit in search(archive.index, "dns_events")} == {"notes"}
    archive.store.save_transcript("call-1", transcript(), key="abc")
    assert {hit.source for hit in search(archive.index, "probes in:transcript")} == {"transcript"}
    archive.close()


def test_the_index_of_an_earlier_version_is_deleted(filled: Archive) -> None:
    """It was a database of its own. What people put beside it stays."""
    old = [data_of(filled) / f"search.db{end}" for end in ("", "-wal", "-shm")]
    kept = data_of(filled) / "search.db.copy"
    for file in (*old, kept):
        file.write_bytes(b"SQLite format 3")

    again = reopened(filled)

    assert not [file for file in old if file.exists()]
    assert kept.exists()
    assert search(again.index, "ebpf")
    again.close()


def test_a_rebuilt_index_is_the_same(filled: Archive) -> None:
    """Nothing in it is known from elsewhere."""
    before, documents = [search(filled.index, query) for query in QUERIES], contents(filled.index)

    filled.rebuild(filled.store.language())

    assert all(before)
    assert [search(filled.index, query) for query in QUERIES] == before
    assert contents(filled.index) == documents


# -- an index that is none ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [{"by": "0.0 0.1"}, {"language": "german"}, {"archive": "x"}, {"folder": "x"}, {"folder": "../search"}, {"by": 1}],
)
def test_an_index_that_was_made_for_something_else_is_made_anew(filled: Archive, change: dict[str, object]) -> None:
    """By another version, for words of another language, of another database; or nobody can tell."""
    before = contents(filled.index)
    (filled.index.path / "current").write_text(json.dumps(current(filled) | change))

    again = reopened(filled)

    assert contents(again.index) == before
    assert current(again) == {
        "folder": current(again)["folder"],
        "archive": again.store.key(),
        "language": "english",
        "by": MADE_BY,
    }
    assert [each.name for each in again.index.path.iterdir() if each.is_dir()] == [current(again)["folder"]]
    again.close()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff" * 100, b"[]", None])
def test_where_nothing_says_which_index_there_is_it_is_made_anew(filled: Archive, content: bytes | None) -> None:
    """A crash of the machine may leave an empty file."""
    before, named = contents(filled.index), filled.index.path / "current"
    named.unlink() if content is None else named.write_bytes(content)

    again = reopened(filled)

    assert contents(again.index) == before
    again.close()


def test_a_lost_index_is_made_anew_in_its_language(filled: Archive) -> None:
    """It holds nothing that is nowhere else; also while somebody has it open."""
    filled.rebuild("german")
    before = contents(filled.index)
    shutil.rmtree(filled.index.path)

    assert contents(filled.index).documents == []
    filled.refresh()
    assert contents(filled.index) == before
    assert current(filled)["language"] == "german"


def test_a_database_that_was_put_back_is_searched_as_it_is(filled: Archive) -> None:
    """From a backup: the index had later changes."""
    backup, database = data_of(filled) / "backup.db", filled.store.path
    with closing(sqlite3.connect(database)) as one, closing(sqlite3.connect(backup)) as other:
        one.backup(other)
    before = contents(filled.index)
    filled.store.save_notes(replace(notes(), sections=()))
    filled.store.forget("call-2")
    filled.close()
    for file in database.parent.glob("jumpnotes.db*"):
        file.unlink()
    backup.rename(database)

    again = reopened(filled)

    assert contents(again.index) == before
    again.close()


def test_an_index_follows_when_its_folder_is_copied(filled: Archive, tmp_path: Path) -> None:
    """With the database it was made of; it is not made anew."""
    filled.close()
    shutil.copytree(data_of(filled), tmp_path / "moved")
    before = current(filled)

    moved = Archive.open(Settings(data_dir=tmp_path / "moved"))

    assert current(moved) == before
    assert moved.index.content_version() != SearchIndex(tmp_path / "none").content_version()
    assert {hit.slug for hit in search(moved.index, "ebpf")} == {"call-1", "call-2"}
    moved.close()


# -- damage ------------------------------------------------------------------------------------------------------------


def replace_content(file: Path, content: bytes | bytearray) -> None:
    """Whoever has the old file mapped into memory would be killed, if that were cut."""
    new = file.with_name("new")
    new.write_bytes(content)
    new.replace(file)


KINDS = ("store", "idx", "pos", "term", "fast", "fieldnorm", "del")


def file_of(archive: Archive, kind: str) -> Path:
    """Of the files of a kind the largest."""
    files = (archive.index.path / current(archive)["folder"]).glob(f"*.{kind}")
    return max(files, key=lambda file: file.stat().st_size)


@pytest.mark.parametrize("kind", [*KINDS, "meta.json", ".managed.json"])
@pytest.mark.parametrize("damage", ["cut", "empty", "gone"])
def test_a_file_that_was_cut_is_told_and_the_index_made_anew(filled: Archive, kind: str, damage: str) -> None:
    """As a StoreError by whoever sees it, and by the next to open it, whole again."""
    before, folder = contents(filled.index), filled.index.path / current(filled)["folder"]
    file = folder / kind if "json" in kind else file_of(filled, kind)
    filled.close()
    if damage == "gone":
        file.unlink()
    else:
        replace_content(file, file.read_bytes()[: file.stat().st_size // 2] if damage == "cut" else b"")

    index = SearchIndex(filled.index.path)
    with suppress(StoreError):  # not every file is looked at
        for query in QUERIES:
            search(index, query)
    again = reopened(filled)

    assert contents(again.index) == before
    assert again.index.find_damage() is None
    again.close()


@pytest.mark.parametrize("kind", KINDS)
def test_bytes_that_changed_are_found(filled: Archive, kind: str) -> None:
    """By the checksums; a search that trips over them has the index made anew, and one that cannot goes on."""
    before, file, chance = contents(filled.index), file_of(filled, kind), random.Random(1)
    whole = file.read_bytes()
    filled.close()
    for _ in range(12):
        content = bytearray(whole)
        for at in chance.sample(range(len(whole) - 100), 3):
            content[at] ^= chance.randrange(1, 256)
        replace_content(file, content)
        index = SearchIndex(filled.index.path)

        damage = index.find_damage()
        assert damage is not None
        assert index.exists()
        try:
            for query in QUERIES:
                search(index, query)
        except IndexDamaged as error:
            assert "jumpnotes reindex" in error.hint  # noqa: PT017 - it may find them, too
            assert not index.exists()
            break
    filled.index.close()
    again = reopened(filled)
    again.rebuild("english")
    assert contents(again.index) == before
    again.close()


@pytest.mark.parametrize("stored", [b"x", b"\xff" * 9, msgspec.msgpack.encode(["call-1", "ebpf"]), b""])
@pytest.mark.parametrize("part", [Part.CONTEXT, Part.NOTES])
def test_what_is_damaged_in_the_index_hides_its_own_meeting_alone(filled: Archive, part: Part, stored: bytes) -> None:
    with filled.index.writing() as writer:
        document = Document(part_of("call-1", part), {"notes": "ebpf", "notes_words": "ebpf"}, stored=stored)
        writer.replace("call-1", part, [document])

    assert {hit.slug for hit in search(filled.index, "in:notes ebpf")} == {"call-2"}


@pytest.mark.parametrize("stored", [b"", b"x", msgspec.msgpack.encode("x"), msgspec.msgpack.encode(9e99)])
def test_an_index_whose_state_is_damaged_is_made_anew(filled: Archive, stored: bytes) -> None:
    before = contents(filled.index)
    with filled.index.writing() as writer:
        writer.finish = lambda: None  # type: ignore[method-assign]
        writer._writer.delete_documents_by_term(Field.PART, STATE)
        writer._add(Document(STATE, stored=stored))
    again = reopened(filled)

    assert contents(again.index) == before
    again.close()

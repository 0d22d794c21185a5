"""The index has the newest meetings first, and each meeting once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.records import Alignment, Basis, Mishearing
from pipeline.refresh import Archive
from pipeline.search import search
from pipeline.store import AlignmentInputs
from tests.pipeline.store.meetings import notes, transcript
from tests.pipeline.store.test_schema import first_schema


def test_what_was_stored_before_is_found_after_an_upgrade(tmp_path: Path) -> None:
    """The index is made from the texts that are there, and kept in step from then on."""
    first_schema(tmp_path / "data" / "jumpnotes.db")
    archive = Archive.open(Settings(data_dir=tmp_path / "data"))

    assert {hit.source for hit in search(archive.index, "dns_events")} == {"notes"}
    archive.store.save_transcript("call-1", transcript(), key="abc")
    assert {hit.source for hit in search(archive.index, "probes in:transcript")} == {"transcript"}
    archive.close()


def test_the_newest_meetings_have_the_lowest_ids(archive: Archive) -> None:
    """The index is read upwards, so the newest meeting comes first, whenever it was added; one without a date last."""
    days = {"call-2": date(2024, 5, 1), "call-3": None, "call-4": date(2024, 6, 1), "call-5": date(1999, 1, 1)}
    for slug, day in days.items():
        archive.store.claim(f"/{slug}.md", slug)
        archive.store.save_notes(notes(slug, when=day))
    assert _order(archive) == ["call-4", "call-2", "call-5", "call-3"]

    archive.store.save_transcript("call-5", transcript(), key="abc")
    archive.store.save_notes(notes("call-5", when=date(2025, 1, 1)))
    assert _order(archive) == ["call-5", "call-4", "call-2", "call-3"]


def test_a_rebuilt_index_is_the_same(archive: Archive) -> None:
    """Nothing in it is known from elsewhere."""
    archive.store.claim("/notes/call.md", "call-1")
    notes_id = archive.store.save_notes(notes())
    run = archive.store.save_transcript("call-1", transcript(), key="abc")
    alignment = Alignment("dns", 2.0, 4.0, 0.8, Basis.MATCH)
    misheard = Mishearing(2.0, 2.5, "talc", "talk", 0.9)
    archive.store.save_alignments("call-1", (alignment,), AlignmentInputs(notes_id, run, "1"), (misheard,))
    queries = ("probes", "dns_events", "talc", "pro*", "talc dns_events")
    before = [search(archive.index, query) for query in queries]

    archive.rebuild(archive.store.language())

    assert all(before)
    assert [search(archive.index, query) for query in queries] == before


def test_an_index_of_another_version_is_made_anew(archive: Archive) -> None:
    """Whatever tables it has."""
    archive.store.claim("/notes/call.md", "call-1")
    archive.store.save_notes(notes())
    with archive.index.writing() as writer:
        writer._db.execute("UPDATE state SET version = 0")
        writer._db.execute("CREATE TABLE older (x)")
    archive.close()

    again = Archive.open(Settings(data_dir=archive.store.path.parent))

    assert [hit.slug for hit in search(again.index, "ebpf")] == ["call-1"]
    with again.index.reading() as reader:
        assert not reader._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'older'").fetchone()
    again.close()


@pytest.mark.parametrize(
    "update",
    [
        "meetings SET context = '[\"x\", null, null, [], {}, [[null, 1, null]]]'",
        "meetings SET context = x'ff'",
        "meetings SET date = 'x'",
        "passages SET marks = '[[0, null, null]]'",
        "passages SET text = NULL",
    ],
)
def test_what_is_damaged_in_the_index_hides_its_own_meeting_alone(archive: Archive, update: str) -> None:
    """An older version let times without end into it."""
    for slug in ("call-1", "call-2"):
        archive.store.claim(f"/notes/{slug}.md", slug)
        archive.store.save_notes(replace(notes(), slug=slug))
    with archive.index.writing() as writer:
        writer._db.execute(f"UPDATE {update} WHERE slug = 'call-1'")

    assert "call-2" in {hit.slug for hit in search(archive.index, "ebpf")}


@pytest.mark.parametrize("update", ["version = 'x'", "change = 'x'", "change = 9e999", "language = x'ff'"])
def test_an_index_whose_state_is_damaged_is_made_anew(archive: Archive, update: str) -> None:
    archive.store.claim("/notes/call.md", "call-1")
    archive.store.save_notes(notes())
    with archive.index.writing() as writer:
        writer._db.execute(f"UPDATE state SET {update}")
    archive.close()

    again = Archive.open(Settings(data_dir=archive.store.path.parent))

    assert [hit.slug for hit in search(again.index, "ebpf")] == ["call-1"]
    again.close()


def _order(archive: Archive) -> list[str]:
    with archive.index.reading() as reader:
        return [slug for (slug,) in reader._db.execute("SELECT slug FROM passages GROUP BY slug ORDER BY max(id)")]

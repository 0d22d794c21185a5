"""What people said of links in the notes, or beside them, is known to the archive after the next run."""

from __future__ import annotations

from pathlib import Path

from pipeline.annotate.annotating import AnnotateOptions, annotate
from pipeline.annotate.files import NotesFile
from pipeline.annotate.sources import of_archive
from pipeline.corrections import toml_file
from pipeline.records import Certainty
from pipeline.store import Store
from tests.pipeline import garden
from tests.pipeline.garden import HOSE, SLUG

ENTRY = """
[[correction]]
line = "Seed swap"
verdict = "time"
start = "{start}"
author = "Ana"
at = 2024-03-06T10:00:00Z
"""


def written(store: Store, folder: Path) -> Path:
    """The notes of the garden with links, as `jumpnotes annotate` writes them."""
    path = folder / "2024-03-05-garden.md"
    file = NotesFile.open(path, frozenset())
    annotate(file, of_archive(store, lambda _path, _notes: [SLUG], ""), AnnotateOptions(Certainty.LIKELY)).write()
    return path


def corrected(store: Store) -> dict[str, tuple[float | None, str]]:
    meeting = store.meeting(SLUG)
    texts = {block.id: block.text for block in meeting.notes.blocks}
    return {texts[each.block_id]: (each.start, each.author) for each in meeting.corrections.values()}


def test_a_link_that_was_changed_is_a_correction_and_one_that_was_not_is_none(
    garden_store: Store, folder: Path
) -> None:
    """Nothing else is done again where nothing was changed."""
    path = written(garden_store, folder)
    garden.run(garden_store, folder)
    assert corrected(garden_store) == {}

    path.write_text(path.read_text().replace("[0:45]", "[0:40]").replace("?t=45", "?t=40"))
    _, stages = garden.run(garden_store, folder)
    assert corrected(garden_store) == {HOSE: (40.0, "an edit of the notes")}
    assert stages == ["aligning"]
    before = garden_store.history(SLUG)
    _, stages = garden.run(garden_store, folder)
    assert (garden_store.history(SLUG), stages) == (before, [])


def test_corrections_beside_the_notes_are_taken_in_and_taken_once(garden_store: Store, folder: Path) -> None:
    beside = toml_file.beside(folder / "2024-03-05-garden.md")
    beside.write_text(f'notes = "2024-03-05-garden.md"\n{ENTRY.format(start="2:00")}')
    _, stages = garden.run(garden_store, folder)
    assert (corrected(garden_store), stages) == ({"Seed swap": (120.0, "Ana")}, ["aligning"])
    _, stages = garden.run(garden_store, folder)
    assert (len(garden_store.history(SLUG)), stages) == (1, [])


def test_a_newer_word_in_the_archive_counts_for_more(garden_store: Store, folder: Path) -> None:
    garden.correct(garden_store, "Seed swap", 115.0)
    beside = toml_file.beside(folder / "2024-03-05-garden.md")
    beside.write_text(f'notes = "2024-03-05-garden.md"\n{ENTRY.format(start="2:00")}')
    garden.run(garden_store, folder)
    assert corrected(garden_store) == {"Seed swap": (115.0, "Ana")}


def test_what_cannot_be_read_or_is_not_in_the_recording_is_told(garden_store: Store, folder: Path) -> None:
    """And harms nothing else."""
    beside = toml_file.beside(folder / "2024-03-05-garden.md")
    for text, told in (
        (f'notes = "a.md"\n{ENTRY.format(start="9:00:00")}', "the time of “Seed swap” is not within the recording"),
        ("notes = 1", "needs notes ="),
    ):
        beside.write_text(text)
        reporter = garden.QuietReporter()
        garden.run(garden_store, folder, reporter=reporter)
        assert any(told in said for said in reporter.said), reporter.said
    assert corrected(garden_store) == {}

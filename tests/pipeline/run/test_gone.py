"""Meetings whose notes are gone are named for the folders that are looked at, and no others."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.cli.render.inventory import gone_notes
from pipeline.run.gone import find_gone
from pipeline.store import NotesPlace, Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Notes of three meetings in two folders; two of them are gone, one from a file that holds others."""
    folder = tmp_path / "notes"
    (folder / "b").mkdir(parents=True)
    (folder / "here.md").write_text("# Here\n")
    (folder / "b" / "here.md").write_text("# Here\n")
    return folder


@pytest.fixture
def store(tmp_path: Path, folder: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data" / "jumpnotes.db")
    for path, slug in (("here.md", "here"), ("gone.md", "gone"), ("b/here.md", "b-here"), ("b/gone.md", "b-gone")):
        opened.claim(str(folder / path), slug, slug)
    opened.claim(str(folder / "here.md"), "dropped", "dropped")
    opened.move([NotesPlace("dropped", str(folder / "here.md"), None)])
    yield opened
    opened.close()


def gone(store: Store, *paths: Path, beside_files: bool = False) -> tuple[set[str], int]:
    found = find_gone(store, paths, beside_files=beside_files)
    return {place.slug for place in found.places}, found.total


def test_a_folder_is_looked_at_with_all_below_it(store: Store, folder: Path) -> None:
    """But not what is beside it."""
    assert gone(store, folder) == ({"gone", "b-gone", "dropped"}, 5)
    assert gone(store, folder / "b") == ({"b-gone"}, 2)
    assert gone(store, folder / "b", folder) == gone(store, folder)


def test_files_stand_for_their_folder_only_where_that_is_wanted(store: Store, folder: Path) -> None:
    """To name what is gone, and not to prune it."""
    assert gone(store, folder / "here.md") == ({"dropped"}, 2)
    assert gone(store, folder / "here.md", beside_files=True) == ({"gone", "dropped"}, 3)


def test_a_folder_that_is_not_there_says_nothing(store: Store, folder: Path) -> None:
    """It may be on a disk that is not mounted. Most of a folder that is there is not pruned without a word."""
    shutil.rmtree(folder / "b")

    assert gone(store, folder / "b") == (set(), 0)
    assert find_gone(store, [folder]).are_most
    shutil.rmtree(folder)
    assert gone(store, folder) == (set(), 0)


def test_what_is_gone_is_said_in_a_line() -> None:
    """With the command that helps; of many, some."""
    one = gone_notes([("call-1", "/notes/a.md")])
    many = gone_notes([(f"call-{number}", f"/notes/{number}.md") for number in range(7)])

    assert one == "The notes of 1 meeting are gone: a.md (call-1). To delete: jumpnotes forget call-1, or run --prune."
    assert gone_notes([("call-1", "/notes/a.md")], unread=1).endswith("(call-1). They may be those named above.")
    assert many.startswith("The notes of 7 meetings are gone: 0.md (call-0), ")
    assert "6.md" not in many
    assert "jumpnotes forget MEETING…" in many

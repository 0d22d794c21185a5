"""Meetings whose notes are gone: deleted, or removed from a file that holds others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.file_names import may_exist, path_of
from pipeline.store import NotesPlace, Store


@dataclass(frozen=True, slots=True)
class GoneNotes:
    """The meetings below some folders whose notes are gone, among `total` meetings of these folders."""

    places: tuple[NotesPlace, ...]
    total: int

    @property
    def are_most(self) -> bool:
        """Whether that is more likely a disk that is not mounted, or the wrong folder, than anybody's wish."""
        return 2 * len(self.places) > self.total


def find_gone(store: Store, paths: Iterable[Path], *, beside_files: bool = False) -> GoneNotes:
    """The meetings whose notes were in these folders, or in these files, and are gone.

    A folder that is not there itself says nothing about what was in it.

    Args:
        beside_files: also those in the folders of the files, as somebody names files with `notes/*.md`.
    """
    there = [path.resolve() for path in paths if may_exist(path)]
    parents = {path.parent for path in there if path.is_file()} if beside_files else set()

    def is_here(path: Path) -> bool:
        return path.parent in parents or any(path.is_relative_to(root) for root in there)

    here = [place for place in store.places() if is_here(path_of(place.path))]
    gone = [place for place in here if place.anchor is None or not may_exist(path_of(place.path))]
    return GoneNotes(tuple(gone), len(here))

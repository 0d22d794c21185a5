"""The house keeps its measures: sizes, names, and tests that stand where their module does."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 60
PACKAGES = ("pipeline", "service")
MIGRATIONS = ROOT / "pipeline" / "store" / "migrations"


def modules(*folders: str) -> Iterator[Path]:
    """Every Python file below the folders, migrations aside: they are a log, and no room."""
    for folder in folders:
        yield from (path for path in sorted((ROOT / folder).rglob("*.py")) if MIGRATIONS not in path.parents)


def test_no_module_and_no_test_is_too_long_to_read() -> None:
    """What grows past this has a seam along which it comes apart."""
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in modules(*PACKAGES, "tests")
        if (lines := len(path.read_text().splitlines())) > MAX_MODULE_LINES
    }

    assert long == {}


def test_no_function_is_too_long_to_read() -> None:
    """A function says one thing."""
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in modules(*PACKAGES)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.body[0].lineno >= MAX_FUNCTION_LINES
    ]

    assert long == []


def test_no_two_classes_share_a_name() -> None:
    """A name says what it is without its module."""
    places: dict[str, list[str]] = defaultdict(list)
    for path in modules(*PACKAGES):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(path.relative_to(ROOT).as_posix())

    assert {name: found for name, found in places.items() if len(found) > 1} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_test_stands_where_its_module_does(package: str) -> None:
    """tests/pipeline/cues/test_webvtt.py tests pipeline/cues/webvtt.py, test_cues.py the room; pages have browsers."""
    tests = ROOT / "tests" / package
    strangers = [
        path.relative_to(ROOT).as_posix()
        for path in sorted(tests.rglob("test_*.py"))
        if "browser" not in path.parts and not _has_module(ROOT / package / path.parent.relative_to(tests), path)
    ]

    assert strangers == []


def _has_module(room: Path, test: Path) -> bool:
    """A module of that name, or of a longer one's beginning: test_align_hints.py tests align, too."""
    name = test.stem.removeprefix("test_")
    names = [path.stem for path in room.glob("*.py")] + [path.name for path in room.glob("*/")] + [room.name]
    return any(name == known or name.startswith(f"{known}_") for known in names)


def test_no_module_reads_a_file_of_another_room() -> None:
    """A file beside the code belongs to the module that stands next to it."""
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in modules(*PACKAGES)
        if "resources.files(" in (text := path.read_text()) and "resources.files(__package__)" not in text
    }

    assert readers == set()

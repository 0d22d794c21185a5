"""Several processes make the very index that one makes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import index_parts
from pipeline.config import Settings
from pipeline.refresh import Archive
from tests.pipeline.random_writes import Writer
from tests.pipeline.search.contents import contents

WRITES = 20


@pytest.fixture
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(index_parts, "LEAST_MEETINGS", 1)


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    """An archive of some meetings, with an index."""
    url = request.getfixturevalue("postgresql_url") if request.param == "PostgreSQL" else None
    archive = Archive.open(Settings(data_dir=tmp_path / "data", database=url))
    writer = Writer(archive.store, 1)
    with archive.store.telling_once():
        for _ in range(WRITES):
            writer.step()
    yield archive
    archive.close()


@pytest.mark.usefixtures("_two_cores")
def test_an_index_made_in_parts_is_the_one_made_as_a_whole(written: Archive) -> None:
    """Every document, every number and every term, wherever the archive is; and how far it is, is told."""
    expected, told = contents(written.index), []
    count = written.rebuild(written.store.language(), lambda done, of: told.append((done, of)))

    assert len(expected.entries) > 1
    assert contents(written.index) == expected
    assert told[-1] == (count, count)


@pytest.mark.usefixtures("_two_cores")
def test_what_another_process_could_not_index_is_indexed_here(
    written: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever became of it; nothing of its own is left."""
    expected = contents(written.index)
    monkeypatch.setattr(index_parts, "_MAIN", "import os; os.kill(os.getpid(), 9)")
    written.rebuild(written.store.language())

    assert contents(written.index) == expected
    assert [path.name for path in written.index.path.iterdir() if path.is_dir()] == [written.index.made().folder]


def test_few_meetings_are_indexed_by_the_process_that_is_there(
    garden_archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To start others would take longer."""
    monkeypatch.setattr(index_parts, "_begin", lambda _: pytest.fail("a process was begun"))

    assert garden_archive.rebuild("english") == 1

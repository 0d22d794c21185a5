"""The search of one of several machines with a database in PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.refresh import MAX_REFRESHED, Archive
from pipeline.search import search
from tests.pipeline.random_writes import WORDS, Writer
from tests.pipeline.search.contents import contents
from tests.pipeline.test_follow import save

STEPS = 40
SCRIPT = """
import sys
from pathlib import Path
from pipeline.config import Settings
from pipeline.refresh import Archive
from tests.pipeline.test_follow import save
archive = Archive.open(Settings(data_dir=Path(sys.argv[1]), database=sys.argv[2]), searched=False)
for line in sys.stdin:
    save(archive, line.strip())
    print("saved", flush=True)
"""


@pytest.fixture
def shown(tmp_path: Path, postgresql_url: str) -> Iterator[Archive]:
    archive = Archive.open(Settings(data_dir=tmp_path / "web", database=postgresql_url))
    yield archive
    archive.close()


def found(archive: Archive, query: str) -> set[str]:
    """What a page of results has, which asks first what is missing."""
    without = archive.missing()
    return {hit.slug for hit in search(archive.index, query, without=without)} - without


def test_a_search_sees_what_another_process_committed_before_it_began(
    shown: Archive, tmp_path: Path, postgresql_url: str
) -> None:
    """Every time, though nobody told this one of it."""
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "worker"), postgresql_url]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True, bufsize=1
    ) as writer:
        assert writer.stdin
        assert writer.stdout
        slugs = set()
        for number in range(3):
            writer.stdin.write(f"call-{number}\n")
            assert writer.stdout.readline() == "saved\n"
            slugs.add(f"call-{number}")
            assert found(shown, "barrels") == slugs
        writer.stdin.close()


def test_a_new_machine_has_its_index_made_by_a_process_that_knows_the_database(
    tmp_path: Path, postgresql_url: str
) -> None:
    """Its address was never in a variable, and is in no list of processes."""
    written = Archive.open(Settings(data_dir=tmp_path / "worker", database=postgresql_url), searched=False)
    for number in range(MAX_REFRESHED + 1):
        save(written, f"call-{number}")
    shown = Archive.open(Settings(data_dir=tmp_path / "web", database=postgresql_url), refreshed=False)
    for _ in range(30):  # each waits for a while
        if not shown.missing():
            break
    assert len(found(shown, "barrels")) == MAX_REFRESHED + 1
    for each in (written, shown):
        each.close()


def test_hits_are_those_of_an_archive_in_a_file(shown: Archive, tmp_path: Path) -> None:
    """The same was written to both; each word finds the same moments in the same order."""
    in_file = Archive.open(Settings(data_dir=tmp_path / "file"))
    writers = [Writer(each.store, 1) for each in (in_file, shown)]
    for writer in writers:
        with writer.store.telling_once():
            for _ in range(STEPS):
                writer.step()

    counts = set()
    for words in (*WORDS, *pairwise(WORDS)):
        query = words if isinstance(words, str) else " ".join(words)
        hits = [search(each.index, query, without=each.missing()) for each in (in_file, shown)]
        assert hits[0] == hits[1], query
        counts.add(len(hits[0]))
    assert contents(in_file.index) == contents(shown.index)
    assert max(counts) > 5
    in_file.close()

"""Whether a worker is there is told by a lock, or by the database: none is taken for alive that was killed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.jobs.presence import (
    abilities,
    find_abilities,
    find_worker,
    find_workers,
    is_at_work_here,
    only_worker,
)
from pipeline.records import JobKind, RunStage, WorkerAbilities
from pipeline.refresh import Archive
from pipeline.store import Store


def test_a_worker_is_found_while_it_is_there(tmp_path: Path) -> None:
    """And what it can do; a second one is none."""
    assert find_worker(tmp_path) is None
    with only_worker(tmp_path) as first:
        assert first
        assert find_worker(tmp_path) == abilities()
        assert abilities().transcribes
        with only_worker(tmp_path) as second:
            assert not second
    assert find_worker(tmp_path) is None


def test_whoever_asks_is_not_taken_for_a_worker(tmp_path: Path) -> None:
    """However many ask at the same moment; and none of them keeps a worker from beginning."""
    with only_worker(tmp_path):
        pass
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: find_worker(tmp_path), range(400))) == {None}
        asking = [pool.submit(find_worker, tmp_path) for _ in range(400)]
        with only_worker(tmp_path, patience_seconds=5.0) as is_ours:
            assert is_ours
        assert all(each.result() in {None, abilities()} for each in asking)


def test_what_a_worker_says_of_itself_may_be_damaged(tmp_path: Path) -> None:
    """Then nothing is promised for it."""
    with only_worker(tmp_path):
        (tmp_path / "worker.json").write_bytes(b"\xff")
        assert find_worker(tmp_path) == WorkerAbilities()


def test_a_folder_that_is_not_there_has_no_worker(tmp_path: Path) -> None:
    assert find_worker(tmp_path / "nowhere") is None
    assert not (tmp_path / "nowhere").exists()


def test_whoever_has_the_lock_is_all_there_is_where_the_queue_is_not_shared(archive: Archive) -> None:
    """And what it can do is what can be done."""
    queue, folder = archive.store.jobs, archive.store.folder
    assert (find_workers(queue, folder), find_abilities(queue, folder)) == ((), None)
    with only_worker(folder):
        assert find_workers(queue, folder) == (abilities(),)
        assert find_abilities(queue, folder) == abilities()


@pytest.fixture
def machines(tmp_path: Path, postgresql_url: str) -> Iterator[tuple[Store, Store]]:
    """Two with one database."""
    stores = [Store.of(Settings(data_dir=tmp_path / name, database=postgresql_url)) for name in ("web", "attic")]
    yield stores[0], stores[1]
    for store in stores:
        store.close()


def test_workers_of_all_machines_are_found(machines: tuple[Store, Store]) -> None:
    """By what they said of themselves in the database, until they leave."""
    web, attic = machines
    assert find_abilities(web.jobs, web.folder) is None
    web.jobs.beat(WorkerAbilities(version="1.0"))
    attic.jobs.beat(WorkerAbilities(version="1.1", transcribes=True, stages=(RunStage.TRANSCRIBE,)))
    assert [each.version for each in find_workers(web.jobs, web.folder)] == ["1.0", "1.1"]
    attic.jobs.leave()
    assert [each.version for each in find_workers(web.jobs, web.folder)] == ["1.0"]


def test_what_several_workers_can_do_is_told_together(machines: tuple[Store, Store]) -> None:
    """A recording is fetched and heard anywhere; drafts are read where the data folder is that they are in."""
    web, attic = machines
    hears = WorkerAbilities(transcribes=True, fetches=True, stages=(RunStage.FETCH, RunStage.TRANSCRIBE))
    reads = WorkerAbilities(transcribes=True, stages=(RunStage.ALIGN,), kinds=(JobKind.RUN, JobKind.LOOK))
    attic.jobs.beat(hears)
    without = find_abilities(web.jobs, web.folder)
    web.jobs.beat(reads)
    both = find_abilities(web.jobs, web.folder)

    assert without
    assert (without.transcribes, without.fetches, without.stages) == (True, True, hears.stages)
    assert JobKind.LOOK not in without.kinds
    assert both
    assert (both.transcribes, both.fetches, set(both.stages)) == (True, True, set(RunStage))
    assert JobKind.LOOK in both.kinds


def test_whether_a_worker_of_this_computer_is_there_is_known(archive: Archive, machines: tuple[Store, Store]) -> None:
    """Those elsewhere do not count, even with the same data folder."""
    web, _ = machines
    assert not is_at_work_here(archive.store.jobs, archive.store.folder)
    with only_worker(archive.store.folder):
        assert is_at_work_here(archive.store.jobs, archive.store.folder)
    web.jobs.beat(replace(abilities(), host="another"))
    assert not is_at_work_here(web.jobs, web.folder)
    web.jobs.beat(abilities())
    assert is_at_work_here(web.jobs, web.folder)

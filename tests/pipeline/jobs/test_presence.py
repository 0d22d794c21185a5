"""Whether a worker is there is told by a lock: none is taken for alive that was killed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipeline.jobs.presence import abilities, find_worker, only_worker
from pipeline.records import WorkerAbilities


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

"""Machines on one archive in PostgreSQL: two that take jobs, and two that hear a recording, which one has cut."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.records import Claim, JobHandedOn, JobKind, JobRequest, RunStage, WorkerAbilities
from pipeline.store import Store

KEY = "0123456789abcdef" * 4
Machines = tuple[Store, Store]


@pytest.fixture
def machines(tmp_path: Path, postgresql_url: str) -> Iterator[Machines]:
    """Two machines on one archive, each with a worker."""
    with ExitStack() as stack:
        found = []
        for name in ("one", "two"):
            store = Store.open(tmp_path / name / "jumpnotes.db", url=postgresql_url)
            stack.callback(store.close)
            store.jobs.beat(WorkerAbilities(network="shared"))
            found.append(store)
        yield found[0], found[1]


class Hearer:
    """A worker with the job of a recording, or without."""

    def __init__(self, folder: Path, url: str) -> None:
        folder.mkdir()
        self.store = Store.of(Settings(data_dir=folder, database=url))

    def take(self) -> Claim | None:
        return self.store.jobs.take([JobKind.RUN], [RunStage.TRANSCRIBE])

    def taken(self) -> Claim:
        claim = self.take()
        assert claim
        return claim


@pytest.fixture
def one(tmp_path: Path, postgresql_url: str) -> Iterator[Hearer]:
    hearer = Hearer(tmp_path / "one", postgresql_url)
    yield hearer
    hearer.store.close()


@pytest.fixture
def other(tmp_path: Path, postgresql_url: str) -> Iterator[Hearer]:
    hearer = Hearer(tmp_path / "other", postgresql_url)
    yield hearer
    hearer.store.close()


@pytest.fixture
def claim(one: Hearer) -> Claim:
    """The job, in the hands of one of them, which has cut its recording into three pieces."""
    one.store.claim("/call.md", "call")
    one.store.jobs.put(JobKind.RUN, "call.md", JobRequest(notes="/call.md"), "Ana")
    first = one.store.jobs.take([JobKind.RUN], [RunStage.ALIGN])
    assert first
    one.store.jobs.report(first, JobHandedOn(RunStage.TRANSCRIBE))
    claim = one.taken()
    begun = one.store.hearings.begin(claim, KEY, "call", "how", None)
    assert begun
    assert not begun.is_cut
    for position in range(3):
        assert one.store.hearings.add(claim, KEY, position, str(position), None)
    assert one.store.hearings.note_cut(claim, KEY)
    return claim

"""How much waits, runs and has ended, in numbers: for whoever keeps an eye on an archive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.records.jobs import JobKind, JobState, RunStage, WorkerAbilities


@dataclass(frozen=True, slots=True)
class QueueCount:
    """Jobs in the same queue and state; the pieces of a long recording count as jobs that are to be transcribed."""

    queue: str  # "align", "fetch" or "transcribe" for parts of runs; else a JobKind
    state: JobState  # QUEUED or RUNNING
    is_postponed: bool  # QUEUED: tried again at some time, and not before
    jobs: int
    oldest_seconds: float  # since the one that has been in this state longest was put there


@dataclass(frozen=True, slots=True)
class EndedCount:
    """Jobs that ended in the same way."""

    kind: JobKind
    state: JobState
    reason: str  # FAILED: the kind of failure, as programs know it; else ""
    jobs: int


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """What there is to count of a queue."""

    queues: tuple[QueueCount, ...] = ()
    ended: tuple[EndedCount, ...] = ()  # as long as they are listed
    pace: float | None = None  # seconds of recordings heard for one of work, in the mean of the last day's jobs
    newer: int = 0  # jobs that only workers of a newer jumpnotes can do

    def waiting(self, queue: str) -> int:
        """How many jobs wait in a queue for nothing but their turn."""
        return sum(each.jobs for each in self.queues if _waits(each) and each.queue == queue)

    def without(self, workers: tuple[WorkerAbilities, ...]) -> tuple[QueueCount, ...]:
        """What waits in queues that none of these workers takes."""
        return tuple(each for each in self.queues if _waits(each) and not any(_takes(one, each) for one in workers))


def takers_of(workers: Iterable[WorkerAbilities], *, is_shared: bool) -> dict[str, int]:
    """How many workers take jobs from each queue."""
    known = tuple(workers)
    runs = [each for each in known if JobKind.RUN in each.kinds]
    parts = {str(stage): sum(stage in each.stages for each in runs) for stage in RunStage}
    others = {str(kind): sum(kind in each.kinds for each in known) for kind in JobKind if kind is not JobKind.RUN}
    return (parts if is_shared else {str(JobKind.RUN): len(runs)}) | others


def _waits(count: QueueCount) -> bool:
    return count.state is JobState.QUEUED and not count.is_postponed


def _takes(worker: WorkerAbilities, count: QueueCount) -> bool:
    if count.queue in set(JobKind) - {JobKind.RUN}:
        return count.queue in worker.kinds
    return JobKind.RUN in worker.kinds and (count.queue == JobKind.RUN or count.queue in worker.stages)

"""The queue as everybody sees it who puts jobs, does them or asks how far they are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from pipeline.records import (
    Claim,
    HeardLine,
    Job,
    JobKind,
    JobReport,
    JobRequest,
    JobState,
    QueueFigures,
    RunStage,
    WorkerAbilities,
)


class Queue(Protocol):
    """Jobs in the order in which they were put. What is kept of a job is kept here, and nowhere else."""

    def put(self, kind: JobKind, title: str, request: JobRequest, author: str, *, key: str | None = None) -> Job:
        """Add a job, and return it; or the one that is queued for the same, or that was put with the same `key`.

        Raises:
            JobKeyTaken: another request was put with this key.
        """

    def keyed(self, key: str) -> Job | None:
        """The job that was put with this key."""

    @property
    def is_shared(self) -> bool:
        """Whether workers of several machines take these jobs. Each part of a run then has a queue of its own."""

    def take(self, kinds: Collection[JobKind], stages: Collection[RunStage] = ()) -> Claim | None:
        """Begin the next job of one of the kinds; None: there is none to begin now.

        Args:
            stages: the parts of runs that are done here, where the queue is shared; elsewhere all of them are.
        """

    def avoid(self, claim: Claim) -> None:
        """Take no more pieces of the recording of this claim for a while: they cannot be heard here."""

    def return_unknown(self, claims: Collection[Claim]) -> None:
        """Queue again what this worker has by the queue's account, but for these claims.

        The database may have gone away before it could say that a job was begun.
        """

    def beat(self, about: WorkerAbilities) -> None:
        """Say that this process is a worker that is there. Where the queue is shared, whoever falls silent loses its
        jobs to others.
        """

    def lose_sight(self) -> None:
        """The database could not be asked for a while: who was silent meanwhile is not thereby dead."""

    def leave(self) -> None:
        """Say that it is there no more."""

    def workers(self) -> Sequence[WorkerAbilities]:
        """The workers that are there; none where the queue is not shared: see `presence`."""

    def report(self, claim: Claim, report: JobReport) -> bool:
        """Note how a job goes on. False, and nothing is noted, where it is no longer the claim's: it was cancelled.

        Whoever hears False stops. A job whose worker died MAX_DEATHS times without having `reached` more in between is
        failed, for WORKER_DIED; otherwise it is queued again.
        """

    def holds(self, claim: Claim) -> bool:
        """Whether a job is still the claim's."""

    def cancel(self, number: int) -> Job:
        """Cancel a job; one that has ended stays as it is.

        Raises:
            JobNotFound: there is no such job.
        """

    def drop_looks(self, drafts: Collection[str]) -> None:
        """Delete what was understood of drafts that are no more, with the jobs that said it."""

    def retry(self, number: int) -> Job:
        """Queue a job again that failed or was cancelled, or that waits until it is tried again; others stay.

        Raises:
            JobNotFound: there is no such job.
        """

    def retry_failed(
        self, reason: str | None = None, *, kinds: Collection[JobKind] = (JobKind.RUN, JobKind.NOTIFY)
    ) -> Sequence[Job]:
        """Queue again all jobs of these kinds that failed, or wait to be tried again, for this reason or for any."""

    def job(self, number: int) -> Job:
        """Raises JobNotFound."""

    def jobs(
        self,
        *,
        states: Collection[JobState] = (),
        kinds: Collection[JobKind] = (),
        slug: str | None = None,
        reason: str | None = None,
        limit: int = 100,
        oldest_first: bool = False,
    ) -> Sequence[Job]:
        """The newest jobs first, or the oldest, without their results.

        Of these states and kinds, about this meeting, and failed for this reason, where they are given.
        """

    def figures(self) -> QueueFigures:
        """How many jobs wait, run and have ended."""

    def heard(self, number: int, *, skip: int = 0) -> Sequence[HeardLine]:
        """What has been heard by a job that is running, in its order, without the first `skip` lines."""

    def recover(self, reached: Callable[[Job], tuple[int, int]]) -> Sequence[Job]:
        """Queue again what workers had that are no more; what its workers died of too often is failed.

        Where the queue is not shared, that is all that was running, and the only worker asks once, when it begins.
        Where it is, every worker asks again and again, and sees from one time to the next who is silent.

        Args:
            reached: how far a job had come, as in `JobDied`.
        """


def at_a_glance(queue: Queue, kinds: Collection[JobKind], *, limit: int = 100) -> Sequence[Job]:
    """What runs, the next that wait, in their order, and the newest that have ended; of each at most so many."""
    running = queue.jobs(states=(JobState.RUNNING,), kinds=kinds, limit=limit)
    waiting = queue.jobs(states=(JobState.QUEUED,), kinds=kinds, limit=limit, oldest_first=True)
    ended = queue.jobs(states=[state for state in JobState if state.is_final], kinds=kinds, limit=limit)
    return (*running, *waiting, *ended)

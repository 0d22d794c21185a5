"""What was asked for, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MAX_DEATHS = 3
"""After as many deaths of its worker without a checkpoint between them, a job is failed."""

MAX_LOSSES = 10
"""After as many losses of the machine that had it without a checkpoint between them."""

WORKER_DIED = "worker-died"
"""The reason of such a failure."""


class JobState(StrEnum):
    """Where a job is on its way: queued → running → done, failed or cancelled. It is in one of them at a time."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing happens to it any more, unless somebody has it tried again."""
        return self in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


class JobKind(StrEnum):
    """What a job does. Those of a kind are done one after the other, and never wait for those of another."""

    RUN = "run"  # takes notes through all stages
    LOOK = "look"  # says what is understood of a draft
    SCAN = "scan"  # looks through a watched place for what is new
    NOTIFY = "notify"  # tells another program


class RunStage(StrEnum):
    """The part of a RUN job that is its turn. Where several machines share the work, each part has a queue of its own;
    elsewhere a job goes through all of them in one go.
    """

    ALIGN = "align"  # reads the notes, finds out what there is to do, and links: begins a job, and ends it
    FETCH = "fetch"
    TRANSCRIBE = "transcribe"


@dataclass(frozen=True, slots=True)
class JobRequest:
    """What a job is for. Jobs of the same kind and request do the same."""

    notes: str | None = None  # RUN: path of the notes
    media: str | None = None  # RUN: a link or a file used instead of the recording that the notes link to
    transcript: str | None = None  # RUN: a file, or "captions"
    force: str | None = None  # RUN: the stage to redo, with those after it
    draft: str | None = None  # LOOK, or RUN instead of `notes`: the id of a draft
    watch: int | None = None  # SCAN: the id of a watched place
    url: str | None = None  # NOTIFY: where to
    event: str | None = None  # NOTIFY: what happened, as JSON


@dataclass(frozen=True, slots=True)
class JobFailure:
    """Why a job failed, or what it waits for before it is tried again.

    `reason` is the kind of failure, as programs know it, such as "no-network".
    """

    reason: str
    message: str
    hint: str = ""
    stage: str = ""


@dataclass(frozen=True, slots=True)
class HeardLine:
    """A piece of a transcript in the making, at a second of the recording."""

    start: float
    text: str


@dataclass(frozen=True, slots=True)
class Job:
    """What was asked for, and how far it is.

    `done` and `total` are in `unit`: "bytes" or "seconds" of the recording; 0 where nothing is counted.
    """

    id: int
    kind: JobKind
    title: str  # what it is about, for people
    request: JobRequest
    author: str  # who asked
    state: JobState
    created_at: datetime  # UTC, as all times
    started_at: datetime | None = None  # the last attempt
    finished_at: datetime | None = None
    stage: str = ""
    done: float = 0.0
    total: float = 0.0
    unit: str = ""
    attempts: int = 0  # begun so far
    place: int | None = None  # in the queue, 1: the next; None unless it is queued
    not_before: datetime | None = None  # when it is tried again
    failure: JobFailure | None = None  # of the last attempt
    slugs: tuple[str, ...] = ()  # of the meetings it made or found
    remarks: tuple[str, ...] = ()  # of the run, for people
    result: str | None = None  # JSON, of LOOK and SCAN
    pace: float | None = None  # seconds of work for one of the recording, as measured by this job or earlier ones
    version: int = 0  # rises with every change
    turn: RunStage = RunStage.ALIGN  # of RUN: the part that is done next, or being done
    orders: str = "[]"  # JSON: what that part is to do; see pipeline.jobs.orders

    @property
    def is_in_trouble(self) -> bool:
        """Whether it failed, or failed and waits to be tried again."""
        waits = self.state is JobState.QUEUED and self.not_before is not None and self.failure is not None
        return self.state is JobState.FAILED or waits

    @property
    def seconds_left(self) -> float | None:
        """Until what is being heard has been heard, by how fast that goes here; None where that is not known."""
        if self.state is not JobState.RUNNING or self.unit != "seconds" or not (self.pace and self.total):
            return None
        return max(self.total - self.done, 0.0) * self.pace


@dataclass(frozen=True, slots=True)
class Claim:
    """A job in the hands of a worker. What is reported with a claim that lapsed changes nothing.

    With a `piece` it is one of a long recording, which the job has cut: the hearing it belongs to, and its position.
    """

    job: Job
    token: str
    piece: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class WorkerAbilities:
    """What a worker can do."""

    transcribes: bool = False  # it hears recordings; without, it needs transcripts
    fetches: bool = False  # it asks hosts for recordings
    version: str = ""  # of jumpnotes
    kinds: tuple[JobKind, ...] = tuple(JobKind)  # of jobs that it takes
    stages: tuple[RunStage, ...] = tuple(RunStage)  # of runs
    machine: str = ""  # by its name
    network: str = ""  # by that of its internet connection
    gpu: bool = False  # it hears with one
    host: str = ""  # the name of its computer, or container, of which one machine may have several


# -- what a worker reports -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class JobProgress:
    """It has come so far. `slugs`: the meetings it is at."""

    stage: str
    done: float = 0.0
    total: float = 0.0
    unit: str = ""
    slugs: tuple[str, ...] = ()
    pace: float | None = None


@dataclass(frozen=True, slots=True)
class JobHeard:
    """More of the transcript. `anew`: it replaces what was reported before."""

    lines: tuple[HeardLine, ...]
    anew: bool = False


@dataclass(frozen=True, slots=True)
class JobDone:
    """It is done."""

    slugs: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    result: str | None = None


@dataclass(frozen=True, slots=True)
class JobFailed:
    """This attempt failed. `retry_at`: when it is tried again; None: not by itself."""

    failure: JobFailure
    retry_at: datetime | None = None
    remarks: tuple[str, ...] = ()
    counts: bool = True  # as an attempt: a wait for somebody else does not
    orders: str | None = None  # what was carried out, and is not asked for again; None: what it is to do is as it was


@dataclass(frozen=True, slots=True)
class JobHandedOn:
    """Another part of it is next, for whoever does those. `machine`: only for workers of the one with this name."""

    turn: RunStage
    orders: str = "[]"
    remarks: tuple[str, ...] = ()
    machine: str | None = None


@dataclass(frozen=True, slots=True)
class JobReturned:
    """The worker ends, and somebody else may go on from the checkpoint."""


@dataclass(frozen=True, slots=True)
class JobDied:
    """The process that did it died. `reached` rises with every checkpoint; see `Queue.report`."""

    reached: tuple[int, int]
    message: str
    with_machine: bool = False  # so did the worker, which is seldom the job's fault


JobReport = JobProgress | JobHeard | JobDone | JobFailed | JobHandedOn | JobReturned | JobDied

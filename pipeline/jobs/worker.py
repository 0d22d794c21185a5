"""Takes jobs, and has each done by a process of its own.

At most one job of a kind is being done at a time; where the queue is shared with other machines, one of each part of
runs. The process is ended as soon as its job was cancelled, whatever it is at; where it dies, the job is queued again,
and goes on from its checkpoint. Nothing of this knows what a job does.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import msgspec

from pipeline import watch
from pipeline.config import Settings
from pipeline.errors import (
    Busy,
    ConfigError,
    DatabaseUnreachable,
    DiskFull,
    JobNotFound,
    JumpnotesError,
    ReadOnly,
    SchemaMismatch,
    StoreError,
)
from pipeline.forget import checkpoints
from pipeline.jobs import notifying
from pipeline.jobs.child import ANOTHER_SCHEMA, CANNOT_HEAR, CANNOT_REPORT, JobOrder
from pipeline.jobs.presence import abilities, only_worker
from pipeline.jobs.queue import Queue
from pipeline.records import (
    Claim,
    Job,
    JobDied,
    JobFailed,
    JobFailure,
    JobKind,
    JobReport,
    JobRequest,
    JobReturned,
    JobState,
    RunStage,
    WorkerAbilities,
)
from pipeline.store import Store
from pipeline.watch import addresses

PAUSE_SECONDS = 0.25
"""Between two looks at the queue: within as much, a cancelled job is noticed."""

SHARED_PAUSE_SECONDS = 1.0
"""The same where many workers look at one queue."""

BEAT_SECONDS = 3.0
"""Between two signs of life, where the queue is shared."""

Lane = tuple[JobKind, RunStage]
"""Jobs of which one is done at a time. The parts of runs count where the queue is shared."""

_LIMIT_SECONDS = {JobKind.LOOK: 180.0, JobKind.SCAN: 3_600.0, JobKind.NOTIFY: 120.0}  # a run may take days
_TROUBLE_PAUSE_SECONDS = 5.0
_WATCH_PAUSE_SECONDS = 2.0
_STANDBY_SECONDS = 1.0
_END_SECONDS = 3.0  # for a killed process to be gone
_FIRST_TIDYING_SECONDS = 600.0
_TIDYING_PAUSE_SECONDS = 86_400.0
_STAGES = ("reading", "fetching", "transcribing")  # and all that follows
_UNTIL_WRITTEN = timedelta(minutes=5)
_MAX_SAID_BYTES = 65_536
_TOLD_WITHIN = timedelta(hours=1)  # of what ended while no worker was there to tell of it
_MAIN = "from pipeline.jobs.child import main; main()"

_log = logging.getLogger(__name__)


def reached(settings: Settings, job: Job) -> tuple[int, int]:
    """How far a job has come for good, in a form that rises: its stage, and bytes of its checkpoint."""
    stage = job.stage.partition(" ")[0]
    if stage == "fetching":
        return 1, int(job.done)
    number = _STAGES.index(stage) if stage in _STAGES else len(_STAGES) if stage else 0
    files = [file for slug in job.slugs for file in checkpoints(slug, settings)] if stage == "transcribing" else []
    return number, sum(file.stat().st_size for file in files if file.exists())


def _nothing(_store: Store, _settings: Settings) -> str:
    return ""


@dataclass(slots=True)
class Worker:
    """Works the queue of a data folder off, until it is told to stop, and has watched places looked through in time.

    `tidy` removes what nobody needs any more and says what that was, in words: after each run, and once a day. It takes
    jobs of these `kinds`, and where the queue is shared, these `stages` of runs. `gpu`: its
    machine has one, as was looked.
    """

    settings: Settings
    tidy: Callable[[Store, Settings], str] = _nothing
    kinds: Collection[JobKind] = tuple(JobKind)
    stages: Collection[RunStage] = tuple(RunStage)
    gpu: bool = False
    stopping: Event = field(default_factory=Event)
    _children: dict[Lane, _JobProcess] = field(default_factory=dict)
    _is_ready: bool = False
    _is_unsure: bool = False  # whether the queue may have given it a job without being able to say so
    _next_watch: float = 0.0  # when the watched places are asked for, on the monotonic clock

    _next_tidying: float = field(default_factory=lambda: time.monotonic() + _FIRST_TIDYING_SECONDS)

    def stop(self) -> None:
        """Let `run` return soon; what is being done is queued again."""
        self.stopping.set()

    def run(self) -> None:
        """Work, once no other worker of the data folder is there, and there is room on the disk; where the queue is
        shared, at once.

        Raises:
            StoreError: the database cannot be opened; or a newer jumpnotes has upgraded it.
            ConfigError: there are webhooks, and no secret to sign them with.
        """
        _check(self.settings)
        while not self.stopping.is_set():
            try:
                if self.settings.database:
                    self._work()
                    continue
                with only_worker(self.settings.data_dir, patience_seconds=_STANDBY_SECONDS) as is_ours:
                    if is_ours:
                        self._work()
            except (DiskFull, Busy, DatabaseUnreachable, ReadOnly) as error:  # which passes, and nobody starts it again
                if isinstance(error, ReadOnly) and not self.settings.database:
                    raise  # a file does not become another's by itself, as the place of a server that failed does
                _log.warning("worker: %s", error)
                self.stopping.wait(_TROUBLE_PAUSE_SECONDS)

    def _work(self) -> None:
        store = Store.of(self.settings)
        gone = Event()
        pulse = Thread(target=self._live, args=(store, gone), name="pulse", daemon=True)
        try:
            if store.is_shared:
                store.jobs.beat(self._about())  # two threads that were the first would be two workers
                pulse.start()
            while not self.stopping.wait(SHARED_PAUSE_SECONDS if store.is_shared else PAUSE_SECONDS):
                try:
                    if not self._is_ready:
                        self._get_ready(store)
                    self._look(store)
                except SchemaMismatch:  # somebody has to install the newer version, and until then nothing can be done
                    raise
                except Exception as error:  # noqa: BLE001 - a full disk passes, and of a bug the other jobs know nothing
                    self._is_unsure = True
                    _log.warning("worker: %s", error, exc_info=not isinstance(error, JumpnotesError))
                    self.stopping.wait(_TROUBLE_PAUSE_SECONDS)
        finally:
            for child in self._children.values():
                child.kill()
                with suppress(JumpnotesError):
                    store.jobs.report(child.claim, JobReturned())
            self._children.clear()
            self._is_ready = False
            gone.set()
            if store.is_shared:
                if pulse.is_alive():
                    pulse.join()
                with suppress(JumpnotesError):
                    store.jobs.leave()
            store.close()

    def _live(self, store: Store, gone: Event) -> None:
        """Show that this worker is there, whatever it is at, and take from others what they have when they are not."""
        while not gone.wait(BEAT_SECONDS):
            if not self._is_ready:  # it is not known as a worker yet
                continue
            try:
                store.jobs.beat(self._about())
                store.jobs.recover(lambda job: self._reached(store, job))
            except Exception as error:  # noqa: BLE001 - silent, it would lose every job to others
                store.jobs.lose_sight()
                is_known = isinstance(error, StoreError)
                (_log.info if is_known else _log.warning)(
                    "worker: no sign of life could be given: %s", error, exc_info=not is_known
                )

    def _about(self) -> WorkerAbilities:
        known = replace(abilities(), kinds=tuple(self.kinds), stages=tuple(self.stages), gpu=self.gpu)
        return replace(known, network=self.settings.network)

    def _reached(self, store: Store, job: Job) -> tuple[int, int]:
        return (0, store.hearings.heard(job.slugs)) if store.is_shared else reached(self.settings, job)

    def _get_ready(self, store: Store) -> None:
        """Take up what the last worker left."""
        store.jobs.beat(self._about())
        store.jobs.recover(lambda job: self._reached(store, job))
        for job in store.jobs.jobs(kinds=(JobKind.RUN,), states=(JobState.DONE, JobState.FAILED)):
            if job.finished_at and datetime.now(UTC) - job.finished_at < _TOLD_WITHIN:
                notifying.announce(job, store, self.settings)
        watch.register_configured(store, self.settings)
        self._is_ready = True

    def _look(self, store: Store) -> None:
        if self._is_unsure:
            store.jobs.return_unknown([child.claim for child in self._children.values()])
            self._is_unsure = False
        for lane, child in tuple(self._children.items()):
            if self._is_over(child, store):
                del self._children[lane]
                if child.claim.job.kind is JobKind.RUN and child.claim.piece is None:
                    self._next_tidying = self._next_tidying if store.is_shared else 0.0
                    with suppress(JobNotFound):  # its meeting was forgotten
                        notifying.announce(store.jobs.job(child.claim.job.id), store, self.settings)
        if time.monotonic() >= self._next_watch:
            self._next_watch = time.monotonic() + _WATCH_PAUSE_SECONDS
            if store.is_shared:
                store.check_revision()
            for place in watch.due(store, datetime.now(UTC)) if JobKind.SCAN in self.kinds else ():
                request = JobRequest(watch=place.id)
                store.jobs.put(JobKind.SCAN, addresses.shown(place.address), request, place.author)
        if time.monotonic() >= self._next_tidying:
            self._next_tidying = time.monotonic() + _TIDYING_PAUSE_SECONDS
            Thread(target=self._tidy, name="tidying", daemon=True).start()
        while claim := self._take(store.jobs):
            try:
                self._children[_lane(claim, store.jobs)] = _JobProcess.begin(claim, self.settings)
            except OSError:  # no room for another process
                store.jobs.report(claim, JobReturned())
                raise

    def _take(self, queue: Queue) -> Claim | None:
        """A job for which there is a lane with nothing in it."""
        if not queue.is_shared:
            idle = [kind for kind in self.kinds if (kind, RunStage.ALIGN) not in self._children]
            return queue.take(idle) if idle else None
        kinds = [kind for kind in self.kinds if kind is JobKind.RUN or (kind, RunStage.ALIGN) not in self._children]
        stages = [stage for stage in self.stages if (JobKind.RUN, stage) not in self._children]
        return queue.take(kinds if stages else [kind for kind in kinds if kind is not JobKind.RUN], stages)

    def _tidy(self) -> None:
        """Beside the jobs: nobody waits for it."""
        try:
            store = Store.of(self.settings)
        except JumpnotesError as error:
            _log.info("not tidied: %s", error)
            return
        try:
            if gone := self.tidy(store, self.settings):
                _log.warning("no longer kept: %s", gone)
        finally:
            store.close()

    def _how_it_ended(self, code: int, child: _JobProcess, job: Job, store: Store) -> JobReport:
        """Raises SchemaMismatch: as its process did, this one finds the database to be of a newer version."""
        if code == ANOTHER_SCHEMA:
            store.check_revision()
        if code in {CANNOT_REPORT, ANOTHER_SCHEMA}:
            return child.last_word() if child.claim.piece is None else JobReturned()
        ended = f"ended with exit code {code}" if code >= 0 else f"was ended by {signal.Signals(-code).name}"
        return JobDied(self._reached(store, job), f"its process {ended}")

    def _is_over(self, child: _JobProcess, store: Store) -> bool:
        job, queue = child.claim.job, store.jobs
        if (code := child.process.poll()) is not None:
            child.kill()  # what it began and left
            if code == CANNOT_HEAR and child.claim.piece:
                queue.avoid(child.claim)
            if queue.holds(child.claim):  # it ended without a word
                queue.report(child.claim, self._how_it_ended(code, child, queue.job(job.id), store))
            return True
        if not queue.holds(child.claim):
            child.kill()
            if child.claim.piece:  # it may have had a piece since that nobody would know of
                queue.report(child.claim, JobReturned())
            return True
        limit = _LIMIT_SECONDS.get(job.kind)
        if limit is not None and time.monotonic() > child.begun + limit:
            child.kill()
            queue.report(child.claim, _took_too_long(limit))
            return True
        return False


def _lane(claim: Claim, queue: Queue) -> Lane:
    is_part = queue.is_shared and claim.job.kind is JobKind.RUN
    stage = RunStage.TRANSCRIBE if claim.piece else claim.job.turn
    return claim.job.kind, stage if is_part else RunStage.ALIGN


def _check(settings: Settings) -> None:
    if settings.webhooks and not settings.webhook_secret:
        raise ConfigError(
            "JUMPNOTES_WEBHOOKS is set without JUMPNOTES_WEBHOOK_SECRET, with which its requests are signed",
            hint="Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe())'",
        )


@contextmanager
def working(worker: Worker) -> Iterator[None]:
    """Have the worker work in a thread beside whatever is done here; its jobs are done in processes of their own.

    Raises:
        ConfigError: as `Worker.run`.
    """
    _check(worker.settings)

    def run() -> None:
        try:
            worker.run()
        except JumpnotesError as error:
            _log.error("worker: %s", error)

    thread = Thread(target=run, name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(_END_SECONDS * len(JobKind))


@dataclass(slots=True)
class _JobProcess:
    """A process that does a job; `begun` is on the monotonic clock."""

    claim: Claim
    process: subprocess.Popen[bytes]
    begun: float
    _said: bytes = b""

    @classmethod
    def begin(cls, claim: Claim, settings: Settings) -> _JobProcess:
        root = os.pathsep.join(filter(None, (str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH"))))
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _MAIN],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": root},
            start_new_session=True,  # it is ended with all that it began, and not by Ctrl+C
        )
        assert process.stdin
        with suppress(BrokenPipeError):  # it died already
            process.stdin.write(JobOrder(settings, claim).encode())
            process.stdin.flush()
        return cls(claim, process, time.monotonic())

    def kill(self) -> None:
        """End it, with all that it began."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(_END_SECONDS)
        assert self.process.stdin
        assert self.process.stdout
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        if not self.process.stdout.closed:
            os.set_blocking(self.process.stdout.fileno(), False)  # something that it began may live on
            with suppress(BlockingIOError):
                self._said = os.read(self.process.stdout.fileno(), _MAX_SAID_BYTES)
            self.process.stdout.close()

    def last_word(self) -> JobFailed:
        """Why it could not note how its job ended, and when that is tried again; once it is ended."""
        try:
            return msgspec.json.decode(self._said, type=JobFailed)
        except (msgspec.MsgspecError, UnicodeError):
            failure = JobFailure("store-error", "the database could not be written", "See the log of the worker.")
            return JobFailed(failure, datetime.now(UTC) + _UNTIL_WRITTEN, counts=False)


def _took_too_long(limit: float) -> JobReport:
    message = f"it was not done after {limit / 60:.0f} minutes"
    return JobFailed(JobFailure("took-too-long", message, "Try again later, or with less at a time."))

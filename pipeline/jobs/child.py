"""The process that does one job: what it uses may crash, hang or fill the memory, and only this process with it.

It gets its order on stdin, and lives for as long as that stays open: where the worker is killed, it ends at once.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from pipeline.config import Settings
from pipeline.errors import Busy, DatabaseUnreachable, JumpnotesError, NotReady, SchemaMismatch, StoreError
from pipeline.jobs.retrying import after_failure
from pipeline.records import (
    Claim,
    JobDone,
    JobFailed,
    JobFailure,
    JobHandedOn,
    JobHeard,
    JobKind,
    JobProgress,
    JobReturned,
    RunStage,
)
from pipeline.refresh import Archive
from pipeline.unexpected import as_our_error

_NICENESS = 5  # whoever reads pages comes first
_RETRIED = {JobKind.RUN, JobKind.NOTIFY}  # somebody waits for a look, and a place is scanned again by its own schedule
CANNOT_REPORT = 75
"""The exit code of a process that did what it could, and could not write it down; sysexits.h has it so. What becomes of
the job stands on its stdout.
"""

ANOTHER_SCHEMA = 78
"""That of one that found the database to be of another version: "configuration error"."""

CANNOT_HEAR = 69
"""That of one whose machine is of no use for pieces of a recording: "unavailable"."""

_OPEN_PAUSES_SECONDS = (1.0, 2.0, 4.0, 8.0)
_SOON = timedelta(seconds=30)  # others have the connections, or the server is being started
_UNTIL_WRITTEN = timedelta(minutes=5)
_REPORT_ATTEMPTS = 20
_REPORT_PAUSE_SECONDS = 3.0

JobEnd = JobDone | JobFailed | JobHandedOn | JobReturned
"""How a process ends with a job."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobOrder:
    """What the worker asks for."""

    settings: Settings
    claim: Claim

    def encode(self) -> bytes:
        """As a line for the process's stdin."""
        return msgspec.json.encode(self, enc_hook=str) + b"\n"

    @classmethod
    def decode(cls, line: bytes) -> JobOrder:
        return msgspec.json.decode(line, type=cls, dec_hook=_decode_path)


def _decode_path(kind: type, value: Any) -> Any:
    assert kind is Path
    return Path(value)


def main() -> None:
    """Do the job that stands on stdin."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    last_word = _own_stdout()
    order = JobOrder.decode(sys.stdin.buffer.readline())
    threading.Thread(target=_live_with_worker, daemon=True).start()
    os.nice(_NICENESS)
    try:
        archive = _opened(order)
        _report(archive, order.claim, _perform(order, archive))
    except StoreError as error:
        _log.warning("job %d: %s", order.claim.job.id, error)
        os.write(last_word, msgspec.json.encode(_put_off(order.claim, error)))
        sys.exit(ANOTHER_SCHEMA if isinstance(error, SchemaMismatch) else CANNOT_REPORT)


def _own_stdout() -> int:
    """A descriptor of stdout, on which nobody else says anything from now on."""
    own = os.dup(sys.stdout.fileno())
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return own


def _opened(order: JobOrder) -> Archive:
    """The archive; a server that has no connection left, or is being started, is asked again."""
    for pause in _OPEN_PAUSES_SECONDS:
        try:
            return Archive.open(order.settings, refreshed=False, searched=False)
        except (Busy, DatabaseUnreachable) as error:
            _log.warning("job %d: %s", order.claim.job.id, error)
            time.sleep(pause)
    return Archive.open(order.settings, refreshed=False, searched=False)


def _put_off(claim: Claim, error: StoreError) -> JobFailed:
    """What becomes of a job whose end could not be noted: that is none of its own failures."""
    failure = JobFailure(error.reason, str(error), error.hint, claim.job.stage)
    passes = isinstance(error, (Busy, DatabaseUnreachable))
    return JobFailed(failure, datetime.now(UTC) + (_SOON if passes else _UNTIL_WRITTEN), counts=False)


def _live_with_worker() -> NoReturn:
    """End, with every process begun here, when the worker does."""
    os.read(sys.stdin.fileno(), 1)  # nobody writes: it returns when the other end is closed
    os.killpg(0, signal.SIGKILL)
    raise AssertionError


def _perform(order: JobOrder, archive: Archive) -> JobEnd:
    claim = order.claim
    try:
        return _performer(claim)(claim, archive, order.settings, _teller(archive, claim))
    except SchemaMismatch:
        raise  # whoever has the newer version does the job
    except Exception as caught:  # noqa: BLE001 - a bug fails the job that met it; left running, it would do so again
        if not isinstance(caught, JumpnotesError):
            _log.warning("job %d", claim.job.id, exc_info=caught)
        return _failed(claim, caught if isinstance(caught, JumpnotesError) else as_our_error(caught))


def _performer(claim: Claim) -> Callable[..., JobEnd]:
    """What does a kind of job, or a part of it; imported here, since each loads what the others do without."""
    job = claim.job
    match job.kind:
        case JobKind.RUN if claim.piece:
            from pipeline.jobs import helping

            return helping.perform
        case JobKind.RUN if job.turn is RunStage.FETCH:
            from pipeline.jobs import fetching

            return fetching.perform
        case JobKind.RUN if job.turn is RunStage.TRANSCRIBE:
            from pipeline.jobs import hearing

            return hearing.perform
        case JobKind.RUN:
            from pipeline.jobs import running

            return running.perform
        case JobKind.LOOK:
            from pipeline.jobs import looking

            return looking.perform
        case JobKind.SCAN:
            from pipeline.jobs import scanning

            return scanning.perform
        case JobKind.NOTIFY:
            from pipeline.jobs import notifying

            return notifying.perform


def _failed(claim: Claim, error: JumpnotesError) -> JobFailed:
    return after_failure(
        JobFailure(error.reason, str(error), error.hint, claim.job.stage),
        datetime.now(UTC),
        retryable=error.retryable and claim.job.kind in _RETRIED,
        attempts=claim.job.attempts,
        since=claim.job.created_at,
        ready_at=error.at if isinstance(error, NotReady) else None,
    )


def _teller(archive: Archive, claim: Claim) -> Callable[[JobProgress | JobHeard], None]:
    """Reports progress, and ends the process where the job was cancelled."""

    def tell(report: JobProgress | JobHeard) -> None:
        with suppress(StoreError):  # a full disk or a busy database: what counts is reported at the end
            if not archive.store.jobs.report(claim, report):
                os.killpg(0, signal.SIGKILL)

    return tell


def _report(archive: Archive, claim: Claim, report: JobEnd) -> None:
    """Note the end of the job: its work is done, and has only to be told.

    Raises:
        StoreError: it cannot be noted.
    """
    for attempts_left in reversed(range(_REPORT_ATTEMPTS)):
        try:
            archive.store.jobs.report(claim, report)
        except StoreError as error:
            if not attempts_left or isinstance(error, SchemaMismatch):
                raise
            _log.warning("job %d: %s", claim.job.id, error)
            time.sleep(_REPORT_PAUSE_SECONDS)
        else:
            return

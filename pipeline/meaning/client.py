"""Asks a process of its own for what is close in meaning, so that neither NumPy nor the model is loaded here.

That process may be missing, slow, stuck or killed: then there is no answer, and whoever asked goes on without one.
"""

from __future__ import annotations

import logging
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Collection
from pathlib import Path
from typing import IO, TypeVar

import msgspec

from pipeline.meaning.availability import is_installed
from pipeline.meaning.cache import VectorCache
from pipeline.meaning.near import ChildState, Near, NearestAnswer, NearestQuery
from pipeline.untrusted import repaired_text

MAX_QUERY_CHARS = 1_000
RETRY_SECONDS = 60.0  # between starts, while no query has been answered
MAX_LOADING_SECONDS = 60.0

_log = logging.getLogger(__name__)

_Line = TypeVar("_Line", ChildState, NearestAnswer)
_MAX_READ_BYTES = 1 << 16
_ROOT = Path(__file__).parents[2]  # the child runs the code that this process runs, wherever that was found
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")


class MeaningClient:
    """What may be shared by the threads of a server. The process is started by the first query."""

    def __init__(self, vector_dir: Path, *, timeout_seconds: float = 2.0) -> None:
        """
        Args:
            vector_dir: the cache with the vectors of transcripts; it may change, and need not exist.
            timeout_seconds: the longest that a query waits for its turn, with the model still to be loaded, and then
                for its answer.
        """
        self._vector_dir = vector_dir
        self._timeout_seconds = timeout_seconds
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._retry_at = 0.0

    def nearest(self, query: str, limit: int, keys: Collection[str] | None = None) -> list[Near] | None:
        """The moments at which something close to the query begins to be said; the closest first.

        Within a transcript they are 30 seconds apart or more.

        Args:
            keys: of the transcripts to look in; None: all.

        Returns:
            None: not available. The model is not installed, still loads or took too long, or no vectors are kept.
        """
        until = time.monotonic() + self._timeout_seconds
        asked = NearestQuery(repaired_text(query[:MAX_QUERY_CHARS]), limit, None if keys is None else list(keys))
        if not self._lock.acquire(timeout=self._timeout_seconds):
            return None
        try:
            return self._ask(asked, until)
        finally:
            self._lock.release()

    def is_of_use(self) -> bool:
        """Whether the model is installed and vectors are kept: if not, no query will have an answer."""
        return is_installed() and bool(VectorCache(self._vector_dir).names())

    def close(self) -> None:
        """End the process. Another query would start it again."""
        with self._lock:
            self._end_child()

    def _ask(self, asked: NearestQuery, until: float) -> list[Near] | None:
        try:
            child = self._started()
            if child is None or not child.is_ready(until):
                return None
            found = child.ask(asked, time.monotonic() + self._timeout_seconds)
        except _ChildFailed as error:
            _log.warning("search by meaning: %s", error)
            self._end_child()
            return None
        self._retry_at = 0.0  # it has answered: should it end, the next may begin at once
        return found

    def _started(self) -> _Child | None:
        """The process; None while none may be started, or there is nothing to be found."""
        if self._child is None and time.monotonic() >= self._retry_at and self.is_of_use():
            self._retry_at = time.monotonic() + RETRY_SECONDS
            self._child = _Child(self._vector_dir)
        return self._child

    def _end_child(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


class _ChildFailed(Exception):
    """It ended, does not answer in time, or not as agreed."""


class _Child:
    """The process `pipeline.meaning.child`, and how one talks to it: no longer than until a deadline."""

    def __init__(self, vector_dir: Path) -> None:
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "pipeline.meaning.child", str(vector_dir)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                env=os.environ | _ONE_THREAD | {"PYTHONPATH": path},
                start_new_session=True,  # what is typed at the server's terminal is not for it
            )
        except OSError as error:
            raise _ChildFailed(f"the process cannot be started: {error.strerror}") from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input, self._output = self._process.stdin, self._process.stdout
        for pipe in (self._input, self._output):
            os.set_blocking(pipe.fileno(), False)
        self._unread = b""
        self._ready = False
        self._loaded_by = time.monotonic() + MAX_LOADING_SECONDS

    def is_ready(self, deadline: float) -> bool:
        """Whether it can be asked; waits for that until the deadline.

        Raises:
            _ChildFailed: it will not be.
        """
        if not self._ready:
            line = self._line(deadline)
            if line is None and time.monotonic() > self._loaded_by:
                raise _ChildFailed(f"the model was not loaded in {MAX_LOADING_SECONDS:.0f} s")
            if line is not None:
                if problem := _decoded(line, ChildState).problem:
                    raise _ChildFailed(problem)
                self._ready = True
        return self._ready

    def ask(self, asked: NearestQuery, deadline: float) -> list[Near]:
        """
        Raises:
            _ChildFailed: there is no answer, and what it may still say would be taken for that to a later query.
        """
        question = msgspec.json.encode(asked) + b"\n"
        while question:
            if not _wait(self._input, select.POLLOUT, deadline):
                raise _ChildFailed("the process does not read, and was ended")
            try:
                question = question[self._input.write(question) :]
            except BrokenPipeError as error:
                raise _ChildFailed("the process ended") from error
        line = self._line(deadline)
        if line is None:
            raise _ChildFailed("the process did not answer in time, and was ended")
        return _decoded(line, NearestAnswer).near

    def _line(self, deadline: float) -> bytes | None:
        """The next line it writes; None if there is none yet."""
        while b"\n" not in self._unread:
            if not _wait(self._output, select.POLLIN, deadline):
                return None
            read = self._output.read(_MAX_READ_BYTES)
            if not read:
                raise _ChildFailed("the process ended")
            self._unread += read
        line, _, self._unread = self._unread.partition(b"\n")
        return line

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._input.close()
        self._output.close()


def _wait(pipe: IO[bytes], event: int, deadline: float) -> bool:
    """Whether something can be read from, or written to, the pipe before the deadline; an end counts, too."""
    poll = select.poll()
    poll.register(pipe, event)
    return bool(poll.poll(1000 * max(0.0, deadline - time.monotonic())))


def _decoded(line: bytes, kind: type[_Line]) -> _Line:
    try:
        return msgspec.json.decode(line, type=kind)
    except msgspec.MsgspecError as error:
        raise _ChildFailed(f"the process writes what is no answer ({error})") from error

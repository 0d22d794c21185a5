"""Machines for `tests.torture.machines`: each has a data folder, and where namespaces can be made, a name and
processes of its own. A worker that ends is started again, as a service is.
"""

from __future__ import annotations

import os
import shutil
import signal
import struct
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.conftest import ROOT

MARK = "JUMPNOTES_TORTURE"
"""A variable by which every process is known that a machine began."""

_CLOCK = ROOT / "tests" / "faults" / "clock"
_SHORT_PIECES = (
    "from pipeline.transcribe import chunking; "
    "chunking.MAX_CHUNK_SAMPLES = 60 * 16_000; chunking._CUT_REACH_SAMPLES = 20 * 16_000; "
)
_QUICK_PULSE = (
    "from pipeline.store import procrastinate_states; procrastinate_states.STALLED_SECONDS = 4.0; "
    "worker.BEAT_SECONDS = 0.8; "
)
_QUICK_RETRIES = (
    "from datetime import timedelta; from pipeline.jobs import child, retrying; "
    "child._SOON = retrying._BUSY_PAUSE = timedelta(seconds=1); "
)
_COMMAND = "from pipeline.cli import main; main({arguments!r})"
_UNSHARE = ("unshare", "--uts", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc")


@cache
def has_namespaces() -> bool:
    """Whether this user may make a host within this one."""
    if not shutil.which("unshare"):
        return False
    return subprocess.run([*_UNSHARE, "true"], capture_output=True, check=False).returncode == 0


def program(arguments: list[str], *, quick: bool) -> str:
    """What Python does for `jumpnotes ARGUMENTS` with pieces of a minute. `quick`: who is silent is missed soon, and
    who waits for somebody else asks again soon.
    """
    pulse, retries = (_QUICK_PULSE, _QUICK_RETRIES) if quick else ("", "")
    worker = f"from pipeline.jobs import worker; worker._MAIN = {_SHORT_PIECES + retries!r} + worker._MAIN; {pulse}"
    return _SHORT_PIECES + worker + _COMMAND.format(arguments=arguments)


def environment(data: Path, mark: str, **more: str) -> dict[str, str]:
    """Of a process whose archive is in this folder, or that has its data there."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("JUMPNOTES_")}
    return known | {
        "JUMPNOTES_DATA_DIR": str(data),
        "JUMPNOTES_MODEL": "tiny.en",
        "JUMPNOTES_MEANING": "false",
        "JUMPNOTES_ALLOW_HOSTS": "127.0.0.1",
        "OMP_NUM_THREADS": "1",
        MARK: mark,
        **more,
    }


@dataclass(slots=True)
class Machine:
    """A machine with a worker; `quick` as `program` has it. It may have a single core of this computer."""

    name: str
    folder: Path
    url: str
    exchange: Path
    mark: str
    quick: bool
    core: int | None = None
    _process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        """Switch it on."""
        self.folder.mkdir(parents=True, exist_ok=True)
        env = environment(
            self.folder,
            self.mark,
            JUMPNOTES_DATABASE=self.url,
            JUMPNOTES_EXCHANGE=str(self.exchange),
            JUMPNOTES_NETWORK=self.name,
            JUMPNOTES_TEST_CLOCK=str(self.folder / "clock"),
            PYTHONPATH=os.pathsep.join((str(_CLOCK), str(ROOT))),
        )
        service = 'while :; do "$@"; sleep 0.5; done'
        if has_namespaces():
            service = f"hostname {self.name}; {service}"
        isolated = _UNSHARE if has_namespaces() else ()
        pinned = () if self.core is None else ("taskset", "-c", str(self.core))
        command = [
            *pinned,
            *isolated,
            "sh",
            "-c",
            service,
            "sh",
            sys.executable,
            "-c",
            program(["worker"], quick=self.quick),
        ]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def turn_clock(self, seconds: int) -> None:
        """Let its clock be so much ahead of the true time."""
        (self.folder / "clock").write_text(str(seconds))

    def kill_job(self) -> bool:
        """End a process that does a job; False: there is none."""
        jobs = [job for worker in self._workers() for job in _children(worker)]
        return any(map(_kill, jobs[:1]))

    def kill_worker(self) -> bool:
        """End the worker alone; it is started again."""
        return any(map(_kill, self._workers()))

    def switch_off(self) -> bool:
        """End everything at once, as when the power goes."""
        assert self._process
        began = [self._process.pid, *_descendants(self._process.pid)]
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        if not has_namespaces():
            for process in began:
                _kill(process)
        self._process.wait()
        return True

    def _workers(self) -> list[int]:
        """The process that takes jobs, if it is there at the moment."""
        assert self._process
        shells = _children(self._process.pid) if has_namespaces() else [self._process.pid]
        found = [child for shell in shells for child in _children(shell)]
        return [process for process in found if b"main(['worker'])" in _command_line(process)]


def shift_of(file: Path, seconds: int) -> None:
    """Say in `file` how far the clock of whoever preloads the shim is ahead. It stays the file that was mapped."""
    with file.open("r+b" if file.exists() else "wb") as opened:
        opened.write(struct.pack("=q", seconds))
    file.chmod(0o644)


def build_clock(folder: Path) -> Path | None:
    """The shim that shifts clocks, as a library; None: nobody can compile it here."""
    if not (compiler := shutil.which("cc")):
        return None
    library = folder / "clock.so"
    source = Path(__file__).with_name("clock.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"], check=True)
    return library


def begun(mark: str) -> list[int]:
    """The processes that are there of all that machines with this mark began."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"{MARK}={mark}".encode() in (place / "environ").read_bytes().split(b"\0"):
                found.append(int(place.name))
    return found


def _descendants(process: int) -> list[int]:
    return [each for child in _children(process) for each in (child, *_descendants(child))]


def _children(process: int) -> list[int]:
    found: list[int] = []
    for thread in Path(f"/proc/{process}/task").glob("*"):
        with suppress(OSError):
            found += map(int, (thread / "children").read_text().split())
    return found


def _command_line(process: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""


def _kill(process: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
        return True
    return False

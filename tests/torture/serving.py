"""An archive with something of everything, and the real `jumpnotes serve` on it, in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import Settings
from pipeline.records import Origin, Recording, Segment, Transcript
from pipeline.refresh import Archive
from tests.service.meetings import Library

SMALL_PAGE = "/meetings/garden"
BIG_PAGE = "/meetings/long"
RECORDING = "/media/garden"
RECORDING_SECONDS = 8_000.0
"""Of the recording: it has 8 kB a second, so 64 MB, more than any server keeps in memory for each of its readers."""

_MAIN = "from pipeline.cli import main; main()"
_VARIABLES = ("JUMPNOTES_TOKEN", "JUMPNOTES_LANGUAGE", "JUMPNOTES_DATA_DIR")


@dataclass(frozen=True, slots=True)
class Server:
    """A running `jumpnotes serve`."""

    port: int
    pid: int

    def resident_mb(self) -> float:
        """The memory it has in use."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(next(re.finditer(r"VmRSS:\s+(\d+)", status))[1]) / 1024

    def cpu_seconds(self) -> float:
        """The processor time it has taken, user and system."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def open_files(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))  # noqa: PTH208 - counted, not opened


def make_archive(folder: Path, *, words: int, meetings: int = 10) -> None:
    """Meetings named garden (its recording a local file), long (as many words) and m0, m1 …, below `folder`."""
    archive = Archive.open(Settings(data_dir=folder / "data"))
    library = Library(archive.store, folder)
    notes = library.notes(video=False)
    library.local(duration=RECORDING_SECONDS)
    library.aligned(notes)
    for number in range(meetings):
        library.aligned(library.notes(slug=f"m{number}"))
    _long_meeting(library, words)
    archive.close()


def _long_meeting(library: Library, words: int) -> None:
    lines = "".join(f"- matter number {number} of the greenhouse and its glass\n" for number in range(400))
    library.notes(f"# Long 2024-01-01\n\n{lines}", slug="long", video=False)
    path = library.local("long", file="long.wav", duration=60.0)
    library.store.save_recording("long", Recording(str(path), "Call", words / 2.5, str(path)), key="long")
    spoken = tuple(
        Segment(at * 4.0, at * 4.0 + 3.5, f"and so number {at} is about the broken greenhouse roof", speaker="Ana")
        for at in range(words // 10)
    )
    transcript = Transcript("en", Origin.ASR, "small.en", spoken, words / 2.5)
    library.store.save_transcript("long", transcript, key="k")


@contextmanager
def running(folder: Path, *, tree: Path | None = None, port: int = 0, token: str | None = None) -> Iterator[Server]:
    """`jumpnotes serve` on the archive below `folder`, with the code of `tree` (default: this one).

    What it logs goes to `folder`/server.log.
    """
    command = [sys.executable, "-c", _MAIN, "serve", "--data-dir", str(folder / "data"), "--port", str(port)]
    environ = {name: value for name, value in os.environ.items() if name not in _VARIABLES}
    if token:
        environ["JUMPNOTES_TOKEN"] = token
    log = folder / "server.log"
    with log.open("w") as complaints:
        process = subprocess.Popen(command, cwd=tree, env=environ, stdout=subprocess.DEVNULL, stderr=complaints)
    try:
        yield Server(_port_of(process, log), process.pid)
        if process.poll() is not None:
            raise SystemExit(f"the server has ended: {log.read_text()}")
    finally:
        process.terminate()
        process.wait()


def _port_of(process: subprocess.Popen[bytes], log: Path) -> int:
    while process.poll() is None:
        if found := re.search(r"http://\S+:(\d+)/", log.read_text()):
            return int(found[1])
    raise SystemExit(log.read_text())

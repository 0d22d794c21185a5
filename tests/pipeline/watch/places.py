"""Places to watch: a repository that people write to, and what a look at one finds."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from pipeline.config import Settings
from pipeline.jobs.scanning import ScanOutcome, scan
from pipeline.records import JobDone, JobKind, Watch
from pipeline.refresh import Archive
from pipeline.run.inputs import stored_path

GARDEN = "# Garden call, 2024-03-05\n\n## Compost\n\n- The heap is too wet\n"


class GitProject:
    """A repository that somebody works in, and its bare copy that others fetch from."""

    def __init__(self, folder: Path) -> None:
        self.work = folder / "work"
        self.bare = folder / "minutes.git"
        self.work.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")
        subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", self.bare], check=True)

    def git(self, *arguments: str) -> str:
        who = ["-c", "user.name=Ana", "-c", "user.email=ana@garden.example", "-c", "commit.gpgsign=false"]
        done = subprocess.run(["git", *who, *arguments], cwd=self.work, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def push(self, files: dict[str, str | None] | None = None, *, branch: str = "main") -> str:
        """Write files, None deletes one, commit and publish them. Returns the commit."""
        for name, text in (files or {}).items():
            path = self.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink() if text is None else path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", "Minutes")
        self.publish(branch)
        return self.git("rev-parse", "HEAD")

    def publish(self, branch: str = "main") -> None:
        self.git("push", "--quiet", "--force", str(self.bare), f"HEAD:refs/heads/{branch}")
        subprocess.run(["git", "update-server-info"], cwd=self.bare, check=True)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args: Any) -> None:
        pass


@contextmanager
def served(folder: Path, port: int = 0, handler: type[SimpleHTTPRequestHandler] = _Quiet) -> Iterator[str]:
    """The files of a folder on a web server on loopback: all that git needs."""
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def look(watch: Watch, archive: Archive, settings: Settings, now: Any) -> ScanOutcome:
    """Look through a place as it is known now."""
    return scan(archive.store.watches.watch(watch.id), archive, settings, now)


def asked_for(outcome: ScanOutcome, folder: Path) -> list[str]:
    """The notes that a look put jobs for, by their paths in a folder."""
    root = stored_path(folder)
    return sorted((job.request.notes or "").removeprefix(f"{root}/") for job in outcome.jobs)


def work_off(archive: Archive) -> list[str]:
    """Do all jobs that wait, as far as the watch is concerned; the notes they were for."""
    done = []
    while claim := archive.store.jobs.take([JobKind.RUN]):
        done.append(claim.job.request.notes or "")
        archive.store.jobs.report(claim, JobDone())
    return done

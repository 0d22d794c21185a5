"""The demo: the seed's notes on a re-enacted recording, fetched by yt-dlp from a server on loopback.

Every stage is the real one; only the video's host is stood in for, because YouTube cannot be reached everywhere.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from pipeline.config import Settings
from pipeline.errors import ConfigError, JumpnotesError
from pipeline.records import Meeting
from pipeline.run.runner import Options, Reporter, Runner
from pipeline.store import Store

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
NOTES = SEEDS / "000_d54e42ad7e88ce35.txt"
AUDIO = SEEDS / "reenactment.m4a"
MODEL = "tiny.en"
PORT = 28_413
"""The same in every run when it is free, so that the second run knows the recording by its URL; below the ports that
systems hand out by themselves."""


def prepare(store: Store, settings: Settings, reporter: Reporter) -> Meeting:
    """Run the demo's meeting, or skip it when it is done.

    Raises:
        ConfigError: the seeds are not there (jumpnotes was installed without its checkout).
        JumpnotesError: the run failed.
    """
    for file in (NOTES, AUDIO):
        if not file.exists():
            raise ConfigError(f"{file}: not there", hint="The demo runs from a checkout of the repository: make demo.")
    with serving(AUDIO.parent) as base:
        options = Options(media=f"{base}/{AUDIO.name}", model=settings.model or MODEL)
        local = replace(settings, allow_hosts=settings.allow_hosts | {"127.0.0.1"})
        (outcome,) = Runner(store, local, options, reporter).run([NOTES])
    if outcome.failure:
        raise JumpnotesError(outcome.failure.message, hint=outcome.failure.hint)
    return store.meeting(outcome.slug or "")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing: progress is shown by the run."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client may hang up when it has seen enough; yt-dlp does after its first look."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a server on loopback that offers the files of `folder`."""
    handler = partial(_Quiet, directory=str(folder))
    try:
        server = _Server(("127.0.0.1", PORT), handler)
    except OSError:  # in use: any other will do
        server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

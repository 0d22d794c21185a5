"""The index of a large archive, made by a process for each core: each makes one of some of the meetings.

Making documents takes a core as long as a hundred thousand passages a quarter of a minute, and only other processes
have other cores. The parts are joined by taking their files together (`pipeline.search.index_folder`). What a process
could not do is left to its caller, who knows best what to say when it cannot do that, either.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector

import msgspec

from pipeline import indexing
from pipeline.errors import JumpnotesError
from pipeline.progress import Progress
from pipeline.search.index import SearchIndex
from pipeline.store import Store

LEAST_MEETINGS = 50
"""For a process of their own, which takes a second to start."""

MAX_PROCESSES = 8
"""Each takes half a gigabyte of memory at most."""

_MAIN = "from pipeline.index_parts import main; main()"
_BYTES = 4096

_log = logging.getLogger(__name__)


class PartOrder(msgspec.Struct, frozen=True):
    """What one of the processes is to do; it is told on its stdin, as an address may have a password in it."""

    database: str  # the file, or where it would be
    url: str | None
    folder: str  # of its index
    archive: str
    language: str
    slugs: Sequence[str]


@dataclass(frozen=True, slots=True)
class IndexParts:
    """The meetings with these `slugs`, to be indexed by several processes. `progress` is called with meetings."""

    store: Store
    language: str
    slugs: Sequence[str]
    progress: Progress | None = None

    def make(self, folder: Path) -> list[Path]:
        """Make indexes below `folder`, and return where those are that were made; none of few meetings, or on a single
        core.
        """
        count = min(len(os.sched_getaffinity(0)), MAX_PROCESSES, len(self.slugs) // LEAST_MEETINGS)
        if count < 2:
            return []
        orders = [self._order(folder / f"part{number}", self.slugs[number::count]) for number in range(count)]
        processes = [_begin(order) for order in orders]
        try:
            self._watch(processes)
            codes = [process.wait() for process in processes]
        finally:
            for process in processes:
                process.kill()
                process.wait()
                process.stdout.close()  # type: ignore[union-attr] # it is a pipe
        if any(codes):
            _log.info("%s: parts of the search index were not made; exit codes %s", folder, codes)
        return [Path(order.folder) for order, code in zip(orders, codes, strict=True) if code == 0]

    def _order(self, folder: Path, slugs: Sequence[str]) -> PartOrder:
        database, url = self.store.address
        return PartOrder(str(database), url, str(folder), self.store.key(), self.language, slugs)

    def _watch(self, processes: list[subprocess.Popen[bytes]]) -> None:
        """Until all have ended: they say a byte for each meeting."""
        done = 0
        with DefaultSelector() as selector:
            for process in processes:
                assert process.stdout
                selector.register(process.stdout.fileno(), EVENT_READ)
            while selector.get_map():
                for key, _ in selector.select():
                    if not (told := os.read(key.fd, _BYTES)):
                        selector.unregister(key.fd)
                    done += len(told)
                if self.progress:
                    self.progress(done, len(self.slugs))


def _begin(order: PartOrder) -> subprocess.Popen[bytes]:
    root = os.pathsep.join(filter(None, (str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH"))))
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", _MAIN],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": root},
    )
    assert process.stdin
    with suppress(BrokenPipeError):  # it died already
        process.stdin.write(msgspec.json.encode(order))
        process.stdin.close()
    return process


def main() -> None:
    """Make the part that is asked for on stdin; it ends with 1 where that cannot be done, or nobody listens."""
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=PartOrder)
    try:
        store = Store.open(Path(order.database), url=order.url)
        with SearchIndex(Path(order.folder)).rebuilding(order.archive, order.language) as writer:
            for slug in order.slugs:
                indexing.update(writer, store, slug)
                os.write(sys.stdout.fileno(), b".")
    except (JumpnotesError, BrokenPipeError) as error:
        sys.exit(str(error))

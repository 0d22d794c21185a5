"""Opens old databases in processes that are killed on the way.

`python -m tests.pipeline.store.killed_migrations FOLDER` prints, as JSON, what each left, by revision.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import alembic.command
import alembic.op  # noqa: F401 - so that each process does not have to
import sqlalchemy as sa
from sqlalchemy import event

from pipeline.store import Store
from tests.pipeline.store import old_databases

REVISIONS = ("0001", "0005", "0007", "0013")
_POINTS = 3  # at which each is killed, from the first statement to the last


def main(folder: Path) -> None:
    found = {}
    for revision in REVISIONS:
        old = old_databases.load(folder / revision / "old.db", revision)
        statements = _count(folder / revision, old)
        points = sorted({1 + round(each * (statements - 1) / (_POINTS - 1)) for each in range(_POINTS)})
        found[revision] = [_killed(folder / revision, old, point) for point in points]
    print(json.dumps(found))


def _count(folder: Path, old: Path) -> int:
    """The statements of an upgrade that is left in peace."""
    read, write = os.pipe()
    if os.fork() == 0:
        number = _open(Path(shutil.copy(old, folder / "counted.db")))
        os.write(write, str(number).encode())
        os._exit(0)
    os.wait()
    return int(os.read(read, 20))


def _open(path: Path, *, die_at: int = 0) -> int:
    """Open a database, or be killed before a statement; how many there were."""
    number = 0

    def count(*_: object) -> None:
        nonlocal number
        number += 1
        if number == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def spill(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA cache_size=1")  # so that what is written is in the log before it is committed

    event.listen(sa.Engine, "connect", spill)
    event.listen(sa.Engine, "before_cursor_execute", count)
    event.listen(sa.Engine, "commit", count)
    with closing(Store.open(path)):
        return number


def _killed(folder: Path, old: Path, point: int) -> dict[str, object]:
    path = Path(shutil.copy(old, folder / f"killed{point}.db"))
    before = old_databases.contents(old)
    child = os.fork()
    if child == 0:
        _open(path, die_at=point)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), (point, status)
    after = old_databases.contents(path)
    ((revision,),) = after["alembic_version"]
    with closing(Store.open(path)) as store:
        opens = store.meeting("call-1").notes.title == "Call 1" and store.find_damage() is None
    return {
        "point": point,
        "then": revision,
        "is_whole": revision != old.parent.name or after == before,
        "opens": opens,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Adopts a draft in processes that are killed, one after the other, at each thing they do to a file.

`python -m tests.pipeline.jobs.killed DATA-DIR DRAFT` prints, as JSON, how many there were and what each left at last.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.config import Settings
from pipeline.jobs import adopting, draft_notes, drafts, own_notes
from tests.pipeline.jobs.sent import below

_CHANGES = frozenset({"os.rename", "os.remove", "os.mkdir", "os.truncate", "os.link"})
_MAX_CHANGES = 200


def main(data_dir: Path, draft_id: str) -> None:
    given = Settings(data_dir=data_dir)
    draft_notes.read(given, drafts.load(given, draft_id))  # so that what it takes is loaded once
    found = []
    for number in range(1, _MAX_CHANGES):
        copy = Settings(data_dir=shutil.copytree(data_dir, data_dir.with_name(f"copy{number}")))
        killed = _in_a_process(copy, draft_id, die_at=number)
        assert _in_a_process(copy, draft_id) == 0
        shown = {name: data.decode("latin-1")[:20] for name, data in below(copy.data_dir).items()}
        (notes,) = copy.notes_dir.glob("*.md")
        kept = replace(copy, data_dir=copy.data_dir.resolve())
        found.append((shown, [each.number for each in own_notes.versions(kept, notes)], _authors(kept, notes)))
        if not killed:
            print(json.dumps({"kills": number - 1, "left": found}))
            return
    raise AssertionError("it never came to an end")


def _authors(settings: Settings, notes: Path) -> list[str]:
    return [each.author for each in own_notes.versions(settings, notes)]


def _in_a_process(settings: Settings, draft_id: str, *, die_at: int = 0) -> int:
    """Adopt, in a process that kills itself before its change with this number; whether it did."""
    child = os.fork()
    if child == 0:
        left = die_at

        def count(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal left
            writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
            if event in _CHANGES or writes:
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        adopting.adopt(settings, draft_id)
        os._exit(0)
    return os.waitpid(child, 0)[1]


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

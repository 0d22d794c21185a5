"""The chunks finished so far, safe against `kill -9` and power cuts.

A file of JSON lines that only grows: a header that says what is being done, then one line per finished chunk, each on
the disk before the next chunk begins. Killing the process can tear the last line, never an earlier one. The file stays
when the run is done: whoever stores the result removes it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pipeline import untrusted
from pipeline.errors import DiskFull, JumpnotesError, TranscribeError
from pipeline.whole_files import is_for_want_of_room

Line = Mapping[str, Any]
"""One JSON object."""


def resume(path: Path, header: Line, is_whole: Callable[[Line], bool] = bool) -> list[dict[str, Any]]:
    """The lines finished by an earlier run with the same header, and `path` made ready for `append`.

    A file with another header is started afresh, as if there were none. A torn last line is removed, and so are all
    from the first on that is not whole.

    Raises:
        TranscribeError: the file cannot be read or written.
        DiskFull: there is no room for it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        content = path.read_bytes() if path.exists() else b""
        found = _read_lines(content, json.loads(json.dumps(header)), is_whole)
        if found is None:
            path.write_bytes(b"")
            append(path, header)
            return []
        lines, size = found
        os.truncate(path, size)
    except OSError as error:
        raise _cannot_save(path, error) from error
    return lines


def append(path: Path, line: Line) -> None:
    """Add one line; when this returns, it is on the disk.

    Raises:
        TranscribeError: the file cannot be written.
        DiskFull: there is no room for it.
    """
    try:
        with path.open("ab") as file:
            file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _cannot_save(path, error) from error


def _read_lines(data: bytes, header: Line, is_whole: Callable[[Line], bool]) -> tuple[list[dict[str, Any]], int] | None:
    """The whole lines after the header, and how many bytes they and it take; None when the header is another."""
    lines: list[dict[str, Any]] = []
    size = 0
    for raw in data.splitlines(keepends=True):
        if not raw.endswith(b"\n"):
            break
        try:
            line = untrusted.parse_json(raw.decode())
        except ValueError:
            break
        if not isinstance(line, dict) or (lines and not is_whole(line)):
            break
        lines.append(line)
        size += len(raw)
    return (lines[1:], size) if lines and lines[0] == header else None


def _cannot_save(path: Path, error: OSError) -> JumpnotesError:
    if is_for_want_of_room(error):
        return DiskFull(path)
    return TranscribeError(
        f"{path}: the progress of the transcription cannot be saved ({error.strerror})",
        hint="Make the folder writable. What was saved so far is used again.",
    )

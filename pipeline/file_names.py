"""Names of files as text. A name may be any bytes, and not all of them can be stored, printed or shown."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    r"""`text` for people: what is no character, or would move a terminal's cursor, is shown as it is escaped in Python.

    >>> printable("r\udce9union\n.md")
    'r\\xe9union\\n.md'
    """
    return _UNPRINTABLE.sub(_escaped, text)


def stored(path: Path) -> str:
    """The absolute `path` as text that can be stored, and that no other file has: a file URI where it is not UTF-8."""
    return str(path) if is_text(path) else path.as_uri()


def path_of(text: str) -> Path:
    """The path that is stored as `text`."""
    return (
        Path(os.fsdecode(unquote_to_bytes(text.removeprefix("file://")))) if text.startswith("file://") else Path(text)
    )


def may_exist(path: Path) -> bool:
    """Whether there is such a file, as far as can be told: behind a folder that cannot be entered there may be."""
    try:
        return path.exists()
    except OSError:
        return True


def is_text(path: Path | str) -> bool:
    """Whether a name is valid UTF-8, as it is on most disks."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _escaped(found: re.Match[str]) -> str:
    byte = ord(found[0]) - 0xDC00  # as Python reads a byte that is no UTF-8
    return f"\\x{byte:02x}" if 0x80 <= byte <= 0xFF else ascii(found[0])[1:-1]

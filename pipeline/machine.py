"""What a machine is called where several share an archive: whoever has its data folder is on it.

Two containers with one data folder are one machine, as what one fetched the other can hear; two with a folder each are
not, though they may run on the same computer.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import socket
from contextlib import suppress
from pathlib import Path

from pipeline import untrusted
from pipeline.untrusted import InvalidInput

FILE_NAME = "machine"

_MAX_BYTES = 200
_NAME = re.compile(r"[A-Za-z0-9.-]{1,80}")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9.-]+")


def machine_name(data_dir: Path) -> str:
    """The name of the machine with this data folder, which it is given once; that of the computer where it has none."""
    host = _NOT_IN_NAMES.sub("-", socket.gethostname())[:60] or "machine"
    name = f"{host}-{secrets.token_hex(4)}"
    unfinished = data_dir / f".{FILE_NAME}.{name}"
    if (known := _known(data_dir)) is None:
        try:
            unfinished.write_text(f"{name}\n")
            with suppress(FileExistsError):  # somebody else gave it one at this moment
                _put(unfinished, data_dir / FILE_NAME)
        except OSError:  # it cannot be written, and nobody works from there
            return host
        finally:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
    return known or _known(data_dir) or host


def _put(unfinished: Path, file: Path) -> None:
    """Let it be the file, if there is none yet, and at once as a whole if the file system can do that."""
    try:
        os.link(unfinished, file)
    except FileExistsError:
        raise
    except OSError:  # such as exFAT and some network drives, which have no hard links
        with file.open("x") as made:
            made.write(unfinished.read_text())


def short_name(name: str) -> str:
    """The same in few characters, as parts of the names of queues are."""
    return hashlib.sha256(name.encode()).hexdigest()[:10]


def _known(data_dir: Path) -> str | None:
    try:
        known = untrusted.read_bytes(data_dir / FILE_NAME, limit=_MAX_BYTES).decode("ascii", "replace").strip()
    except (OSError, InvalidInput):
        return None
    return known if _NAME.fullmatch(known) else None

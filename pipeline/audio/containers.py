"""Files of sound and video, opened: only what is in the file itself is ever read.

FFmpeg takes lists of other files for recordings, too (of HLS, DASH, its own concat script), by what stands in a file,
whatever its name. Such a list reaches every file of this machine, and what is said in it would be shown.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import av

from pipeline.errors import AudioUnreadable

OTHER_HINT = "Give the recording itself with --media, or a transcript of it with --transcript."

_SNIFFED_BYTES = 1024
_OTHER_KINDS = {
    "a PDF": (b"%PDF",),
    "an archive or an office document": (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"\xd0\xcf\x11\xe0"),
    "a list of files": (b"ffconcat", b"#EXTM3U", b"v=0\r", b"v=0\n"),
    "a web page": (b"<",),
}
_LISTS = frozenset({"concat", "dash", "hls", "image2", "imf", "rtsp", "sdp"})
"""Formats, as FFmpeg calls them, of files that name other files or hosts."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def open_container(media: Path) -> Any:
    """The container in a file, as PyAV has it.

    Raises:
        AudioUnreadable: it is no sound or video, or it names others instead of having any.
    """
    start = _start_of(media)
    if other := _other_kind(start):
        raise AudioUnreadable(media, f"is {other}, not a sound or video file", hint=OTHER_HINT)
    try:
        container = av.open(str(media), metadata_errors="ignore")
    except av.error.FFmpegError as error:
        if start[4:8] == b"ftyp":  # MP4 and its kin
            raise AudioUnreadable(media, "is incomplete: the index at its end is missing, or it is damaged") from error
        raise AudioUnreadable(media, f"not a sound or video file, or incomplete ({error.strerror})") from error
    if _LISTS & set(container.format.name.split(",")):
        container.close()
        raise AudioUnreadable(media, "is a list of files, not a sound or video file", hint=OTHER_HINT)
    return container


def _start_of(media: Path) -> bytes:
    try:
        with media.open("rb") as file:
            return file.read(_SNIFFED_BYTES)
    except OSError as error:
        raise AudioUnreadable(media, f"cannot be read ({error.strerror})") from error


def _other_kind(start: bytes) -> str | None:
    """What a file that begins so is, in words, where it is no recording."""
    for kind, marks in _OTHER_KINDS.items():
        if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(marks):
            return kind
    return "a text file" if _is_text(start) else None


def _is_text(start: bytes) -> bool:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16
        return True
    whole = start[: start.rfind(b" ") + 1] or start  # no character is cut in two
    with suppress(UnicodeDecodeError):
        return not _CONTROL.search(whole.decode())
    return False

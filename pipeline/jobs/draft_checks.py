"""What may be in a draft, checked before anything of it is kept."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from pipeline import cues, links, untrusted
from pipeline.disk_reserve import has_room
from pipeline.errors import DiskFull, DraftError
from pipeline.file_names import is_text, printable
from pipeline.setting_values import is_web_address

MAX_NOTES_BYTES = 4_000_000
"""As everywhere."""

NOTES_SUFFIXES = (".md", ".markdown", ".mdx", ".html", ".htm", ".txt")
RECORDING_SUFFIXES = (
    *(".mp4", ".webm", ".m4v", ".mov", ".mkv", ".ogv"),
    *(".m4a", ".mp3", ".opus", ".ogg", ".oga", ".flac", ".wav", ".aac", ".weba", ".mka"),
)
"""As `pipeline.run.companions` has them."""

Role = Literal["notes", "recording", "transcript"]
"""What a file of a draft is."""

ROLES: tuple[Role, ...] = get_args(Role)

SUFFIXES: dict[str, tuple[str, ...]] = {
    "notes": NOTES_SUFFIXES,
    "recording": RECORDING_SUFFIXES,
    "transcript": cues.SUFFIXES,
}

_MAX_NAME_CHARS = 200
_MAX_TITLE_CHARS = 300
_MAX_LINK_CHARS = 2_000
_MAX_BYTES = {"notes": MAX_NOTES_BYTES, "transcript": cues.MAX_TRANSCRIPT_BYTES}
_TOO_LARGE_HINTS = {
    "notes": "Notes are text files: one per meeting.",
    "recording": "Its sound alone is smaller, and enough. JUMPNOTES_UPLOAD_MB on the server sets the limit.",
    "transcript": "Send a transcript of this recording alone.",
}


def checked_name(role: str, name: str) -> str:
    """The name of a file, as it is shown to people: its last part, in one line.

    Raises:
        DraftError: there is no such role, or its files are not called so.
    """
    if role not in SUFFIXES:
        raise DraftError(f"no file is {untrusted.shown(role)}", hint="A file is notes, a recording or a transcript.")
    shown = one_line(untrusted.repaired_text(name[: 2 * _MAX_NAME_CHARS]).replace("\\", "/").rpartition("/")[2])
    if not shown or len(name) > _MAX_NAME_CHARS:
        problem = f"the name of a file has to be one of up to {_MAX_NAME_CHARS} characters that can be seen"
        raise DraftError(problem, hint="Rename it.")
    if Path(shown).suffix.lower() not in SUFFIXES[role]:
        problem = f"{shown} is not taken as {'notes' if role == 'notes' else f'a {role}'}"
        raise DraftError(problem, hint=f"Its name has to end in {', '.join(SUFFIXES[role])}.")
    return shown


def check_size(role: str, name: str, size: int, upload_mb: float) -> None:
    """Raises DraftError: a file has nothing in it, or more than is taken."""
    limit = min(_MAX_BYTES.get(role, size), int(upload_mb * 1_000_000))
    if size < 1:
        raise DraftError(f"{name} is empty", hint="Choose another file.")
    if limit == 0:
        raise DraftError("no files are taken here", hint="JUMPNOTES_UPLOAD_MB on the server sets the limit.")
    if size > limit:
        raise DraftError(f"{name} is larger than {limit / 1_000_000:g} MB", hint=_TOO_LARGE_HINTS[role])


def check_room(folder: Path, wanted_bytes: int) -> None:
    """Raises DiskFull: so many bytes would leave less free than the reserve."""
    if not has_room(folder, wanted_bytes):
        raise DiskFull(folder.parent, "the disk has no room for the files")


def checked_text(text: str) -> bytes:
    """Notes that were written, as UTF-8.

    Raises:
        DraftError: they are empty, too long, or not valid Unicode.
    """
    if not is_usable(text):
        raise DraftError("the notes are empty, or not valid Unicode", hint="Write the notes first.")
    content = text.encode()
    if len(content) > MAX_NOTES_BYTES:
        raise DraftError(f"the notes are longer than {MAX_NOTES_BYTES / 1_000_000:g} MB", hint="Split them.")
    return content


def is_usable(text: str) -> bool:
    """Whether a text can be notes: there is something in it, and it is valid Unicode without NUL."""
    return bool(text.strip()) and is_text(text) and "\0" not in text


def checked_link(link: str) -> str:
    """A link to a recording, without what nobody sees.

    Raises:
        DraftError: it is none.
    """
    tidy = links.tidy(link) if len(link) <= _MAX_LINK_CHARS else ""
    if not is_web_address(tidy) or links.has_unsafe_characters(tidy):
        raise DraftError("this is no link to a recording", hint="Paste the address of a video, with https://.")
    if links.is_on_youtube(tidy) and not links.youtube_id(tidy):
        raise DraftError("this is a page on YouTube, but not a video", hint="Open the video, and paste its address.")
    return tidy


def checked_title(text: str) -> str:
    """A title, in one line.

    Raises:
        DraftError: it is none.
    """
    title = one_line(text)
    if not title:
        raise DraftError("the title is empty, or has characters that nobody sees", hint="Type it anew.")
    if len(title) > _MAX_TITLE_CHARS:
        raise DraftError(f"the title is longer than {_MAX_TITLE_CHARS} characters", hint="Give a shorter one.")
    return title


def checked_day(text: str) -> str:
    """A day, as ISO has it.

    Raises:
        DraftError: it is none.
    """
    with suppress(ValueError):
        return date.fromisoformat(text.strip()).isoformat()
    raise DraftError("there is no such day", hint="Give it as 2024-03-05.")


def is_plain_name(text: str) -> bool:
    """Whether a text is the name of a file in a folder: nothing leads out of it."""
    return bool(text) and not text.startswith(".") and not set(text) & {"/", "\\", "\0"}


def one_line(text: str) -> str:
    """The text in one line; "" where it has what nobody sees."""
    line = " ".join(text.split())
    return line if is_text(line) and printable(line) == line else ""

"""Where media files are. The data folder may move: what is in it is stored by its place in it, and what is elsewhere is
looked for beside the notes when it is no longer where it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pipeline.records import Recording

MEDIA_FOLDER = "media"  # in every data folder


def relative(recording: Recording, folder: Path) -> Recording:
    """The recording as it is stored in the data folder `folder`."""
    parts = tuple(
        replace(part, media=part.media and _relative(part.media, folder), withheld=False) for part in recording.parts
    )
    media = recording.media and _relative(recording.media, folder)
    return replace(recording, media=media, parts=parts, withheld=False)


def located(recording: Recording, folder: Path, notes: Path) -> Recording:
    """The recording with its files where they are now, or else where they were; `notes` are those of the meeting."""
    media = recording.media and str(locate(recording.media, folder, notes, recording.media_bytes))
    parts = tuple(
        replace(part, media=part.media and str(locate(part.media, folder, notes))) for part in recording.parts
    )
    return replace(recording, media=media, parts=parts)


def locate(media: str, folder: Path, notes: Path | None = None, size: int | None = None) -> Path:
    """Where a media file is now, or else where it was.

    Args:
        notes: in whose folder it may be, if its size is known.
        size: in bytes; a file of the same name and another size is another.
    """
    known, *others = _candidates(Path(media), folder, None if size is None else notes)
    if _is_it(known, size):
        return known
    return next((file for file in others if _is_it(file, size) and _may_be_served(file, folder, notes)), known)


def _candidates(media: Path, folder: Path, notes: Path | None) -> Iterator[Path]:
    if not media.is_absolute():
        yield folder / media
        return
    yield media
    if notes is not None:
        yield notes.parent / media.name
        yield notes.parent / media.parent.name / media.name
    yield folder / MEDIA_FOLDER / media.name


def _is_it(file: Path, size: int | None) -> bool:
    try:
        return file.is_file() and size in (None, file.stat().st_size)
    except OSError:  # behind a folder that cannot be entered
        return False


def _may_be_served(file: Path, folder: Path, notes: Path | None) -> bool:
    """Whether a file that was found is in the data folder, which is ours, or really in that of the notes."""
    if file.is_relative_to(folder) or notes is None:
        return True
    try:
        return file.resolve().is_relative_to(notes.parent.resolve())
    except (OSError, RuntimeError):  # a folder that cannot be entered, a symlink to itself
        return False


def _relative(media: str, folder: Path) -> str:
    path = Path(media)
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else media

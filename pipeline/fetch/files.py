"""Recordings on the disk: those people have, and those that were fetched; and the cookies to fetch them with.

A fetched recording is two files: the media, and a description beside it with what the host said and the media's size.
"""

from __future__ import annotations

import errno
import fcntl
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import msgspec

from pipeline import audio
from pipeline.errors import ConfigError, DiskFull, NotFound
from pipeline.fetch.sources import Remote
from pipeline.records import Recording

COOKIES_HINT = "Export cookies.txt in Netscape form, or unset JUMPNOTES_COOKIES."


def local(path: Path) -> Recording:
    """A file that is used where it is.

    Raises:
        NotFound: it is not a file.
        AudioUnreadable: there is no sound in it.
    """
    if not path.is_file():
        raise NotFound(str(path), "is a folder or a device, not a file")
    here = str(path.resolve())
    return Recording(source=here, title=path.stem, duration=duration(path), media=here)


def duration(path: Path) -> float | None:
    """Declared length in seconds, after making sure that something can be heard.

    Raises:
        AudioUnreadable: nothing can.
    """
    with audio.open_sound(path) as sound:
        next(sound.blocks, None)
        return sound.duration


@contextmanager
def room(folder: Path) -> Iterator[None]:
    """Work in a folder, made if need be; trouble with it is the user's to solve.

    Raises:
        DiskFull: no room in it.
        ConfigError: it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(folder) from error
        raise ConfigError(
            f"{folder}: cannot be written ({error.strerror})", hint="Choose another folder with --data-dir."
        ) from error


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One download into a folder at a time: a second process would write into the same unfinished file."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def kept(asked: Remote, into: Path) -> Recording | None:
    """What an earlier call fetched, if it is still there and whole."""
    for media in sorted(into.glob(f"{asked.stem}.*")):
        if media.suffix != ".json" and media.is_file():
            return _described(asked, media)
    return None


def _described(asked: Remote, media: Path) -> Recording | None:
    description = media.with_suffix(".json")
    if not description.exists():  # somebody put the file there
        return replace(local(media), source=asked.name, video_id=asked.video_id)
    try:
        data = json.loads(description.read_text(encoding="utf-8"))
        if data.pop("bytes") != media.stat().st_size:
            return None
        return msgspec.convert(data | {"media": str(media)}, Recording)
    except (ValueError, TypeError, KeyError, AttributeError, msgspec.ValidationError):
        return None  # not ours, or from another version: fetched again


def keep(found: Recording, fetched: Path, into: Path, stem: str) -> Recording:
    """Move a finished download to its place, its description first: a file without one would count as whole."""
    data = asdict(found) | {"bytes": fetched.stat().st_size}
    del data["media"]
    description = fetched.with_name("description")
    description.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    for old in into.glob(f"{stem}.*"):
        old.unlink()
    media = into / f"{stem}{fetched.suffix}"
    description.replace(media.with_suffix(".json"))
    fetched.replace(media)
    return replace(found, media=str(media))


def cookies(path: Path) -> io.StringIO:
    """A copy for yt-dlp, which writes back to what it is given, and prints lines it does not understand.

    Raises:
        ConfigError: the file is not there, or not a cookies.txt. Its content is not repeated.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}, set as JUMPNOTES_COOKIES, cannot be read", hint=COOKIES_HINT) from error
    for number, line in enumerate(text.splitlines(), start=1):
        entry = line.removeprefix("#HttpOnly_")
        if entry.strip() and not entry.startswith("#") and len(entry.split("\t")) != 7:
            raise ConfigError(f"{path}:{number}: is not a line of a cookies.txt", hint=COOKIES_HINT)
    return io.StringIO(text)

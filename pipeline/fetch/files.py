"""Files that fetching uses: people's own recordings, fetched ones, and cookies.

A fetched recording is two files: the media, and beside it a description with what the host said and the media's size.
"""

from __future__ import annotations

import io
import json
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path

import filelock
import msgspec

from pipeline import audio, untrusted
from pipeline.errors import Busy, ConfigError, DiskFull, NotFound, Unsupported
from pipeline.fetch.sources import RemoteSource
from pipeline.file_names import is_text
from pipeline.records import Recording
from pipeline.whole_files import is_for_want_of_room

MAX_LOCKED_SECONDS = 600.0
"""How long a download waits for another of the same recording, or for another from YouTube."""

_MAX_COOKIES_BYTES = 10_000_000
_MAX_DESCRIPTION_BYTES = 10_000_000

COOKIES_HINT = "Export cookies.txt in Netscape form, or unset JUMPNOTES_COOKIES."

_log = logging.getLogger(__name__)


def local_recording(path: Path) -> Recording:
    """The recording in a file, which is used where it is.

    Raises:
        NotFound: it is not a file.
        AudioUnreadable: there is no sound in it.
    """
    if not path.is_file():
        raise NotFound(str(path), "is a folder or a device, not a file")
    here = str(path.resolve())
    if not is_text(Path(here)):
        raise Unsupported(here, "the name of the file is not UTF-8, so it cannot be stored")
    return Recording(source=here, title=path.stem, duration=checked_duration(path), media=here)


def checked_duration(path: Path) -> float | None:
    """Declared duration in seconds, after a check that the sound can be decoded. None: the file does not say.

    Raises:
        AudioUnreadable: there is no sound that can be decoded.
    """
    with audio.open_sound(path) as sound:
        next(sound.blocks, None)
        return sound.duration


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Write into a folder, which is created if necessary.

    Raises:
        DiskFull: no space left.
        ConfigError: it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        if is_for_want_of_room(error):
            raise DiskFull(folder) from error
        raise ConfigError(
            f"{folder}: cannot be written ({error.strerror})", hint="Choose another folder with --data-dir."
        ) from error


@contextmanager
def locked(remote: RemoteSource, into: Path) -> Iterator[None]:
    """Wait until no other process downloads the same, because both would write into one unfinished file.

    YouTube is asked for one recording at a time. Of other hosts, one that is slow holds up nothing else.

    Raises:
        Busy: the other one took longer than MAX_LOCKED_SECONDS.
    """
    folder = into / ".locks"
    folder.mkdir(exist_ok=True)
    lock = filelock.FileLock(folder / f"{'youtube' if remote.video_id else remote.file_stem}.lock")
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout:
        _log.warning("%s: waiting for another jumpnotes, which is downloading", remote.shown_url)
        try:
            lock.acquire(timeout=MAX_LOCKED_SECONDS)
        except filelock.Timeout as error:
            raise Busy(into, f"another jumpnotes has been downloading for {MAX_LOCKED_SECONDS:.0f} seconds") from error
    try:
        yield
    finally:
        lock.release()


def remove_unfinished(into: Path) -> None:
    """Remove what interrupted downloads have left, other than YouTube's, to make room. Those in progress go on."""
    for lock_file in (into / ".locks").glob("*.lock"):
        with suppress(filelock.Timeout), filelock.FileLock(lock_file, timeout=0):
            shutil.rmtree(into / f".{lock_file.stem}", ignore_errors=True)


def find_fetched(remote: RemoteSource, into: Path) -> Recording | None:
    """What an earlier call fetched, if it is still there and whole."""
    for media in sorted(into.glob(f"{remote.file_stem}.*")):
        if media.suffix != ".json" and media.is_file() and not media.is_symlink():
            return _read_description(remote, media)
    return None


def _read_description(remote: RemoteSource, media: Path) -> Recording | None:
    description = media.with_suffix(".json")
    if not description.exists():  # somebody put the file there
        return replace(local_recording(media), source=remote.shown_url, video_id=remote.video_id)
    try:
        data = untrusted.parse_json(untrusted.read_bytes(description, limit=_MAX_DESCRIPTION_BYTES).decode())
        if data.pop("bytes") != media.stat().st_size:
            return None
        found = msgspec.convert(data | {"media": str(media)}, Recording)
        for number, chapter in enumerate(found.chapters):
            untrusted.seconds(chapter.start, f"chapters[{number}].start")
            untrusted.seconds(chapter.end, f"chapters[{number}].end")
        if found.duration is not None:
            untrusted.seconds(found.duration, "duration")
    except (ValueError, TypeError, KeyError, AttributeError, msgspec.ValidationError):
        return None  # not ours, damaged, or from another version: fetched again
    return found


def keep(found: Recording, fetched: Path, into: Path, stem: str) -> Recording:
    """Move a finished download to its final name, its description first: a file without one would count as whole."""
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


def note_size(media: Path, size: int) -> None:
    """Let a fetched file that is about to be replaced by another form of it, of `size` bytes, count as whole then."""
    description = media.with_suffix(".json")
    with suppress(FileNotFoundError):  # somebody put the file there
        data = untrusted.parse_json(untrusted.read_bytes(description, limit=_MAX_DESCRIPTION_BYTES).decode())
        changed = media.with_name(f".{media.name}.description")
        changed.write_text(json.dumps(data | {"bytes": size}, ensure_ascii=False), encoding="utf-8")
        changed.replace(description)


def drop(media: Path, into: Path) -> None:
    """Delete a fetched recording with its description; nothing that is elsewhere than in the folder `into`."""
    if media.parent == into and not media.is_symlink():
        media.unlink(missing_ok=True)  # first: a file without a description would count as whole
        media.with_suffix(".json").unlink(missing_ok=True)


def read_cookies(path: Path) -> io.StringIO:
    """A copy for yt-dlp, which would write to the file, and prints lines it does not understand.

    Raises:
        ConfigError: the file cannot be read, or is no cookies.txt. Its content is not repeated.
    """
    try:
        text = untrusted.read_bytes(path, limit=_MAX_COOKIES_BYTES).decode()
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}, set as JUMPNOTES_COOKIES, cannot be read", hint=COOKIES_HINT) from error
    for number, line in enumerate(text.splitlines(), start=1):
        entry = line.removeprefix("#HttpOnly_")
        if entry.strip() and not entry.startswith("#") and len(entry.split("\t")) != 7:
            raise ConfigError(f"{path}:{number}: not a line of a cookies.txt", hint=COOKIES_HINT)
    return io.StringIO(text)

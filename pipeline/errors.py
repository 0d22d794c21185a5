"""The error tree: one class for each thing a user can do about it.

    JumpnotesError
    ├── ConfigError
    ├── NotesError                     the notes cannot be read
    ├── FetchError                     the recording cannot be had
    │   ├── VideoUnavailable           removed, private, members only, blocked in this country
    │   ├── FetchBlocked               YouTube asks for a person, or the host is not allowed
    │   ├── RateLimited
    │   ├── NotReady                   upcoming, live, or still being processed
    │   ├── NoNetwork                  no route, time-out, cut off
    │   └── ToolMissing                yt-dlp is too old, or has no JavaScript runtime
    ├── TranscriptError                a transcript file cannot be read
    ├── TranscribeError
    │   ├── AudioUnreadable
    │   └── ModelUnavailable
    ├── AlignError
    └── StoreError
        ├── MeetingNotFound
        ├── SchemaMismatch
        ├── InvalidQuery
        ├── Busy
        └── DiskFull

Constructors take facts and build the message. `hint` says what the user can do, `retryable` whether the same
call may succeed later. Bugs are never turned into one of these.
"""

from __future__ import annotations

from pathlib import Path


class JumpnotesError(Exception):
    """Something a user can act on. `str()` is one sentence; `hint` is the next step."""

    hint: str = ""
    retryable: bool = False

    def __init__(self, message: str, *, hint: str | None = None, retryable: bool | None = None) -> None:
        super().__init__(message)
        if hint is not None:
            self.hint = hint
        if retryable is not None:
            self.retryable = retryable


class ConfigError(JumpnotesError):
    """A setting has a value that cannot be used."""


class NotesError(JumpnotesError):
    """A notes file cannot be read. `line` is 1-based, None when it concerns the whole file."""

    def __init__(self, path: Path, problem: str, *, line: int | None = None, hint: str = "") -> None:
        where = f"{path}:{line}" if line else str(path)
        super().__init__(f"{where}: {problem}", hint=hint)
        self.path = path
        self.line = line


class FetchError(JumpnotesError):
    """A recording could not be fetched from `url`."""

    def __init__(self, url: str, problem: str, *, hint: str | None = None, retryable: bool | None = None) -> None:
        super().__init__(f"{url}: {problem}", hint=hint, retryable=retryable)
        self.url = url


class VideoUnavailable(FetchError):
    hint = "Check the link in the notes, or give the recording yourself with --media FILE."


class FetchBlocked(FetchError):
    hint = "Run this on another network, or give the recording with --media FILE or --transcript FILE."


class RateLimited(FetchError):
    hint = "Wait about an hour before the next download."
    retryable = True


class NotReady(FetchError):
    hint = "Run again when the recording is finished and processed."
    retryable = True


class NoNetwork(FetchError):
    hint = "Check the connection and run again."
    retryable = True


class ToolMissing(FetchError):
    hint = "Update yt-dlp with its JavaScript runtime: pip install -U 'yt-dlp[default,deno]'."


class TranscriptError(JumpnotesError):
    """A transcript file cannot be read. `line` is 1-based, None when it concerns the whole file."""

    hint = "Give a WebVTT, SRT, YouTube json3 or jumpnotes JSON file."

    def __init__(self, path: Path | str, problem: str, *, line: int | None = None) -> None:
        where = f"{path}:{line}" if line else str(path)
        super().__init__(f"{where}: {problem}")
        self.path = path
        self.line = line


class TranscribeError(JumpnotesError):
    """Speech recognition failed."""


class AudioUnreadable(TranscribeError):
    hint = "Play the file to see whether it is complete; fetch it again with --force fetch."

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path


class ModelUnavailable(TranscribeError):
    def __init__(self, model: str, problem: str, *, hint: str) -> None:
        super().__init__(f"speech model {model}: {problem}", hint=hint)
        self.model = model


class AlignError(JumpnotesError):
    """Notes and transcript cannot be brought together."""


class StoreError(JumpnotesError):
    """The database refused."""


class MeetingNotFound(StoreError):
    hint = "The first page, or `jumpnotes search`, lists what is there."

    def __init__(self, slug: str) -> None:
        super().__init__(f"no meeting is called {slug!r}")
        self.slug = slug


class SchemaMismatch(StoreError):
    hint = "Update jumpnotes, or point --data-dir at another folder. The database was not touched."

    def __init__(self, path: Path, revision: str) -> None:
        super().__init__(f"{path}: written by a newer jumpnotes (schema {revision})")
        self.path = path


class InvalidQuery(StoreError):
    hint = "Type one or more words."

    def __init__(self, query: str) -> None:
        super().__init__(f"nothing to search for in {query!r}")
        self.query = query


class Busy(StoreError):
    hint = "Nothing was lost; run this again when the other jumpnotes is done."
    retryable = True

    def __init__(self, path: Path, problem: str = "the database is locked by another jumpnotes") -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path


class DiskFull(StoreError):
    hint = "Free some space and run again; what was stored before is intact."
    retryable = True

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: the disk is full")
        self.path = path

"""The error tree: one class for each thing a user can do about it.

    JumpnotesError
    ├── ConfigError
    ├── NotesError                     the notes cannot be read
    ├── FetchError                     the recording cannot be had
    │   ├── VideoUnavailable           nothing there for us
    │   │   ├── NotFound               no such page, or no such file
    │   │   ├── Removed
    │   │   ├── LoginRequired          private, members only, paid
    │   │   │   └── AgeRestricted
    │   │   ├── GeoBlocked
    │   │   └── Unsupported            not a recording, or more than one, or of a kind we do not fetch
    │   ├── FetchBlocked               somebody does not want us to
    │   │   ├── BotCheck
    │   │   ├── CookiesExpired
    │   │   ├── MediaForbidden
    │   │   └── HostNotAllowed         our own setting
    │   ├── RateLimited
    │   │   └── CaptionsRateLimited
    │   ├── NotReady                   come back later
    │   │   ├── Upcoming
    │   │   ├── Live
    │   │   └── Processing
    │   ├── NoNetwork                  no route, no such host, connection refused or lost
    │   │   ├── TimedOut
    │   │   ├── Truncated
    │   │   └── ServerFailing
    │   └── ToolMissing                yt-dlp is too old for what YouTube does today
    │       ├── NoJavaScript
    │       └── FormatUnavailable
    ├── FileError                      a file that somebody gave cannot be used
    │   ├── TranscriptError            a transcript file cannot be read
    │   ├── GoldError                  gold times cannot be read
    │   └── CorrectionsFileError       a file of corrections cannot be read, or belongs to no meeting
    ├── TranscribeError
    │   ├── AudioUnreadable
    │   └── ModelUnavailable
    ├── AlignError
    └── StoreError
        ├── MeetingNotFound
        ├── SchemaMismatch
        ├── InvalidQuery
        ├── InvalidCorrection          what it says cannot be
        │   ├── BlockNotFound
        │   └── CorrectionNotFound
        ├── ConflictError              somebody else was faster
        ├── Busy
        └── DiskFull

Constructors take facts and build the message. `hint` says what the user can do, `retryable` whether the same
call may succeed later. Bugs are never turned into one of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from pipeline.records import Correction, Verdict
from pipeline.timecode import clock


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

    def __reduce__(self) -> tuple[object, ...]:
        # Queues pickle errors. By default unpickling would call the constructor with the message alone.
        return _restored, (type(self), self.args, self.__dict__)


def _restored(cls: type[JumpnotesError], args: tuple[object, ...], state: Mapping[str, object]) -> JumpnotesError:
    error = cls.__new__(cls, *args)
    error.__dict__.update(state)
    return error


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
    """There is nothing to fetch at this address, for anyone or for us."""

    hint = "Check the link in the notes, or give the recording yourself with --media FILE."


class NotFound(VideoUnavailable):
    """The page or file does not exist."""


class Removed(VideoUnavailable):
    """The publisher or the host took the video down."""

    hint = "If you have the recording, give it with --media FILE; a transcript goes with --transcript FILE."


class LoginRequired(VideoUnavailable):
    """Private, for members, or paid: only some accounts may see it."""

    hint = (
        "If your account may see it, export its cookies and set JUMPNOTES_COOKIES to the file, "
        "or give the recording with --media FILE."
    )


class AgeRestricted(LoginRequired):
    """Shown to signed-in adults only."""


class GeoBlocked(VideoUnavailable):
    """Not shown in this country."""

    hint = "Run this where the video can be seen, or give the recording with --media FILE."


class Unsupported(VideoUnavailable):
    """The address is understood, but what is there is not one recording that can be fetched."""

    hint = "Give the link of one video, or of a sound or video file, or the file itself with --media FILE."


class FetchBlocked(FetchError):
    """There is a recording, but we are not let to it."""

    hint = "Run this on another network, or give the recording with --media FILE or --transcript FILE."


class BotCheck(FetchBlocked):
    """YouTube wants to see a person. Common from data centres."""

    hint = (
        "Run this on another network, set JUMPNOTES_COOKIES to the exported cookies of an account you can spare, "
        "or give the recording with --media FILE or --transcript FILE."
    )


class CookiesExpired(FetchBlocked):
    """The cookies in JUMPNOTES_COOKIES no longer sign anybody in."""

    hint = "Export the cookies again, from a private window that is then closed, so that YouTube does not renew them."


class MediaForbidden(FetchBlocked):
    """The host shows the recording but refuses the download (403)."""

    hint = "Run again later. If it stays so, update yt-dlp, or give the recording with --media FILE."
    retryable = True


class HostNotAllowed(FetchBlocked):
    """The host is neither YouTube nor one that was allowed: fetching is how a server gets used against its network."""

    def __init__(self, url: str, host: str, *, problem: str = "recordings are not fetched from") -> None:
        super().__init__(
            url,
            f"{problem} {host}",
            hint=f"If you trust it, add {host} to JUMPNOTES_ALLOW_HOSTS, or give the file with --media FILE.",
        )
        self.host = host


class RateLimited(FetchError):
    """The host has had enough of us for now."""

    hint = "Wait about an hour before the next download."
    retryable = True


class CaptionsRateLimited(RateLimited):
    """The captions alone are refused; the sound may still be had."""

    hint = "Wait about an hour, or run without --transcript captions to have the speech recognised instead."


class NotReady(FetchError):
    """There will be a recording. `at` is when it starts, where that is known."""

    hint = "Run again when the recording is finished and processed."
    retryable = True

    def __init__(self, url: str, problem: str, *, at: datetime | None = None) -> None:
        super().__init__(url, f"{problem} (it starts {at:%Y-%m-%d %H:%M %Z})" if at else problem)
        self.at = at


class Upcoming(NotReady):
    """The broadcast has not begun."""


class Live(NotReady):
    """The broadcast is going on."""


class Processing(NotReady):
    """The broadcast is over, but only its last hours can be had yet."""

    hint = "YouTube usually takes a few hours. Run again then."


class NoNetwork(FetchError):
    """The host was not reached, or the connection was lost."""

    hint = "Check the connection and run again."
    retryable = True


class TimedOut(NoNetwork):
    """Not a byte came for JUMPNOTES_TIMEOUT seconds."""

    hint = "Run again; what came is kept. On a slow connection set JUMPNOTES_TIMEOUT higher."


class Truncated(NoNetwork):
    """Less came than was announced."""

    hint = "Run again; what came is kept where the host can continue a download."


class ServerFailing(NoNetwork):
    """The host answers with an error of its own (5xx)."""

    hint = "Run again later."


class ToolMissing(FetchError):
    """YouTube changed, and the yt-dlp installed here does not know yet."""

    hint = "Update yt-dlp with its JavaScript runtime: pip install -U 'yt-dlp[default,deno]'."


class NoJavaScript(ToolMissing):
    """YouTube hides its media behind a script, and nothing here can run it."""


class FormatUnavailable(ToolMissing):
    """The video is there, but no sound that can be fetched without a browser."""


class FileError(JumpnotesError):
    """A file that somebody gave cannot be used. `line` is 1-based, None when it concerns the whole file."""

    def __init__(self, path: Path | str, problem: str, *, line: int | None = None, hint: str | None = None) -> None:
        where = f"{path}:{line}" if line else str(path)
        super().__init__(f"{where}: {problem}", hint=hint)
        self.path = path
        self.line = line


class TranscriptError(FileError):
    hint = "Give a WebVTT, SRT, YouTube json3 or jumpnotes JSON file."


class GoldError(FileError):
    """A file of gold times."""

    hint = 'Write it as {"items": [{"line": 12, "start": "12:34"}, {"line": 20, "start": null}]}.'


class CorrectionsFileError(FileError):
    hint = "Put that line right; `jumpnotes corrections export` shows the form."


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


class InvalidCorrection(StoreError):
    """A correction says what cannot be."""

    hint = "Give a moment within the recording, or say that the block was not discussed."


class BlockNotFound(InvalidCorrection):
    hint = "The notes may have been edited. Load the page again."

    def __init__(self, slug: str, block_id: str) -> None:
        super().__init__(f"{slug} has no block {block_id!r}")
        self.block_id = block_id


class CorrectionNotFound(InvalidCorrection):
    hint = "Load the page again."

    def __init__(self, slug: str, correction_id: int) -> None:
        super().__init__(f"{slug} has no correction {correction_id}")


class ConflictError(StoreError):
    """Somebody corrected the block since the writer looked. `theirs` is that correction, None: it holds no more."""

    hint = "Load the page again, and correct it once more if theirs is not right."

    def __init__(self, slug: str, block_id: str, theirs: Correction | None) -> None:
        said = "its correction holds no more"
        if theirs is not None:
            word = {
                Verdict.TIME: f"set it to {clock(theirs.start or 0)}",
                Verdict.NOT_DISCUSSED: "marked it as not discussed",
            }
            done = word.get(theirs.verdict, "set it back to automatic")
            said = f"{theirs.author} {done} at {theirs.at:%Y-%m-%d %H:%M} UTC"
        super().__init__(f"{slug}: the link of {block_id!r} has changed since: {said}")
        self.theirs = theirs


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

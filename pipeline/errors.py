"""The error tree: one class for each thing a user can do about it.

    JumpnotesError
    ├── ConfigError
    ├── FetchError                     the recording cannot be fetched
    │   ├── VideoUnavailable           there is none, or not for us
    │   │   ├── NotFound               no such page or file
    │   │   ├── Removed
    │   │   ├── LoginRequired          private, members only, paid
    │   │   │   └── AgeRestricted
    │   │   ├── GeoBlocked
    │   │   └── Unsupported            not a recording, several of them, or of a kind we do not fetch
    │   │       └── TooLarge           more than is fetched of anything
    │   ├── FetchBlocked               the host refuses
    │   │   ├── BotCheck
    │   │   ├── CookiesExpired
    │   │   ├── MediaForbidden
    │   │   └── HostNotAllowed         our own setting refuses
    │   ├── RateLimited
    │   │   └── CaptionsRateLimited
    │   ├── NotReady                   come back later
    │   │   ├── Upcoming
    │   │   ├── Live
    │   │   └── Processing
    │   ├── NoNetwork                  no connection, or it was lost
    │   │   ├── TimedOut
    │   │   ├── Truncated
    │   │   └── ServerFailing
    │   └── ToolMissing                yt-dlp is too old for today's YouTube
    │       ├── NoJavaScript
    │       └── FormatUnavailable
    ├── FileError                      a file the user gave cannot be used
    │   ├── NotesError                 the notes cannot be read
    │   ├── TranscriptError            a transcript file cannot be read
    │   ├── GoldError                  gold times cannot be read
    │   └── CorrectionsFileError       corrections cannot be read, or belong to no meeting
    ├── TranscribeError
    │   ├── AudioUnreadable
    │   └── ModelUnavailable
    ├── AlignError
    └── StoreError
        ├── MeetingNotFound
        ├── MeetingDamaged             what is stored of one meeting cannot be read
        ├── SchemaMismatch
        ├── InvalidQuery
        ├── InvalidCorrection
        │   ├── BlockNotFound
        │   └── CorrectionNotFound
        ├── ConflictError              changed meanwhile
        ├── Busy
        ├── DiskFull
        └── ReadOnly                   the data folder cannot be written

Constructors take facts and build the message. `hint` says what the user can do, `retryable` whether the same call may
succeed later. A bug never becomes one of these.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.file_names import printable
from pipeline.timecode import clock

if TYPE_CHECKING:  # records take their time to load, and every command starts with this
    from pipeline.records import Correction


class JumpnotesError(Exception):
    """Something a user can act on. `str()` is one sentence; `hint` is the next step."""

    hint: str = ""
    retryable: bool = False

    def __init__(self, message: str, *, hint: str | None = None, retryable: bool | None = None) -> None:
        super().__init__(printable(message))  # of what is outside: names of files, what a host said
        if hint is not None:
            self.hint = hint
        if retryable is not None:
            self.retryable = retryable


class ConfigError(JumpnotesError):
    """A setting has a value that cannot be used."""


class FetchError(JumpnotesError):
    """A recording could not be fetched from `url`."""

    def __init__(self, url: str, problem: str, *, hint: str | None = None, retryable: bool | None = None) -> None:
        super().__init__(f"{url}: {problem}", hint=hint, retryable=retryable)
        self.url = url


class VideoUnavailable(FetchError):
    """There is no recording at this address, or none we can get."""

    hint = "Check the link in the notes, or give the recording with --media FILE."


class NotFound(VideoUnavailable):
    """The page or file does not exist."""


class Removed(VideoUnavailable):
    """The publisher or the host took the video down."""

    hint = "If you have the recording, give it with --media FILE; if you have a transcript, with --transcript FILE."


class LoginRequired(VideoUnavailable):
    """Private, for members only, or paid."""

    hint = "Set JUMPNOTES_COOKIES to the exported cookies of an account with access, or give --media FILE."


class AgeRestricted(LoginRequired):
    """Shown to signed-in adults only."""


class GeoBlocked(VideoUnavailable):
    """Not available in this country."""

    hint = "Run this where the video is available, or give the recording with --media FILE."


class Unsupported(VideoUnavailable):
    """The address is not that of one recording that can be fetched."""

    hint = "Give the link of one video, or of a sound or video file, or the file itself with --media FILE."


class TooLarge(Unsupported):
    """The recording, a page of it, or what it takes to get there is more than is fetched."""


class FetchBlocked(FetchError):
    """There is a recording, but we are not allowed to download it."""

    hint = "Run this on another network, or give the recording with --media FILE or --transcript FILE."


class BotCheck(FetchBlocked):
    """YouTube asks for proof that a person is watching. Common in data centres."""

    hint = "Use another network, set JUMPNOTES_COOKIES to cookies you can spare, or give --media or --transcript FILE."


class CookiesExpired(FetchBlocked):
    """The cookies in JUMPNOTES_COOKIES no longer sign anybody in."""

    hint = "Export the cookies again, from a private window that you then close, so that YouTube does not renew them."


class MediaForbidden(FetchBlocked):
    """The host shows the recording but refuses the download (403)."""

    hint = "Run again later. If it keeps failing, update yt-dlp, or give the recording with --media FILE."
    retryable = True


class HostNotAllowed(FetchBlocked):
    """The host is neither YouTube nor in JUMPNOTES_ALLOW_HOSTS.

    A server that fetches any address can be used to reach into its own network.
    """

    def __init__(self, url: str, host: str, *, problem: str = "recordings are not fetched from") -> None:
        super().__init__(
            url,
            f"{problem} {host}",
            hint=f"If you trust it, add {host} to JUMPNOTES_ALLOW_HOSTS, or give the file with --media FILE.",
        )
        self.host = host


class RateLimited(FetchError):
    """The host limits how much we download."""

    hint = "Run again in about an hour."
    retryable = True


class CaptionsRateLimited(RateLimited):
    """Only the captions are refused; the sound may still be available."""

    hint = "Run again in about an hour, or without --transcript captions to have the speech recognised instead."


class NotReady(FetchError):
    """There is no recording yet. `at` is when it starts, None when that is not known."""

    hint = "Run again when the recording is finished and processed."
    retryable = True

    def __init__(self, url: str, problem: str, *, at: datetime | None = None) -> None:
        super().__init__(url, f"{problem} (it starts {at:%Y-%m-%d %H:%M %Z})" if at else problem)
        self.at = at


class Upcoming(NotReady):
    """The broadcast has not begun."""


class Live(NotReady):
    """The broadcast is still running."""


class Processing(NotReady):
    """The broadcast is over, but not yet available in full."""

    hint = "YouTube usually takes a few hours. Run again then."


class NoNetwork(FetchError):
    """The host was not reached, or the connection was lost."""

    hint = "Check the connection and run again."
    retryable = True


class TimedOut(NoNetwork):
    """Nothing arrived for JUMPNOTES_TIMEOUT seconds, or hardly anything in twice that time."""

    hint = "Run again; the part already downloaded is kept. On a slow connection set JUMPNOTES_TIMEOUT higher."


class Truncated(NoNetwork):
    """Less arrived than was announced."""

    hint = "Run again; the part already downloaded is kept where the host can resume a download."


class ServerFailing(NoNetwork):
    """The host answers with a server error (5xx)."""

    hint = "Run again later."


class ToolMissing(FetchError):
    """YouTube has changed, and the installed yt-dlp is too old for it."""

    hint = "Update yt-dlp with its JavaScript runtime: pip install -U 'yt-dlp[default,deno]'."


class NoJavaScript(ToolMissing):
    """YouTube hides its media behind a script that cannot be run here."""


class FormatUnavailable(ToolMissing):
    """The video is there, but without a browser its sound cannot be fetched."""


class FileError(JumpnotesError):
    """A file the user gave cannot be used. `line` is 1-based, None when it concerns the whole file."""

    def __init__(self, path: Path | str, problem: str, *, line: int | None = None, hint: str | None = None) -> None:
        where = f"{path}:{line}" if line else str(path)
        super().__init__(f"{where}: {problem}", hint=hint)
        self.path = path
        self.line = line


class NotesError(FileError):
    """A notes file."""


class TranscriptError(FileError):
    hint = "Give a WebVTT, SRT, YouTube json3 or jumpnotes JSON file."


class GoldError(FileError):
    """A file of gold times."""

    hint = 'Write it as {"items": [{"line": 12, "start": "12:34"}, {"line": 20, "start": null}]}.'


class CorrectionsFileError(FileError):
    hint = "Correct that line; `jumpnotes corrections export` shows the format."


class TranscribeError(JumpnotesError):
    """Speech recognition failed."""


class AudioUnreadable(TranscribeError):
    hint = "Play the file to check that it is complete, or fetch it again with --force fetch."

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path


class ModelUnavailable(TranscribeError):
    def __init__(self, model: str, problem: str, *, hint: str) -> None:
        super().__init__(f"speech model {model}: {problem}", hint=hint)
        self.model = model


class AlignError(JumpnotesError):
    """Notes and transcript cannot be aligned."""


class StoreError(JumpnotesError):
    """The database refused."""


class MeetingNotFound(StoreError):
    hint = "It may have been renamed. A meeting's name is the last part of its page's address."

    def __init__(self, slug: str) -> None:
        super().__init__(f'no meeting "{slug}"')
        self.slug = slug


class MeetingDamaged(StoreError):
    hint = "Run its notes again: jumpnotes run NOTES.md. What cannot be read is then made anew."

    def __init__(self, slug: str, problem: str) -> None:
        super().__init__(f'what is stored of "{slug}" is damaged: {problem}')
        self.slug = slug


class SchemaMismatch(StoreError):
    hint = "Update jumpnotes, or choose another folder with --data-dir. The database was not touched."

    def __init__(self, path: Path, revision: str) -> None:
        super().__init__(f"{path}: written by a newer jumpnotes (schema {revision})")


class InvalidQuery(StoreError):
    hint = "Type one or more words."

    def __init__(self, query: str) -> None:
        super().__init__(f"nothing to search for in {query!r}")
        self.query = query


class InvalidCorrection(StoreError):
    """A correction that makes no sense for its meeting."""

    hint = "Give a time within the recording, or say that the block was not discussed."


class BlockNotFound(InvalidCorrection):
    hint = "The notes may have been edited. Reload the page."

    def __init__(self, slug: str, block_id: str) -> None:
        super().__init__(f"{slug} has no block {block_id!r}")
        self.block_id = block_id


class CorrectionNotFound(InvalidCorrection):
    hint = "Reload the page."

    def __init__(self, slug: str, correction_id: int) -> None:
        super().__init__(f"{slug} has no correction {correction_id}")


class ConflictError(StoreError):
    """Somebody else has changed the correction of a block. `theirs` is theirs, None when it no longer applies."""

    hint = "Reload the page, and correct the link again if theirs is wrong."

    def __init__(self, slug: str, block_id: str, theirs: Correction | None) -> None:
        change = "its correction no longer applies"
        if theirs is not None:
            deeds = {
                "time": f"set it to {clock(theirs.start or 0)}",
                "not_discussed": "marked it as not discussed",
                "automatic": "set it back to automatic",
            }
            change = f"{theirs.author} {deeds[theirs.verdict.value]} at {theirs.at:%Y-%m-%d %H:%M} UTC"
        super().__init__(f"{slug}: the link of {block_id!r} has changed: {change}")
        self.theirs = theirs


class Busy(StoreError):
    hint = "Nothing was lost; run this again when the other jumpnotes has finished."
    retryable = True

    def __init__(self, path: Path, problem: str = "the database is locked by another jumpnotes") -> None:
        super().__init__(f"{path}: {problem}")


class DiskFull(StoreError):
    hint = "Free some space and run again; what was stored before is intact."
    retryable = True

    def __init__(self, path: Path, problem: str = "the disk is full") -> None:
        super().__init__(f"{path}: {problem}")


class ReadOnly(StoreError):
    hint = "Check the folder's owner, its permissions and the disk."

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: cannot be written, only read")

"""A recording cannot be fetched."""

from __future__ import annotations

from datetime import datetime

from pipeline.errors.base import JumpnotesError


class FetchError(JumpnotesError):
    """A recording could not be fetched from `url`."""

    def __init__(self, url: str, problem: str, *, hint: str | None = None, retryable: bool | None = None) -> None:
        super().__init__(f"{url}: {problem}", hint=hint, retryable=retryable)
        self.url, self.problem = url, problem


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

    recording_hint = "Set JUMPNOTES_DOWNLOAD_MB higher, or give the recording with --media FILE."


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

    hint = "Run again later. If it keeps failing, update yt-dlp (`jumpnotes doctor` says how), or give --media FILE."
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
    """Nothing arrived for JUMPNOTES_TIMEOUT seconds, hardly anything in twice that time, or not all in hours."""

    hint = "Run again; the part already downloaded is kept. On a slow connection set JUMPNOTES_TIMEOUT higher."
    rate_hint = (
        "Run again; the part already downloaded is kept. On a slow connection set JUMPNOTES_DOWNLOAD_RATE lower."
    )
    hours_hint = (
        "Run again; the part already downloaded is kept. If it takes longer, set JUMPNOTES_DOWNLOAD_HOURS higher."
    )
    lookup_hint = "Run again later, or give the recording with --media FILE."


class Truncated(NoNetwork):
    """Less arrived than was announced."""

    hint = "Run again; the part already downloaded is kept where the host can resume a download."


class ServerFailing(NoNetwork):
    """The host answers with a server error (5xx)."""

    hint = "Run again later."


class ToolMissing(FetchError):
    """YouTube has changed, and the installed yt-dlp is too old for it."""

    hint = "Update yt-dlp and its JavaScript runtime; `jumpnotes doctor` says how."


class NoJavaScript(ToolMissing):
    """YouTube hides its media behind a script that cannot be run here."""


class FormatUnavailable(ToolMissing):
    """The video is there, but without a browser its sound cannot be fetched."""


class ExchangeUnavailable(JumpnotesError):
    """Where machines hand recordings to each other, nothing can be put or got."""

    hint = "Check JUMPNOTES_EXCHANGE, and that this machine reaches it."
    folder_hint = "Mount it on this machine. If it is new, make the folder once: jumpnotes never does."
    store_hint = "Check JUMPNOTES_EXCHANGE, AWS_ENDPOINT_URL and the keys, and that this machine reaches the store."
    retryable = True

    def __init__(self, place: str, problem: str, *, hint: str | None = None) -> None:
        super().__init__(f"exchange {place}: {problem}", hint=hint)


class RecordingGone(JumpnotesError):
    """A recording that was fetched is no longer where it was put."""

    hint = "It is fetched again by itself."
    retryable = True

    def __init__(self, address: str) -> None:
        super().__init__(f"{address}: what was fetched of it is gone")

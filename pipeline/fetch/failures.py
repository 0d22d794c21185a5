"""What yt-dlp says went wrong, as our errors. The only place that reads its English.

The messages are those of yt-dlp 2026.08 and those of YouTube that it repeats. The first row that matches counts, so the
special ones come before the general.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from pipeline import errors
from pipeline.errors import FetchError

_NOT_A_BOT = "YouTube asks for proof that a person is watching"
_NO_SCRIPT = "YouTube's player script cannot be run here"

_TABLE: tuple[tuple[type[FetchError], str | None, tuple[str, ...]], ...] = (
    # our error, the problem in our words (None: in theirs), patterns of the message
    (errors.CookiesExpired, "the cookies no longer sign in", (r"cookies are no longer valid",)),
    (
        errors.RateLimited,
        "YouTube limits how much we download",
        (r"rate-limited by YouTube", r"content isn.t available, try again later"),
    ),
    (errors.RateLimited, "the host says: too many requests (429)", (r"HTTP Error 429", r"Too Many Requests")),
    (errors.BotCheck, _NOT_A_BOT, (r"confirm you.re not a bot", r"captcha", r"IP is likely being blocked")),
    (
        errors.AgeRestricted,
        "shown to signed-in adults only",
        (r"confirm your age", r"age-restricted", r"inappropriate for some users"),
    ),
    (
        errors.LoginRequired,
        "for members of the channel only",
        (r"members-only", r"members on level", r"Join this channel"),
    ),
    (errors.LoginRequired, "the video is private", (r"video is private", r"Private video")),
    (errors.LoginRequired, "the video has to be paid for", (r"requires payment", r"rented", r"purchase")),
    (errors.GeoBlocked, "not available in this country", (r"(in|from) your (country|location)", r"geo.?restrict")),
    (
        errors.Upcoming,
        "has not begun yet",
        (r"Premieres in", r"Premiere will begin", r"will begin (in|shortly)", r"has not (yet )?(started|aired)"),
    ),
    (errors.Processing, "the host is still processing it", (r"processing this video", r"still being processed")),
    (errors.Upcoming, "nothing is being broadcast there now", (r"not currently live", r"is offline", r"^Offline")),
    (errors.Unsupported, "is protected against copying", (r"DRM protected",)),
    (
        errors.Removed,
        None,
        (
            r"Video unavailable",
            r"video is (no longer |not )?available",
            r"recording is not available",
            r"removed|terminated|copyright",
        ),
    ),
    (
        errors.LoginRequired,
        "only shown to people who sign in",
        (r"[Ss]ign in", r"[Ll]og ?in", r"registered users", r"HTTP Error 401"),
    ),
    (
        errors.NoJavaScript,
        _NO_SCRIPT,
        (r"No supported JavaScript runtime", r"challenge solving failed", r"Signature solving failed"),
    ),
    (
        errors.FormatUnavailable,
        "there is no sound that can be fetched",
        (r"Requested format is not available", r"No video formats", r"not available on this app"),
    ),
    (errors.MediaForbidden, "the download is refused (403)", (r"unable to download video data: HTTP Error 403",)),
    (errors.FetchBlocked, "the host refuses (403)", (r"HTTP Error 403",)),
    (errors.NotFound, "there is no such page", (r"HTTP Error (404|410)",)),
    (errors.NotFound, "the channel has no such list", (r"does not have an? \w+ tab",)),
    (errors.ServerFailing, "the host answers with a server error", (r"HTTP Error 5\d\d",)),
    (
        errors.Unsupported,
        "no recording was found there",
        (r"Unsupported URL", r"No suitable extractor", r"No media found"),
    ),
    (
        errors.Truncated,
        "the download broke off before its end",
        (r"bytes read, \d+ more expected", r"Downloaded \d+ bytes, expected", r"content too short"),
    ),
    (errors.TimedOut, "the host stopped answering", (r"timed out", r"time.?out")),
    (
        errors.NoNetwork,
        "cannot find {host}: no internet connection?",
        (
            r"name resolution",
            r"Name or service not known",
            r"getaddrinfo",
            r"nodename nor servname",
            r"No address assoc",
        ),
    ),
    (
        errors.NoNetwork,
        "{host} cannot be reached",
        (
            r"Connection (refused|reset|aborted)",
            r"Network is unreachable",
            r"No route to host",
            r"Remote end closed",
            r"EOF occurred",
            r"[Tt]unnel connection failed",
        ),
    ),
)

_RULES = tuple((re.compile("|".join(patterns)), error, problem) for error, problem, patterns in _TABLE)
_VAGUE_ERRORS = (errors.FormatUnavailable, errors.LoginRequired, errors.BotCheck)
"""These may have a deeper cause, which yt-dlp gave as a warning."""

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_PREFIX = re.compile(r"^(?:ERROR:\s*)?(?:\[[\w:+.-]+\]\s*(?:[^\s:]+:\s+)?)?")
_ADVICE = re.compile(
    r"[;.]?\s*(?:please report this issue on|Use --|See\s+https://|Also see|You might want to use a VPN|Confirm you)"
    r".*$",
    re.DOTALL,
)
_CAUSE = re.compile(r"\s*\(caused by .*\)\s*$", re.DOTALL)


def error_for(url: str, message: str, *, warnings: Sequence[str] = ()) -> FetchError:
    """The error for yt-dlp's `message` about `url`, and the `warnings` before it.

    Where the message only says that no format is available, or to sign in, a warning may say why.
    """
    message = clean_message(message)
    rule = _find_rule(message)
    if rule is None:
        hint = (
            "If it keeps failing, update yt-dlp (`jumpnotes doctor` says how), or give the recording with --media FILE."
        )
        return FetchError(url, message, hint=hint)
    unexplained = ""
    if issubclass(rule[1], _VAGUE_ERRORS):
        reasons = [(warning, _find_rule(warning)) for warning in map(clean_message, warnings)]
        rule = min((rule, *(reason for _, reason in reasons if reason)), key=_RULES.index)
        unexplained = next((warning for warning, reason in reversed(reasons) if reason is None), "")
    _, error, problem = rule
    if problem:
        problem = problem.format(host=urlsplit(url).hostname)
    if error is errors.FormatUnavailable and unexplained:
        problem = f"{problem}; yt-dlp said: {unexplained}"
    return error(url, problem or message)


def clean_message(message: str) -> str:
    """The message without colour, labels, causes, and advice that belongs to yt-dlp's command line."""
    message = _PREFIX.sub("", _ANSI.sub("", message).strip())
    return " ".join(_CAUSE.sub("", _ADVICE.sub("", message)).split()) or "yt-dlp gave no reason"


def _find_rule(message: str) -> tuple[re.Pattern[str], type[FetchError], str | None] | None:
    return next((rule for rule in _RULES if rule[0].search(message)), None)

from __future__ import annotations

import pytest

from pipeline import errors
from pipeline.errors import FetchError
from pipeline.fetch.failures import clean_message, error_for
from tests.pipeline.fetch.host import WATCH

COOKIES = (
    "Use --cookies-from-browser or --cookies for the authentication. See  "
    "https://github.com/yt-dlp/yt-dlp/wiki/FAQ#how-do-i-pass-cookies-to-yt-dlp  for how to manually pass cookies. "
    "Also see  https://github.com/yt-dlp/yt-dlp/wiki/Extractors#exporting-youtube-cookies  "
    "for tips on effectively exporting YouTube cookies"
)


REPORT = (
    "; please report this issue on  https://github.com/yt-dlp/yt-dlp/issues?q= , filling out the appropriate issue "
    "template. Confirm you are on the latest version using  yt-dlp -U"
)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (f"Sign in to confirm you\u2019re not a bot. {COOKIES}", errors.BotCheck),
        (f"Sign in to confirm you're not a bot. {COOKIES}", errors.BotCheck),
        ("Playback error. YouTube is requiring a captcha challenge before playback", errors.BotCheck),
        ("All player responses are invalid. Your IP is likely being blocked by Youtube", errors.BotCheck),
        (
            f"Sign in to confirm your age. This video may be inappropriate for some users. {COOKIES}",
            errors.AgeRestricted,
        ),
        (f"Private video. Sign in if you've been granted access to this video. {COOKIES}", errors.LoginRequired),
        ("Video unavailable. This video is private", errors.LoginRequired),
        (
            "Join this channel to get access to members-only content like this video, and other exclusive perks.",
            errors.LoginRequired,
        ),
        (f"Please sign in. {COOKIES}", errors.LoginRequired),
        ("Video unavailable. This video has been removed by the uploader", errors.Removed),
        (
            "Video unavailable. This video is no longer available because the YouTube account associated with this "
            "video has been terminated.",
            errors.Removed,
        ),
        (
            "Video unavailable. This video contains content from X, who has blocked it on copyright grounds",
            errors.Removed,
        ),
        ("This live stream recording is not available.", errors.Removed),
        ("Video unavailable. The uploader has not made this video available in your country", errors.GeoBlocked),
        (
            "This video is not available from your location due to geo restriction\n"
            "You might want to use a VPN or a proxy server (with --proxy) to workaround.",
            errors.GeoBlocked,
        ),
        (
            "Video unavailable. This content isn\u2019t available, try again later. The current session has been "
            "rate-limited by YouTube for up to an hour. It is recommended to use `-t sleep` to add a delay",
            errors.RateLimited,
        ),
        ("Unable to download API page: HTTP Error 429: Too Many Requests", errors.RateLimited),
        ("Premieres in 3 hours", errors.Upcoming),
        ("This live event will begin in 2 days.", errors.Upcoming),
        ("The channel is not currently live", errors.Upcoming),
        ("We're processing this video. Check back later.", errors.Processing),
        (
            "Requested format is not available. Use --list-formats for a list of available formats",
            errors.FormatUnavailable,
        ),
        (
            "No supported JavaScript runtime could be found. Only deno is enabled by default; to use another runtime "
            "add  --js-runtimes RUNTIME[:PATH]  to your command/config.",
            errors.NoJavaScript,
        ),
        ("unable to download video data: HTTP Error 403: Forbidden", errors.MediaForbidden),
        (
            "The provided YouTube account cookies are no longer valid. They have likely been rotated",
            errors.CookiesExpired,
        ),
        ("This video is DRM protected", errors.Unsupported),
        (
            "Unable to download API page: [Errno -3] Temporary failure in name resolution (caused by "
            "TransportError('[Errno -3] Temporary failure in name resolution'))",
            errors.NoNetwork,
        ),
        ("Unable to download webpage: The read operation timed out", errors.TimedOut),
        ("[download] Got error: 1000 bytes read, 4000 more expected. Giving up after 2 retries", errors.Truncated),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else value.__name__,
)
@pytest.mark.parametrize(
    "form", ["{}", "ERROR: [youtube] gArDenCall0: {}", "\x1b[0;31mERROR:\x1b[0m [youtube] gArDenCall0: {}"]
)
def test_each_message_finds_its_error(message: str, error: type[FetchError], form: str) -> None:
    """What yt-dlp says of YouTube, in all its dresses, is the error a user can do something about."""
    found = error_for(WATCH, form.format(message))
    assert type(found) is error
    assert found.url == WATCH
    for noise in ("ERROR", "\x1b", "--cookies-from-browser", "github.com", "caused by"):
        assert noise not in str(found)


def test_an_unknown_message_is_passed_on_clean() -> None:
    """An unknown message is passed on in yt-dlp's words, without its label, colour, cause and request to report."""
    message = f"\x1b[0;31mERROR:\x1b[0m [generic] talk: Something  odd happened (caused by KeyError('x')){REPORT}"
    assert clean_message(message) == "Something odd happened"
    found = error_for(WATCH, message)
    assert type(found) is FetchError
    assert str(found) == f"{WATCH}: Something odd happened"
    assert found.hint


@pytest.mark.parametrize(
    ("message", "warning", "error"),
    [
        ("No video formats found", "n challenge solving failed: Some formats may be missing", errors.NoJavaScript),
        (
            "No video formats found",
            f"Private video. Sign in if you've been granted access. {COOKIES}",
            errors.LoginRequired,
        ),
        ("No video formats found", "Please sign in", errors.LoginRequired),
        ("No video formats found", "Sign in to confirm you\u2019re not a bot", errors.BotCheck),
        ("Sign in to confirm you\u2019re not a bot", "account cookies are no longer valid", errors.CookiesExpired),
        ("Video unavailable. This video has been removed", "account cookies are no longer valid", errors.Removed),
        ("HTTP Error 404: Not Found", "No supported JavaScript runtime could be found", errors.NotFound),
    ],
)
def test_warnings_explain_vague_errors(message: str, warning: str, error: type[FetchError]) -> None:
    """No format, or a request to sign in, may have a cause that yt-dlp warned of before; clear errors need none."""
    noise = "[youtube] gArDenCall0: Something else. See  https://github.com/yt-dlp/yt-dlp"
    found = error_for(WATCH, message, warnings=[noise, f"[youtube] gArDenCall0: {warning}", "[youtube] " + message])
    assert type(found) is error


def test_a_reason_nobody_foresaw_is_passed_on() -> None:
    """When there is nothing to fetch and YouTube gives a new reason, the user hears it."""
    found = error_for(WATCH, "No video formats found", warnings=["[youtube] gArDenCall0: The moon is in the way"])
    assert type(found) is errors.FormatUnavailable
    assert "The moon is in the way" in str(found)

"""Headers of every response: a page runs and shows only what is ours, and frames YouTube's player at most.

No other site may frame it; those that the settings name may frame a meeting, by a page that is made for it.

Pages of other sites may read what is made for programs, once the settings say where the site is, unless it is private.
They get what anybody gets: browsers send no cookies along, and no other site may write.

What only some may see, and what has somebody's name in it, is kept nowhere, not even by their own browser.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, Response, request

from service.web import auth
from service.web.settings import settings
from service.web.site import site

EMBEDDED = "pages.embedded"
"""The page of a meeting for the frames of other sites."""

PLAYER_ORIGIN = "https://www.youtube-nocookie.com"

_CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "media-src": "'self'",
    "connect-src": "'self'",
    "frame-src": PLAYER_ORIGIN,
    "form-action": "'self'",
    "base-uri": "'none'",
}

_PLAYER_PERMISSIONS = ("autoplay", "encrypted-media", "fullscreen", "picture-in-picture")
_DENIED_PERMISSIONS = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")


def content_security_policy(frames: Iterable[str] = ()) -> str:
    """What a page may load, run and be framed by: the sites in `frames`."""
    ancestors = {"frame-ancestors": " ".join(sorted(frames)) or "'none'"}
    return "; ".join(f"{name} {value}" for name, value in (_CONTENT_SECURITY_POLICY | ancestors).items())


def static_policy() -> str:
    """The same for a page that is a file, which says so itself: its search runs WebAssembly, and who may frame it only
    a server can say.
    """
    scripts = {"script-src": f"{_CONTENT_SECURITY_POLICY['script-src']} 'wasm-unsafe-eval'"}
    return "; ".join(f"{name} {value}" for name, value in (_CONTENT_SECURITY_POLICY | scripts).items())


HEADERS = {
    "Content-Security-Policy": content_security_policy(),
    "Permissions-Policy": ", ".join(
        [f'{name}=(self "{PLAYER_ORIGIN}")' for name in _PLAYER_PERMISSIONS]
        + [f"{name}=()" for name in _DENIED_PERMISSIONS]
    ),
    # YouTube's player refuses to start (error 153) when it is not told which site embeds it.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}


CROSS_ORIGIN_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After",
}
_PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "If-Modified-Since, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
_READING = frozenset({"GET", "HEAD"})
_FOR_PROGRAMS = (".atom", ".srt", ".vtt", "/chapters.json", "/chapters.xml")  # besides the API


def register(app: Flask) -> None:
    """Send the headers with everything `app` answers, errors included; templates can say the policy of a file."""
    app.after_request(_add_headers)
    app.jinja_env.globals["static_policy"] = static_policy


def _add_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    if request.endpoint == EMBEDDED:
        response.headers["Content-Security-Policy"] = content_security_policy(site().frames)
    if auth.is_personal() or (settings().private and request.endpoint != "static"):
        response.headers["Cache-Control"] = "no-store"
    else:
        response.headers.update(_cross_origin_headers())
    return response


def _cross_origin_headers() -> dict[str, str]:
    """What lets pages of other sites read this answer.

    Without the setting nobody may: a server on somebody's own machine, or behind a firewall, is reached by the browsers
    of its readers, and so by every page they open there.
    """
    is_for_programs = request.path.startswith("/api/") or request.path.endswith(_FOR_PROGRAMS)
    if not is_for_programs or not site().url:
        return {}
    if request.method in _READING:
        return CROSS_ORIGIN_HEADERS
    if request.method == "OPTIONS" and request.headers.get("Access-Control-Request-Method") in _READING:
        return CROSS_ORIGIN_HEADERS | _PREFLIGHT_HEADERS
    return {}

"""Headers of every response: a page runs and shows only what is ours, and frames YouTube's player at most."""

from __future__ import annotations

from flask import Flask, Response

from service.web import auth

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
    "frame-ancestors": "'none'",
}

_PLAYER_PERMISSIONS = ("autoplay", "encrypted-media", "fullscreen", "picture-in-picture")
_DENIED_PERMISSIONS = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")

HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in _CONTENT_SECURITY_POLICY.items()),
    "Permissions-Policy": ", ".join(
        [f'{name}=(self "{PLAYER_ORIGIN}")' for name in _PLAYER_PERMISSIONS]
        + [f"{name}=()" for name in _DENIED_PERMISSIONS]
    ),
    # YouTube's player refuses to start (error 153) when it is not told which site embeds it.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}


def register(app: Flask) -> None:
    """Send the headers with everything `app` answers, errors included."""
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    if auth.is_personal() and not response.cache_control.no_store:
        response.headers["Cache-Control"] = "private, no-cache"
    return response

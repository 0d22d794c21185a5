"""A private archive: whoever asks for anything of it has to log in or to send a token, whatever it is.

What is shown to all is what it takes to log in. Everything else is refused before it is looked for, so that nobody
learns what there is.
"""

from __future__ import annotations

from flask import Flask, redirect, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized
from werkzeug.wrappers import Response

from pipeline.config import Settings
from service.web import auth
from service.web.language import N_
from service.web.next_page import log_in_address

BASIC_CHALLENGE = WWWAuthenticate("basic", {"realm": "jumpnotes"})
"""What programs understand that read feeds or play recordings: they ask for a password, which is the token."""

_FOR_ALL = frozenset(
    {
        "static",
        "login.form",
        "login.log_in",
        "languages.choose",
        "monitoring.health",
        "monitoring.ready",
        "site_files.robots",
    }
)


def register(app: Flask, settings: Settings) -> None:
    """Refuse whoever may not read, if the settings say that not everybody may."""
    if settings.private:
        app.before_request(_refuse)


def _refuse() -> Response | None:
    if request.endpoint in _FOR_ALL:
        return None
    auth.require_knowing()
    access = auth.may_read()
    if access.allowed:
        return None
    if not access.can_log_in:
        raise Forbidden(access.reason)
    if request.path.startswith("/api/"):
        raise auth.refusal(access)
    is_browser = "Sec-Fetch-Mode" in request.headers  # which would ask for a password, rather than show our form
    if auth.is_for_programs() and not is_browser:
        raise Unauthorized(access.reason, www_authenticate=BASIC_CHALLENGE)
    if request.method not in ("GET", "HEAD") or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        raise Unauthorized(N_("You are no longer logged in."), www_authenticate=auth.CHALLENGE)
    answer = redirect(log_in_address(), 303)
    answer.headers["Cache-Control"] = "no-store"
    return answer

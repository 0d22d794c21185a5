"""Who may write. Reading is open.

With a token in the settings, whoever knows it: programs send it as `Authorization: Bearer TOKEN`, people log in with it
once. Without one, only a person at this machine: the connection comes from loopback, the page was asked for by a
loopback name, since any other may have been made to lead here (DNS rebinding), and no other site sent the request.
"""

from __future__ import annotations

import hmac
import ipaddress
import math
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from threading import Lock
from urllib.parse import urlsplit

from flask import Flask, current_app, request, session
from flask.sessions import SecureCookieSessionInterface
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, HTTPException, TooManyRequests, Unauthorized

from pipeline.config import Settings

FAILURES = 10
"""Wrong tokens from one address in WINDOW before it has to wait."""

WINDOW = 60.0  # seconds

COOKIE = "jumpnotes"
"""The name of the cookie of a session."""

LARGEST_BODY = 10_000
"""Bytes. A correction has a hundred."""

_KEY = "jumpnotes.access"
_ADDRESSES = 10_000  # remembered at a time, so that many addresses fill no memory
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


class By(StrEnum):
    """How a writer is known."""

    TOKEN = "token"  # noqa: S105 - the name of a way in, no secret
    SESSION = "session"
    LOOPBACK = "loopback"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Access:
    """Whether this request may write. `reason` says in a sentence why not; `author` is who writes, "" where unknown."""

    allowed: bool
    reason: str = ""
    author: str = ""
    by: By = By.NOTHING
    can_log_in: bool = False


class Attempts:
    """Counts wrong tokens by address, in memory: good against guessing, gone after a restart."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = Lock()
        self._failed: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str) -> float:
        """Seconds until this address may try again; 0 when it may now."""
        with self._lock:
            failed = self._recent(address)
            return max(failed[0] + WINDOW - self._now(), 0.0) if len(failed) >= FAILURES else 0.0

    def failed(self, address: str) -> None:
        with self._lock:
            self._recent(address).append(self._now())
            self._failed.move_to_end(address)
            while len(self._failed) > _ADDRESSES:
                self._failed.popitem(last=False)

    def _recent(self, address: str) -> deque[float]:
        failed = self._failed.setdefault(address, deque(maxlen=FAILURES))
        while failed and failed[0] <= self._now() - WINDOW:
            failed.popleft()
        return failed


@dataclass(frozen=True, slots=True)
class _Gate:
    token: str | None
    attempts: Attempts


class _Sessions(SecureCookieSessionInterface):
    def get_cookie_secure(self, _app: Flask) -> bool:
        # Only the reader's own side can lie about the second, and would only hide its cookie from itself.
        return request.is_secure or request.headers.get("X-Forwarded-Proto", "").lower() == "https"


def register(app: Flask, settings: Settings) -> None:
    """Guard what `app` writes, and offer `may_write()` and `csrf_token()` to its templates."""
    app.extensions[_KEY] = _Gate(settings.token, Attempts())
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.session_interface = _Sessions()
    if settings.token:
        # Whoever could forge a session knows the token anyway, and a new token ends every session.
        app.secret_key = hmac.digest(settings.token.encode(), b"jumpnotes session 1", sha256)
    app.jinja_env.globals.update(may_write=may_write, csrf_token=csrf_token)


def may_write() -> Access:
    """Whether the one who sent this request may correct links; why not, in words for the page."""
    token = _gate().token
    if token is None:
        problem = _not_local()
        if problem:
            return Access(allowed=False, reason=problem)
        return Access(allowed=True, author="", by=By.LOOPBACK)
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        if is_token(given.strip()):
            return Access(allowed=True, by=By.TOKEN)
        return Access(allowed=False, reason="The token is not the one of this server.", can_log_in=True)
    if name := session.get("name"):
        return Access(allowed=True, author=str(name), by=By.SESSION)
    return Access(allowed=False, reason="Log in to correct links.", can_log_in=True)


def require_write() -> Access:
    """The access of a request that writes.

    Raises:
        Unauthorized: it would have to log in, or sent a wrong token.
        Forbidden: it may not write, or does not come from one of our pages.
    """
    access = may_write()
    if not access.allowed:
        if "Authorization" in request.headers:
            _count(request.remote_addr or "")
        raise _refused(access)
    if access.by is By.SESSION:
        require_csrf()
    return access


def _count(address: str) -> None:
    """Remember a wrong token.

    Raises:
        TooManyRequests: there were too many of late.
    """
    wait = attempts().wait(address)
    if wait:
        raise TooManyRequests("Too many wrong tokens.", retry_after=math.ceil(wait))
    attempts().failed(address)


def csrf_token() -> str:
    """What a page of this session sends with a write, as the header X-CSRF-Token; "" without a session."""
    return str(session.get("csrf", "")) if _gate().token else ""


def require_csrf() -> None:
    """Let only our own pages write: the token is in the header X-CSRF-Token, or the form's field `csrf`.

    Raises:
        Forbidden: it is missing, or not this session's.
    """
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    if not given or not hmac.compare_digest(given.encode(), csrf_token().encode()):
        raise Forbidden("This page is too old to write from. Load it again.")


def is_token(given: str) -> bool:
    """Whether `given` is the server's token; takes as long for a near miss as for a far one."""
    token = _gate().token
    return token is not None and hmac.compare_digest(_digest(given), _digest(token))


def log_in(name: str) -> None:
    """Begin a session for `name`."""
    session.clear()
    session.update(name=name, csrf=secrets.token_urlsafe(24))


def log_out() -> None:
    session.clear()


def attempts() -> Attempts:
    """The wrong tokens of late."""
    return _gate().attempts


def has_token() -> bool:
    """Whether there is a token to log in with."""
    return _gate().token is not None


def _gate() -> _Gate:
    gate: _Gate = current_app.extensions[_KEY]
    return gate


def _digest(text: str) -> bytes:
    return sha256(text.encode(errors="surrogatepass")).digest()


def _refused(access: Access) -> HTTPException:
    if access.can_log_in:
        return Unauthorized(access.reason, www_authenticate=WWWAuthenticate("bearer", {"realm": "jumpnotes"}))
    return Forbidden(access.reason)


def _not_local() -> str:
    """Why this request does not come from a person at this machine; "" when it does."""
    elsewhere = "Links are corrected at the machine that serves them, or anywhere once JUMPNOTES_TOKEN is set there."
    if not _is_loopback(request.remote_addr or "") or any(name in request.headers for name in _FORWARDED):
        return elsewhere
    if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0":  # no browser; what proxies speak that say nothing else
        return elsewhere
    if not _is_loopback(_host_of(f"//{request.host}")):
        return (
            f"Links are corrected at http://127.0.0.1, not by the name {request.host}, or once JUMPNOTES_TOKEN is set."
        )
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.host}":
        return "The request was sent by another site."
    return ""


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback

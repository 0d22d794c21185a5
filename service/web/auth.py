"""Who may write. Everybody may read.

With a token in the settings, anyone who has it: programs send it as `Authorization: Bearer TOKEN`, people log in with
it once. Without one, only a person at this machine: the connection comes from loopback, the page was requested by a
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

MAX_FAILURES = 10
"""Wrong tokens from one address in FAILURE_WINDOW_SECONDS before it has to wait."""

FAILURE_WINDOW_SECONDS = 60.0

SESSION_COOKIE = "jumpnotes"
"""The name of the cookie of a session."""

MAX_BODY_BYTES = 10_000
"""Of a request. A correction has a hundred."""

_KEY = "jumpnotes.auth"
_MAX_ADDRESSES = 10_000  # remembered at a time, so that many addresses do not fill the memory
_PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


class AuthMethod(StrEnum):
    """How a writer is known."""

    TOKEN = "token"  # noqa: S105 - the name of a way in, no secret
    SESSION = "session"
    LOOPBACK = "loopback"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Access:
    """Whether this request may write. `reason` says in a sentence why not; `author` is who writes, "" if unknown."""

    allowed: bool
    reason: str = ""
    author: str = ""
    method: AuthMethod = AuthMethod.NONE
    can_log_in: bool = False


class FailedAttempts:
    """Counts wrong tokens by address, in memory: enough against guessing, gone after a restart."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = Lock()
        self._failed: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str) -> float:
        """Seconds until this address may try again; 0 when it may now."""
        with self._lock:
            failed = self._recent(address)
            return max(failed[0] + FAILURE_WINDOW_SECONDS - self._now(), 0.0) if len(failed) >= MAX_FAILURES else 0.0

    def add(self, address: str) -> None:
        """Count one more wrong token from this address."""
        with self._lock:
            self._recent(address).append(self._now())
            self._failed.move_to_end(address)
            while len(self._failed) > _MAX_ADDRESSES:
                self._failed.popitem(last=False)

    def _recent(self, address: str) -> deque[float]:
        failed = self._failed.setdefault(address, deque(maxlen=MAX_FAILURES))
        while failed and failed[0] <= self._now() - FAILURE_WINDOW_SECONDS:
            failed.popleft()
        return failed


@dataclass(frozen=True, slots=True)
class _AuthState:
    token: str | None
    failed_attempts: FailedAttempts


class _SessionInterface(SecureCookieSessionInterface):
    def get_cookie_secure(self, _app: Flask) -> bool:
        # Only the reader's own side can forge the header, and would only hide its cookie from itself.
        return request.is_secure or request.headers.get("X-Forwarded-Proto", "").lower() == "https"


def register(app: Flask, settings: Settings) -> None:
    """Guard what `app` writes, and give its templates `may_write()` and `csrf_token()`."""
    app.extensions[_KEY] = _AuthState(settings.token, FailedAttempts())
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        SESSION_COOKIE_NAME=SESSION_COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.session_interface = _SessionInterface()
    if settings.token:
        # Whoever could forge a session knows the token anyway, and a new token ends every session.
        app.secret_key = hmac.digest(settings.token.encode(), b"jumpnotes session 1", sha256)
    app.jinja_env.globals.update(may_write=may_write, csrf_token=csrf_token)


def may_write() -> Access:
    """Whether the sender of this request may correct links, and if not, why, in words for the page."""
    token = _state().token
    if token is None:
        problem = _not_local()
        if problem:
            return Access(allowed=False, reason=problem)
        return Access(allowed=True, method=AuthMethod.LOOPBACK)
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        if is_token(given.strip()):
            return Access(allowed=True, method=AuthMethod.TOKEN)
        return Access(allowed=False, reason="This is not the server's token.", can_log_in=True)
    if name := session.get("name"):
        return Access(allowed=True, author=str(name), method=AuthMethod.SESSION)
    return Access(allowed=False, reason="Log in to correct links.", can_log_in=True)


def require_write() -> Access:
    """The access of a request that writes.

    Raises:
        Unauthorized: the sender has to log in, or sent a wrong token.
        TooManyRequests: there were too many wrong tokens lately.
        Forbidden: the sender may not write, or the request does not come from one of our pages.
    """
    access = may_write()
    if not access.allowed:
        if "Authorization" in request.headers:
            _count_failure(request.remote_addr or "")
        raise _refusal(access)
    if access.method is AuthMethod.SESSION:
        require_csrf()
    return access


def _count_failure(address: str) -> None:
    wait = failed_attempts().wait(address)
    if wait:
        raise TooManyRequests("Too many wrong tokens.", retry_after=math.ceil(wait))
    failed_attempts().add(address)


def csrf_token() -> str:
    """What a page of this session sends with a write, as the header X-CSRF-Token; "" without a session."""
    return str(session.get("csrf", "")) if _state().token else ""


def require_csrf() -> None:
    """Only let our own pages write: they send the token in the header X-CSRF-Token, or in the form's field `csrf`.

    Raises:
        Forbidden: it is missing, or not this session's.
    """
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    if not given or not hmac.compare_digest(given.encode(), csrf_token().encode()):
        raise Forbidden("This page is out of date. Reload it.")


def is_token(given: str) -> bool:
    """Whether `given` is the server's token. A near miss takes as long as any other."""
    token = _state().token
    return token is not None and hmac.compare_digest(_digest(given), _digest(token))


def log_in(name: str) -> None:
    """Begin a session for `name`."""
    session.clear()
    session.update(name=name, csrf=secrets.token_urlsafe(24))


def log_out() -> None:
    session.clear()


def failed_attempts() -> FailedAttempts:
    """The wrong tokens of the last minute."""
    return _state().failed_attempts


def has_token() -> bool:
    """Whether there is a token to log in with."""
    return _state().token is not None


def _state() -> _AuthState:
    state: _AuthState = current_app.extensions[_KEY]
    return state


def _digest(text: str) -> bytes:
    return sha256(text.encode(errors="surrogatepass")).digest()


def _refusal(access: Access) -> HTTPException:
    if access.can_log_in:
        return Unauthorized(access.reason, www_authenticate=WWWAuthenticate("bearer", {"realm": "jumpnotes"}))
    return Forbidden(access.reason)


def _not_local() -> str:
    """Why this request does not come from a person at this machine; "" when it does."""
    elsewhere = (
        "Links can only be corrected on the computer that serves this page. "
        "To allow it from elsewhere, set JUMPNOTES_TOKEN there."
    )
    if not _is_loopback(request.remote_addr or "") or any(name in request.headers for name in _PROXY_HEADERS):
        return elsewhere
    if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0":  # not a browser, but a proxy that says nothing else
        return elsewhere
    if not _is_loopback(_host_of(f"//{request.host}")):
        return f"To correct links, open this page at 127.0.0.1 instead of {request.host}, or set JUMPNOTES_TOKEN."
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.host}":
        return "The request came from another site."
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

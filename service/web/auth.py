"""Who may write. Everybody may read.

With a token in the settings, anyone who has it: programs send it as `Authorization: Bearer TOKEN`, people log in with
it once. Without one, only a person at this machine: the connection comes from loopback, the page was requested by a
loopback name, since any other may have been made to lead here (DNS rebinding), no other site sent the request, and no
proxy passed it on. A proxy that says nothing of itself cannot be told from a person: with one, set a token.
"""

from __future__ import annotations

import hmac
import ipaddress
import math
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from urllib.parse import urlsplit

from flask import Flask, Request, current_app, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, HTTPException, TooManyRequests, Unauthorized

from pipeline.config import Settings
from pipeline.corrections.validate import validated_author
from service.web.ended_sessions import SESSION_LIFETIME, EndedSessions
from service.web.failed_attempts import FailedAttempts, limits_of
from service.web.language import N_, _
from service.web.site import site

SESSION_COOKIE = "jumpnotes"
"""The name of the cookie of a session."""

MAX_BODY_BYTES = 10_000
"""Of a request. A correction has a hundred."""

CHALLENGE = WWWAuthenticate("bearer", {"realm": "jumpnotes"})
"""What is answered to those who have to log in, or to send the token."""

_KEY = "jumpnotes.auth"
_PROXY_HEADER = re.compile(
    "cdn-loop|(do-connecting-|fastly-client-|true-client-)ip|forwarded|front-end-https|proxy-connection|via|"
    "(x-)?(client|cluster-client|proxyuser|real|remote)-(addr|ip)|x-(host|(url-)?scheme)|"
    "(cf|cloudfront|fly|tailscale|x-(amzn|appengine|arr|azure|envoy|original|varnish|vercel))-.*|x-forwarded.*",
    re.IGNORECASE,
)


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


@dataclass(frozen=True, slots=True)
class TokenAttempt:
    """Whether a token was the server's. While its sender has to wait, for as many seconds, nobody learns that."""

    is_right: bool
    wait: int


@dataclass(frozen=True, slots=True)
class _AuthState:
    token: str | None
    failed_attempts: FailedAttempts
    ended_sessions: EndedSessions


class _SessionInterface(SecureCookieSessionInterface):
    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        opened = super().open_session(app, request)
        if opened and (opened.get("id") is None or opened["id"] in _state_of(app).ended_sessions):
            return self.session_class()
        return opened

    def get_cookie_secure(self, _app: Flask) -> bool:
        # Only the reader's own side can forge the header, and would only hide its cookie from itself.
        return request.is_secure or request.headers.get("X-Forwarded-Proto", "").lower() == "https"


def register(app: Flask, settings: Settings) -> None:
    """Guard what `app` writes, and give its templates `may_write()` and `csrf_token()`."""
    app.extensions[_KEY] = _AuthState(
        settings.token, FailedAttempts(), EndedSessions(settings.data_dir / "ended-sessions")
    )
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        SESSION_COOKIE_NAME=SESSION_COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=SESSION_LIFETIME,
    )
    app.session_interface = _SessionInterface()
    if settings.token:
        # Whoever could forge a session knows the token anyway, and a new token ends every session.
        app.secret_key = hmac.digest(settings.token.encode(), b"jumpnotes session 1", sha256)
    app.jinja_env.globals.update(may_write=may_write, csrf_token=csrf_token)


def may_write() -> Access:
    """Whether the sender of this request may correct links and add meetings, and if not, why, in words for the page.

    Raises:
        TooManyRequests: a program sent a token, and there were too many wrong ones lately. Never for a page.
    """
    if site().static:
        return Access(allowed=False)
    token = _state().token
    if token is None:
        problem = _not_local()
        if problem:
            return Access(allowed=False, reason=problem)
        return Access(allowed=True, method=AuthMethod.LOOPBACK)
    if name := session.get("name"):
        g.is_personal = True
        return Access(allowed=True, author=str(name), method=AuthMethod.SESSION)
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and request.path.startswith("/api/"):  # pages leave it to a proxy that uses it
        return _bearer_access(given.strip())
    return Access(allowed=False, reason="Log in to correct links or to add meetings.", can_log_in=True)


def _bearer_access(token: str) -> Access:
    attempt = try_token(token)
    if attempt.wait:
        raise TooManyRequests("Too many wrong tokens.", retry_after=attempt.wait)
    if attempt.is_right:
        return Access(allowed=True, method=AuthMethod.TOKEN)
    return Access(allowed=False, reason="This is not the server's token.", can_log_in=True)


def is_personal() -> bool:
    """Whether this request was told that its sender is logged in: the answer has their name, and a secret, in it."""
    return bool(g.get("is_personal"))


def require_access() -> Access:
    """The access of a request that reads what is only for those who may write.

    Raises:
        Unauthorized: the sender has to log in, or sent a wrong token.
        TooManyRequests: there were too many wrong tokens lately.
        Forbidden: the sender may not write.
    """
    access = may_write()
    if not access.allowed:
        raise _refusal(access)
    return access


def require_write() -> Access:
    """The access of a request that writes.

    Raises:
        Unauthorized, TooManyRequests: as `require_access`.
        Forbidden: the sender may not write, or the request does not come from one of our pages.
    """
    access = require_access()
    if access.method is AuthMethod.SESSION:
        require_csrf()
    return access


def csrf_token() -> str:
    """What a page of this session sends with a write, as the header X-CSRF-Token; "" without a session."""
    return str(session.get("csrf", "")) if _state().token else ""


_NAMELESS_AUTHORS = {AuthMethod.TOKEN: N_("a program"), AuthMethod.LOOPBACK: N_("this computer")}


def author_of(access: Access, given: str | None) -> str:
    """Who writes: those who are logged in have a name; others may give one.

    Raises:
        InvalidCorrection: what they give is none.
    """
    return access.author or validated_author(given or _NAMELESS_AUTHORS[access.method])


def author_in_words(author: str) -> str:
    """An author as the page names them, after "by": those who gave no name in the language of the reader."""
    return _(author) if author in _NAMELESS_AUTHORS.values() else author


def require_csrf() -> None:
    """Only let our own pages write: they send the token in the header X-CSRF-Token, or in the form's field `csrf`.

    Raises:
        Forbidden: it is missing, or not this session's.
    """
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    if not given or not hmac.compare_digest(given.encode(), csrf_token().encode()):
        raise Forbidden(N_("This page is out of date. Reload it."))


def try_token(given: str) -> TokenAttempt:
    """Compare `given` with the server's token, unless its sender has to wait. Near misses take as long as any."""
    token = _state().token
    is_right = token is not None and hmac.compare_digest(_digest(given), _digest(token))
    limits = limits_of(request.remote_addr or "", request.headers.get("X-Forwarded-For", ""))
    wait = _state().failed_attempts.wait(limits, is_right=is_right)
    return TokenAttempt(is_right and not wait, math.ceil(wait))


def require_own_site() -> None:
    """Only let a form of ours be sent by browsers: another site could log its visitors in under a name it chose.

    Raises:
        Forbidden: another site sent the request.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        is_own = site in ("same-origin", "none")
    else:  # browsers only say it over https and on this machine; the port may be the proxy's
        origin = request.headers.get("Origin")
        is_own = origin is None or _host_of(origin) == _host_of(f"//{request.host}")
    if not is_own:
        raise Forbidden(N_("The request came from another site. Open the page here, and try again."))


def log_in(name: str) -> None:
    """Begin a session for `name`."""
    session.clear()
    session.update(name=name, csrf=secrets.token_urlsafe(24), id=secrets.token_urlsafe(16))


def log_out() -> None:
    """End the session; a copy of its cookie is worth nothing then.

    Raises:
        StoreError: that cannot be remembered.
    """
    if session_id := session.get("id"):
        _state().ended_sessions.add(session_id)
    session.clear()


def has_token() -> bool:
    """Whether there is a token to log in with."""
    return _state().token is not None


def _state() -> _AuthState:
    return _state_of(current_app)


def _state_of(app: Flask) -> _AuthState:
    state: _AuthState = app.extensions[_KEY]
    return state


def _digest(text: str) -> bytes:
    return sha256(text.encode(errors="surrogatepass")).digest()


def _refusal(access: Access) -> HTTPException:
    if access.can_log_in:
        return Unauthorized(access.reason, www_authenticate=CHALLENGE)
    return Forbidden(access.reason)


def _not_local() -> str:
    """Why this request does not come from a person at this machine; "" when it does."""
    if not _is_loopback(request.remote_addr or "") or _came_through_a_proxy():
        return (
            "Links can only be corrected, and meetings added, on the computer that serves this page. "
            "To allow it from elsewhere, set JUMPNOTES_TOKEN there."
        )
    if not _is_loopback(_host_of(f"//{request.host}")):
        return f"To write, open this page at 127.0.0.1 instead of {request.host}, or set JUMPNOTES_TOKEN."
    origin = request.headers.get("Origin")
    if (origin is not None and origin != f"{request.scheme}://{request.host}") or _sent_by_another_site():
        return "The request came from another site."
    return ""


def _came_through_a_proxy() -> bool:
    if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0":  # not a browser, but a proxy that says nothing else
        return True
    return any(_PROXY_HEADER.fullmatch(name) for name, _value in request.headers)


def _sent_by_another_site() -> bool:
    """By what the browser says; following a link to one of our pages is no harm."""
    is_visit = request.method in ("GET", "HEAD") and request.headers.get("Sec-Fetch-Mode") == "navigate"
    return not is_visit and request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none")


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

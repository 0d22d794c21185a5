"""Who may read, and who may write.

Everybody may read, unless the settings say that the archive is private. Who may write depends on the tokens there are:
the server's own, in the settings, and those that its owner gave to people and programs. Programs send theirs as
`Authorization: Bearer TOKEN`, people log in with it once. Without any, only a person at this machine writes. Where the
archive is private, tokens are asked for in the same way to read it; programs that know no other way, such as those that
read feeds, send theirs as a password (Basic).
"""

from __future__ import annotations

import hmac
import math
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

from flask import Flask, current_app, g, request, session
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, HTTPException, TooManyRequests, Unauthorized

from pipeline.config import Settings
from pipeline.corrections.validate import validated_author
from pipeline.errors import NameOfToken, StoreError
from pipeline.records import AccessToken, TokenRole
from service.web import local, sessions
from service.web.failed_attempts import FailedAttempts, client_of
from service.web.language import N_, _
from service.web.next_page import log_in_address
from service.web.site import site
from service.web.store import store

MAX_BODY_BYTES = 10_000
"""Of a request. A correction has a hundred."""

CHALLENGE = WWWAuthenticate("bearer", {"realm": "jumpnotes"})
"""What is answered to those who have to log in, or to send the token."""

READ_ONLY = N_("This server only shows what it has: links cannot be corrected here, nor meetings added.")

_KEY = "jumpnotes.auth"
_LOG_IN = N_("Log in to correct links or to add meetings.")
_LOG_IN_TO_READ = N_("Log in to read this.")
_PRIVATE = N_("This archive is private, and nobody has been given a token to read it: jumpnotes token add NAME.")
_READS_ONLY = N_("This token is for reading.")
_UNREADABLE = N_("Who may write cannot be found out at the moment.")
_TOO_MANY = N_("Too many wrong tokens.")
_WRONG_TOKEN = N_("This is not a token of this server.")
_FOR_PROGRAMS = ("/feed.atom", "/search.atom", "/media/")
"""What else than the API is asked for by programs that send a token; of meetings, what has a name with a dot."""


class AuthMethod(StrEnum):
    """How a writer is known."""

    TOKEN = "token"  # noqa: S105 - the name of a way in, no secret
    SESSION = "session"
    LOOPBACK = "loopback"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Access:
    """Whether a request may do something; `reason` says in a sentence why not. `author` is who asks, "" if unknown."""

    allowed: bool
    reason: str = ""
    author: str = ""
    method: AuthMethod = AuthMethod.NONE
    can_log_in: bool = False


@dataclass(frozen=True, slots=True)
class KnownToken:
    """A token that is good. `digest` is that of a token in the store; None: it is the server's own, and nobody's."""

    name: str
    role: TokenRole
    digest: str | None


@dataclass(frozen=True, slots=True)
class TokenAttempt:
    """Whose token it was; None: nobody's. While its sender has to wait, for as many seconds, nobody learns that."""

    token: KnownToken | None
    wait: int


@dataclass(frozen=True, slots=True)
class _Sender:
    """Who sent a request; `role` None: nobody we know, and `problem` says why."""

    method: AuthMethod = AuthMethod.NONE
    role: TokenRole | None = None
    author: str = ""
    problem: str = ""
    can_log_in: bool = False
    is_elsewhere: bool = False
    error: StoreError | None = None  # because of which nobody knows


@dataclass(frozen=True, slots=True)
class _AuthState:
    settings: Settings
    failed_attempts: FailedAttempts


_SERVERS_OWN = KnownToken("", TokenRole.EDITOR, None)


def register(app: Flask, settings: Settings) -> None:
    """Guard what `app` shows and writes; its templates can ask as well."""
    app.extensions[_KEY] = _AuthState(settings, FailedAttempts())
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY_BYTES)
    app.jinja_env.globals.update(
        may_read=may_read, may_write=may_write, csrf_token=csrf_token, log_in_address=log_in_address
    )


# -- what a request may do ---------------------------------------------------------------------------------------------


def may_write() -> Access:
    """Whether the sender of this request may correct links and add meetings, and if not, why, in words for the page.

    Raises:
        TooManyRequests: a program sent a token, and there were too many wrong ones lately. Never for a page.
    """
    if site().static:
        return Access(allowed=False)
    sender = _sender()
    if _state().settings.read_only:
        return Access(allowed=False, reason=READ_ONLY, author=sender.author)
    if sender.role is TokenRole.READER:
        return Access(allowed=False, reason=_READS_ONLY, author=sender.author)
    return _access(sender, _LOG_IN)


def may_read() -> Access:
    """Whether the sender of this request may read, and if not, why.

    Raises:
        TooManyRequests: as `may_write`.
    """
    if site().static or not _state().settings.private:
        return Access(allowed=True)
    sender = _sender()
    access = _access(sender, _LOG_IN_TO_READ)
    return replace(access, reason=_PRIVATE) if sender.is_elsewhere else access


def _access(sender: _Sender, why_log_in: str) -> Access:
    if sender.role is not None:
        return Access(allowed=True, author=sender.author, method=sender.method)
    return Access(allowed=False, reason=sender.problem or why_log_in, can_log_in=sender.can_log_in)


def require_access() -> Access:
    """The access of a request that reads what is only for those who may write.

    Raises:
        Unauthorized: the sender has to log in, or sent a wrong token.
        TooManyRequests: there were too many wrong tokens lately.
        Forbidden: the sender may not write.
        StoreError: the tokens cannot be read.
    """
    mark_personal()
    require_knowing()
    access = may_write()
    if not access.allowed:
        raise refusal(access)
    return access


def require_knowing() -> None:
    """Go on only where it can be found out who may do what.

    Raises:
        StoreError: the tokens cannot be read.
    """
    if not site().static and (error := _sender().error):
        raise error


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


def refusal(access: Access) -> HTTPException:
    """What is answered to a program that has no access."""
    if access.can_log_in:
        return Unauthorized(access.reason, www_authenticate=CHALLENGE)
    return Forbidden(access.reason)


def require_known() -> None:
    """Go on only for whoever has a token, be it one for reading, or is at this machine where there are none.

    Raises:
        Unauthorized, TooManyRequests, Forbidden, StoreError: as `require_access`.
    """
    require_knowing()
    access = _access(_sender(), _LOG_IN_TO_READ)
    if not access.allowed:
        raise refusal(access)


def mark_personal() -> None:
    """Let no cache keep the answer to this request."""
    g.is_personal = True


def is_personal() -> bool:
    """Whether the answer to this request is not for everybody: it depends on who sent it, or only some may have it."""
    return bool(g.get("is_personal"))


# -- who sent it -------------------------------------------------------------------------------------------------------


def _sender() -> _Sender:
    """Who sent this request: found out once, so that a wrong token is counted once."""
    if "sender" not in g:
        g.sender = _identified()
    found: _Sender = g.sender
    return found


def _identified() -> _Sender:
    try:
        if not has_tokens():
            problem = local.why_not_local()
            return (
                _Sender(problem=problem, is_elsewhere=True)
                if problem
                else _Sender(AuthMethod.LOOPBACK, TokenRole.EDITOR)
            )
        return _of_session() or _of_token()
    except StoreError as error:  # the page that says so asks this, too
        return _Sender(problem=_UNREADABLE, error=error)


def _of_token() -> _Sender:
    given = _given_token()
    if given is None:
        return _Sender(can_log_in=True)
    attempt = try_token(given)
    if attempt.wait:
        g.sender = _Sender(problem=_TOO_MANY, can_log_in=True)  # the page that says so asks who sent this, too
        raise TooManyRequests(_TOO_MANY, retry_after=attempt.wait)
    if attempt.token is None:
        return _Sender(problem=_WRONG_TOKEN, can_log_in=True)
    mark_personal()
    return _Sender(AuthMethod.TOKEN, attempt.token.role, attempt.token.name)


def _of_session() -> _Sender | None:
    """Who is logged in with a token that is still good. Cookies of the server's own end with it."""
    if not (name := session.get("name")):
        return None
    digest = session.get("token")
    token = _SERVERS_OWN if digest is None else _known(store().tokens.of_digest(str(digest)))
    if token is None:
        return None
    mark_personal()
    return _Sender(AuthMethod.SESSION, token.role, str(name))


def _given_token() -> str | None:
    """The token that a program sent. Pages leave the header to proxies, which may use it for what is theirs."""
    authorization = request.authorization
    if authorization is None:
        return None
    is_api = request.path.startswith("/api/")
    if authorization.type == "bearer" and (is_api or is_for_programs()):
        return (authorization.token or "").strip()
    if authorization.type == "basic" and is_for_programs():
        return authorization.password or ""
    return None


def is_for_programs() -> bool:
    """Whether only programs ask for this address, and it has to be known who does."""
    is_file = request.path.startswith("/meetings/") and "." in request.path.rpartition("/")[2]
    is_guarded = _state().settings.private and (is_file or request.path.startswith(_FOR_PROGRAMS))
    return is_guarded or request.path == "/metrics"


def try_token(given: str) -> TokenAttempt:
    """Look for `given` among the server's tokens, unless its sender has to wait."""
    settings = _state().settings
    client = client_of(request.remote_addr or "", request.headers.get("X-Forwarded-For", ""), settings.proxies)
    found, wait = _state().failed_attempts.attempt(client, lambda: _token_of(given))
    return TokenAttempt(found, math.ceil(wait))


def _token_of(given: str) -> KnownToken | None:
    own = _state().settings.token
    if own is not None and hmac.compare_digest(_digest(given), _digest(own)):  # near misses take as long as any
        return _SERVERS_OWN
    return _known(store().tokens.of_text(given))


def _known(token: AccessToken | None) -> KnownToken | None:
    return KnownToken(token.name, token.role, token.digest) if token else None


def has_tokens() -> bool:
    """Whether there is a token to log in with."""
    return _state().settings.token is not None or store().tokens.exist()


def log_in(token: KnownToken, name: str) -> None:
    """Begin a session for whoever has `token`. Where that is nobody in particular, they say their `name`.

    Raises:
        InvalidCorrection: the name is none.
        NameOfToken: it is somebody's with a token of their own.
    """
    sessions.begin(name=token.name or _free_name(name), token=token.digest)


# -- what it may say ---------------------------------------------------------------------------------------------------


def csrf_token() -> str:
    """What a page of this session sends with a write, as the header X-CSRF-Token; "" without a session."""
    return str(session.get("csrf", ""))


_NAMELESS_AUTHORS = {AuthMethod.TOKEN: N_("a program"), AuthMethod.LOOPBACK: N_("this computer")}


def author_of(access: Access, given: str | None) -> str:
    """Who writes: those who are logged in, and those with a token of their own, have a name; others may give one.

    Raises:
        InvalidCorrection: what they give is none.
        NameOfToken: it is somebody's with a token of their own.
    """
    return access.author or (_free_name(given) if given else _NAMELESS_AUTHORS[access.method])


def _free_name(given: str) -> str:
    name = validated_author(given)
    if store().tokens.is_name(name):
        raise NameOfToken(name)
    return name


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
        is_own = origin is None or local.host_of(origin) == local.host_of(f"//{request.host}")
    if not is_own:
        raise Forbidden(N_("The request came from another site. Open the page here, and try again."))


def _state() -> _AuthState:
    state: _AuthState = current_app.extensions[_KEY]
    return state


def _digest(text: str) -> bytes:
    return sha256(text.encode(errors="surrogatepass")).digest()

"""Sessions of people who are logged in: a signed cookie, and on the server those that were ended by logging out.

The cookies of ended ones stay signed, and somebody may have a copy.
"""

from __future__ import annotations

import hmac
import logging
import os
import secrets
import time
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from flask import Flask, Request, current_app, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from pipeline.config import Settings
from pipeline.errors import DiskFull, StoreError
from pipeline.whole_files import is_for_want_of_room

SESSION_COOKIE = "jumpnotes"
"""The name of the cookie of a session."""

SESSION_LIFETIME = timedelta(days=31)
"""After logging in. Then a cookie is no good anyway."""

_MIN_KEPT = 1000
"""Ended ones; so many are remembered whatever the clock says: it may have been wrong, and they take no room."""

_KEY = "jumpnotes.ended_sessions"
_SECRET_BYTES = 32

_log = logging.getLogger(__name__)


class EndedSessions:
    """Remembers them as empty files in a folder, so that they stay ended after a restart, and in every process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ended_here: set[str] = set()  # also where nothing can be written

    def __contains__(self, session_id: str) -> bool:
        return session_id in self._ended_here or self._file(session_id).exists()

    def add(self, session_id: str) -> None:
        """End a session, and forget those whose cookies have expired.

        Raises:
            DiskFull: it is ended until this process is, and there is no space left to remember it.
            StoreError: as well, because the folder cannot be written.
        """
        self._ended_here.add(session_id)
        try:
            self._folder.mkdir(exist_ok=True)
            self._file(session_id).touch()
            self._forget_expired()
        except OSError as error:
            if is_for_want_of_room(error):
                raise DiskFull(self._folder) from error
            raise StoreError(f"{self._folder}: {error.strerror}", hint="Check its owner and permissions.") from error

    def _forget_expired(self) -> None:
        ended_at = {file: file.stat().st_mtime for file in self._folder.iterdir()}
        newest_first = sorted(ended_at, key=lambda file: ended_at[file], reverse=True)
        for file in newest_first[_MIN_KEPT:]:
            if ended_at[file] < time.time() - SESSION_LIFETIME.total_seconds():
                file.unlink(missing_ok=True)

    def _file(self, session_id: str) -> Path:
        return self._folder / sha256(session_id.encode()).hexdigest()


class _SessionInterface(SecureCookieSessionInterface):
    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        opened = super().open_session(app, request)
        if opened and (opened.get("id") is None or opened["id"] in _ended(app)):
            return self.session_class()
        return opened

    def get_cookie_secure(self, _app: Flask) -> bool:
        # Only the reader's own side can forge the header, and would only hide its cookie from itself.
        return request.is_secure or request.headers.get("X-Forwarded-Proto", "").lower() == "https"


def register(app: Flask, settings: Settings) -> None:
    """Let people be logged in to `app`. Another JUMPNOTES_TOKEN ends every session."""
    app.extensions[_KEY] = EndedSessions(settings.data_dir / "ended-sessions")
    app.config.update(
        SESSION_COOKIE_NAME=SESSION_COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=SESSION_LIFETIME,
    )
    app.session_interface = _SessionInterface()
    secret = _secret(settings.data_dir / "session-key")
    app.secret_key = hmac.digest(secret, b"jumpnotes session 2" + (settings.token or "").encode(), sha256)


def begin(**values: object) -> None:
    """Begin a session that holds these values, and a token for forms, as `csrf`. An earlier one is forgotten."""
    session.clear()
    session.update(values, csrf=secrets.token_urlsafe(24), id=secrets.token_urlsafe(16))


def end() -> None:
    """End the session of this request; a copy of its cookie is worth nothing then.

    Raises:
        StoreError: that cannot be remembered, and holds until the server is started again.
    """
    session_id = session.get("id")
    session.clear()
    if session_id:
        _ended(current_app).add(session_id)


def _ended(app: Flask) -> EndedSessions:
    ended: EndedSessions = app.extensions[_KEY]
    return ended


def _secret(file: Path) -> bytes:
    """What cookies are signed with, the same for every process that serves these data; made by the first one.

    Where it cannot be kept, people have to log in again after a restart.
    """
    with suppress(OSError):
        if len(known := file.read_bytes()) == _SECRET_BYTES:
            return known
    made = secrets.token_bytes(_SECRET_BYTES)
    draft = file.with_name(f".{file.name}-{secrets.token_hex(8)}")
    try:
        with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as opened:  # noqa: PTH123
            opened.write(made)
        with suppress(FileExistsError):  # another process was faster
            os.link(draft, file)
        known = file.read_bytes()
        if len(known) != _SECRET_BYTES:  # damaged
            draft.replace(file)
            known = made
    except OSError as error:
        _log.info("%s: cannot be kept (%s), so a restart ends all sessions", file, error.strerror)
        return made
    else:
        return known
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)

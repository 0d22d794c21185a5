"""What was made for an answer is kept until what it shows changes, and who has it already is told so (304, RFC 9110).

An answer's ETag is a digest of its text, so it is right whichever process made it, and after an update. Last-Modified
is when this server first saw what the answer shows; a client that sends it back is told that nothing changed only where
the time is the very same. Where several machines answer, each with a clock of its own, there is none.

Only what any reader may see is kept: never the page of somebody who is logged in, which has their name and a secret.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import wraps
from hashlib import blake2b
from threading import BoundedSemaphore, Lock
from typing import ParamSpec

from flask import Flask, Response, current_app, g, request, session
from flask.typing import ResponseReturnValue

from service.web import auth, compression
from service.web.language import is_usual, language
from service.web.places import places
from service.web.store import store
from service.web.versions import Version, forgettings

MAX_KEPT_BYTES = 128 * 1024**2
"""Of all answers that are kept. When there are more, those go that nobody has asked for longest."""

MAX_MADE_AT_ONCE = 3
"""Answers. Python makes them no faster side by side, and one of a million words takes hundreds of megabytes."""

_KEY = "jumpnotes.answers"
_ETAG_BYTES = 12
_MIN_KEPT = 4  # answers for which there is always room
_OVERHEAD_BYTES = 500  # of an answer that is kept, beside its text

Arguments = ParamSpec("Arguments")
Token = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The text of an answer, compressed where it is `packed`, and what it was made from."""

    token: Token
    content_type: str
    etag: str
    body: bytes
    packed: bool = False
    is_kept: bool = True

    def in_form(self, *, packed: bool) -> Answer:
        """The same, compressed or not; what is not worth it stays as it is."""
        if packed == self.packed or (packed and not compression.is_worthwhile(self.content_type, len(self.body))):
            return self
        body = compression.compress(self.body) if packed else compression.decompress(self.body)
        return replace(self, body=body, packed=packed)


class KeptAnswers:
    """Answers by what they depend on beside the version of what they show, compressed and not as they are asked for."""

    def __init__(self, max_bytes: int = MAX_KEPT_BYTES) -> None:
        self.size = 0
        """Bytes of all answers that are kept."""
        self._max_bytes = max_bytes
        self._forgettings = 0
        self._lock = Lock()
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._in_the_making: dict[Hashable, Future[Answer]] = {}
        self._slots = BoundedSemaphore(MAX_MADE_AT_ONCE)

    def get(self, key: Hashable, token: Token, make: Callable[[], Answer], *, packed: bool) -> Answer:
        """The answer for `key` that was made from `token`, in the form that is wanted.

        Whoever asks for what is in the making waits for it, and gets the error if there is one.
        """
        if found := self._kept((key, packed), token):
            return found

        def in_form() -> Answer:
            made = self._kept((key, not packed), token) or self._once(key, token, lambda: self.make(make))
            found = made.in_form(packed=packed)
            self._keep((key, packed), found)
            return found

        return self._once((key, packed), token, in_form)

    def note_forgettings(self, number: int) -> None:
        """Keep nothing from before meetings were forgotten, which they were when this number rises."""
        if number != self._forgettings:
            with self._lock:
                self._forgettings, self.size = number, 0
                self._answers.clear()

    def make(self, make: Callable[[], Answer]) -> Answer:
        """Make an answer, once fewer than MAX_MADE_AT_ONCE are in the making."""
        with self._slots:
            return make()

    def _kept(self, key: Hashable, token: Token) -> Answer | None:
        with self._lock:
            found = self._answers.get(key)
            if found is None or found.token != token:
                return None
            self._answers.move_to_end(key)
            return found

    def _keep(self, key: Hashable, answer: Answer) -> None:
        with self._lock:
            if replaced := self._answers.pop(key, None):
                self.size -= _size(replaced)
            if not answer.is_kept or _size(answer) > self._max_bytes // _MIN_KEPT:  # it would push out too many others
                return
            self._answers[key] = answer
            self.size += _size(answer)
            while self.size > self._max_bytes:
                self.size -= _size(self._answers.popitem(last=False)[1])

    def _once(self, key: Hashable, token: Token, make: Callable[[], Answer]) -> Answer:
        """What `make` makes; others who ask meanwhile wait for the same."""
        with self._lock:
            others = self._in_the_making.get((key, token))
            made = others or self._in_the_making.setdefault((key, token), Future())
        if others:
            return others.result()
        try:
            made.set_result(make())
        except BaseException as error:
            made.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._in_the_making[key, token]
        return made.result()


def _size(answer: Answer) -> int:
    return len(answer.body) + _OVERHEAD_BYTES


def register(app: Flask) -> None:
    """Let `app` keep answers."""
    app.extensions[_KEY] = KeptAnswers()


def do_not_keep() -> None:
    """The answer to this request is the best there is at the moment, and may be better for whoever asks next."""
    g.is_kept = False


def conditional(
    route: Callable[Arguments, ResponseReturnValue],
) -> Callable[Arguments, Response]:
    """Make what a route answers each time, keep it nowhere, and tell a client that has the very same so (304)."""

    @wraps(route)
    def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
        response = current_app.make_response(route(*args, **kwargs))
        etag = blake2b(response.get_data(), digest_size=_ETAG_BYTES).hexdigest()
        if request.if_none_match.contains_weak(etag):
            response = Response(status=304, content_type=response.content_type)
        response.set_etag(etag, weak=True)
        response.cache_control.private = response.cache_control.no_cache = True
        return response

    return answer


def cached(
    version: Callable[Arguments, Version | None],
) -> Callable[[Callable[Arguments, ResponseReturnValue]], Callable[Arguments, Response]]:
    """Keep what a route answers until the `version` of what it shows is another, None where there is nothing to show.

    The route may look at the address, at who may write and in which language, and at nothing else of the request.
    """

    def decorate(route: Callable[Arguments, ResponseReturnValue]) -> Callable[Arguments, Response]:
        @wraps(route)
        def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
            shown = version(*args, **kwargs)
            now = int(time.time())  # after it: what is first seen in this second is not of the next one
            _kept().note_forgettings(forgettings())
            if shown is None:
                return current_app.make_response(route(*args, **kwargs))
            found = _answer(shown.token, lambda: current_app.make_response(route(*args, **kwargs)))
            return _response(found, shown.since, now)

        return answer

    return decorate


def _kept() -> KeptAnswers:
    kept: KeptAnswers = current_app.extensions[_KEY]
    return kept


def _answer(token: Token, ask: Callable[[], Response]) -> Answer:
    kept = _kept()

    def make() -> Answer:
        response = ask()
        body = response.get_data()
        digest = blake2b(body, digest_size=_ETAG_BYTES).hexdigest()
        return Answer(token, response.content_type or "", digest, body, is_kept=g.get("is_kept", True))

    if session or "Authorization" in request.headers:
        return kept.make(make)
    key = request.path, request.query_string, request.root_url, auth.may_write(), language(), places()
    return kept.get(key, token, make, packed=compression.is_accepted())


def _response(answer: Answer, since: int, now: int) -> Response:
    if _is_known(answer, since):
        response = Response(status=304, content_type=answer.content_type)
    else:
        response = Response(answer.body, content_type=answer.content_type)
        if answer.packed:
            response.headers["Content-Encoding"] = "gzip"
    response.set_etag(answer.etag, weak=True)  # the same for both forms
    if answer.is_kept and _has_one_age():  # the better one would be as old
        response.last_modified = datetime.fromtimestamp(min(since, now), UTC)
    response.cache_control.no_cache = True  # to be asked for again each time, which is cheap
    return response


def _is_known(answer: Answer, since: int) -> bool:
    """Whether the client says that it has the answer."""
    if "If-None-Match" in request.headers:
        return request.if_none_match.contains_weak(answer.etag)
    known = request.if_modified_since
    return _has_one_age() and known is not None and known.timestamp() == since


def _has_one_age() -> bool:
    """Whether a time tells which answer somebody has: one in another language, or of another server, may be as old."""
    return is_usual() and not store().is_shared

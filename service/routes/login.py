"""The page on which people log in."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from pipeline.corrections.validate import MAX_NAME_CHARS
from pipeline.errors import InvalidCorrection, NameOfToken
from service.web import auth, sessions
from service.web.language import N_, _
from service.web.next_page import go_on, next_page
from service.web.settings import settings
from service.web.store import store

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
def form() -> Response:
    return _form(200, "", "")


@blueprint.post("/login")
def log_in() -> AnyResponse:
    _require_token_set()
    auth.require_own_site()
    name = request.form.get("name", "")
    attempt = auth.try_token(request.form.get("token", "").strip())
    if attempt.wait:
        page = _form(429, name, _("Too many wrong tokens. Try again in %(seconds)s s.", seconds=attempt.wait))
        page.headers["Retry-After"] = str(attempt.wait)
        return page
    if attempt.token is None:
        return _form(403, name, _("Wrong token. Ask whoever runs this server."))
    try:
        auth.log_in(attempt.token, name)
    except NameOfToken:
        return _form(
            422, name, _("Somebody with a token of their own has this name. Give another one, or log in with it.")
        )
    except InvalidCorrection:
        problem = _("Give a name of 1 to %(most)s visible characters.", most=MAX_NAME_CHARS)
        return _form(422, name, problem)
    return go_on()


@blueprint.post("/logout")
def log_out() -> AnyResponse:
    auth.require_csrf()
    sessions.end()
    return go_on()


def _form(status: int, name: str, problem: str) -> Response:
    _require_token_set()
    kinds = {"has_shared_token": settings().token is not None, "has_own_tokens": store().tokens.exist()}
    shown = render_template(
        "login.html", name=name, problem=problem, next=next_page(), private=settings().private, **kinds
    )
    page = make_response(shown, status)
    page.headers["Cache-Control"] = "no-store"
    return page


def _require_token_set() -> None:
    if not auth.has_tokens():
        raise NotFound(N_("Nobody can log in here: there is no token yet."))

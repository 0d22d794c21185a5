"""The page on which people log in."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from pipeline.corrections.validate import validated_author
from pipeline.errors import InvalidCorrection
from service.web import auth

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
        page = _form(429, name, f"Too many wrong tokens. Try again in {attempt.wait} s.")
        page.headers["Retry-After"] = str(attempt.wait)
        return page
    if not attempt.is_right:
        return _form(403, name, "Wrong token. Ask whoever runs this server.")
    try:
        auth.log_in(validated_author(name))
    except InvalidCorrection as error:
        return _form(422, name, error.hint)
    return _go_on()


@blueprint.post("/logout")
def log_out() -> AnyResponse:
    auth.require_csrf()
    auth.log_out()
    return _go_on()


def _form(status: int, name: str, problem: str) -> Response:
    _require_token_set()
    page = make_response(render_template("login.html", name=name, problem=problem, next=_next_page()), status)
    page.headers["Cache-Control"] = "no-store"
    return page


def _go_on() -> AnyResponse:
    response = redirect(_next_page(), 303)
    response.headers["Cache-Control"] = "no-store"
    return response


def _require_token_set() -> None:
    if not auth.has_token():
        raise NotFound("Logging in is switched off (JUMPNOTES_TOKEN is not set).")


def _next_page() -> str:
    """Where to go from here: always a page of ours, whatever the address says."""
    wanted = request.values.get("next", "")
    is_ours = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted and wanted.isprintable()
    return wanted if is_ours else url_for("pages.home")

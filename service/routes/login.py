"""The page on which people say who they are."""

from __future__ import annotations

import math

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from pipeline.errors import InvalidCorrection
from pipeline.store.corrections import checked_author
from service.web import auth

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
def form() -> Response:
    return _form(200, "", "")


@blueprint.post("/login")
def log_in() -> AnyResponse:
    _need_token()
    address, tried = request.remote_addr or "", auth.attempts()
    name = request.form.get("name", "")
    if wait := math.ceil(tried.wait(address)):
        page = _form(429, name, f"Too many wrong tokens. Try again in {wait} s.")
        page.headers["Retry-After"] = str(wait)
        return page
    if not auth.is_token(request.form.get("token", "").strip()):
        tried.failed(address)
        return _form(403, name, "This is not the token of this server. Ask whoever runs it.")
    try:
        auth.log_in(checked_author(name))
    except InvalidCorrection as error:
        return _form(422, name, error.hint)
    return redirect(_next(), 303)


@blueprint.post("/logout")
def log_out() -> AnyResponse:
    auth.require_csrf()
    auth.log_out()
    return redirect(_next(), 303)


def _form(status: int, name: str, problem: str) -> Response:
    _need_token()
    page = make_response(render_template("login.html", name=name, problem=problem, next=_next()), status)
    page.headers["Cache-Control"] = "no-store"
    return page


def _need_token() -> None:
    if not auth.has_token():
        raise NotFound("Nobody logs in here: JUMPNOTES_TOKEN is not set.")


def _next() -> str:
    """Where to go on: a page of ours, whatever the address says."""
    wanted = request.values.get("next", "")
    ours = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted and wanted.isprintable()
    return wanted if ours else url_for("pages.meetings")

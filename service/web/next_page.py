"""Where a reader goes on after something that has no page of its own: to one of ours."""

from __future__ import annotations

from urllib.parse import quote

from flask import redirect, request, url_for
from werkzeug.wrappers import Response


def next_page() -> str:
    """The address that the request names as `next`: always a page of ours, whatever the request says."""
    wanted = request.values.get("next", "")
    is_ours = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted and wanted.isprintable()
    return wanted if is_ours else url_for("pages.home")


def this_page() -> str:
    """The address that is asked for, to be come back to; also where the site lies below another address."""
    query = request.query_string.decode(errors="replace")
    return quote(request.script_root + request.path) + (f"?{query}" if query else "")


def log_in_address() -> str:
    """The address of the log-in, which leads back to this page."""
    return url_for("login.form", next=this_page())


def go_on() -> Response:
    """Lead to the next page, this time only."""
    response = redirect(next_page(), 303)
    response.headers["Cache-Control"] = "no-store"
    return response

"""Where a reader goes on after something that has no page of its own: to one of ours."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response


def next_page() -> str:
    """The address that the request names as `next`: always a page of ours, whatever the request says."""
    wanted = request.values.get("next", "")
    is_ours = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted and wanted.isprintable()
    return wanted if is_ours else url_for("pages.home")


def go_on() -> Response:
    """Lead to the next page, this time only."""
    response = redirect(next_page(), 303)
    response.headers["Cache-Control"] = "no-store"
    return response

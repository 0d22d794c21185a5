"""The language a reader chooses to read the pages in."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from service.web.language import COOKIE, COOKIE_SECONDS, LANGUAGES, N_, site_language
from service.web.next_page import go_on

blueprint = Blueprint("languages", __name__)


@blueprint.get(f"/language/<any({','.join(LANGUAGES)}):code>")
def choose(code: str) -> Response:
    """A link, not a form, so that it needs nothing of the page; what another site can do with it is harmless."""
    if site_language():
        raise NotFound(N_("This site is in one language only."))
    response = go_on()
    response.set_cookie(COOKIE, code, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax")
    return response

"""Local recordings, in the pieces a player asks for, and their captions."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from pipeline import cues
from service.web.caching import cached
from service.web.media_files import NOT_HERE, media_type, playable_file, send_file
from service.web.store import store
from service.web.versions import of_meeting

blueprint = Blueprint("media", __name__)


@blueprint.get("/media/<slug>")
def recording(slug: str) -> Response:
    stored = store().recording(slug)
    path = playable_file(stored.record if stored else None)
    if stored is None or path is None:
        raise NotFound(NOT_HERE)
    return send_file(path, media_type(stored.record))


@blueprint.get("/meetings/<slug>/transcript.vtt")
@cached(of_meeting)
def captions(slug: str) -> Response:
    stored = store().transcript(slug)
    if stored is None:
        raise NotFound("There is no transcript of this meeting yet.")
    return Response(cues.write(stored.record, "vtt"), mimetype="text/vtt")

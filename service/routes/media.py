"""Local recordings, in the pieces a player asks for, their captions and their chapters."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from pipeline import cues
from pipeline.export import chapter_files
from pipeline.part_clock import transcript_of_part
from pipeline.records import RecordingPart
from service.web.caching import cached
from service.web.language import N_
from service.web.media_files import NOT_HERE, media_type, playable_file, send_file
from service.web.shared_media import bring
from service.web.site import site
from service.web.store import store
from service.web.versions import Version, of_meeting

blueprint = Blueprint("media", __name__)

_CAPTION_TYPES = {"vtt": "text/vtt", "srt": "application/x-subrip"}


@blueprint.get("/media/<slug>")
def recording(slug: str) -> Response:
    """The file of the recording, or of the part of it that is asked for."""
    stored = store().recording(slug)
    piece = _asked_part(slug) or (stored.record if stored else None)
    path = playable_file(piece)
    if piece is None or path is None:
        raise NotFound(NOT_HERE)
    if not path.exists():
        bring(piece, path)
    return send_file(path, media_type(piece))


def _version(slug: str, form: str) -> Version | None:  # noqa: ARG001 - of one meeting, all forms have the same
    return of_meeting(slug)


@blueprint.get("/meetings/<slug>/transcript.<any(vtt, srt):form>")
@cached(_version)
def captions(slug: str, form: str) -> Response:
    """What was said in the recording or, on its own clock, in the part of it that is asked for."""
    stored = store().transcript(slug)
    if stored is None:
        raise NotFound(N_("There is no transcript of this meeting yet."))
    part = _asked_part(slug)
    transcript = transcript_of_part(stored.record, part) if part else stored.record
    return Response(cues.write(transcript, form), mimetype=_CAPTION_TYPES[form])


@blueprint.get("/meetings/<slug>/chapters.<any(json, vtt, xml):form>")
@cached(_version)
def chapters(slug: str, form: str) -> Response:
    """The topics that have a link, as chapters of the recording or, on its own clock, of the part that is asked for."""
    meeting, part = store().meeting(slug, segments=False), _asked_part(slug)
    address = site().address if site().url else ""
    if form == "json":
        return Response(chapter_files.podcast_json(meeting, part, site=address), mimetype="application/json+chapters")
    if form == "xml":
        return Response(chapter_files.podlove_xml(meeting, part, site=address), mimetype="application/xml")
    return Response(chapter_files.webvtt(meeting, part), mimetype="text/vtt")


def _asked_part(slug: str) -> RecordingPart | None:
    """The part of the recording with the number in the address; None where the address has none."""
    asked = request.args.get("part")
    if asked is None:
        return None
    stored = store().recording(slug)
    numbered = {str(number): part for number, part in enumerate(stored.record.parts if stored else (), 1)}
    if asked not in numbered:
        raise NotFound(N_("The recording of this meeting has no such part."))
    return numbered[asked]

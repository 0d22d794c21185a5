"""Local recordings, in the pieces a player asks for, and their captions."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, send_file
from werkzeug.exceptions import NotFound

from pipeline import cues
from pipeline.records import Recording
from service.web.store import store

blueprint = Blueprint("media", __name__)

TYPES = {
    ".aac": "audio/aac",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".mka": "audio/x-matroska",
    ".mp3": "audio/mpeg",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".weba": "audio/webm",
    ".m4v": "video/mp4",
    ".mkv": "video/x-matroska",
    ".mov": "video/quicktime",
    ".mp4": "video/mp4",
    ".ogv": "video/ogg",
    ".webm": "video/webm",
}
"""By file name. Fixed here, because what the operating system says of .m4a and .opus differs, and players mind."""


def content_type(recording: Recording) -> str:
    """The media type of a recording's file; a video's when it is not known, for its player shows both."""
    return TYPES.get(Path(recording.media or "").suffix.lower(), "video/mp4")


def file_of(recording: Recording | None) -> Path | None:
    """The file to play for `recording`, None where there is none. YouTube's videos are played by YouTube."""
    if recording is None or recording.media is None or recording.video_id is not None:
        return None
    path = Path(recording.media).absolute()
    return path if path.is_file() else None


@blueprint.get("/media/<slug>")
def recording(slug: str) -> Response:
    found = store().recording(slug)
    path = file_of(found.record if found else None)
    if found is None or path is None:
        raise NotFound("There is no recording of this meeting on this machine.")
    return send_file(path, mimetype=content_type(found.record), conditional=True)


@blueprint.get("/meetings/<slug>/transcript.vtt")
def captions(slug: str) -> Response:
    found = store().transcript(slug)
    if found is None:
        raise NotFound("There is no transcript of this meeting yet.")
    return Response(cues.write(found.record, "vtt"), mimetype="text/vtt")

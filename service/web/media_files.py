"""The files of local recordings: what players call them, and the pieces of them that they ask for."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Response, request
from werkzeug.exceptions import NotFound, RequestedRangeNotSatisfiable
from werkzeug.http import is_resource_modified
from werkzeug.wsgi import wrap_file

from pipeline.records import Recording, RecordingPart
from service.web.language import N_
from service.web.shared_media import shared_file
from service.web.site import site

MEDIA_TYPES = {
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


NOT_HERE = N_("There is no recording of this meeting on this server.")


def media_type(recording: Recording | RecordingPart) -> str:
    """The media type of a recording's file; a video's where it is not known, for its player shows both."""
    return MEDIA_TYPES.get(Path(recording.media or "").suffix.lower(), "video/mp4")


def playable_parts(recording: Recording | None) -> tuple[bool, ...]:
    """Of which parts of a recording there is a file to play; of one in one piece, whether there is."""
    pieces = (recording.parts if recording else ()) or (recording,)
    return tuple(playable_file(piece) is not None for piece in pieces)


def playable_file(recording: Recording | RecordingPart | None) -> Path | None:
    """The file to play for a recording, or for a part of one, None where there is none. YouTube plays its own videos.

    A file in which a passage that was taken out can still be heard is none, nor one that became a symlink since it was
    stored: it would show what nobody named. Nor is one that is too large for a site of files.
    """
    if recording is None or recording.media is None or recording.video_id is not None or recording.withheld:
        return None
    path = Path(recording.media).absolute()
    try:
        was_resolved = recording.source == recording.media  # a file of somebody's own, by its absolute path
        is_symlink = path.resolve() != path if was_resolved else path.is_symlink()
        if not path.exists() and not is_symlink and (shared := shared_file(recording)) is not None:
            return shared
        return path if path.is_file() and not is_symlink and _is_published(path) else None
    except (OSError, RuntimeError, ValueError):  # a folder that cannot be entered, a symlink to itself
        return None


def _is_published(path: Path) -> bool:
    static = site().static
    return static is None or 0 < path.stat().st_size <= static.media_bytes


def send_file(path: Path, media_type: str) -> Response:
    """The file, or the one piece of it that the request asks for.

    Several pieces, units besides bytes and what is no range are answered with the whole file, as HTTP allows.

    Raises:
        NotFound: it cannot be opened.
        RequestedRangeNotSatisfiable: the piece begins after its end.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise NotFound(NOT_HERE) from error
    about = os.fstat(file.fileno())
    response = Response(wrap_file(request.environ, file), mimetype=media_type, direct_passthrough=True)
    response.content_length, response.last_modified = about.st_size, about.st_mtime  # type: ignore[assignment]
    response.cache_control.no_cache = True
    etag = f"{about.st_mtime_ns}-{about.st_size}"
    response.set_etag(etag)
    # Who has the file already is told so, whatever piece of it is asked for (RFC 9110, 13.2.2).
    is_wanted = is_resource_modified(request.environ, etag, last_modified=response.last_modified)
    wanted = request.range if is_wanted else None
    is_one_piece = (
        wanted is not None
        and wanted.units == "bytes"
        and len(wanted.ranges) == 1
        and wanted.ranges[0][0] >= -about.st_size  # its last bytes, more than it has: all of it
    )
    try:
        response.make_conditional(
            request.environ, accept_ranges=True, complete_length=about.st_size if is_one_piece else None
        )
    except RequestedRangeNotSatisfiable:
        file.close()
        raise
    start = response.content_range.start
    if response.status_code == 206 and start is not None and "wsgi.file_wrapper" in request.environ:
        # The server sends it from there on, Content-Length bytes of it, and keeps no thread waiting for the player.
        file.seek(start)
        response.response = wrap_file(request.environ, file)
    return response

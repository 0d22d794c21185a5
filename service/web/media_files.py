"""The files of local recordings, and what players call them."""

from __future__ import annotations

from pathlib import Path

from pipeline.records import Recording

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


def media_type(recording: Recording) -> str:
    """The media type of a recording's file; a video's where it is not known, for its player shows both."""
    return MEDIA_TYPES.get(Path(recording.media or "").suffix.lower(), "video/mp4")


def playable_file(recording: Recording | None) -> Path | None:
    """The file to play for `recording`, None where there is none. YouTube's videos are played by YouTube.

    A file that has become a symlink since it was stored is none: it would show what nobody named.
    """
    if recording is None or recording.media is None or recording.video_id is not None:
        return None
    path = Path(recording.media).absolute()
    try:
        was_resolved = recording.source == recording.media  # a file of somebody's own, by its absolute path
        is_symlink = path.resolve() != path if was_resolved else path.is_symlink()
        return path if path.is_file() and not is_symlink else None
    except (OSError, RuntimeError, ValueError):  # a folder that cannot be entered, a symlink to itself
        return None

"""Who speaks in the meetings that the sender of a request may see."""

from __future__ import annotations

from flask import current_app

from pipeline.topics.speakers import ArchiveSpeakers, SpeakerReader
from service.web.published import hidden
from service.web.site import site
from service.web.store import archive_of, not_searched, store


def reader() -> SpeakerReader:
    """Who reads the speakers of the archive."""
    return archive_of(current_app).speakers


def shown_speakers() -> ArchiveSpeakers:
    """Those who speak in the meetings that the sender may see.

    Raises:
        StoreError: the index cannot be read.
    """
    without = not_searched() | hidden()
    return reader().speakers(without | store().damaged if site().static else without)  # which has no pages of these

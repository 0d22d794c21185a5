"""The topics of the archive, as the sender of a request may see them."""

from __future__ import annotations

from flask import current_app

from pipeline.topics.archive import ArchiveTopics
from service.web.published import hidden
from service.web.store import archive_of, not_searched


def shown_topics() -> ArchiveTopics:
    """What comes back across the meetings that the sender may see.

    Raises:
        StoreError: the index cannot be read.
    """
    return archive_of(current_app).topics.topics(not_searched() | hidden())

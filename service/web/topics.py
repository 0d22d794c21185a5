"""The topics of the archive, as the sender of a request may see them."""

from __future__ import annotations

from collections.abc import Mapping

from flask import current_app

from pipeline.topics.archive import ArchiveTopics
from pipeline.topics.beside import AlsoDiscussed, also_discussed
from service.web.published import hidden
from service.web.store import archive_of, not_searched, search_index
from service.web.versions import Version, of_meeting_beside


def shown_topics() -> ArchiveTopics:
    """What comes back across the meetings that the sender may see.

    Raises:
        StoreError: the index cannot be read.
    """
    return archive_of(current_app).topics.topics(not_searched() | hidden())


def topics_beside(slug: str) -> Mapping[str, tuple[AlsoDiscussed, ...]]:
    """What other meetings that the sender may see say of the topics of one, by block id.

    Raises:
        StoreError: the index cannot be read.
    """
    return also_discussed(search_index(), shown_topics(), slug)


def of_meeting_page(slug: str) -> Version | None:
    """The version of a meeting, and of what is told beside it of others; None where there is no such meeting."""
    beside = topics_beside(slug)
    return of_meeting_beside(slug, tuple(beside.items()))

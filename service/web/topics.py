"""The topics of the archive, as the sender of a request may see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import blake2b

from flask import current_app, g

from pipeline.topics.archive import ArchiveTopics
from pipeline.topics.beside import AlsoDiscussed, also_discussed
from service.web.published import hidden
from service.web.store import archive_of, not_searched
from service.web.versions import Version, of_meeting_beside


def shown_topics() -> ArchiveTopics:
    """What comes back across the meetings that the sender may see.

    Raises:
        StoreError: the index cannot be read.
    """
    return archive_of(current_app).topics.topics(not_searched() | hidden())


def topics_beside(slug: str) -> Mapping[str, tuple[AlsoDiscussed, ...]]:
    """What other meetings that the sender may see say of the topics of one, by block id.

    Nothing where that would have to be waited for: the page is of the meeting, and shown anew when it is there.

    Raises:
        StoreError: the index cannot be read.
    """
    found: dict[str, Mapping[str, tuple[AlsoDiscussed, ...]]] = g.setdefault("topics_beside", {})
    if slug not in found:
        archive = archive_of(current_app)
        topics, behind = archive.topics.views.at_hand(hidden()), archive.behind()
        is_known = topics is not None and slug in topics.meetings and slug not in behind
        found[slug] = _without(also_discussed(archive.index, topics, slug), behind) if topics and is_known else {}
    return found[slug]


def _without(
    beside: Mapping[str, tuple[AlsoDiscussed, ...]], behind: frozenset[str]
) -> Mapping[str, tuple[AlsoDiscussed, ...]]:
    """The same, without meetings of which more is known than the index does."""
    if not behind:
        return beside
    left: dict[str, tuple[AlsoDiscussed, ...]] = {}
    for block_id, told in beside.items():
        known = ((each, tuple(other for other in each.others if other.meeting.slug not in behind)) for each in told)
        if kept := tuple(replace(each, others=others) for each, others in known if others):
            left[block_id] = kept
    return left


def of_meeting_page(slug: str) -> Version | None:
    """The version of a meeting, and of what is told beside it of others; None where there is no such meeting."""
    told = repr(tuple(topics_beside(slug).items())).encode()
    return of_meeting_beside(slug, blake2b(told, digest_size=16).digest())

"""The meetings a query is found in, as entries of a feed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from pipeline.records import Hit
from service.views.search_results import MeetingHits, hits_by_meeting


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A meeting in the feed. `updated` is when it was added here."""

    id: str
    updated: str
    meeting: MeetingHits


def feed_entry(query: str, slug: str, added: datetime, hits: Iterable[Hit]) -> FeedEntry:
    """The entry of the meeting `slug`, in which `query` was found."""
    # The id lasts: by another address of the server the entry is the same, for another query it is not.
    urn = uuid5(NAMESPACE_URL, f"jumpnotes:{added.isoformat()}:{slug}:{query}").urn
    return FeedEntry(urn, timestamp(added), *hits_by_meeting(hits))


def timestamp(at: datetime) -> str:
    """As Atom writes it, to the second."""
    return at.isoformat(timespec="seconds")

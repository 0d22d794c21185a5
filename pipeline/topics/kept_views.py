"""What is worked out of all meetings together, kept until what it is made from changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping
from datetime import date
from typing import Generic, TypeVar

from pipeline.records import TopicMeeting
from pipeline.search.documents import Entry
from pipeline.search.index import SearchIndex, Snapshot

MAX_VIEWS = 3
"""That are kept: what editors see, what everybody does, and one in between, while something changes."""

View = TypeVar("View")


class KeptViews(Generic[View]):
    """One view for each choice of meetings: not everybody may see all of them.

    A search index that has changed is compared with the one before, as most changes are of no concern here: a corrected
    link changes no topic.
    """

    def __init__(
        self,
        index: SearchIndex,
        made_from: Callable[[Entry], Hashable],
        make: Callable[[Snapshot, Mapping[str, Entry]], View],
    ) -> None:
        """
        Args:
            made_from: what of a meeting a view depends on.
            make: a view of the meetings with these entries.
        """
        self._index = index
        self._made_from = made_from
        self._make = make
        self._lock = threading.Lock()
        self._views: dict[frozenset[str], tuple[Snapshot, Hashable, View]] = {}

    def of(self, without: frozenset[str]) -> View:
        """The view of all meetings but those `without`.

        Raises:
            StoreError: the index cannot be read.
        """
        with self._index.reading() as snapshot, self._lock:
            known = self._views.pop(without, None)
            if known is None or known[0] is not snapshot:
                known = self._brought_up_to(snapshot, without, known)
            while len(self._views) >= MAX_VIEWS:
                del self._views[next(iter(self._views))]
            self._views[without] = known  # the last is the one that was asked for last
            return known[2]

    def _brought_up_to(
        self, snapshot: Snapshot, without: frozenset[str], known: tuple[Snapshot, Hashable, View] | None
    ) -> tuple[Snapshot, Hashable, View]:
        shown = {slug: entry for slug, entry in snapshot.entries.items() if slug not in without}
        key = tuple(
            (slug, entry.title, entry.day, entry.series, self._made_from(entry)) for slug, entry in shown.items()
        )
        same = next((each for each in (known, *self._views.values()) if each and each[1] == key), None)
        return snapshot, key, same[2] if same else self._make(snapshot, shown)


def topic_meeting(slug: str, entry: Entry) -> TopicMeeting:
    """A meeting, as the index knows it."""
    return TopicMeeting(slug, entry.title, date.fromordinal(entry.day) if entry.day else None, entry.series)

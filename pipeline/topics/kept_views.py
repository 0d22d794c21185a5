"""What is worked out of all meetings together, kept until what it is made from changes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable, Mapping
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from pipeline.errors import StoreError
from pipeline.records import TopicMeeting
from pipeline.search.documents import Entry
from pipeline.search.index import SearchIndex, Snapshot

MAX_VIEWS = 3
"""That are kept: what editors see, what everybody does, and one in between, while something changes."""

MAX_MEETINGS_AT_ONCE = 300
"""Of more, a view takes long enough for another thread to make it: a page that only mentions it does not wait."""

View = TypeVar("View")

_log = logging.getLogger(__name__)


class _Kept(NamedTuple, Generic[View]):
    snapshot: Snapshot
    made_from: Mapping[str, Hashable]  # by slug
    view: View


class KeptViews(Generic[View]):
    """One view for each choice of meetings: not everybody may see all of them.

    A search index that has changed is compared with the one before, as most changes are of no concern here: a corrected
    link changes no topic. Where meetings were only added to many, the view without them is good until another thread
    has made the next one; where something was changed or taken away, it is not.
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
        self.generation = 0
        """Rises when another thread has made a view: what was shown of the one before is then to be shown anew."""
        self._index = index
        self._made_from = made_from
        self._make = make
        self._lock = threading.Lock()
        self._views: dict[frozenset[str], _Kept[View]] = {}
        self._is_making = False

    def of(self, without: frozenset[str]) -> View:
        """The view of all meetings but those `without`, however long it takes.

        Raises:
            StoreError: the index cannot be read.
        """
        with self._index.reading() as snapshot, self._lock:
            found = self._known(snapshot, without)
            if found is None:
                shown, made_from = self._shown(snapshot, without)
                found = self._make(snapshot, shown)
                self._keep(without, _Kept(snapshot, made_from, found))
            return found

    def at_hand(self, without: frozenset[str]) -> View | None:
        """The same where it is there, or soon made; None: there are many meetings, and another thread is at it.

        Raises:
            StoreError: the index cannot be read.
        """
        with self._index.reading() as snapshot:
            if len(snapshot.entries) <= MAX_MEETINGS_AT_ONCE:
                return self.of(without)
            if not self._lock.acquire(blocking=False):  # somebody else waits for it to be made
                return None
            try:
                found = self._known(snapshot, without)
                if found is None:
                    self._begin_making(snapshot, without)
                return found
            finally:
                self._lock.release()

    def _known(self, snapshot: Snapshot, without: frozenset[str]) -> View | None:
        """A view that can be shown."""
        known = self._views.get(without)
        if known is None or known.snapshot is not snapshot:
            _, made_from = self._shown(snapshot, without)
            kept = [each for each in (known, *self._views.values()) if each]
            known = next((each for each in kept if each.made_from == made_from), None)
            if known is None:
                known = next((each for each in kept if _only_adds(made_from, each.made_from)), None)
                if known is not None:
                    self._begin_making(snapshot, without)
                return known.view if known else None
            known = _Kept(snapshot, made_from, known.view)
        self._keep(without, known)
        return known.view

    def _begin_making(self, snapshot: Snapshot, without: frozenset[str]) -> None:
        if self._is_making:
            return
        self._is_making = True
        threading.Thread(target=self._make_beside, args=(snapshot, without), daemon=True).start()

    def _make_beside(self, snapshot: Snapshot, without: frozenset[str]) -> None:
        try:
            shown, made_from = self._shown(snapshot, without)
            view = self._make(snapshot, shown)
            with self._lock:
                self._keep(without, _Kept(snapshot, made_from, view))
                self.generation += 1
        except (StoreError, ValueError, OSError) as error:  # the index was replaced meanwhile: whoever asks, asks again
            _log.info("%s: a view was not made (%s)", self._index.path, error)
        finally:
            self._is_making = False

    def _shown(self, snapshot: Snapshot, without: frozenset[str]) -> tuple[Mapping[str, Entry], Mapping[str, Hashable]]:
        shown = {slug: entry for slug, entry in snapshot.entries.items() if slug not in without}
        made_from = {
            slug: (entry.title, entry.day, entry.series, self._made_from(entry)) for slug, entry in shown.items()
        }
        return shown, made_from

    def _keep(self, without: frozenset[str], kept: _Kept[View]) -> None:
        self._views.pop(without, None)
        while len(self._views) >= MAX_VIEWS:
            del self._views[next(iter(self._views))]
        self._views[without] = kept  # the last is the one that was asked for last


def _only_adds(new: Mapping[str, Hashable], old: Mapping[str, Hashable]) -> bool:
    """Whether all that an earlier view of many meetings is made from is there as it was."""
    return len(old) > MAX_MEETINGS_AT_ONCE and old.items() <= new.items()


def topic_meeting(slug: str, entry: Entry) -> TopicMeeting:
    """A meeting, as the index knows it."""
    return TopicMeeting(slug, entry.title, date.fromordinal(entry.day) if entry.day else None, entry.series)

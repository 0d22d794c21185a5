"""After a write: brings everything that is derived up to the changes the store tells of.

Derived are the search index and the number of linked topics in the list of meetings. Nobody who writes has to think of
them: the archive hears of every write to its store.
"""

from __future__ import annotations

import logging
import math
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from msgspec import structs

from pipeline import background, indexing
from pipeline.config import Settings
from pipeline.errors import Busy, StoreError
from pipeline.index_parts import IndexParts
from pipeline.progress import Progress
from pipeline.search.documents import State
from pipeline.search.index import SearchIndex
from pipeline.store import FORGOTTEN, Store
from pipeline.topics.archive import TopicReader
from pipeline.topics.speakers import SpeakerReader

INDEX_TIMEOUT_SECONDS = 1.0
"""Writes and searches wait no longer for the index: whoever writes it brings in every change before letting go."""

MAX_WAIT_SECONDS = 1.0
"""A search waits no longer for the index to be brought up to date."""

MAX_REFRESHED = 8
"""Meetings that a search brings in itself."""

_WAIT_STEP_SECONDS = 0.05
_OLD_INDEX = ("search.db", "search.db-wal", "search.db-shm")  # of earlier versions

_RETRY_SECONDS = 30.0

_refreshing: dict[Path, tuple[subprocess.Popen[bytes], float]] = {}  # by index, who brings it up to date, since when
_refreshing_lock = threading.Lock()
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Archive:
    """A store and its search index, kept in step."""

    store: Store
    index: SearchIndex
    database: str | None = field(default=None, repr=False)  # its address with the password, for processes begun here
    people_topics: bool = field(default=False, repr=False)  # whether names of people may be topics
    topics: TopicReader = field(init=False, repr=False)  # what comes back across the meetings of the index
    speakers: SpeakerReader = field(init=False, repr=False)  # who speaks in them

    def __post_init__(self) -> None:
        object.__setattr__(self, "topics", TopicReader(self.index, people=self.people_topics))
        object.__setattr__(self, "speakers", SpeakerReader(self.index))

    @classmethod
    def open(
        cls, settings: Settings, *, timeout_seconds: float = 15.0, refreshed: bool = True, searched: bool = True
    ) -> Archive:
        """Open what `settings` name, creating or upgrading it as needed.

        Args:
            timeout_seconds: how long a write to the store waits for another writer.
            refreshed: bring the index up to date first, however long that takes.
            searched: whether this process keeps the index of its machine up to date. Where several machines share the
                archive, all who search nothing leave that to those who do.

        Raises:
            SchemaMismatch: a newer jumpnotes wrote the store. Nothing is changed.
            StoreError: the store cannot be opened.
        """
        store = Store.of(settings, language=settings.language, timeout_seconds=timeout_seconds)
        index = SearchIndex(settings.search_index, timeout_seconds=INDEX_TIMEOUT_SECONDS)
        archive = cls(store, index, settings.database, settings.people_topics)
        _remove_old_index(settings.data_dir)
        is_index_ours = searched or not store.is_shared
        if refreshed and is_index_ours:
            archive.refresh()
        if is_index_ours:
            store.subscribe(archive.refresh)
        return archive

    def close(self) -> None:
        self.index.close()
        self.store.close()

    def refresh(self) -> None:
        """Bring everything derived up to date. What cannot be done now is logged, and done after a later write."""
        try:
            self._refresh()
        except Busy:
            _log.info("%s: in use; the other process brings in this change, too", self.index.path)
        except StoreError as error:
            _log.warning("the search index was not updated: %s\nhint: %s", error, error.hint)

    def missing(self) -> frozenset[str]:
        """The meetings whose last change a search does not know. What the index has of them is not to be shown.

        A few are brought in now. Of many, or where the index has to be made anew, another process is told to bring them
        in; that is waited for, but no longer than MAX_WAIT_SECONDS.
        """
        until = time.monotonic() + MAX_WAIT_SECONDS
        behind = self.behind()
        if behind and len(behind) <= MAX_REFRESHED and self._is_usable():
            self.refresh()  # it waits for others as long, and where nobody can write, waiting is in vain
            return self.behind()
        if not behind or not self._is_refreshed_elsewhere():
            return behind
        while (behind := self.behind()) and time.monotonic() < until:
            time.sleep(_WAIT_STEP_SECONDS)
        return behind

    def lag(self) -> int:
        """How many changes a search does not know yet; they are brought in when somebody searches, at the latest.

        Raises:
            StoreError: the database or the index cannot be read.
        """
        with self.index.reading() as snapshot:
            return max(self.store.last_change() - snapshot.state.change, 0)

    def is_searchable(self) -> bool:
        """Whether there is an index of this archive; of one with nothing in it, none is needed.

        Raises:
            StoreError: the database or the index cannot be read.
        """
        return self._is_usable() or not self.store.last_change()

    def _is_refreshed_elsewhere(self) -> bool:
        """Let a process of its own bring the index up to date; whether one is at it."""
        with _refreshing_lock:
            process, started = _refreshing.get(self.index.path, (None, -math.inf))
            if process and process.poll() is None:
                return True
            if time.monotonic() < started + _RETRY_SECONDS:  # it failed, and would do so again
                return False
            process = background.start(self.index.path.parent, "reindex", "--if-needed", database=self.database)
            _refreshing[self.index.path] = process, time.monotonic()
            return True

    def behind(self) -> frozenset[str]:
        """The meetings whose last change a search does not know; nothing is done about it.

        Raises:
            StoreError: the database or the index cannot be read.
        """
        try:
            with self.index.reading() as snapshot:
                change, entries = snapshot.state.change, snapshot.entries
        except StoreError as error:
            if not self.index.is_damaged_by(error):
                raise
            change, entries = 0, {}
        made, news = self.index.made(), self.store.news(since=change)
        if (made.archive, made.language) != (news.key, news.language) or change > news.change:  # see _is_usable
            return frozenset(entries.keys() | self.store.notes_paths().keys())
        behind = set(news.slugs)
        if FORGOTTEN in behind:
            behind = (behind | entries.keys() - self.store.notes_paths().keys()) - {FORGOTTEN}
        return frozenset(behind)

    def _refresh(self) -> None:
        try:
            if not self._is_usable():
                if self.store.changes(since=0)[1]:
                    _log.warning("%s: building the search index; a minute for 1,000 hours", self.index.path)
                self.rebuild(self.store.language())
            else:
                self._catch_up()
        except StoreError as error:
            if not self.index.is_damaged_by(error):
                raise
            self.rebuild(self.store.language())

    def _is_usable(self) -> bool:
        """Whether the index is of this database, its language, and no later state than it was put back to."""
        made = self.index.made()
        if (made.archive, made.language) != (self.store.key(), self.store.language()):
            return False
        try:
            with self.index.reading() as snapshot:
                return snapshot.state.change <= self.store.last_change()
        except StoreError as error:
            if not self.index.is_damaged_by(error):
                raise
            return False

    def _catch_up(self) -> None:
        """Bring in every change, those that come meanwhile included."""
        with self.index.reading() as snapshot:
            change = snapshot.state.change
        while self.store.changes(since=change)[1]:
            with self.index.writing() as writer:
                change, slugs = self.store.changes(since=writer.state.change)
                for slug in slugs:
                    indexing.update(writer, self.store, slug)
                writer.state = structs.replace(writer.state, change=change)

    def rebuild(self, language: str, progress: Progress | None = None) -> int:
        """Make the search index anew for the words of `language`. Returns the number of meetings.

        Searches keep using the old index meanwhile, and an interrupted rebuild leaves it untouched.

        Args:
            language: as `pipeline.language.names` has it.
            progress: called with meetings.

        Raises:
            Busy: another process is rebuilding it.
        """
        number, _ = self.store.changes(since=0)
        slugs = [summary.slug for summary in self.store.meetings()]
        parts = IndexParts(self.store, language, slugs, progress)
        with self.index.rebuilding(self.store.key(), language, parts.make) as writer:
            for done, slug in enumerate(slugs, start=1):
                if slug not in writer.entries:
                    indexing.update(writer, self.store, slug)
                if progress:
                    progress(done, len(slugs))
            writer.state = State(number)
            if language != self.store.language():
                self.store.save_language(language)
        self._catch_up()
        return len(slugs)

    def tidy(self) -> None:
        """Leave nothing in the index of texts that were replaced or removed: what they said is in old parts of it.

        What cannot be done now is logged, and done another time.
        """
        try:
            if self.has_gone_texts():
                self.rebuild(self.store.language())
        except StoreError as error:
            _log.info("%s: not made anew (%s)", self.index.path, error)

    def has_gone_texts(self) -> bool:
        """Whether old parts of the index may have texts that were replaced or removed.

        Raises:
            StoreError: the index cannot be read.
        """
        with self.index.reading() as snapshot:
            return snapshot.state.has_gone_texts

    def remake_elsewhere(self) -> subprocess.Popen[bytes]:
        """Have the index made anew by a process of its own; until it is done, searches use the old one."""
        arguments = "reindex", "--language", self.store.language()
        return background.start(self.index.path.parent, *arguments, database=self.database)

    def forget(self, slug: str) -> None:
        """Delete everything that is stored of a meeting, and what was derived from it.

        Raises:
            MeetingNotFound: there is no such meeting.
        """
        self.store.forget(slug)

    def scrub(self) -> None:
        """Leave nothing of forgotten meetings in the files: no free page, no old part of an index, no log.

        Raises:
            Busy: another process reads or writes them. Nothing is lost, and it can be done again.
            DiskFull: no room to write them anew.
        """
        self.store.scrub()
        self.rebuild(self.store.language())


def _remove_old_index(data_dir: Path) -> None:
    """Give the room of the index of earlier versions back to the disk."""
    for file in (data_dir / name for name in _OLD_INDEX):
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            _log.info("%s: no longer needed, and cannot be deleted (%s)", file, error.strerror)

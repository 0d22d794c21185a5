"""After a write: brings everything that is derived up to the changes the store tells of.

Derived are the search index and the number of linked topics in the list of meetings. Nobody who writes has to think of
them: the archive hears of every write to its store.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from pipeline.config import Settings
from pipeline.errors import Busy, MeetingDamaged, MeetingNotFound, StoreError
from pipeline.progress import Progress
from pipeline.records import Meeting, MeetingVersions, PassageSource
from pipeline.search.hit_context import hit_context
from pipeline.search.index import IndexWriter, SearchIndex
from pipeline.search.passages import misheard_passages, notes_passages, speaker_turns, transcript_passages
from pipeline.store import FORGOTTEN, Store

_INDEX_TIMEOUT_SECONDS = 1.0
"""A write waits no longer for the index: whoever holds it brings in the change as well, before letting go of it."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Archive:
    """A store and its search index, kept in step."""

    store: Store
    index: SearchIndex

    @classmethod
    def open(cls, settings: Settings, *, timeout_seconds: float = 15.0) -> Archive:
        """Open what `settings` name, creating or upgrading it as needed, and bring the index up to date.

        Args:
            timeout_seconds: how long a write to the store waits for another writer.

        Raises:
            SchemaMismatch: a newer jumpnotes wrote the store. Nothing is changed.
            StoreError: store or index cannot be opened.
        """
        store = Store.open(settings.database, language=settings.language, timeout_seconds=timeout_seconds)
        archive = cls(store, SearchIndex.open(settings.search_index, timeout_seconds=_INDEX_TIMEOUT_SECONDS))
        archive.refresh()
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

    def _refresh(self) -> None:
        try:
            with self.index.reading() as reader:
                language, change = reader.language(), reader.change()
            if language != self.store.language():
                if self.store.changes(since=0)[1]:
                    _log.warning("%s: building the search index; some minutes for 1,000 hours", self.index.path)
                self.rebuild(self.store.language())
            elif self.store.changes(since=change)[1] and self._catch_up():
                self.index.merge()
        except StoreError as error:
            if not self.index.is_damaged_by(error):
                raise
            self.rebuild(self.store.language())

    def _catch_up(self) -> bool:
        """Bring in every change, those that come meanwhile included; whether passages were replaced."""
        replaced = False
        while True:
            with self.index.writing() as writer:
                number, slugs = self.store.changes(since=writer.change())
                for slug in slugs:
                    replaced |= self._update(writer, slug, writer.language() or "")
                writer.set_change(number)
            if not self.store.changes(since=number)[1]:
                return replaced

    def rebuild(self, language: str, progress: Progress | None = None) -> int:
        """Make the search index anew for the words of `language`. Returns the number of meetings.

        Searches keep using the old index meanwhile, and an interrupted rebuild leaves it untouched. One that is damaged
        is given up at once.

        Args:
            language: as `pipeline.language.names` has it.
            progress: called with meetings.

        Raises:
            Busy: another process is rebuilding it.
        """
        try:
            return self._rebuild(language, progress)
        except StoreError as error:
            if not self.index.is_damaged_by(error):
                raise
            self.index.recreate()
            return self._rebuild(language, progress)

    def _rebuild(self, language: str, progress: Progress | None) -> int:
        with self.index.writing() as writer:
            number, _ = self.store.changes(since=0)
            meetings = self.store.meetings()
            writer.clear()
            for done, summary in enumerate(meetings, start=1):
                self._update(writer, summary.slug, language)
                if progress:
                    progress(done, len(meetings))
            writer.create_full_text(language)
            writer.set_language(language)
            writer.set_change(number)
        if language != self.store.language():
            self.store.save_language(language)
        self._catch_up()
        return len(meetings)

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
        self._refresh()
        self.store.scrub()
        self.index.scrub()
        self.refresh()  # what came meanwhile

    def _update(self, writer: IndexWriter, slug: str, language: str) -> bool:
        """Bring one meeting up to date; whether passages were replaced."""
        if slug == FORGOTTEN:
            return writer.remove_all_but(self.store.notes_paths())
        try:
            return self._update_readable(writer, slug, language)
        except MeetingDamaged as error:  # cannot be found until it is run again
            _log.warning("%s\nhint: %s", error, error.hint)
            writer.remove(slug)
            return True
        except MeetingNotFound:  # gone, or without notes yet
            writer.remove(slug)
            return False

    def _update_readable(self, writer: IndexWriter, slug: str, language: str) -> bool:
        meeting = self.store.meeting(slug, segments=False)
        self.store.save_linked(slug, meeting.notes.linked_topics(meeting.alignments))
        known = writer.indexed(slug)
        replaced = self._replace_passages(writer, meeting, *(known or (MeetingVersions(), None)), language)
        writer.replace_meeting(slug, hit_context(meeting), meeting.versions)
        return replaced

    def _replace_passages(
        self, writer: IndexWriter, meeting: Meeting, known: MeetingVersions, known_day: str | None, language: str
    ) -> bool:
        """Replace the passages of what has another version than the index, or of everything where the day changed."""
        notes, versions = meeting.notes, meeting.versions
        moved = (notes.date.isoformat() if notes.date else None) != known_day
        heard_anew = moved or versions.transcript != known.transcript or versions.speakers != known.speakers
        aligned_anew = heard_anew or versions.alignment != known.alignment
        transcript = None
        if (heard_anew or (aligned_anew and meeting.mishearings)) and (stored := self.store.transcript(notes.slug)):
            transcript = stored.record
        if moved or versions.notes != known.notes:
            writer.replace_passages(notes.slug, PassageSource.NOTES, notes_passages(notes), notes.date, language)
        if heard_anew:
            spoken = transcript_passages(transcript) if transcript else ()
            writer.replace_passages(notes.slug, PassageSource.TRANSCRIPT, spoken, notes.date, language)
            writer.replace_speakers(notes.slug, speaker_turns(transcript) if transcript else ())
        if aligned_anew:
            misheard = misheard_passages(transcript, meeting.mishearings) if transcript else ()
            writer.replace_passages(notes.slug, PassageSource.MISHEARD, misheard, notes.date, language)
        return aligned_anew or versions.notes != known.notes

"""A meeting of the store → what the search index has of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import cache

from msgspec import structs

from pipeline.errors import MeetingDamaged, MeetingNotFound
from pipeline.records import Meeting, Transcript
from pipeline.search.documents import Document, Entry, MeetingDocuments, Part
from pipeline.search.index import IndexWriter
from pipeline.store import FORGOTTEN, Store, Stored
from pipeline.topics.finding import find_topics
from pipeline.topics.speakers import find_speakers

_log = logging.getLogger(__name__)


def update(writer: IndexWriter, store: Store, slug: str) -> None:
    """Bring one meeting up to date, or those that were forgotten. One that cannot be read is not found any more.

    Raises:
        StoreError: the store or the index is out of reach.
    """
    if slug == FORGOTTEN:
        for gone in writer.entries.keys() - store.notes_paths().keys():
            writer.remove(gone)
            writer.state = structs.replace(writer.state, has_gone_texts=True)
        return
    try:
        _update_readable(writer, store, slug)
    except MeetingDamaged as error:  # cannot be found until it is run again
        _log.warning("%s\nhint: %s", error, error.hint)
        writer.remove(slug)
    except MeetingNotFound:  # gone, or without notes yet
        writer.remove(slug)


def _update_readable(writer: IndexWriter, store: Store, slug: str) -> None:
    meeting = store.meeting(slug, segments=False)
    store.save_linked(slug, meeting.notes.linked_topics(meeting.alignments))
    known = writer.entries.get(slug)
    transcript = cache(lambda: store.transcript(slug))  # read once, if at all
    for part in _outdated(known, entry := Entry.of(meeting)):
        writer.replace(slug, part, _documents(writer, transcript, meeting, entry, part))
    if known and _says_less(known, entry):
        writer.state = structs.replace(writer.state, has_gone_texts=True)
    writer.entries[slug] = entry


def _documents(
    writer: IndexWriter,
    transcript: Callable[[], Stored[Transcript] | None],
    meeting: Meeting,
    entry: Entry,
    part: Part,
) -> Iterable[Document]:
    made = MeetingDocuments(writer.analyzer, meeting.notes.slug, entry)
    if part is Part.NOTES:
        return made.of_notes(meeting.notes)
    if part is Part.CONTEXT:
        return made.of_context(meeting)
    if part is Part.TOPICS:
        return made.of_stored(part, find_topics(meeting.notes))
    if part is Part.MISHEARD and not meeting.mishearings:
        return ()
    stored = transcript()
    if part is Part.SPEAKERS:
        return made.of_stored(part, find_speakers(meeting.notes, stored.record if stored else None))
    if stored is None:
        return ()
    if part is Part.TRANSCRIPT:
        return made.of_transcript(stored.record)
    return made.of_mishearings(stored.record, meeting.mishearings)


def _says_less(known: Entry, entry: Entry) -> bool:
    """Whether notes or a transcript were replaced; something may have been taken out of them."""
    return (known.notes not in (None, entry.notes)) or (known.transcript not in (None, entry.transcript))


def _outdated(known: Entry | None, entry: Entry) -> list[Part]:
    """The parts of a meeting of which the index has another version."""
    if known is None or (known.day, known.series) != (entry.day, entry.series):
        return list(Part)
    heard_anew = (known.transcript, known.speakers) != (entry.transcript, entry.speakers)
    found = [Part.CONTEXT]
    if known.notes != entry.notes:
        found += [Part.NOTES, Part.TOPICS]
    if heard_anew:
        found.append(Part.TRANSCRIPT)
    if heard_anew or known.notes != entry.notes:
        found.append(Part.SPEAKERS)
    if heard_anew or known.alignment != entry.alignment:
        found.append(Part.MISHEARD)
    return found

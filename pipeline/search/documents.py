"""A meeting → the documents that the index has of it, in parts that are replaced each by itself."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple, overload

import msgspec

from pipeline.records import Meeting, Mishearing, Notes, PassageSource, Transcript
from pipeline.search.analysis import Analyzer
from pipeline.search.hit_context import hit_context
from pipeline.search.passages import (
    STRIDE_WORDS,
    WINDOW_WORDS,
    Passage,
    misheard_passages,
    notes_passages,
    transcript_passages,
)
from pipeline.series import series_of

VERSION = 4
"""Of what is put into the index. One of another version is made anew."""

STRETCH_WINDOWS = 3
"""Windows in a stretch of speech, of about half a minute, which knows what is said around a passage."""


class Field(StrEnum):
    """Of all kinds of documents; for the texts of passages there is `field_of`."""

    PART = "part"  # a meeting's slug and a Part
    STRETCH = "stretch"  # the stems of what is said in half a minute
    SECTION = "section"  # of what a section of the notes has
    WHOLE = "whole"  # of all notes, or all speech, of a meeting
    PUT_IN = "put_in"  # of the words that were put in where something was misheard
    SOURCE = "source"  # of a passage: its number in SOURCES
    MEETING = "meeting"  # `number_of` its slug
    PLACE = "place"  # of a window or a stretch among those of the meeting; of the section of a block
    DAY = "day"  # since 0001-01-01; 0 without a date
    START = "start"  # of a window, in whole seconds
    SERIES = "series"
    SPEAKER = "speaker"
    STORED = "stored"


class Texts(StrEnum):
    """Passages that are looked through together."""

    PLAIN = "text"  # what was written and what was said
    MISHEARD = "misheard"


class Form(StrEnum):
    """In which forms the words of a passage are in the index."""

    STEMS = ""
    WORDS = "_words"
    ALSO = "_also"  # further stems a word is found by


class Part(StrEnum):
    """What is replaced as one."""

    NOTES = "notes"
    TRANSCRIPT = "transcript"
    MISHEARD = "misheard"
    CONTEXT = "context"
    TOPICS = "topics"  # what `pipeline.topics` finds in the notes
    SPEAKERS = "speakers"  # who speaks when


SOURCES = tuple(PassageSource)

STATE, ENTRIES = "state", "entries"
"""Names of documents there is one of."""


def field_of(texts: Texts, form: Form = Form.STEMS) -> str:
    return texts.value + form.value


def part_of(slug: str, part: Part) -> str:
    return f"{slug} {part.value}"


def number_of(slug: str) -> int:
    """The number by which documents tell whose they are: 63 bits, so that no two meetings share one."""
    return int.from_bytes(blake2b(slug.encode(), digest_size=8).digest()) >> 1


class Document(NamedTuple):
    """One document, as the index takes it."""

    part: str
    texts: Mapping[str, str] = {}
    numbers: Mapping[str, int] = {}
    labels: Mapping[str, Sequence[str]] = {}
    stored: bytes = b""


class State(msgspec.Struct, frozen=True, array_like=True):
    """What the index contains: the store up to a change, and perhaps, in old parts of it, texts that are gone."""

    change: int = 0
    has_gone_texts: bool = False


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """What the index knows of having a meeting: by these, whether a part has to be replaced."""

    title: str
    day: int  # since 0001-01-01; 0 without a date
    series: str
    notes: int | None
    transcript: int | None
    alignment: int | None
    speakers: str | None

    @classmethod
    def of(cls, meeting: Meeting) -> Entry:
        notes, runs = meeting.notes, meeting.versions
        day = notes.date.toordinal() if notes.date else 0
        series = series_of(notes.title)
        return cls(notes.title, day, series, runs.notes, runs.transcript, runs.alignment, runs.speakers)


class StoredPassage(NamedTuple):
    """A passage and its meeting."""

    slug: str
    passage: Passage


class MeetingDocuments:
    """Makes the documents of one meeting."""

    def __init__(self, analyzer: Analyzer, slug: str, entry: Entry) -> None:
        self._analyzer = analyzer
        self._slug = slug
        self._numbers = {Field.MEETING.value: number_of(slug), Field.DAY.value: entry.day}
        self._labels = {Field.SERIES.value: (entry.series,)} if entry.series else {}

    def of_notes(self, notes: Notes) -> Iterator[Document]:
        """Its blocks, its sections, and all of it."""
        section_of = {block.id: number for number, section in enumerate(notes.sections) for block in section.blocks}
        texts: dict[int, list[str]] = {}
        for passage in notes_passages(notes):
            section = section_of.get(passage.block_id or "", 0)
            texts.setdefault(section, []).append(passage.text)
            yield self._of_passage(Part.NOTES, PassageSource.NOTES, passage, section)
        stems = {section: self._analyzer.stems(" ".join(of_section)) for section, of_section in texts.items()}
        for section, of_section in stems.items():
            yield self._of_context(Part.NOTES, Field.SECTION, of_section, section)
        title = self._analyzer.stems(notes.title)
        yield self._of_context(Part.NOTES, Field.WHOLE, " ".join((title, *stems.values())), 0)

    def of_transcript(self, transcript: Transcript) -> Iterator[Document]:
        """Its windows of speech, its stretches, and all of it."""
        stems: list[str] = []
        for place, passage in enumerate(transcript_passages(transcript)):
            document = self._of_passage(Part.TRANSCRIPT, PassageSource.TRANSCRIPT, passage, place)
            yield document
            window = document.texts[Texts.PLAIN].split()
            is_last = len(passage.offsets) < WINDOW_WORDS  # before a pause; of others the next has the second half, too
            stems.append(" ".join(window if is_last else window[:STRIDE_WORDS]))
        stretches = [" ".join(stems[at : at + STRETCH_WINDOWS]) for at in range(0, len(stems), STRETCH_WINDOWS)]
        for place, stretch in enumerate(stretches):
            yield self._of_context(Part.TRANSCRIPT, Field.STRETCH, stretch, place)
        if stretches:
            yield self._of_context(Part.TRANSCRIPT, Field.WHOLE, " ".join(stretches), 1)

    def of_mishearings(self, transcript: Transcript, mishearings: Iterable[Mishearing]) -> Iterator[Document]:
        """Its windows of speech in which something was misheard, as it was probably said."""
        for place, passage in enumerate(misheard_passages(transcript, mishearings)):
            yield self._of_passage(Part.MISHEARD, PassageSource.MISHEARD, passage, place)

    def of_context(self, meeting: Meeting) -> Iterator[Document]:
        """What its hits are shown with."""
        context = msgspec.msgpack.encode(hit_context(meeting))
        yield Document(part_of(self._slug, Part.CONTEXT), numbers=self._numbers, stored=context)

    def of_stored(self, part: Part, content: object) -> Iterator[Document]:
        """One document, of something that is only looked up by its meeting."""
        yield Document(part_of(self._slug, part), numbers=self._numbers, stored=msgspec.msgpack.encode(content))

    def _of_passage(self, part: Part, source: PassageSource, passage: Passage, place: int) -> Document:
        words, stems, also, is_plain = self._analyzer.indexed(passage.text)
        kind = Texts.MISHEARD if source is PassageSource.MISHEARD else Texts.PLAIN
        texts = {field_of(kind): stems, field_of(kind, Form.WORDS): words}
        if also:
            texts[field_of(kind, Form.ALSO)] = also
        if passage.heard:
            put_in = self._analyzer.indexed(passage.put_in)
            texts[Field.PUT_IN.value] = f"{put_in.stems} {put_in.also}"
        speakers = tuple({speaker for _, speaker in passage.speakers if speaker})
        labels = self._labels | {Field.SPEAKER.value: speakers} if speakers else self._labels
        numbers = self._numbers | {Field.PLACE.value: place, Field.SOURCE.value: SOURCES.index(source)}
        if passage.starts:
            numbers[Field.START.value] = int(passage.starts[0])
        return Document(
            part_of(self._slug, part), texts, numbers, labels, _encoded(self._slug, passage, stems if is_plain else "")
        )

    def _of_context(self, part: Part, field: Field, stems: str, place: int) -> Document:
        numbers = self._numbers | {Field.PLACE.value: place}
        return Document(part_of(self._slug, part), {field.value: stems}, numbers)


def stored_passage(stored: bytes) -> StoredPassage:
    """What is stored of a passage.

    Raises:
        msgspec.MsgspecError: it is damaged.
    """
    slug, text, block_id, offsets, start, later, speakers, stems, heard = _decode(stored)
    starts = _Starts(start, array("f", later))
    return StoredPassage(slug, Passage(text, block_id, array("I", offsets), starts, speakers, stems, heard))


class _Starts(Sequence[float]):
    """When each word was said. Of a passage that is read, few are looked at."""

    __slots__ = ("_later", "_start")

    def __init__(self, start: float, later: array[float]) -> None:
        self._start, self._later = start, later

    def __len__(self) -> int:
        return len(self._later)

    @overload
    def __getitem__(self, index: int) -> float: ...
    @overload
    def __getitem__(self, index: slice) -> list[float]: ...
    def __getitem__(self, index: int | slice) -> float | list[float]:
        if isinstance(index, slice):
            return [self._start + later for later in self._later[index]]
        return self._start + self._later[index]


def _encoded(slug: str, passage: Passage, stems: str) -> bytes:
    start = passage.starts[0] if passage.starts else 0.0
    return _encode(
        (
            slug,
            passage.text,
            passage.block_id,
            array("I", passage.offsets).tobytes(),
            start,
            array("f", [second - start for second in passage.starts]).tobytes(),
            passage.speakers,
            stems,
            passage.heard,
        )
    )


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(
    tuple[str, str, str | None, bytes, float, bytes, tuple[tuple[int, str | None], ...], str, dict[int, str]]
).decode

"""What was recorded, and what was said in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import accumulate, pairwise
from typing import Annotated

import msgspec

from pipeline import unspaced
from pipeline.untrusted import MAX_SECONDS

Seconds = Annotated[float, msgspec.Meta(ge=0.0, le=MAX_SECONDS)]  # checked where msgspec decodes it


class Origin(StrEnum):
    """Where a transcript came from."""

    ASR = "asr"
    CAPTIONS = "captions"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter its publisher set in the video."""

    start: float
    end: float
    title: str


@dataclass(frozen=True, slots=True)
class RecordingPart:
    """One of several recordings that follow each other in one meeting. `start` is its place on their common clock."""

    start: float
    duration: float
    source: str
    title: str
    media: str | None = None
    video_id: str | None = None
    withheld: bool = False  # not stored: a passage was taken out of it that its file still has

    @property
    def url(self) -> str | None:
        """Its address for everybody; None for a file of somebody's own."""
        return _url(self.source)


@dataclass(frozen=True, slots=True)
class Validators:
    """What a host says about the version of a file (RFC 9110, 8.8), and how many bytes it has."""

    etag: str | None = None
    modified: str | None = None
    size: int | None = None

    def differ_from(self, other: Validators) -> bool:
        """Whether it is clearly another file: servers of one host give the same file other tags, or other dates."""
        if self.size is not None and other.size is not None and self.size != other.size:
            return True
        both = (self.etag, other.etag), (self.modified, other.modified)
        return all(one is not None and two is not None and one != two for one, two in both)


@dataclass(frozen=True, slots=True)
class Recording:
    """What was fetched. `media` is the audio or video file, None when only captions were taken."""

    source: str  # the canonical URL, or the path of a local file
    title: str
    duration: float | None
    media: str | None = None
    video_id: str | None = None
    language: str | None = None
    chapters: tuple[Chapter, ...] = ()
    parts: tuple[RecordingPart, ...] = ()  # of a recording in several: `source` and the like are then the first one's
    media_bytes: int | None = None  # of somebody's own file, by which it is known again wherever it has moved
    media_sha256: str | None = None
    validators: Validators | None = None  # of a fetched one, as far as the host tells
    withheld: bool = False  # not stored: a passage was taken out of it that its file still has

    @property
    def url(self) -> str | None:
        """Its address for everybody; None for a file of somebody's own."""
        return _url(self.source)

    @property
    def part_starts(self) -> tuple[float, ...]:
        """Where the parts begin on their common clock; empty for a recording in one piece."""
        return tuple(part.start for part in self.parts)


@dataclass(frozen=True, slots=True)
class FetchedRecording:
    """A recording that was fetched for an archive of several machines, and where its file is."""

    recording: Recording  # its file by its place in the data folder of the machine that fetched it
    sha256: str
    size: int  # bytes
    machine: str  # by its name
    exchange: str | None = None  # the name of the file in the exchange; None: only that machine has it
    is_gone: bool = False  # nobody is to use it any more, and that machine is to delete its file


def _url(source: str) -> str | None:
    return source if source.startswith(("https://", "http://")) else None


class Word(msgspec.Struct, frozen=True, array_like=True, gc=False):  # there are many: decoded 8 times as fast
    start: Seconds
    end: Seconds
    text: str
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Segment:
    """Something said in one go. `words` is empty where the source has no word times."""

    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()
    speaker: str | None = None
    suspect: bool = False  # looks invented by the speech model in silence: kept, not shown, not matched

    @property
    def timed_words(self) -> tuple[Word, ...]:
        """Every word with its time; where the source has no word times, they share the segment's time evenly.

        In a script without spaces a "word" is a few characters, with the spaces behind them (`unspaced.split_words`),
        and they share the time by their length.
        """
        if self.words:
            return tuple(msgspec.structs.replace(word, text=text) for word in self.words if (text := word.text.strip()))
        if unspaced.is_in(self.text):
            return self._timed_pieces
        texts = self.text.split()
        pace = (self.end - self.start) / max(len(texts), 1)
        starts = (self.start + pace * position for position in range(len(texts)))
        return tuple(Word(start, start + pace, text) for start, text in zip(starts, texts, strict=True))

    @property
    def _timed_pieces(self) -> tuple[Word, ...]:
        texts = unspaced.split_words(self.text)
        ends = list(accumulate((len(text.strip()) for text in texts), initial=0))
        pace = (self.end - self.start) / max(ends[-1], 1)
        edges = pairwise(self.start + pace * end for end in ends)
        return tuple(Word(start, end, text) for (start, end), text in zip(edges, texts, strict=True))


@dataclass(frozen=True, slots=True)
class SpeechActivity:
    """Where somebody speaks in a recording: stretches in seconds, in order, and its length."""

    stretches: tuple[tuple[float, float], ...]
    duration: float


class ClockBasis(StrEnum):
    """How it is known which clock a transcript runs by."""

    SOUND = "sound"  # where people speak in the recording
    WORDS = "words"  # what is said in the recording, by its captions or by speech recognition
    GIVEN = "given"  # somebody said so


@dataclass(frozen=True, slots=True)
class ClockPiece:
    """A stretch of a transcript that runs by one clock, from `start` on, in seconds of the transcript as it was given.

    What the transcript has at `time` is at `time + offset + drift * (time - start)` in the recording.
    """

    start: float
    offset: float
    drift: float = 0.0  # seconds a second; 0.001 for a clock that runs 3.6 s an hour too slowly

    def moved(self, time: float) -> float:
        """When in the recording; perhaps before its beginning."""
        return time + self.offset + self.drift * (time - self.start)


@dataclass(frozen=True, slots=True)
class TranscriptClock:
    """How the times of a transcript become those of the recording.

    `pieces` are in order, the first one from 0; what is said in a pause that was cut out of the recording has no time
    in it. `confidence`: that each time is right within half a second.
    """

    basis: ClockBasis
    pieces: tuple[ClockPiece, ...]
    confidence: float = 1.0

    @property
    def is_recordings(self) -> bool:
        """Whether it is the recording's own clock."""
        return all(not piece.offset and not piece.drift for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class RemovedPassage:
    """A stretch of a recording, in seconds, whose words somebody took out for good; `reason` may be ""."""

    start: float
    end: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Redaction:
    """That somebody took a passage out. While it is `unfinished`, files of the data folder may still have it."""

    id: int
    passage: RemovedPassage
    author: str
    at: datetime  # UTC, whole seconds
    unfinished: bool
    applies: bool  # to the recording that the meeting has now


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something said, in a text that does not tell when, or only about when: `start` in seconds, None: not at all."""

    text: str
    speaker: str | None = None
    start: float | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    language: str
    origin: Origin
    model: str | None
    segments: tuple[Segment, ...]
    duration: float | None = None
    warnings: tuple[str, ...] = ()  # of whoever read it, for people
    clock: TranscriptClock | None = None  # by which its times were moved; None: they are as they were given
    doubts: tuple[str, ...] = ()  # about its times, for people
    removed: tuple[RemovedPassage, ...] = ()  # in time order; nothing that was said in them is among the segments

    @property
    def heard(self) -> Iterator[Segment]:
        """The segments that are shown, searched and matched."""
        return (segment for segment in self.segments if not segment.suspect)

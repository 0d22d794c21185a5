"""The nouns of jumpnotes.

Every record is frozen. Times are float seconds from the start of the recording, confidences lie in 0..1,
lines are 1-based, and ranges are half-open. What is not known is absent: there are no sentinel times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from pipeline.untrusted import MAX_SECONDS

Seconds = Annotated[float, msgspec.Meta(ge=0.0, le=MAX_SECONDS)]  # checked where msgspec decodes it

LINK_CONFIDENCE = 0.5
"""From here up a block gets a link; below it, the block counts as not found."""

SURE_CONFIDENCE = 0.7
"""From here up a link is sure; below it, likely."""


class Certainty(StrEnum):
    """How far to trust a link: the same words on the page, in the terminal and in the API."""

    SET = "set by a person"
    SURE = "sure"
    LIKELY = "likely"
    NOT_FOUND = "not found"
    NOT_DISCUSSED = "not discussed"  # a person said so


class BlockKind(StrEnum):
    """What a block of the notes is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    QUOTE = "quote"
    CODE = "code"
    MARKUP = "markup"  # front matter, comments, rules, link definitions: kept, never matched


class Origin(StrEnum):
    """Where a transcript came from."""

    ASR = "asr"
    CAPTIONS = "captions"
    IMPORT = "import"


class PassageSource(StrEnum):
    """What a passage is from, and so what a hit was found in: NOTES or TRANSCRIPT."""

    NOTES = "notes"
    TRANSCRIPT = "transcript"
    MISHEARD = "misheard"  # the transcript, with the words of the notes that were probably said put in


class Basis(StrEnum):
    """How we know where a block was discussed, strongest first."""

    PINNED = "pinned"  # a person said so
    HINT = "hint"  # a time written in the notes
    MATCH = "match"  # its own words were heard there
    PATH = "path"  # weak words, placed by its order among the others
    NEIGHBOURS = "neighbours"  # no words of its own: placed by what stands beside it


@dataclass(frozen=True, slots=True)
class Hint:
    """A time somebody wrote in the notes."""

    start: float
    end: float | None = None


@dataclass(frozen=True, slots=True)
class Video:
    """The recording a note links to. `id` is YouTube's 11 characters, None for any other host."""

    url: str
    id: str | None = None
    start: float = 0.0


@dataclass(frozen=True, slots=True)
class Block:
    """One thing a reader can click: a heading, a paragraph, a list item, a table row, a quote."""

    id: str
    kind: BlockKind
    line: int
    end_line: int  # the first line after the block
    text: str  # plain, for matching; "" when there is nothing to match
    html: str  # safe, inline, for display
    depth: int = 0  # heading: its level 1..6; list item: its nesting from 1; otherwise 0
    parent: str | None = None  # the heading, or the list item, this block stands under
    speaker: str | None = None
    hint: Hint | None = None
    template: bool = False  # recurs in the notes of its folder: nobody said it
    number: int | None = None  # of an item in a numbered list


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, up to the next heading. Text before the first heading has level 0."""

    id: str
    title: str
    level: int
    line: int
    blocks: tuple[Block, ...]  # the heading itself is the first block


@dataclass(frozen=True, slots=True)
class Notes:
    slug: str
    title: str
    date: date | None
    video: Video | None
    sections: tuple[Section, ...]
    source: str  # the Markdown as it was read
    warnings: tuple[str, ...] = ()

    @property
    def blocks(self) -> Iterator[Block]:
        """Every block in the order of the file."""
        return (block for section in self.sections for block in section.blocks)

    @property
    def heading(self) -> Section | None:
        """The section whose heading is the title of the notes: a first heading of level 1."""
        first = next((section for section in self.sections if section.level), None)
        return first if first and first.level == 1 else None

    @property
    def topics(self) -> tuple[Section, ...]:
        """The sections a meeting can be said to have: those with a heading of their own, neither title nor template."""
        title = self.heading
        return tuple(s for s in self.sections if s.level and s is not title and not s.blocks[0].template)

    def linked_topics(self, alignments: Mapping[str, Alignment]) -> int:
        """How many topics have a link, `alignments` being those of the blocks by id."""
        found = (alignments[topic.id] for topic in self.topics if topic.id in alignments)
        return sum(each.confidence >= LINK_CONFIDENCE for each in found)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter its publisher set in the video."""

    start: float
    end: float
    title: str


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
        """Every word with its time; where the source has no word times, they share the segment's time evenly."""
        if self.words:
            return tuple(msgspec.structs.replace(word, text=text) for word in self.words if (text := word.text.strip()))
        texts = self.text.split()
        pace = (self.end - self.start) / max(len(texts), 1)
        starts = (self.start + pace * position for position in range(len(texts)))
        return tuple(Word(start, start + pace, text) for start, text in zip(starts, texts, strict=True))


@dataclass(frozen=True, slots=True)
class Transcript:
    language: str
    origin: Origin
    model: str | None
    segments: tuple[Segment, ...]
    duration: float | None = None

    @property
    def heard(self) -> Iterator[Segment]:
        """The segments that are shown, searched and matched."""
        return (segment for segment in self.segments if not segment.suspect)


@dataclass(frozen=True, slots=True)
class FurtherMoment:
    """A stretch of the recording, and how sure it is that a block was discussed in it."""

    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where a block was discussed. A block without one was not placed."""

    block_id: str
    start: float
    end: float
    confidence: float
    basis: Basis
    evidence: tuple[str, ...] = ()  # the words of the notes that were heard there
    also: tuple[FurtherMoment, ...] = ()  # where else it was clearly discussed, in time order

    @property
    def certainty(self) -> Certainty:
        """How far to trust it. One that is NOT_FOUND is only the best guess."""
        if self.basis is Basis.PINNED:
            return Certainty.SET
        if self.confidence < LINK_CONFIDENCE:
            return Certainty.NOT_FOUND
        return Certainty.SURE if self.confidence >= SURE_CONFIDENCE else Certainty.LIKELY


@dataclass(frozen=True, slots=True)
class MeetingAlignment:
    """What the aligner found in one meeting: one alignment per placed block, in the order of the notes."""

    alignments: tuple[Alignment, ...]
    offset: float | None = None  # seconds to add to the times in the notes to get the recording's; None: unknown
    cut_line: int | None = None  # from which on nothing was looked for: notes and recording together are too long


@dataclass(frozen=True, slots=True)
class Mishearing:
    """A word of the notes that was probably said where the transcript has other words. Seconds."""

    start: float
    end: float
    term: str  # as the notes spell it
    heard: str  # the one to four words that stand in the transcript instead, as they stand there
    confidence: float  # how probable it is that the term was said


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word that sets a stretch apart from the rest of a transcript, and when it is first said there, in seconds."""

    text: str
    start: float


@dataclass(frozen=True, slots=True)
class UncoveredSpan:
    """A stretch of the recording that the notes do not cover. Seconds."""

    start: float
    end: float
    keywords: tuple[Keyword, ...] = ()  # the most typical first


@dataclass(frozen=True, slots=True)
class RunKey:
    """What a complete run of a meeting was made from. A run that would be made from the same has nothing to do.

    `source`, `media`, `transcript` and `model` are what the user chose instead of the defaults; they hold for later
    runs until the link in the notes changes.
    """

    notes: str | None = None  # sha256 of the notes file
    aligner: str | None = None  # version of everything that follows the transcript
    link: str | None = None  # key of the recording that the notes link to
    source: str | None = None  # a URL or file used instead of that link
    media: str | None = None  # key of that source
    transcript: str | None = None  # a transcript source by its name, or the sha256 of a transcript file
    model: str | None = None  # a speech model
    corrections: str | None = None  # version of the corrections; None: nobody corrected anything


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the last run of a meeting ended early."""

    stage: str
    message: str
    hint: str
    retryable: bool
    at: datetime


class Verdict(StrEnum):
    """What a person says about the link of a block."""

    TIME = "time"  # it begins here
    NOT_DISCUSSED = "not_discussed"  # nobody talked about it
    AUTOMATIC = "automatic"  # no opinion any more: the link that was found


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's word on where a block was discussed."""

    id: int
    block_id: str
    verdict: Verdict
    start: float | None  # seconds; of TIME alone
    author: str
    at: datetime  # UTC, whole seconds
    text: str = ""  # of the block, as it was when it was corrected


@dataclass(frozen=True, slots=True)
class MeetingVersions:
    """The runs a Meeting is built from, by their numbers: equal numbers, equal content."""

    notes: int | None = None
    transcript: int | None = None
    alignment: int | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """Everything stored of one meeting, as of its latest runs.

    `alignments` are what was found, with corrections laid over it. `corrections` holds the newest of each block,
    AUTOMATIC ones among them; `orphans` are those that apply to no block, because it is no longer in the notes or
    because they were made for another recording.
    """

    notes: Notes
    recording: Recording | None = None
    transcript: Transcript | None = None
    alignments: dict[str, Alignment] = field(default_factory=dict)  # by block id
    failure: Failure | None = None
    corrections: Mapping[str, Correction] = field(default_factory=dict)  # by block id
    orphans: tuple[Correction, ...] = ()
    uncovered: tuple[UncoveredSpan, ...] = ()  # in time order, as of the latest alignment
    mishearings: tuple[Mishearing, ...] = ()  # in time order, as of the latest alignment
    duration: float | None = None  # of the recording in seconds, as well as it is known
    versions: MeetingVersions = MeetingVersions()


@dataclass(frozen=True, slots=True)
class MeetingSummary:
    """One line of the list of meetings."""

    slug: str
    title: str
    date: date | None
    duration: float | None
    topics: int
    linked: int  # topics with a link
    failure: Failure | None = None
    has_video: bool = True
    has_transcript: bool = False
    damaged: bool = False  # something stored of it cannot be read


@dataclass(frozen=True, slots=True)
class Hit:
    """One moment where a query was found, or a block of the notes."""

    slug: str
    title: str
    date: date | None
    source: PassageSource
    start: float | None  # None: in the notes, at a block that has no moment
    block_id: str | None
    snippet: tuple[tuple[str, bool], ...]  # pieces of text, True where they match
    section: str | None = None  # the heading it stands, or was said, under
    speaker: str | None = None
    heard: str | None = None  # what stands in the transcript where the query's word was probably said
    missing: tuple[str, ...] = ()  # what the query has and this place has not
    duration: float | None = None  # of the recording, in seconds

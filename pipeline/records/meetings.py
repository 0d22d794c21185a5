"""Everything that is known of a meeting, its runs, and what a search finds in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from pipeline.records.alignments import Alignment, Correction, Mishearing, SectionSpan, UncoveredSpan
from pipeline.records.notes import Notes
from pipeline.records.recordings import Recording, Transcript, TranscriptClock


@dataclass(frozen=True, slots=True)
class RunKey:
    """What a complete run of a meeting was made from. A run that would be made from the same has nothing to do.

    `source`, `media`, `transcript`, `model`, `offset` and `track` are what the user chose instead of the
    defaults; they hold for later runs until the link in the notes changes.
    """

    notes: str | None = None  # sha256 of the notes file
    aligner: str | None = None  # version of everything that follows the transcript
    link: str | None = None  # key of the recording that the notes link to
    source: str | None = None  # a URL or file used instead of that link
    media: str | None = None  # key of that source
    transcript: str | None = None  # a transcript source by its name, or the sha256 of a transcript file
    model: str | None = None  # a speech model
    offset: str | None = None  # seconds from the transcript's clock to the recording's, or "auto"
    track: str | None = None  # of the recording's sound tracks: its number from 1, or its language
    corrections: str | None = None  # version of the corrections; None: nobody corrected anything
    beside: str | None = None  # sha256 of the corrections file beside the notes


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the last run of a meeting ended early."""

    stage: str
    message: str
    hint: str
    retryable: bool
    at: datetime
    reason: str = ""  # the kind of failure, as programs know it
    ready_at: datetime | None = None  # when the recording is expected, where its host says so


@dataclass(frozen=True, slots=True)
class MeetingVersions:
    """The runs a Meeting is built from, by their numbers: equal numbers, equal content."""

    notes: int | None = None
    transcript: int | None = None
    alignment: int | None = None
    speakers: str | None = None  # changes with every name of a speaker, and every passage that is taken out


@dataclass(frozen=True, slots=True)
class Meeting:
    """Everything stored of one meeting, as of its latest runs.

    `alignments` are what was found, with corrections laid over it; `within` are the spans of blocks without a link.
    `corrections` holds the newest of each block, AUTOMATIC ones among them; `orphans` are those that apply to no
    block, because it is no longer in the notes or because they were made for another recording.
    """

    notes: Notes
    recording: Recording | None = None
    transcript: Transcript | None = None
    alignments: dict[str, Alignment] = field(default_factory=dict)  # by block id
    within: Mapping[str, SectionSpan] = field(default_factory=dict)  # by block id
    failure: Failure | None = None
    corrections: Mapping[str, Correction] = field(default_factory=dict)  # by block id
    orphans: tuple[Correction, ...] = ()
    uncovered: tuple[UncoveredSpan, ...] = ()  # in time order, as of the latest alignment
    mishearings: tuple[Mishearing, ...] = ()  # in time order, as of the latest alignment
    duration: float | None = None  # of the recording in seconds, as well as it is known
    versions: MeetingVersions = MeetingVersions()
    updated_at: datetime | None = None  # UTC: when a run or a person last changed what is shown

    @property
    def part_starts(self) -> tuple[float, ...]:
        """Where the parts of the recording begin on their common clock; empty for one in one piece."""
        return self.recording.part_starts if self.recording else ()


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
    clock: TranscriptClock | None = None  # by which its transcript is read, if that was compared or given
    updated_at: datetime | None = None  # UTC: when a run or a person last changed what is shown
    published: bool = True  # False: its notes say that it is part of no published site


class PassageSource(StrEnum):
    """What a passage is from, and so what a hit was found in: NOTES or TRANSCRIPT."""

    NOTES = "notes"
    TRANSCRIPT = "transcript"
    MISHEARD = "misheard"  # the transcript, with the words of the notes that were probably said put in


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
    similar: str | None = None  # what stands there in place of a word of the query that is spelt almost like it
    missing: tuple[str, ...] = ()  # what the query has and this place has not
    by_meaning: bool = False  # it has none of the words, and means something like them
    duration: float | None = None  # of the recording, in seconds
    part_starts: tuple[float, ...] = ()  # where its parts begin, if it is in several
    discussed_block_id: str | None = None  # of what was said: the block of the notes that it is about, if any is known

    @property
    def has_all(self) -> bool:
        """Whether all of the query stands there as it was typed, in any form."""
        return not (self.missing or self.heard or self.similar)

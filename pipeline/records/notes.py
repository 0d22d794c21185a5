"""What people wrote: notes, their sections and their blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.records.alignments import LINK_CONFIDENCE
from pipeline.records.recordings import Transcript

if TYPE_CHECKING:
    from pipeline.records.alignments import Alignment

_NEWLINE = re.compile(r"\r\n?|\n")


class BlockKind(StrEnum):
    """What a block of the notes is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    QUOTE = "quote"
    CODE = "code"
    MARKUP = "markup"  # front matter, comments, rules, link definitions: kept, never matched


@dataclass(frozen=True, slots=True)
class Hint:
    """A time somebody wrote in the notes, in the part of the recording with this index."""

    start: float
    end: float | None = None
    part: int = 0


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
class WrittenTranscript:
    """A transcript that stands in the notes, on the lines [line, end_line)."""

    line: int
    end_line: int
    transcript: Transcript | None = None  # None: it has no times


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of one meeting. A file may hold those of several."""

    slug: str
    title: str
    date: date | None
    video: Video | None  # the recording, or the first of its parts
    sections: tuple[Section, ...]
    source: str  # what the file says of this meeting, as it was read: its lines from `line` on
    warnings: tuple[str, ...] = ()
    further_parts: tuple[Video, ...] = ()  # of a recording in several, in their order
    line: int = 1  # of the file, where this meeting begins
    transcript: WrittenTranscript | None = None
    published: bool = True  # False: stored and shown to those who run the archive, but part of no published site

    @property
    def end_line(self) -> int:
        """The first line of the file after this meeting."""
        breaks = len(_NEWLINE.findall(self.source))
        return self.line + breaks + (not self.source.endswith(("\n", "\r")))

    @property
    def without_speech(self) -> Notes:
        """The notes as they are stored: a transcript in them is stored by itself, and only its place stays here."""
        return replace(self, transcript=replace(self.transcript, transcript=None)) if self.transcript else self

    @property
    def recordings(self) -> tuple[Video, ...]:
        """The recording, part by part; empty when the notes link none."""
        return (self.video, *self.further_parts) if self.video else ()

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

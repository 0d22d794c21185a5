"""What a hit is shown with: the meeting, the section, the moment of a block."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from typing import Annotated, NamedTuple

import msgspec

from pipeline.records import LINK_CONFIDENCE, Meeting, Notes
from pipeline.search.passages import Passage

_EARLY_SECONDS = 1.0  # by which a section may begin before its link


class LinkSpan(NamedTuple):
    """When a block was discussed, in seconds; `heading` is the number of its section's among the headings."""

    start: float
    end: float
    heading: int | None
    block_id: str


class HitContext(msgspec.Struct, frozen=True, array_like=True):
    """A meeting, its blocks by their section, and where they were discussed. Times are seconds."""

    title: str
    date: date | None
    duration: Annotated[float, msgspec.Meta(ge=0)] | None
    headings: tuple[str, ...]  # without the title of the notes
    blocks: dict[str, tuple[int | None, float | None]]  # heading, and start of its link, by block id
    links: tuple[LinkSpan, ...]  # by their start
    part_starts: tuple[float, ...] = ()

    def section(self, block_id: str) -> str | None:
        """The section a block belongs to."""
        heading, _ = self.blocks.get(block_id, (None, None))
        return None if heading is None else self.headings[heading]

    def start(self, block_id: str) -> float | None:
        """When a block was discussed."""
        return self.blocks.get(block_id, (None, None))[1]

    def section_at(self, seconds: float) -> str | None:
        """The section that is discussed at a moment, None where none is known."""
        link = self._link_at(seconds)
        return None if link is None or link.heading is None else self.headings[link.heading]

    def block_at(self, seconds: float) -> str | None:
        """The block that is discussed at a moment, None where none is known."""
        link = self._link_at(seconds)
        return link.block_id if link else None

    def _link_at(self, seconds: float) -> LinkSpan | None:
        """The last link that began and did not end; between two links, the one before."""
        count = bisect_right(self.links, seconds + _EARLY_SECONDS, key=lambda link: link.start)
        begun, later = self.links[:count], self.links[count:]
        goes_on = next((link for link in reversed(begun) if link.end > seconds), None)
        if not goes_on and begun and any(link.end > seconds for link in later):
            goes_on = begun[-1]
        return goes_on

    def heading_of(self, passage: Passage) -> str | None:
        """The heading a block stands under, or a window of speech was said under."""
        if passage.block_id is not None:
            return self.section(passage.block_id)
        return self.section_at(passage.starts[len(passage.starts) // 2]) if passage.starts else None


def hit_context(meeting: Meeting) -> HitContext:
    """What the hits in a meeting are shown with."""
    notes = meeting.notes
    spans = {
        block_id: (link.start, link.end)
        for block_id, link in meeting.alignments.items()
        if link.confidence >= LINK_CONFIDENCE
    }
    headings, heading_of = _headings(notes)
    links = [
        LinkSpan(*span, heading_of[block_id], block_id) for block_id, span in spans.items() if block_id in heading_of
    ]
    return HitContext(
        notes.title,
        notes.date,
        meeting.duration,
        headings,
        {
            block_id: (heading, spans[block_id][0] if block_id in spans else None)
            for block_id, heading in heading_of.items()
        },
        tuple(sorted(links, key=lambda link: link.start)),
        meeting.part_starts,
    )


def _headings(notes: Notes) -> tuple[tuple[str, ...], dict[str, int | None]]:
    """The headings, and by block id which of them a block is under."""
    titles: list[str] = []
    heading_of: dict[str, int | None] = {}
    for section in notes.sections:
        heading = None
        if section.level and section is not notes.heading:
            heading = len(titles)
            titles.append(section.title)
        heading_of.update((block.id, heading) for block in section.blocks)
    return tuple(titles), heading_of

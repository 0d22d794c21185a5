"""Moments of a meeting: their addresses, and what people read of them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from pipeline import page_addresses, part_clock
from pipeline.links import youtube_url
from service.views import formatting


@dataclass(frozen=True, slots=True)
class RecordingAddress:
    """Where a recording, or a part of one, opens for everybody: a video on YouTube or a file; with neither, nowhere."""

    video_id: str = ""
    file: str = ""

    def at(self, seconds: float) -> str:
        """Its address at a moment of its own clock; "" where it opens nowhere."""
        if self.video_id:
            return youtube_url(self.video_id, seconds)
        return f"{self.file}#t={seconds:.2f}" if self.file else ""


@dataclass(frozen=True, slots=True)
class MomentLinks:
    """The links to moments of one meeting; every one is "" where its recording cannot be played on its page.

    Of a recording in several parts `part_starts` are the places on their common clock, and links into those of the
    numbers in `unplayable` are "". With `recordings`, one for each part, links lead there rather than to the page: on a
    site of files a page cannot know which moment it was asked for, unless its script tells it.
    """

    page: str
    part_starts: tuple[float, ...] = ()
    unplayable: frozenset[int] = frozenset()
    recordings: tuple[RecordingAddress, ...] = ()

    @classmethod
    def of(
        cls,
        slug: str,
        *,
        playable: bool = True,
        part_starts: tuple[float, ...] = (),
        unplayable: frozenset[int] = frozenset(),
        recordings: tuple[RecordingAddress, ...] = (),
    ) -> MomentLinks:
        """The links to moments of the meeting `slug`."""
        return cls(url_for("pages.meeting", slug=slug) if playable else "", part_starts, unplayable, recordings)

    def clock(self, seconds: float) -> str:
        """A moment as people read it: of a recording in several parts, the part and when in it."""
        return formatting.moment(self.part_starts, seconds)

    def clock_span(self, start: float, end: float) -> str:
        """A stretch of the recording as people read it."""
        return formatting.span(self.part_starts, start, end)

    def to(self, seconds: float, block_id: str = "") -> str:
        """The link to a moment, to the hundredth of a second, and to a block that need not begin there."""
        if self.recordings:
            return self._in_recording(seconds)
        return page_addresses.at_moment(self.page, seconds, block_id) if self._leads_to(seconds) else ""

    def to_block(self, block_id: str, seconds: float, section_id: str = "") -> str:
        """The link to a block at its moment; see `page_addresses.at_block`."""
        if self.recordings:
            return self._in_recording(seconds)
        return page_addresses.at_block(self.page, block_id, seconds, section_id) if self._leads_to(seconds) else ""

    def _in_recording(self, seconds: float) -> str:
        moment = part_clock.locate(self.part_starts, seconds)
        return self.recordings[moment.number - 1].at(moment.seconds) if moment else self.recordings[0].at(seconds)

    def _leads_to(self, seconds: float) -> bool:
        if not self.page or not self.unplayable:
            return bool(self.page)
        moment = part_clock.locate(self.part_starts, seconds)
        return moment is None or moment.number not in self.unplayable

"""Moments of a meeting: their addresses, and what people read of them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from pipeline import page_addresses, part_clock
from service.views import formatting


@dataclass(frozen=True, slots=True)
class MomentLinks:
    """The links to moments of one meeting; every one is "" where its recording cannot be played on its page.

    Of a recording in several parts `part_starts` are the places on their common clock, and links into those of the
    numbers in `unplayable` are "".
    """

    page: str
    part_starts: tuple[float, ...] = ()
    unplayable: frozenset[int] = frozenset()

    @classmethod
    def of(
        cls,
        slug: str,
        *,
        playable: bool = True,
        part_starts: tuple[float, ...] = (),
        unplayable: frozenset[int] = frozenset(),
    ) -> MomentLinks:
        """The links to moments of the meeting `slug`."""
        return cls(url_for("pages.meeting", slug=slug) if playable else "", part_starts, unplayable)

    def clock(self, seconds: float) -> str:
        """A moment as people read it: of a recording in several parts, the part and when in it."""
        return formatting.moment(self.part_starts, seconds)

    def clock_span(self, start: float, end: float) -> str:
        """A stretch of the recording as people read it."""
        return formatting.span(self.part_starts, start, end)

    def to(self, seconds: float, block_id: str = "") -> str:
        """The link to a moment, to the hundredth of a second, and to a block that need not begin there."""
        return page_addresses.at_moment(self.page, seconds, block_id) if self._leads_to(seconds) else ""

    def to_block(self, block_id: str, seconds: float, section_id: str = "") -> str:
        """The link to a block at its moment; see `page_addresses.at_block`."""
        return page_addresses.at_block(self.page, block_id, seconds, section_id) if self._leads_to(seconds) else ""

    def _leads_to(self, seconds: float) -> bool:
        if not self.page or not self.unplayable:
            return bool(self.page)
        moment = part_clock.locate(self.part_starts, seconds)
        return moment is None or moment.number not in self.unplayable

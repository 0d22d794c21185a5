"""Addresses of moments of a meeting."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for


@dataclass(frozen=True, slots=True)
class MomentLinks:
    """The links to moments of one meeting; every one is "" where its recording cannot be played on its page."""

    page: str

    @classmethod
    def of(cls, slug: str, *, playable: bool = True) -> MomentLinks:
        """The links to moments of the meeting `slug`."""
        return cls(url_for("pages.meeting", slug=slug) if playable else "")

    def to(self, seconds: float) -> str:
        """The link to a moment, to the hundredth of a second."""
        return f"{self.page}?t={seconds:.2f}" if self.page else ""

    def to_block(self, block_id: str, seconds: float) -> str:
        """The link to a block at its moment. It has whole seconds, to be read by people: the page knows the rest."""
        return f"{self.page}?t={int(seconds)}#{block_id}" if self.page else ""

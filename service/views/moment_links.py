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

    def to_block(self, block_id: str, seconds: float, section_id: str = "") -> str:
        """The link to a block at its moment, in whole seconds, to be read by people: the page knows the rest.

        Args:
            section_id: where another section is discussed, or begins, in that second, the one that is meant. The
                server, which does not see what follows the #, names the link for it.
        """
        section = f"&section={section_id}" if section_id else ""
        return f"{self.page}?t={int(seconds)}{section}#{block_id}" if self.page else ""

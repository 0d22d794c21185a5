"""How dates, lengths, counts and commands are written on the pages."""

from __future__ import annotations

import re
from datetime import date

from markupsafe import Markup, escape

from pipeline import timecode


def day(on: date | None) -> str:
    """`5 Mar 2024`, "" where the date is not known."""
    return f"{on.day} {on:%b %Y}" if on else ""


def iso_day(on: date | None) -> str:
    """`2024-03-05`, "" where the date is not known."""
    return on.isoformat() if on else ""


def duration(seconds: float | None) -> str:
    """How long a recording is, "" where that is not known."""
    return timecode.clock(seconds) if seconds else ""


def topics_linked(linked: int, topics: int) -> str:
    """How many topics one can jump to; "" for notes without topics."""
    if not topics:
        return ""
    if not linked:
        return f"0 of {topics} topics found"
    if linked < topics:
        return f"jump to {linked} of {topics} topics"
    return f"jump to {topics} topics" if topics > 1 else "jump to 1 topic"


def code_spans(text: str) -> Markup:
    """Text for a page; commands, which messages write in backticks, as code.

    >>> code_spans("Run `jumpnotes doctor` & see.")
    Markup('Run <code>jumpnotes doctor</code> &amp; see.')
    """
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped here

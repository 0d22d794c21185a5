"""How dates, lengths, counts and commands are written on the pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from markupsafe import Markup, escape

from pipeline import part_clock, timecode
from service.web.language import DEFAULT, _, language, ngettext


def day(on: date | None) -> str:
    """`5 Mar 2024` as the reader writes it, "" where the date is not known."""
    if on is None:
        return ""
    if language() == DEFAULT:
        return f"{on.day} {on:%b %Y}"
    from babel.dates import format_skeleton

    return format_skeleton("yMMMd", on, locale=language())


def number(count: float) -> str:
    """`1,234` as the reader writes it."""
    if language() == DEFAULT:
        return f"{count:,}"
    from babel.numbers import format_decimal

    return format_decimal(count, locale=language())


def percent(share: float) -> str:
    """`34%` of a share of 0.34 as the reader writes it."""
    if language() == DEFAULT:
        return f"{share:.0%}"
    from babel.numbers import format_percent

    return format_percent(share, locale=language())


def ordinal(count: int) -> str:
    """`3rd` as the reader writes it."""
    if language() != DEFAULT:
        return f"{count}."
    ending = {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th") if count % 100 not in (11, 12, 13) else "th"
    return f"{count}{ending}"


def iso_day(on: date | None) -> str:
    """`2024-03-05`, "" where the date is not known."""
    return on.isoformat() if on else ""


def duration(seconds: float | None) -> str:
    """How long a recording is, "" where that is not known."""
    return timecode.clock(seconds) if seconds else ""


def lasting(seconds: float) -> str:
    """How long something has lasted, in the two units that tell most, by the minute."""
    minutes = int(seconds // 60)
    hours, days = minutes // 60, minutes // (24 * 60)
    if days:
        return ngettext("%(num)s day", "%(num)s days", days)
    if hours:
        return _("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes % 60)
    return ngettext("%(num)s minute", "%(num)s minutes", minutes) if minutes else _("less than a minute")


def moment(part_starts: Sequence[float], seconds: float) -> str:
    """A moment as people read it: `12:34` or, of a recording in several parts, `part 2 · 2:34`."""
    located = part_clock.locate(part_starts, seconds)
    if located is None:
        return timecode.clock(seconds)
    return _("part %(number)s · %(time)s", number=located.number, time=timecode.clock(located.seconds))


def span(part_starts: Sequence[float], start: float, end: float) -> str:
    """A stretch of the recording as people read it."""
    return part_clock.clock_span(part_starts, start, end, moment)


def topics_linked(linked: int, topics: int) -> str:
    """How many topics one can jump to; "" for notes without topics."""
    if not topics:
        return ""
    if not linked:
        return ngettext("0 of %(num)s topic found", "0 of %(num)s topics found", topics)
    if linked < topics:
        return _("jump to %(linked)s of %(topics)s topics", linked=linked, topics=topics)
    return ngettext("jump to %(num)s topic", "jump to %(num)s topics", topics)


def code_spans(text: str) -> Markup:
    """Text for a page; commands, which messages write in backticks, as code.

    >>> code_spans("Run `jumpnotes doctor` & see.")
    Markup('Run <code>jumpnotes doctor</code> &amp; see.')
    """
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped here

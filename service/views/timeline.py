"""The recording at a glance: which stretch of it each section of the notes covers, and what is in between."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.records import Alignment, Keyword, Notes, UncoveredSpan
from pipeline.section_spans import spans_of
from service.views.moment_links import MomentLinks
from service.web.language import _

SECTION_COLOURS = 8
"""Sections take turns in so many colours."""

DRAWING_WIDTH = 1000
"""Units of the drawing that are the whole recording."""

_MIN_SPAN_WIDTH = 4.0
"""Units; a short topic can still be seen and hit."""

_SPAN_GAP = 2.0
"""Units left free between neighbours."""

_MIN_UNCOVERED_SECONDS = 30.0
"""Less is left of a span once a correction has put a section there: it is not worth a line."""


@dataclass(frozen=True, slots=True)
class TimelineSpan:
    """A stretch of the timeline: of a section of the notes or, with no `colour`, one that they do not cover.

    `x` and `width` are in units of the drawing, `start` and `end` in seconds.
    """

    x: str
    width: str
    start: str
    end: str
    clock: str
    href: str
    name: str
    colour: int | None = None


@dataclass(frozen=True, slots=True)
class KeywordLink:
    """A word that is typical of a stretch, and where it is first said."""

    text: str
    start: str
    clock: str
    href: str


@dataclass(frozen=True, slots=True)
class UncoveredRow:
    """One line of the list of what was said and is not in the notes."""

    start: str
    clock: str
    end_clock: str
    href: str
    keywords: tuple[KeywordLink, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The spans in time order. `length` is the recording's, in seconds. At `borders`, in units of the drawing, one part
    of it ends and the next one begins.
    """

    length: str
    spans: tuple[TimelineSpan, ...]
    uncovered: tuple[UncoveredRow, ...]
    uncovered_minutes: int
    borders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _SectionSpan:
    start: float
    end: float
    section: int


def timeline(
    notes: Notes,
    alignments: Mapping[str, Alignment],
    uncovered: Iterable[UncoveredSpan],
    duration: float | None,
    links: MomentLinks,
) -> Timeline | None:
    """The timeline of one meeting; None while nothing is linked, or the recording's length is not known.

    Args:
        uncovered: as of the last run. What sections cover since then, because somebody corrected them, is left out.
    """
    sections = tuple(_section_spans(notes, alignments))
    if not duration or not sections:
        return None
    duration = max(duration, sections[-1].end)  # the length a host gives may be rounded
    spans = [_drawn_section(span, notes, duration, links) for span in sections]
    free = [piece for span in uncovered for piece in _outside(sections, span)]
    spans += [_drawn(piece.start, piece.end, duration, links, _uncovered_name(piece), None) for piece in free]
    return Timeline(
        length=f"{duration:.2f}",
        spans=tuple(sorted(spans, key=lambda span: float(span.start))),
        uncovered=tuple(_uncovered_row(piece, links) for piece in free),
        uncovered_minutes=max(1, round(sum(piece.end - piece.start for piece in free) / 60)),
        borders=part_borders(links.part_starts, duration),
    )


def part_borders(part_starts: Iterable[float], duration: float) -> tuple[str, ...]:
    """Where on a drawing of a recording of this length, in seconds, one part ends and the next begins."""
    return tuple(f"{start / duration * DRAWING_WIDTH:.1f}" for start in part_starts if 0 < start < duration)


def section_at(shown: Timeline | None, seconds: float, *, whole_second: bool = False) -> str:
    """The name of the section that is discussed at a moment; "" where none is.

    With `whole_second`, the moment is any time in the second that begins at `seconds`: a section that begins within
    it is what was meant, as a link with whole seconds can lead no closer.
    """
    if shown is None:
        return ""
    starts_before, limit = (bisect_left, seconds + 1) if whole_second else (bisect_right, seconds)
    begun = starts_before(shown.spans, limit, key=lambda span: float(span.start))
    span = shown.spans[begun - 1] if begun else None
    return span.name if span and span.colour is not None and seconds < float(span.end) else ""


def _drawn_section(span: _SectionSpan, notes: Notes, duration: float, links: MomentLinks) -> TimelineSpan:
    section = notes.sections[span.section]
    drawn = _drawn(span.start, span.end, duration, links, section.title or notes.title, span.section)
    return replace(drawn, href=links.to(span.start, section.id)) if section.level else drawn


def _drawn(
    start: float, end: float, duration: float, links: MomentLinks, name: str, section: int | None
) -> TimelineSpan:
    width = max((min(end, duration) - start) / duration * DRAWING_WIDTH - _SPAN_GAP, _MIN_SPAN_WIDTH)
    x = min(min(start / duration, 1.0) * DRAWING_WIDTH, DRAWING_WIDTH - width)
    return TimelineSpan(
        x=f"{x:.1f}",
        width=f"{width:.1f}",
        start=f"{start:.2f}",
        end=f"{end:.2f}",
        clock=links.clock(start),
        href=links.to(start),
        name=name,
        colour=None if section is None else section % SECTION_COLOURS,
    )


# -- sections ----------------------------------------------------------------------------------------------------------


def _section_spans(notes: Notes, alignments: Mapping[str, Alignment]) -> Iterator[_SectionSpan]:
    """Where each section was discussed, in time order and without overlaps."""
    spans: list[_SectionSpan] = []
    for index, section in enumerate(notes.sections):
        spans.extend(_SectionSpan(start, end, index) for start, end in spans_of(section, alignments))
    return _without_overlaps(spans)


def _without_overlaps(spans: Sequence[_SectionSpan]) -> Iterator[_SectionSpan]:
    """Of spans that overlap, the one that began last is seen; what it covered resumes after it."""
    cuts = sorted({span.start for span in spans} | {span.end for span in spans})
    current: _SectionSpan | None = None
    for start, end in pairwise(cuts):
        covering = [span for span in spans if span.start <= start and end <= span.end]
        seen = max(covering, key=lambda span: (span.start, -span.end)).section if covering else None
        if current and seen == current.section:
            current = _SectionSpan(current.start, end, current.section)
            continue
        if current:
            yield current
        current = None if seen is None else _SectionSpan(start, end, seen)
    if current:
        yield current


# -- said, not in the notes --------------------------------------------------------------------------------------------


def _outside(sections: Iterable[_SectionSpan], span: UncoveredSpan) -> Iterator[UncoveredSpan]:
    """What is left of `span` where sections, in time order, cover parts of it."""
    start = span.start
    for section in sections:
        if section.start < span.end and start < section.end:
            yield from _piece(span, start, section.start)
            start = section.end
    yield from _piece(span, start, span.end)


def _piece(span: UncoveredSpan, start: float, end: float) -> Iterator[UncoveredSpan]:
    is_whole = (start, end) == (span.start, span.end)
    if is_whole or end - start >= _MIN_UNCOVERED_SECONDS:
        yield UncoveredSpan(start, end, tuple(word for word in span.keywords if start <= word.start < end))


def _uncovered_name(span: UncoveredSpan) -> str:
    words = ", ".join(word.text for word in span.keywords)
    return _("Not in the notes: %(words)s", words=words) if words else _("Not in the notes")


def _uncovered_row(span: UncoveredSpan, links: MomentLinks) -> UncoveredRow:
    return UncoveredRow(
        start=f"{span.start:.2f}",
        clock=links.clock(span.start),
        end_clock=links.clock(span.end),
        href=links.to(span.start),
        keywords=tuple(_keyword_link(word, links) for word in span.keywords),
    )


def _keyword_link(word: Keyword, links: MomentLinks) -> KeywordLink:
    return KeywordLink(word.text, f"{word.start:.2f}", links.clock(word.start), links.to(word.start))

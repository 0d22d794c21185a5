"""Where in a recording the hits of a search lie: a marker for each on a strip of the recording's length."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import request

from pipeline import page_addresses, timecode
from pipeline.records import Hit, PassageSource
from service.views.formatting import moment
from service.views.timeline import DRAWING_WIDTH, part_borders
from service.web.language import _, ngettext

_POINTER_REACH = 16.0
"""Units of the drawing around a marker that belong to it, unless a neighbour is nearer: a line alone is hard to hit."""


@dataclass(frozen=True, slots=True)
class HitMarker:
    """A hit on the strip. The pointer meets it from `left` on, for a `width`, in units of the drawing."""

    x: str
    left: str
    width: str
    href: str
    name: str


@dataclass(frozen=True, slots=True)
class HitMarkers:
    """The hits of one meeting in time order. `summary` says in words what the drawing shows."""

    notes: tuple[HitMarker, ...]
    transcript: tuple[HitMarker, ...]
    summary: str
    borders: tuple[str, ...] = ()  # of the recording's parts


def source_name(source: PassageSource) -> str:
    """Where a hit was found, in a word."""
    return _("notes") if source is PassageSource.NOTES else _("transcript")


def hit_href(hit: Hit) -> str:
    """The meeting's page at the moment of a hit, or at its block where that has no moment."""
    return page_addresses.at_hit(hit, request.script_root)


def hit_markers(hits: Iterable[Hit]) -> HitMarkers | None:
    """The markers of hits in one meeting; None where no hit has a moment, or the recording's length is not known."""
    timed = sorted(((hit.start, hit) for hit in hits if hit.start is not None), key=lambda pair: pair[0])
    if not timed or not timed[0][1].duration:
        return None
    length = max(timed[0][1].duration, timed[-1][0])  # the length a host gives may be rounded
    placed = [(start / length * DRAWING_WIDTH, hit) for start, hit in timed]
    return HitMarkers(
        notes=tuple(_markers([place for place in placed if place[1].source is PassageSource.NOTES])),
        transcript=tuple(_markers([place for place in placed if place[1].source is PassageSource.TRANSCRIPT])),
        summary=_summary([start for start, _ in timed], length, timed[0][1].part_starts),
        borders=part_borders(timed[0][1].part_starts, length),
    )


def _markers(placed: Sequence[tuple[float, Hit]]) -> Iterator[HitMarker]:
    """Markers of one kind: between two, the pointer meets the nearer one."""
    xs = [-math.inf, *(x for x, _ in placed), math.inf]
    for at, (x, hit) in enumerate(placed, 1):
        left = max(0.0, x - _POINTER_REACH, (xs[at - 1] + x) / 2)
        right = min(DRAWING_WIDTH, x + _POINTER_REACH, (x + xs[at + 1]) / 2)
        name = f"{moment(hit.part_starts, hit.start or 0.0)}, {source_name(hit.source)}"
        yield HitMarker(f"{x:.1f}", f"{left:.1f}", f"{right - left:.1f}", hit_href(hit), name)


def _summary(starts: Sequence[float], length: float, part_starts: Sequence[float]) -> str:
    first, last = moment(part_starts, starts[0]), moment(part_starts, starts[-1])
    end = timecode.clock(length)
    if len(starts) == 1:
        return _("At %(clock)s of %(end)s.", clock=first, end=end)
    return ngettext(
        "%(num)s moment between %(first)s and %(last)s of %(end)s.",
        "%(num)s moments between %(first)s and %(last)s of %(end)s.",
        len(starts),
        first=first,
        last=last,
        end=end,
    )

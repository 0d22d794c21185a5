"""Where in a recording the hits of a search lie: a tick for each on a strip of its length."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import url_for

from pipeline import timecode
from pipeline.records import Hit, PassageSource
from service.views.timeline import WIDTH

_REACH = 16.0
"""Units of the drawing around a tick in which it is met, unless a neighbour is nearer: a line alone is hard to hit."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A hit on the strip. The pointer meets it from `left` on, for a `width`, in units of the drawing."""

    x: str
    left: str
    width: str
    href: str
    name: str


@dataclass(frozen=True, slots=True)
class Ticks:
    """The hits of one meeting, in the order of time. `told` says in words what the drawing shows."""

    notes: tuple[Tick, ...]
    transcript: tuple[Tick, ...]
    told: str


def href(hit: Hit) -> str:
    """Where a hit leads: the meeting's page at this moment."""
    start = None if hit.start is None else int(hit.start)
    return url_for("pages.meeting", slug=hit.slug, t=start, _anchor=hit.block_id)


def ticks(hits: Iterable[Hit]) -> Ticks | None:
    """The strip of hits in one meeting; None where no hit has a moment, or the recording's length is not known."""
    timed = sorted(((hit.start, hit) for hit in hits if hit.start is not None), key=lambda pair: pair[0])
    if not timed or not timed[0][1].duration:
        return None
    length = max(timed[0][1].duration, timed[-1][0])  # a length that is told may be rounded
    places = [(start / length * WIDTH, hit) for start, hit in timed]
    return Ticks(
        notes=tuple(_lane([place for place in places if place[1].source is PassageSource.NOTES])),
        transcript=tuple(_lane([place for place in places if place[1].source is PassageSource.TRANSCRIPT])),
        told=_told([start for start, _ in timed], length),
    )


def _lane(places: Sequence[tuple[float, Hit]]) -> Iterator[Tick]:
    """Ticks of one kind: between two the nearer one is met."""
    xs = [-math.inf, *(x for x, _ in places), math.inf]
    for at, (x, hit) in enumerate(places, 1):
        left = max(0.0, x - _REACH, (xs[at - 1] + x) / 2)
        right = min(WIDTH, x + _REACH, (x + xs[at + 1]) / 2)
        name = f"{timecode.clock(hit.start or 0.0)}, {hit.source.value}"
        yield Tick(f"{x:.1f}", f"{left:.1f}", f"{right - left:.1f}", href(hit), name)


def _told(starts: Sequence[float], length: float) -> str:
    first, last, end = timecode.clock(starts[0]), timecode.clock(starts[-1]), timecode.clock(length)
    if len(starts) == 1:
        return f"At {first} of {end}."
    return f"{len(starts)} moments between {first} and {last} of {end}."

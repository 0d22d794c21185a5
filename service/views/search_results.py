"""What a search found → what the templates show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from pipeline import timecode
from pipeline.records import Hit
from pipeline.search.snippet import remark
from service.views.hit_markers import Ticks, href, ticks
from service.views.meeting import day, length


@dataclass(frozen=True, slots=True)
class Place:
    """One hit: where it leads, and what stands there as (text, whether it matches).

    `remark` says in what it is not what was asked for, `where` is the section and who spoke.
    """

    href: str
    source: str
    clock: str
    snippet: tuple[tuple[str, bool], ...]
    remark: str
    where: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The hits in one meeting. `length` is its recording's, "" where it is not known."""

    href: str
    title: str
    date: str
    length: str
    ticks: Ticks | None
    places: tuple[Place, ...]


def findings(hits: Iterable[Hit]) -> tuple[Finding, ...]:
    """Hits by meeting: the meetings in the order of their best hit, the hits best first."""
    by_meeting: dict[str, list[Hit]] = {}
    for hit in hits:
        by_meeting.setdefault(hit.slug, []).append(hit)
    return tuple(
        Finding(
            href=url_for("pages.meeting", slug=slug),
            title=found[0].title,
            date=day(found[0].date),
            length=length(found[0].duration),
            ticks=ticks(found),
            places=tuple(map(_place, found)),
        )
        for slug, found in by_meeting.items()
    )


def _place(hit: Hit) -> Place:
    shown = "".join(text for text, _ in hit.snippet)  # a heading names its own section
    return Place(
        href=href(hit),
        source=hit.source.value,
        clock="" if hit.start is None else timecode.clock(hit.start),
        snippet=hit.snippet,
        remark=remark(hit),
        where=" · ".join(name for name in (hit.section, hit.speaker) if name and name != shown),
    )

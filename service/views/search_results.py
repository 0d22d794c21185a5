"""What a search found, by meeting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import url_for

from pipeline import part_clock
from pipeline.records import Hit
from pipeline.search.snippet import difference
from service.views.formatting import day, duration
from service.views.hit_markers import HitMarkers, hit_href, hit_markers


@dataclass(frozen=True, slots=True)
class HitView:
    """One hit: where it leads, and its text as (text, whether it matches).

    `remark` says how it differs from what was asked for, `context` is the section and who spoke.
    """

    href: str
    source: str
    clock: str
    snippet: tuple[tuple[str, bool], ...]
    remark: str
    context: str


@dataclass(frozen=True, slots=True)
class MeetingHits:
    """The hits in one meeting. `duration` is its recording's, "" where it is not known."""

    href: str
    title: str
    date: str
    duration: str
    markers: HitMarkers | None
    hits: tuple[HitView, ...]


def hits_by_meeting(hits: Iterable[Hit]) -> tuple[MeetingHits, ...]:
    """Hits by meeting: the meetings in the order of their best hit, the hits best first."""
    by_slug: dict[str, list[Hit]] = {}
    for hit in hits:
        by_slug.setdefault(hit.slug, []).append(hit)
    return tuple(
        MeetingHits(
            href=url_for("pages.meeting", slug=slug),
            title=found[0].title,
            date=day(found[0].date),
            duration=duration(found[0].duration),
            markers=hit_markers(found),
            hits=tuple(map(_hit_view, found)),
        )
        for slug, found in by_slug.items()
    )


def partial_heading(hits: Sequence[Hit], *, has_complete: bool) -> str:
    """What stands above the hits that do not have all of the words, after or instead of those that have."""
    by_meaning = [hit for hit in hits if hit.by_meaning]
    if by_meaning and len(by_meaning) == len(hits):
        return "In other words" if has_complete else "No place has these words. Places that may mean the same:"
    or_meaning = ", or with the same meaning" if by_meaning else ""
    if has_complete:
        return f"Places with some of the words{or_meaning}"
    return f"No place has all of these words. Places with some of them{or_meaning}:"


def _hit_view(hit: Hit) -> HitView:
    shown = "".join(text for text, _ in hit.snippet)  # a heading names its own section
    return HitView(
        href=hit_href(hit),
        source=hit.source.value,
        clock="" if hit.start is None else part_clock.clock(hit.part_starts, hit.start),
        snippet=hit.snippet,
        remark=difference(hit),
        context=" · ".join(name for name in (hit.section, hit.speaker) if name and name != shown),
    )

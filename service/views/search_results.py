"""What a search found, by meeting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from flask import url_for

from pipeline.records import Hit
from pipeline.search.snippet import MAX_MISSING
from service.views.filters import Filters
from service.views.formatting import day, duration, moment
from service.views.hit_markers import HitMarkers, hit_href, hit_markers, source_name
from service.views.meant_speakers import MeantSpeaker
from service.views.meant_topic import MeantTopic
from service.views.meeting_list import MeetingRow
from service.web.language import _, ngettext

NEWEST_FIRST = "newest"
"""The order by the days of the meetings, in an address; otherwise the best hits are first."""


@dataclass(frozen=True, slots=True)
class HitView:
    """One hit: where it leads, and its text as (text, whether it matches).

    `remark` says how it differs from what was asked for, `context` is the section and who spoke. `state` is what the
    notes mark the block with, "" for nothing.
    """

    href: str
    source: str
    source_name: str
    clock: str
    snippet: tuple[tuple[str, bool], ...]
    remark: str
    context: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class MeetingHits:
    """The hits in one meeting. `duration` is its recording's, "" where it is not known."""

    href: str
    title: str
    date: str
    duration: str
    markers: HitMarkers | None
    hits: tuple[HitView, ...]


@dataclass(frozen=True, slots=True)
class OrderLink:
    """An order of the results that can be chosen, or is."""

    name: str
    href: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The page of a search. Of one without a query, there is only the help: examples with what they do.

    `order` is "" or NEWEST_FIRST, `orders` what can be chosen. `heading` says how much was found, `suggestion` what may
    have been meant, "" if nothing else was.
    """

    query: str = ""
    order: str = ""
    orders: tuple[OrderLink, ...] = ()
    heading: str = ""
    complete: tuple[MeetingHits, ...] = ()
    partial: tuple[MeetingHits, ...] = ()
    partial_heading: str = ""
    filters: Filters = field(default_factory=Filters)
    has_feed: bool = False
    previous_href: str = ""
    next_href: str = ""
    suggestion: str = ""
    not_searched: int = 0
    speakers: tuple[MeantSpeaker, ...] = ()  # whom the query names
    topic: MeantTopic | None = None  # whose name it is
    meetings: tuple[MeetingRow, ...] = ()  # that it narrows down to, where it has no words
    help: tuple[tuple[str, str], ...] = ()


def with_speakers(page: SearchPage, speakers: tuple[MeantSpeaker, ...]) -> SearchPage:
    """The page with those whom its query names: where nothing else is found, they are what was asked for."""
    has_hits = page.complete or page.partial
    return replace(page, speakers=speakers, heading=page.heading if has_hits or not speakers else _("Speakers"))


def order_links(query: str, order: str, counted: int) -> tuple[OrderLink, ...]:
    """The orders of the results of a query that is found in `counted` meetings: none if that is one."""
    if counted < 2:
        return ()
    names = {"": _("Best first"), NEWEST_FIRST: _("Newest first")}
    return tuple(
        OrderLink(name, url_for("pages.search", q=query, order=each or None), each == order)
        for each, name in names.items()
    )


def search_help() -> tuple[tuple[str, str], ...]:
    """What a query can say: examples, and what each of them finds."""
    return (
        ('"release schedule"', _("these words in this order")),
        ("sched*", _("words that begin with this")),
        ("release -windows", _("excluding a word")),
        ("roadmap OR plan", _("either word")),
        ("release year:2024", _("only in a year; also after:2024-03 and before:2025")),
        ("release meeting:office", _("only in meetings with this in their title; series:… for all of a series")),
        ("release in:notes", _("only what was written; in:transcript for what was said")),
        ("release speaker:ana", _("only what somebody with this name said")),
    )


def results_heading(complete: Sequence[Hit], partial: Sequence[Hit], counted: int, *, skipped: int, more: bool) -> str:
    """How much was found, in words that are true.

    Args:
        counted: the meetings that have all of the words, on this page or not.
        skipped: results on the pages before.
        more: whether there are more results on later pages.
    """
    if not complete:
        if partial:
            return partial_heading(partial, has_complete=skipped > 0)
        return _("No more results") if skipped else _("Nothing found")
    if skipped:
        return _("Results %(first)s–%(last)s", first=skipped + 1, last=skipped + len(complete))
    meetings = len({hit.slug for hit in complete})
    if more and not partial:  # those with some of the words come last
        return ngettext(
            "More than %(results)s results in %(num)s meeting",
            "More than %(results)s results in %(num)s meetings",
            max(meetings, counted),
            results=len(complete),
        )
    if len(complete) == 1:
        return _("1 result in 1 meeting")
    return ngettext(
        "%(results)s results in %(num)s meeting",
        "%(results)s results in %(num)s meetings",
        meetings,
        results=len(complete),
    )


def meetings_heading(counted: int) -> str:
    """How many meetings were found, above those of all pages."""
    return ngettext("%(num)s meeting", "%(num)s meetings", counted)


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
        if has_complete:
            return _("In other words")
        return _("Nothing has these words. Results that may mean the same:")
    if has_complete:
        if by_meaning:
            return _("Results with some of the words, or with the same meaning")
        return _("Results with some of the words")
    if by_meaning:
        return _("Nothing has all of these words. Results with some of them, or with the same meaning:")
    return _("Nothing has all of these words. Results with some of them:")


def _difference(hit: Hit) -> str:
    """In what a hit differs from the query, as `pipeline.search.snippet` says it, in the language of the reader."""
    if hit.heard:
        return _("heard as “%(words)s”", words=hit.heard)
    if hit.similar:
        return _("similar: “%(words)s”", words=hit.similar)
    if hit.by_meaning:
        return _("in other words")
    if not hit.missing:
        return ""
    named = ", ".join(hit.missing[:MAX_MISSING])
    if len(hit.missing) > MAX_MISSING:
        return _("without %(words)s and others", words=named)
    return _("without %(words)s", words=named)


def _hit_view(hit: Hit) -> HitView:
    shown = "".join(text for text, _ in hit.snippet)  # a heading names its own section
    return HitView(
        href=hit_href(hit),
        source=hit.source.value,
        source_name=source_name(hit.source),
        clock="" if hit.start is None else moment(hit.part_starts, hit.start),
        snippet=hit.snippet,
        remark=_difference(hit),
        context=" · ".join(name for name in (hit.section, hit.speaker) if name and name != shown),
    )

"""The list of meetings, by year, and the filters that narrow it down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import url_for

from pipeline.records import MeetingSummary
from pipeline.series import count_series, series_of
from service.views.filters import FilterGroup, FilterLink, Filters
from service.views.formatting import day, duration, iso_day, topics_linked
from service.web.language import _

UNDATED = "none"
"""The year of meetings without a date, in an address."""

_MIN_MEETINGS_UNFOLDED = 40
"""Years are folded once so many meetings are listed."""

_MIN_SERIES_MEETINGS = 2
_MAX_SERIES = 12  # that are offered


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """One line of the list of meetings. `remark` says what is missing."""

    href: str
    title: str
    date: str
    iso_date: str
    duration: str
    topics_linked: str
    remark: str
    failed: bool
    series: str  # as filters compare it


@dataclass(frozen=True, slots=True)
class YearGroup:
    """The meetings of one year. The latest years are `open`, the others folded."""

    year: str
    title: str
    rows: tuple[MeetingRow, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class MeetingList:
    """The meetings that are asked for, out of `total`."""

    years: tuple[YearGroup, ...]
    filters: Filters
    shown: int
    total: int


def meeting_list(
    summaries: Sequence[MeetingSummary], *, year: str = "", series: str = "", for_editors: bool = True
) -> MeetingList:
    """The list of `summaries`, which come newest first.

    Args:
        year: only meetings of this year, or UNDATED; "": of any.
        series: only meetings of this series, in any case; "": of any.
        for_editors: whether to say what whoever runs the meetings has to do.
    """
    of_year = [each for each in summaries if year in ("", _year_of(each))]
    of_series = [each for each in summaries if _is_of_series(each, series)]
    shown = [each for each in of_year if _is_of_series(each, series)]
    groups = (_year_filters(of_series, year, series), _series_filters(summaries, of_year, year, series))
    return MeetingList(
        years=_by_year(shown, for_editors=for_editors),
        filters=Filters(tuple(group for group in groups if group.links), active=bool(year) + bool(series)),
        shown=len(shown),
        total=len(summaries),
    )


def meeting_row(summary: MeetingSummary, *, for_editors: bool) -> MeetingRow:
    """The line of one meeting."""
    failed = summary.damaged or summary.failure is not None
    return MeetingRow(
        href=url_for("pages.meeting", slug=summary.slug),
        title=summary.title,
        date=day(summary.date),
        iso_date=iso_day(summary.date),
        duration=duration(summary.duration),
        topics_linked=topics_linked(summary.linked, summary.topics) if summary.has_transcript else "",
        remark=_remark(summary, for_editors=for_editors),
        failed=failed and for_editors,
        series=series_of(summary.title).casefold(),
    )


def _remark(summary: MeetingSummary, *, for_editors: bool) -> str:
    if for_editors and summary.damaged:
        return _("damaged: run its notes again")
    if for_editors and summary.failure:
        return _("last run failed")
    if summary.has_transcript or (summary.damaged and not for_editors):
        return ""
    if not summary.has_video:
        return _("no recording")
    return _("not transcribed yet") if for_editors else _("no transcript yet")


def _by_year(summaries: Iterable[MeetingSummary], *, for_editors: bool) -> tuple[YearGroup, ...]:
    groups: list[YearGroup] = []
    listed = 0
    for year, in_year in groupby(summaries, key=_year_of):
        ordered = list(in_year)
        if year == UNDATED:
            ordered.sort(key=lambda each: each.title.casefold())  # else they are Z to A
        rows = tuple(meeting_row(summary, for_editors=for_editors) for summary in ordered)
        groups.append(YearGroup(year, _year_name(year), rows, open=listed < _MIN_MEETINGS_UNFOLDED))
        listed += len(rows)
    return tuple(groups)


def _year_of(summary: MeetingSummary) -> str:
    return str(summary.date.year) if summary.date else UNDATED


def _is_of_series(summary: MeetingSummary, series: str) -> bool:
    return not series or series_of(summary.title).casefold() == series.casefold()


def _year_name(year: str) -> str:
    return year if year != UNDATED else _("No date")


# -- filters -----------------------------------------------------------------------------------------------------------


def _year_filters(summaries: Iterable[MeetingSummary], year: str, series: str) -> FilterGroup:
    counts = dict(Counter(map(_year_of, summaries)))  # in the order of the list
    if len(counts) < 2 and not year:
        counts = {}
    links = _links(counts, year, _year_name, lambda value: url_for("pages.meetings", year=value, series=series or None))
    return FilterGroup(_("Year"), links)


def _series_filters(
    summaries: Iterable[MeetingSummary], of_year: Iterable[MeetingSummary], year: str, series: str
) -> FilterGroup:
    names = [series_of(each.title) for each in summaries]
    every = count_series(names)
    if len({name.casefold() for name in names}) < 2 and not series:
        return FilterGroup(_("Series"), ())
    active = next((name for name in every if name.casefold() == series.casefold()), series)
    offered = [
        name
        for name, count in sorted(every.items(), key=lambda item: (-item[1], item[0].casefold()))
        if count >= _MIN_SERIES_MEETINGS
    ][:_MAX_SERIES]
    here = Counter(series_of(each.title).casefold() for each in of_year)
    counts = {name: here[name.casefold()] for name in (*offered, active) if name and here[name.casefold()]}
    links = _links(counts, active, str, lambda value: url_for("pages.meetings", year=year or None, series=value))
    return FilterGroup(_("Series"), links)


def _links(
    counts: dict[str, int], active: str, name: Callable[[str], str], href: Callable[[str | None], str]
) -> tuple[FilterLink, ...]:
    if active and active not in counts:  # it can still be taken off
        counts = counts | {active: 0}
    return tuple(
        FilterLink(name(value), count, href(None if value == active else value), value == active)
        for value, count in counts.items()
    )

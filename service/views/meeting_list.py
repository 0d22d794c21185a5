"""The list of meetings, by year, and the filters that narrow it down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from flask import url_for

from pipeline.records import MeetingSummary
from pipeline.series import count_series, series_of
from pipeline.topics.speaker_identity import speaker_id
from pipeline.topics.speakers import ArchiveSpeakers, Speaker
from service.views.filters import FilterGroup, FilterLink, Filters
from service.views.formatting import day, duration, iso_day, topics_linked
from service.web.language import _

UNDATED = "none"
"""The year of meetings without a date, in an address."""

_MIN_MEETINGS_UNFOLDED = 40
"""Years are folded once so many meetings are listed."""

_MIN_SERIES_MEETINGS = 2
_MAX_SERIES = 12  # that are offered
_MIN_SPEAKER_MEETINGS = 2
_MAX_SPEAKERS = 12  # that are offered


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
    speakers: str = ""  # their ids, of those that filters offer, with spaces between them


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


@dataclass(frozen=True, slots=True)
class ListNarrowing:
    """What a list of meetings is narrowed down to: a year (or UNDATED), a series in any case, somebody who speaks, by
    their name in any spelling; "" is any.
    """

    year: str = ""
    series: str = ""
    speaker: str = ""

    def matches(self, summary: MeetingSummary, speaking: Mapping[str, Sequence[Speaker]], *, but: str = "") -> bool:
        """Whether a meeting is wanted, whatever it is that the filter `but` says."""
        return (
            (but == "year" or self.year in ("", _year_of(summary)))
            and (but == "series" or _is_of_series(summary, self.series))
            and (but == "speaker" or not self.speaker or self._speaks(speaking.get(summary.slug, ())))
        )

    def href(self, **changed: str | None) -> str:
        """The address of the list with a filter changed; None takes it off."""
        asked: dict[str, Any] = {"year": self.year, "series": self.series, "speaker": self.speaker} | changed
        return url_for("pages.meetings", **{name: value or None for name, value in asked.items()})

    def _speaks(self, speakers: Iterable[Speaker]) -> bool:
        asked = speaker_id(self.speaker)
        return any(each.id == asked for each in speakers)


def meeting_list(
    summaries: Sequence[MeetingSummary],
    narrowing: ListNarrowing,
    *,
    speakers: ArchiveSpeakers | None = None,
    for_editors: bool = True,
) -> MeetingList:
    """The list of `summaries`, which come newest first.

    Args:
        speakers: those who speak in them.
        for_editors: whether to say what whoever runs the meetings has to do.
    """
    speaking = speakers.of_meetings() if speakers else {}
    left = {
        but: [each for each in summaries if narrowing.matches(each, speaking, but=but)]
        for but in ("", "year", "series", "speaker")
    }
    groups = (
        _year_filters(left["year"], narrowing),
        _series_filters(summaries, left["series"], narrowing),
        _speaker_filters(left["speaker"], speakers, speaking, narrowing),
    )
    offered = {speaker.id for speaker in _offered(speakers)}
    names = {slug: " ".join(each.id for each in who if each.id in offered) for slug, who in speaking.items()}
    return MeetingList(
        years=_by_year(left[""], names, for_editors=for_editors),
        filters=Filters(
            tuple(group for group in groups if group.links),
            active=sum(map(bool, (narrowing.year, narrowing.series, narrowing.speaker))),
        ),
        shown=len(left[""]),
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


def _by_year(
    summaries: Iterable[MeetingSummary], speakers: Mapping[str, str], *, for_editors: bool
) -> tuple[YearGroup, ...]:
    groups: list[YearGroup] = []
    listed = 0
    for year, in_year in groupby(summaries, key=_year_of):
        ordered = list(in_year)
        if year == UNDATED:
            ordered.sort(key=lambda each: each.title.casefold())  # else they are Z to A
        rows = tuple(
            replace(meeting_row(summary, for_editors=for_editors), speakers=speakers.get(summary.slug, ""))
            for summary in ordered
        )
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


def _year_filters(summaries: Iterable[MeetingSummary], narrowing: ListNarrowing) -> FilterGroup:
    counts = dict(Counter(map(_year_of, summaries)))  # in the order of the list
    if len(counts) < 2 and not narrowing.year:
        counts = {}
    return FilterGroup(_("Year"), _links(counts, narrowing.year, _year_name, lambda value: narrowing.href(year=value)))


def _series_filters(
    summaries: Iterable[MeetingSummary], left: Iterable[MeetingSummary], narrowing: ListNarrowing
) -> FilterGroup:
    series = narrowing.series
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
    here = Counter(series_of(each.title).casefold() for each in left)
    counts = {name: here[name.casefold()] for name in (*offered, active) if name and here[name.casefold()]}
    return FilterGroup(_("Series"), _links(counts, active, str, lambda value: narrowing.href(series=value)))


def _speaker_filters(
    left: Iterable[MeetingSummary],
    speakers: ArchiveSpeakers | None,
    speaking: Mapping[str, Sequence[Speaker]],
    narrowing: ListNarrowing,
) -> FilterGroup:
    if speakers is None or not (speakers.speakers or narrowing.speaker):
        return FilterGroup(_("Speaker"), ())
    asked = speakers.named(narrowing.speaker)
    active = asked.id if asked else narrowing.speaker
    here = Counter(speaker.id for each in left for speaker in speaking.get(each.slug, ()))
    names = {each.id: each.name for each in (*_offered(speakers), *((asked,) if asked else ()))}
    counts = {key: here[key] for key in names if here[key]}
    links = _links(counts, active, lambda key: names.get(key, key), lambda value: narrowing.href(speaker=value))
    return FilterGroup(_("Speaker"), links)


def _offered(speakers: ArchiveSpeakers | None) -> list[Speaker]:
    """Those who speak in most meetings, and in more than one."""
    every = speakers.speakers.values() if speakers else ()
    return [each for each in every if len(each.appearances) >= _MIN_SPEAKER_MEETINGS][:_MAX_SPEAKERS]


def _links(
    counts: dict[str, int], active: str, name: Callable[[str], str], href: Callable[[str | None], str]
) -> tuple[FilterLink, ...]:
    if active and active not in counts:  # it can still be taken off
        counts = counts | {active: 0}
    return tuple(
        FilterLink(name(value), count, href(None if value == active else value), value == active)
        for value, count in counts.items()
    )

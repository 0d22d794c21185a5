"""The page of somebody who speaks: every meeting in which they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from flask import url_for

from pipeline import page_addresses
from pipeline.search.query import with_filter
from pipeline.timecode import clock
from pipeline.topics.speakers import Appearance, FirstMoment, Speaker
from service.views.formatting import day, iso_day, moment
from service.views.speaker_rows import meeting_count
from service.web.language import _, ngettext


@dataclass(frozen=True, slots=True)
class AppearanceRow:
    """One meeting of somebody. `clock` and `moment_href` are "" where it is not known when they speak."""

    href: str
    title: str
    date: str
    iso_date: str
    remark: str  # how long they speak, or that only the notes say so
    clock: str
    moment_href: str


@dataclass(frozen=True, slots=True)
class SpeakerPage:
    """Everything on the page of somebody. `query` is the filter of a search for what they said; "" where none can say
    their name.
    """

    id: str
    name: str
    facts: tuple[str, ...]
    rows: tuple[AppearanceRow, ...]
    query: str
    meetings_href: str
    can_be_renamed: bool


def speaker_page(speaker: Speaker, moments: Mapping[str, FirstMoment], *, for_editors: bool = False) -> SpeakerPage:
    """The page of `speaker`.

    Args:
        moments: the first in each meeting, by slug.
        for_editors: offer to rename them, as far as transcripts name them.
    """
    is_heard = any(each.is_heard for each in speaker.appearances)
    return SpeakerPage(
        id=speaker.id,
        name=speaker.name,
        facts=tuple(_facts(speaker)),
        rows=tuple(_row(each, moments.get(each.meeting.slug)) for each in speaker.appearances),
        query=_query(speaker.name) if is_heard else "",
        meetings_href=url_for("pages.meetings", speaker=speaker.id),
        can_be_renamed=for_editors and is_heard,
    )


def _facts(speaker: Speaker) -> Iterator[str]:
    yield meeting_count(speaker)
    if speaker.seconds:
        yield _("spoke for %(length)s", length=clock(speaker.seconds))
    if speaker.last:
        yield _("last on %(day)s", day=day(speaker.last))


def _row(appearance: Appearance, first: FirstMoment | None) -> AppearanceRow:
    meeting = appearance.meeting
    page = url_for("pages.meeting", slug=meeting.slug)
    return AppearanceRow(
        href=page if first or not appearance.block_id else f"{page}#{appearance.block_id}",
        title=meeting.title,
        date=day(meeting.date),
        iso_date=iso_day(meeting.date),
        remark=_remark(appearance),
        clock=moment(first.part_starts, first.start) if first else "",
        moment_href=page_addresses.at_moment(page, first.start, appearance.block_id or "") if first else "",
    )


def _remark(appearance: Appearance) -> str:
    if appearance.seconds is None:
        return _("only in the notes")
    return ngettext(
        "%(length)s in %(num)s turn",
        "%(length)s in %(num)s turns",
        appearance.turns or 0,
        length=clock(appearance.seconds),
    )


def _query(name: str) -> str:
    with suppress(ValueError):
        return with_filter("", "speaker", name)
    return ""

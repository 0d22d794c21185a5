"""The page of all who speak."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from flask import url_for

from pipeline.language.words import fold
from pipeline.topics.speakers import ArchiveSpeakers, Speaker
from service.views.search_results import OrderLink
from service.views.speaker_rows import SpeakerRow, speaker_row
from service.web.language import _

BY_MEETINGS, BY_TIME, BY_DAY, BY_NAME = "", "time", "last", "name"
"""The orders of the list, in an address."""

MAX_ROWS = 200
"""On a page."""


@dataclass(frozen=True, slots=True)
class SpeakersPage:
    """Those who speak, or those of them whose names have the `words`."""

    total: int
    shown: int
    words: str
    rows: tuple[SpeakerRow, ...]
    orders: tuple[OrderLink, ...]
    previous_href: str = ""
    next_href: str = ""


def speakers_page(
    found: ArchiveSpeakers, *, words: str, order: str, number: int, max_rows: int | None = MAX_ROWS
) -> SpeakersPage:
    """The page with this number, or the last one.

    Args:
        order: BY_MEETINGS, BY_TIME, BY_DAY or BY_NAME.
        max_rows: on a page; None: all.
    """
    listed = _ordered(found.matching(words), order)
    max_rows = max_rows or max(len(listed), 1)
    number = min(number, max(ceil(len(listed) / max_rows), 1))
    first = (number - 1) * max_rows

    def href(*, order: str = order, page: int = 1) -> str:
        number = page if page > 1 else None
        return url_for("speakers.speakers", q=words or None, order=order or None, page=number)

    return SpeakersPage(
        total=len(found.speakers),
        shown=len(listed),
        words=words,
        rows=tuple(map(speaker_row, listed[first : first + max_rows])),
        orders=_orders(order, lambda value: href(order=value)),
        previous_href=href(page=number - 1) if number > 1 else "",
        next_href=href(page=number + 1) if first + max_rows < len(listed) else "",
    )


def _ordered(speakers: Sequence[Speaker], order: str) -> list[Speaker]:
    keys: dict[str, Callable[[Speaker], tuple[object, ...]]] = {
        BY_NAME: lambda each: (fold(each.name),),
        BY_TIME: lambda each: (-each.seconds,),
        BY_DAY: lambda each: (-(each.last or date.min).toordinal(),),
    }
    return sorted(speakers, key=keys[order]) if order in keys else list(speakers)


def _orders(order: str, href: Callable[[str], str]) -> tuple[OrderLink, ...]:
    names = {BY_MEETINGS: _("Most meetings"), BY_TIME: _("Longest"), BY_DAY: _("Latest"), BY_NAME: _("A to Z")}
    return tuple(OrderLink(name, href(value), value == order) for value, name in names.items())

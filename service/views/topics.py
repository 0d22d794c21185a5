"""The page of all topics: what rises, what has gone quiet, and the list to look through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from flask import url_for

from pipeline.records import TopicKind
from pipeline.topics.archive import ArchiveTopics
from pipeline.topics.making import Topic
from pipeline.topics.trends import Trend, gone_quiet, rising
from service.views.filters import FilterGroup, FilterLink, Filters
from service.views.search_results import OrderLink
from service.views.topic_rows import ArchiveDays, TopicRow, kind_name, topic_row, topic_rows
from service.web.language import _, ngettext

BY_MEETINGS, BY_DAY, BY_NAME = "", "last", "name"
"""The orders of the list, in an address."""

MAX_ROWS = 200
"""On a page."""

_MAX_TRENDS = 8


@dataclass(frozen=True, slots=True)
class TopicsPage:
    """The topics that come back, or those of them that are asked for. `words` narrow them down by their names.

    `is_whole` tells that the rows are all there are, so that a browser can look through them by itself.
    """

    meetings: int
    total: int
    shown: int
    words: str
    kind: str
    order: str
    is_whole: bool
    rows: tuple[TopicRow, ...]
    filters: Filters
    orders: tuple[OrderLink, ...]
    rising: tuple[TopicRow, ...] = ()
    quiet: tuple[TopicRow, ...] = ()
    active: Filters = field(default_factory=Filters)
    previous_href: str = ""
    next_href: str = ""


def topics_page(
    topics: ArchiveTopics, *, kind: str, words: str, order: str, number: int, max_rows: int = MAX_ROWS
) -> TopicsPage:
    """The page with this number, of the topics of a kind ("": of any) whose names have these words.

    Args:
        order: BY_MEETINGS, BY_DAY or BY_NAME.
    """
    kind = kind if kind in set(TopicKind) else ""
    total = len(topics.recurring)
    named = topics.matching(words)
    asked = [topic for topic in named if kind in ("", topic.kind.value)]
    listed = _ordered(topics, asked, order)
    number = min(number, max(-(-len(listed) // max_rows), 1))
    first = (number - 1) * max_rows
    is_whole = not (kind or words or order or first)

    def href(*, kind: str = kind, order: str = order, page: int = 1) -> str:
        number = page if page > 1 else None
        return url_for("topics.topics", kind=kind or None, q=words or None, order=order or None, page=number)

    return TopicsPage(
        meetings=topics.count,
        total=total,
        shown=len(asked),
        words=words,
        kind=kind,
        order=order,
        is_whole=not words and len(listed) <= max_rows,
        rows=topic_rows(topics, listed[first : first + max_rows]),
        filters=_filters(named, kind, lambda value: href(kind=value)),
        orders=_orders(order, lambda value: href(order=value)),
        rising=_trend_rows(topics, rising(topics)) if is_whole else (),
        quiet=_trend_rows(topics, gone_quiet(topics), is_quiet=True) if is_whole else (),
        previous_href=href(page=number - 1) if number > 1 else "",
        next_href=href(page=number + 1) if first + max_rows < len(listed) else "",
    )


def _ordered(topics: ArchiveTopics, asked: Sequence[Topic], order: str) -> list[Topic]:
    if order == BY_NAME:
        return sorted(asked, key=lambda topic: topic.name.casefold().lstrip("#"))
    if order == BY_DAY:
        places = {slug: at for at, slug in enumerate(topics.meetings) if topics.meetings[slug].date}
        last = {topic.id: max((places.get(slug, -1) for slug in topic.mentions), default=-1) for topic in asked}
        return sorted(asked, key=lambda topic: -last[topic.id])
    return list(asked)


def _filters(named: Iterable[Topic], kind: str, href: Callable[[str], str]) -> Filters:
    counts = Counter(topic.kind for topic in named)
    links = tuple(
        FilterLink(kind_name(each), counts[each], href("" if each.value == kind else each.value), each.value == kind)
        for each in TopicKind
        if counts[each] or each.value == kind
    )
    return Filters((FilterGroup(_("Kind"), links),) if len(links) > 1 or kind else (), active=int(bool(kind)))


def _orders(order: str, href: Callable[[str], str]) -> tuple[OrderLink, ...]:
    names = {BY_MEETINGS: _("Most meetings"), BY_DAY: _("Latest"), BY_NAME: _("A to Z")}
    return tuple(OrderLink(name, href(value), value == order) for value, name in names.items())


def _trend_rows(topics: ArchiveTopics, trends: Sequence[Trend], *, is_quiet: bool = False) -> tuple[TopicRow, ...]:
    days = ArchiveDays.of(topics)
    return tuple(
        topic_row(topics, each.topic, days, _quiet(each) if is_quiet else _rising(each))
        for each in trends[:_MAX_TRENDS]
    )


def _rising(trend: Trend) -> str:
    if not trend.before:
        return _("new, in %(recent)s of the last %(latest)s meetings", recent=trend.recent, latest=trend.latest)
    return ngettext(
        "in %(recent)s of the last %(latest)s meetings, and in %(num)s before",
        "in %(recent)s of the last %(latest)s meetings, and in %(num)s before",
        trend.before,
        recent=trend.recent,
        latest=trend.latest,
    )


def _quiet(trend: Trend) -> str:
    return _("in none of the last %(latest)s meetings, in %(num)s before", latest=trend.latest, num=trend.before)

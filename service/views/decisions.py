"""The page of decisions and of actions: what the notes mark as such, by meeting, and what narrows it down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from flask import url_for

from pipeline.page_addresses import at_block, meeting_page
from pipeline.records import Mark, MarkKind
from pipeline.search.index import SearchIndex
from pipeline.topics.archive import ArchiveTopics
from pipeline.topics.listed_marks import UNDATED, MarkFilter, PlacedMark, counted, newest_first, placed, year_of
from pipeline.topics.mark_repeats import FoundMark
from pipeline.topics.mark_states import BOX_STATES
from service.views.filters import FilterGroup, FilterLink, Filters
from service.views.formatting import day, iso_day, moment
from service.web.language import _, ngettext

MAX_ROWS = 50
"""On a page."""

_DONE = {None: None, True: "yes", False: "no"}
_MAX_VALUES = 10  # of a filter that are offered, the most frequent ones


@dataclass(frozen=True, slots=True)
class MarkRow:
    """One decision or action. `state` is the word of the notes; `clock` is "" where the moment is not known.

    `done` is "open" or "done" for what has a box, and otherwise "". `label`, `box` and `names` are what filters
    compare: the word of the notes, "" for what has only a box; "yes", "no" or ""; and whom it names.
    """

    href: str
    clock: str
    state: str
    done: str
    text: str
    people: str
    section: str
    label: str
    box: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MarkedMeeting:
    """The marks of one meeting that are on a page."""

    href: str
    title: str
    date: str
    iso_date: str
    series: str
    year: str
    rows: tuple[MarkRow, ...]


@dataclass(frozen=True, slots=True)
class MarkSection:
    """What is marked as one kind: all of it, or a page of it."""

    id: str
    kind: str
    name: str
    about: str
    meetings: tuple[MarkedMeeting, ...]


@dataclass(frozen=True, slots=True)
class KindTab:
    """A kind that can be looked at, or is."""

    kind: str
    name: str
    count: int
    href: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class DecisionsPage:
    """The page, or a part of it; `total` counts what is marked in the archive, `shown` what the filters leave."""

    total: int
    shown: str
    words: str
    kind: str
    tabs: tuple[KindTab, ...]
    sections: tuple[MarkSection, ...]
    kept: Mapping[str, str]
    filters: Filters = field(default_factory=Filters)
    all_href: str = ""
    feed_href: str = ""
    previous_href: str = ""
    next_href: str = ""


def decisions_page(topics: ArchiveTopics, index: SearchIndex, wanted: MarkFilter, number: int) -> DecisionsPage:
    """The page with this number, of the marks that are wanted.

    Raises:
        StoreError: the index cannot be read.
    """
    kind = wanted.kind or MarkKind.DECISION
    wanted = replace(wanted, kind=kind)
    marks = newest_first(topics, wanted)
    first = (number - 1) * MAX_ROWS
    section = _section(index, kind, marks[first : first + MAX_ROWS])
    is_narrowed = wanted != MarkFilter(kind)
    return DecisionsPage(
        total=len(topics.marks),
        shown=_counted(kind, len(marks)),
        words=wanted.words,
        kind=kind.value,
        tabs=_tabs(topics, kind),
        sections=(section,),
        kept={name: value for name, value in _arguments(replace(wanted, words="")).items() if value},
        filters=_filters(topics, wanted),
        all_href=_href(MarkFilter(kind)) if is_narrowed else "",
        feed_href=url_for("decisions.feed", **_arguments(wanted)),
        previous_href=_href(wanted, number - 1) if number > 1 else "",
        next_href=_href(wanted, number + 1) if first + MAX_ROWS < len(marks) else "",
    )


def whole_decisions_page(topics: ArchiveTopics, index: SearchIndex) -> DecisionsPage:
    """The page where no server has another: all decisions, and all actions below them.

    Raises:
        StoreError: the index cannot be read.
    """
    by_kind = {kind: newest_first(topics, MarkFilter(kind)) for kind in MarkKind}
    sections = tuple(_section(index, kind, marks) for kind, marks in by_kind.items() if marks)
    address = url_for("decisions.decisions")
    return DecisionsPage(
        total=len(topics.marks),
        shown="",
        words="",
        kind="",
        tabs=tuple(
            KindTab(each.kind, each.name, len(marks), f"{address}#{each.id}", is_active=False)
            for each, marks in zip(sections, filter(None, by_kind.values()), strict=True)
        ),
        sections=sections,
        kept={},
        filters=_filters(topics, MarkFilter()),
        all_href=address,
        feed_href=url_for("decisions.feed"),
    )


def kind_name(kind: MarkKind) -> str:
    """What marks of a kind are, above a list of them."""
    return _("Decisions") if kind is MarkKind.DECISION else _("Actions")


def state_name(mark: Mark) -> str:
    """The state of a mark: the word of the notes, and ours for what has only a box."""
    if mark.state in BOX_STATES and mark.done is not None:
        return _("done") if mark.done else _("open")
    return mark.state


def mark_row(mark: PlacedMark) -> MarkRow:
    """The row of a mark."""
    found, slug = mark.found.mark, mark.found.meeting.slug
    return MarkRow(
        href=at_block(meeting_page(slug, _root()), found.block_id, mark.start),
        clock="" if mark.start is None else moment(mark.part_starts, mark.start),
        state=state_name(found),
        done="" if found.done is None else "done" if found.done else "open",
        text=found.text,
        people=", ".join(found.people),
        section=mark.section if mark.section and mark.section.casefold() != found.state.casefold() else "",
        label=next(iter(_state(mark.found)), ""),
        box=_DONE[found.done] or "",
        names=found.people,
    )


def marked_meetings(marks: Iterable[PlacedMark]) -> tuple[MarkedMeeting, ...]:
    """Marks, which come one meeting after the other, by meeting."""
    groups = groupby(marks, key=lambda each: each.found.meeting)
    return tuple(
        MarkedMeeting(
            url_for("pages.meeting", slug=meeting.slug),
            meeting.title,
            day(meeting.date),
            iso_day(meeting.date),
            meeting.series,
            str(meeting.date.year) if meeting.date else UNDATED,
            tuple(mark_row(each) for each in of_meeting),
        )
        for meeting, of_meeting in groups
    )


def _root() -> str:
    """What stands before the addresses of the pages."""
    return url_for("pages.home").rstrip("/")


def _section(index: SearchIndex, kind: MarkKind, marks: Sequence[FoundMark]) -> MarkSection:
    about = {
        MarkKind.DECISION: _("Marked as decisions in the notes."),
        MarkKind.ACTION: _("Marked as things to do in the notes."),
    }[kind]
    return MarkSection(f"_{kind.value}s", kind.value, kind_name(kind), about, marked_meetings(placed(index, marks)))


def _counted(kind: MarkKind, count: int) -> str:
    if kind is MarkKind.DECISION:
        return ngettext("%(num)s decision", "%(num)s decisions", count)
    return ngettext("%(num)s action", "%(num)s actions", count)


def _tabs(topics: ArchiveTopics, kind: MarkKind) -> tuple[KindTab, ...]:
    counts = Counter(found.mark.kind for found in topics.marks)
    return tuple(
        KindTab(each.value, kind_name(each), counts[each], _href(MarkFilter(each)), each is kind) for each in MarkKind
    )


# -- filters -----------------------------------------------------------------------------------------------------------


def _arguments(wanted: MarkFilter) -> dict[str, Any]:
    return {
        "kind": MarkKind.ACTION.value if wanted.kind is MarkKind.ACTION else None,
        "state": wanted.state or None,
        "done": _DONE[wanted.done],
        "series": wanted.series or None,
        "year": wanted.year or None,
        "person": wanted.person or None,
        "q": wanted.words or None,
    }


def _href(wanted: MarkFilter, number: int = 1) -> str:
    return url_for("decisions.decisions", **_arguments(wanted), page=number if number > 1 else None)


def _filters(topics: ArchiveTopics, wanted: MarkFilter) -> Filters:
    groups = [
        _group(topics, wanted, "state", _("State"), _state),
        _group(topics, wanted, "person", _("Person"), lambda found: found.mark.people),
        _group(topics, wanted, "series", _("Series"), lambda found: (found.meeting.series,)),
        _group(topics, wanted, "year", _("Year"), lambda found: (year_of(found),), _year_name),
    ]
    if wanted.kind is not MarkKind.DECISION:
        groups.insert(0, _done_group(topics, wanted))
    active = sum(map(bool, (wanted.state, wanted.person, wanted.series, wanted.year, wanted.done is not None)))
    return Filters(tuple(group for group in groups if group.links), active)


def _group(
    topics: ArchiveTopics,
    wanted: MarkFilter,
    name: str,
    title: str,
    values: Callable[[FoundMark], Iterable[str]],
    label: Callable[[str], str] = str,
) -> FilterGroup:
    """The values of one filter, and what each would leave beside the others that are on."""
    asked: str = getattr(wanted, name)

    def narrowed(value: str) -> MarkFilter:
        changed: dict[str, Any] = {name: value}
        return replace(wanted, **changed)

    others = newest_first(topics, narrowed(""))
    counts = counted(value for found in others for value in values(found) if value)
    if name == "year":  # as they come, which is the newest first
        counts = dict(Counter(value for found in others for value in values(found)))
    known = next((value for value in counts if value.casefold() == asked.casefold()), asked)
    offered = [value for value in counts if value == known or value in list(counts)[:_MAX_VALUES]]
    if len(offered) < 2 and not asked:
        return FilterGroup(title, ())
    if known and known not in counts:
        offered.insert(0, known)
    links = (
        FilterLink(label(value), counts.get(value, 0), _href(narrowed("" if value == known else value)), value == known)
        for value in offered
    )
    return FilterGroup(title, tuple(links))


def _done_group(topics: ArchiveTopics, wanted: MarkFilter) -> FilterGroup:
    boxed = Counter(found.mark.done for found in newest_first(topics, replace(wanted, done=None)))
    if not (boxed[True] or boxed[False]) and wanted.done is None:
        return FilterGroup(_("Open or done"), ())
    names = {False: _("Open"), True: _("Done")}
    hrefs = {done: _href(replace(wanted, done=None if wanted.done is done else done)) for done in names}
    links = (FilterLink(name, boxed[done], hrefs[done], wanted.done is done) for done, name in names.items())
    return FilterGroup(_("Open or done"), tuple(links))


def _state(found: FoundMark) -> tuple[str, ...]:
    """The word that a mark is marked with, if it has more than a box."""
    return () if found.mark.state.casefold() in BOX_STATES else (found.mark.state,)


def _year_name(year: str) -> str:
    return year if year != UNDATED else _("No date")

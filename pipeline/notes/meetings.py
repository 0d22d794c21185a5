"""Which lines of a file are the notes of which meeting.

Files that hold a year of meetings have a dated heading for each. So have lists of releases, agendas with deadlines and
the days of one long meeting: several meetings are only those whose headings say hardly more than their day, follow each
other in time, and have what notes of a meeting have below them.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import PurePath
from statistics import median

from pipeline.links import youtube_id
from pipeline.notes import dates, inline
from pipeline.notes.dates import DayOrder
from pipeline.notes.heading_words import known_names, known_words, normalised, words_of
from pipeline.notes.markdown import DraftBlock
from pipeline.notes.meeting_dates import labelled_dates, other_words
from pipeline.notes.titles import whole_text
from pipeline.records import BlockKind

_BOLD_LEVEL = 7  # a line in bold that is used as a heading
_LINE_LEVEL = 8  # a line that is nothing but a date
_ITEM_LEVEL = 9  # a list item that is nothing but a date, with the notes below it
_MIN_MEETINGS = 2
_MAX_MEETINGS = 1_000  # a file with more is none that people wrote
_MANY_MEETINGS = 4  # that many are believed although some of them are out of order or have no attendees
_MIN_SERIES_DAYS = 5  # between the meetings of a series
_MAX_DAYS_OF_ONE = 7
_MIN_ORDERED_SHARE = 0.8  # of the meetings follow each other in time
_MIN_EVIDENT_SHARE = 0.5  # of few meetings have attendees, an agenda and the like
_MIN_LISTED_SHARE = 0.25  # of many meetings in a file that is not called after meetings
_MAX_EMPTY_BLOCKS = 3  # of a meeting that was cancelled
_BLOCKS_WITH_DATE = 3  # below a heading without one
_BLOCKS_AT_TOP = 12  # of a meeting, where its attendees and its agenda stand
_MAX_HEADING_CHARS = 250

_YEAR = re.compile(r"\W*(?:year\s)?(?P<year>(?:19|20)\d\d)\W*", re.IGNORECASE)
_MONTH_OF_YEAR = re.compile(
    r"\W*(?:(?:19|20)\d\d[-/.\s](?P<number>\d\d)|(?P<month>[^\W\d_]{3,12})\.?,?\s(?:19|20)\d\d)\W*"
)
_YEAR_IN_TEXT = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_VERSION = re.compile(r"(?<![\w.])v?\d{1,4}\.\d{1,4}(?:\.\d{1,4})?(?![\w.]|:)", re.IGNORECASE)
_PART = re.compile(r"\b(?:part|teil|partie|parte|deel|часть)\s?#?(?:\d|[IV]+\b)", re.IGNORECASE)
_DAY_OF_ONE = re.compile(r"\b(?:day|tag|jour|journée du|día|dia|giorno)\s?#?\d", re.IGNORECASE)
_NO_MEETING = re.compile(
    r"\bno\s(?:\w+\s)?(?:meeting|call|session|sync)|kein\s?\w*\s(?:treffen|meeting)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class MeetingLines:
    """The lines [line, end_line) of a file that are the notes of one meeting, and their blocks.

    Of one of several meetings: `heading` is what its heading says and `day` its date.
    """

    line: int
    end_line: int
    drafts: list[DraftBlock]
    heading: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class _DatedHeading:
    index: int  # of its draft
    level: int
    text: str
    day: date
    rest: tuple[str, ...]  # its words beside the date, without those that say that it is a meeting
    leads: bool  # the date stands first
    named: bool  # it is called a meeting


def split(
    drafts: list[DraftBlock], lines: list[str], name: str = "", order: DayOrder | None = None
) -> list[MeetingLines]:
    """The meetings of a file, one or more, in its order.

    What stands between or above several meetings and is no part of one (a preamble, a year, a template) is left out,
    and so are meetings that were cancelled.
    """
    whole = [MeetingLines(1, len(lines) + 1, drafts)]
    dated = list(_dated_headings(drafts, order, name))
    opening = _choose(dated, drafts)
    if not _MIN_MEETINGS <= len(opening) <= _MAX_MEETINGS or not _are_meetings(opening, drafts, name):
        return whole
    pieces = [piece for piece in _pieces(opening, drafts, len(lines) + 1) if _was_held(piece)]
    for piece in pieces:
        _raise_headings(piece.drafts)
    return pieces or whole


def _dated_headings(drafts: list[DraftBlock], order: DayOrder | None, name: str) -> Iterator[_DatedHeading]:
    year = _only_year([*PurePath(name).parts[-2:], *(whole_text(d) for d in drafts[:3] if d.kind is BlockKind.HEADING)])
    for index, draft in enumerate(drafts):
        level = _level(draft, drafts[index + 1] if index + 1 < len(drafts) else None)
        if level is None:
            continue
        text = whole_text(draft) if level < _BOLD_LEVEL else _first_line(draft)
        if len(text) > _MAX_HEADING_CHARS or _PART.search(text):
            continue
        if alone := _YEAR.fullmatch(text):
            year = int(alone["year"])
            continue
        found = dates.find_dates(text, order, dotted=True)
        written = found[0] if found else dates.find_partial(text, year) if year else None
        below = next(labelled_dates(_before_next_heading(drafts, index), order), None) if level < _BOLD_LEVEL else None
        day = written.day if written else below
        if day is None or len(found) > 1:
            continue
        before, after = (text[: written.start], text[written.end :]) if written else (text, "")
        words = {*words_of(before), *words_of(after)}
        if _VERSION.search(f"{before} {after}") or (words & known_words("other_matters") and other_words(before)):
            continue
        rest = tuple(word for word in other_words(f"{before} {after}") if not _is_expected(word))
        if level < _BOLD_LEVEL or not rest:
            leads, named = written is not None and not other_words(before), bool(words & known_words("called_meeting"))
            yield _DatedHeading(index, level, text, day, rest, leads, named)


def _before_next_heading(drafts: list[DraftBlock], index: int) -> list[DraftBlock]:
    """The first blocks below a heading, where the date of a meeting may stand."""
    below = drafts[index + 1 : index + 1 + _BLOCKS_WITH_DATE]
    until = next((number for number, draft in enumerate(below) if draft.kind is BlockKind.HEADING), len(below))
    return below[:until]


def _is_expected(word: str) -> bool:
    return word in known_words("series") or word in known_words("meeting") or word in known_words("not_held")


def _only_year(texts: list[str]) -> int | None:
    years = {int(year) for text in texts for year in _YEAR_IN_TEXT.findall(text)}
    return years.pop() if len(years) == 1 else None


def _level(draft: DraftBlock, after: DraftBlock | None) -> int | None:
    """How deep a heading is; None: the block cannot be one."""
    if draft.kind is BlockKind.HEADING:
        return draft.depth
    if draft.parent_item is not None or draft.raw or not draft.cells or not draft.cells[0]:
        return None
    if draft.kind is BlockKind.PARAGRAPH:
        first = draft.cells[0][0] if draft.cells[0][0].type != "text" or draft.cells[0][0].content else None
        first = first or (draft.cells[0][1] if len(draft.cells[0]) > 1 else None)
        return _BOLD_LEVEL if first is not None and first.type == "strong_open" else _LINE_LEVEL
    if draft.kind is BlockKind.ITEM and draft.depth == 1 and after is not None and after.parent_item is draft:
        return _ITEM_LEVEL
    return None


def _first_line(draft: DraftBlock) -> str:
    return inline.plain_text(draft.cells[0]).strip().partition("\n")[0]


def _choose(dated: list[_DatedHeading], drafts: list[DraftBlock]) -> list[_DatedHeading]:
    """The headings that open a meeting: those of the level that most of them have, and what else fits their order."""
    by_level: dict[int, list[_DatedHeading]] = {}
    for heading in dated:
        by_level.setdefault(heading.level, []).append(heading)
    pure = {level: _plain_ones(group) for level, group in by_level.items()}
    if not pure:
        return []
    level = min(pure, key=lambda each: (-len(pure[each]), each))
    group = pure[level]
    if len(group) < _MIN_MEETINGS:
        return []
    chosen = {heading.index: heading for heading in group}
    chosen |= {heading.index: heading for heading in by_level[level] if heading.leads or heading.named}
    for other, headings in pure.items():
        if other < level:
            chosen |= {heading.index: heading for heading in headings}
        elif other < _BOLD_LEVEL:
            chosen |= {heading.index: heading for heading in headings if _fits(heading, group)}
    ordered = [chosen[index] for index in sorted(chosen)]
    return [
        heading for heading, after in zip(ordered, [*ordered[1:], None], strict=True) if _is_own(heading, after, drafts)
    ]


def _plain_ones(group: list[_DatedHeading]) -> list[_DatedHeading]:
    """The headings that say no more than their date, and what most of them say: the name of the meeting."""
    counts = Counter(word for heading in group for word in set(heading.rest))
    common = {word for word, count in counts.items() if count > 1 and count >= len(group) / 2}
    return [heading for heading in group if all(word in common for word in heading.rest)]


def _fits(heading: _DatedHeading, group: list[_DatedHeading]) -> bool:
    """Whether a deeper heading stands between two of the group, or at its end, in place and in time."""
    at = bisect(group, heading.index, key=lambda each: each.index)
    if at == 0:
        return False
    before = group[at - 1].day
    if at == len(group):
        return before > heading.day if group[0].day > before else before < heading.day
    after = group[at].day
    return before > heading.day > after or before < heading.day < after


def _is_own(heading: _DatedHeading, after: _DatedHeading | None, drafts: list[DraftBlock]) -> bool:
    """Not the title above the dated heading of the same day."""
    if after is None or after.day != heading.day or after.level <= heading.level:
        return True
    between = drafts[heading.index + 1 : after.index]
    return any(draft.kind is BlockKind.HEADING for draft in between)


def _are_meetings(opening: list[_DatedHeading], drafts: list[DraftBlock], name: str) -> bool:
    path = PurePath(name)
    if known_words("other_files") & {*words_of(path.stem), *words_of(path.parent.name)}:
        return False
    bounds = pairwise([*(heading.index for heading in opening), len(drafts)])
    sections = [drafts[start:end] for start, end in bounds]
    count = len(opening)
    recorded = sum(map(_has_recording, sections))
    if not recorded and _has_video(drafts[: opening[0].index]):
        return False  # the days of one recording
    days = [heading.day for heading in opening]
    if not _follow_each_other(days):
        return False
    evident = sum(map(_looks_like_meeting, sections))
    gap = median(abs((other - one).days) for one, other in pairwise(days))
    if _are_days_of_one(opening):
        return recorded >= _MIN_ORDERED_SHARE * count
    if _has_own_day(opening, drafts, path.stem):  # the day of the first of them, or that of a meeting on these days
        is_series = gap >= _MIN_SERIES_DAYS and count > _MIN_MEETINGS
        return (evident if is_series else recorded) >= _MIN_ORDERED_SHARE * count
    if count < _MANY_MEETINGS or opening[0].level >= _BOLD_LEVEL:
        return evident >= _MIN_EVIDENT_SHARE * count or _has_own_recording(sections, gap)
    above = [whole_text(draft) for draft in drafts[: opening[0].index] if draft.kind is BlockKind.HEADING]
    named = {word for text in (*path.parts[-3:], *above) for word in words_of(text)}
    return bool(named & (known_words("series") | known_words("meeting"))) or evident >= _MIN_LISTED_SHARE * count


def _follow_each_other(days: list[date]) -> bool:
    """Whether most days are later than the one before, or most are earlier."""
    steps = list(pairwise(days))
    later = sum(one <= other for one, other in steps)
    earlier = sum(one >= other for one, other in steps)
    return max(later, earlier) >= min(_MIN_ORDERED_SHARE * len(steps), max(len(steps) - 1, 1))  # one may be mistyped


def _are_days_of_one(opening: list[_DatedHeading]) -> bool:
    """Whether the headings are the days of one long meeting: Day 1, Day 2, or a few that follow each other."""
    steps = [abs((other.day - one.day).days) for one, other in pairwise(opening)]
    numbered = sum(_DAY_OF_ONE.search(heading.text) is not None for heading in opening)
    return numbered > len(opening) / 2 or (len(opening) <= _MAX_DAYS_OF_ONE and any(steps) and max(steps) <= 1)


def _has_own_day(opening: list[_DatedHeading], drafts: list[DraftBlock], stem: str) -> bool:
    """Whether the file as a whole has a date: then its dated headings are mostly parts of one meeting."""
    above = drafts[: opening[0].index]
    titles = [whole_text(draft) for draft in above if draft.kind is BlockKind.HEADING]
    named = any(len(dates.find_dates(text)) == 1 for text in (stem, *titles[:1]))
    return named or any(True for _ in labelled_dates(above, None))


def _looks_like_meeting(section: list[DraftBlock]) -> bool:
    """Whether a section has attendees, an agenda and the like, or a recording."""
    top = [draft.text for draft in section[1:_BLOCKS_AT_TOP] if draft.kind is not BlockKind.CODE]
    if section[0].kind is not BlockKind.HEADING and section[0].cells:
        top += inline.plain_text(section[0].cells[0]).split("\n")[1:2]
    return _has_recording(section) or any(known_words("meeting") & {*words_of(text[:60])[:4]} for text in top)


def _has_own_recording(sections: list[list[DraftBlock]], gap: float) -> bool:
    """Whether one of the days, which are those of a series, has a recording at its top: it is none of the others."""
    return gap >= _MIN_SERIES_DAYS and any(_has_recording(section[1:_BLOCKS_AT_TOP]) for section in sections)


def _has_recording(section: list[DraftBlock]) -> bool:
    return _has_video(section) or any("recording" in words_of(draft.text[:60])[:4] for draft in section)


def _has_video(section: list[DraftBlock]) -> bool:
    links = (link for draft in section for tokens in draft.cells for link in inline.find_links(tokens))
    return any(youtube_id(href) for _, _, href, _ in links)


def _pieces(opening: list[_DatedHeading], drafts: list[DraftBlock], end_line: int) -> Iterator[MeetingLines]:
    level = Counter(heading.level for heading in opening).most_common(1)[0][0]
    bounds = [*(heading.index for heading in opening), len(drafts)]
    ends = [_end(drafts, start, end, level) for start, end in pairwise(bounds)]
    outer = sum(is_outer for _, is_outer in ends)
    for heading, (start, end), (cut, is_outer) in zip(opening, pairwise(bounds), ends, strict=True):
        # Where most meetings have headings above their own level, these are the meetings' own.
        last = end if is_outer and outer > len(opening) / 2 else cut
        until = drafts[last].line if last < len(drafts) else end_line
        yield MeetingLines(drafts[start].line, until, drafts[start:last], heading.text, heading.day)


def _end(drafts: list[DraftBlock], start: int, end: int, level: int) -> tuple[int, bool]:
    """Where the blocks of a meeting end, and whether a heading above its level ends them."""
    for index in range(start + 1, end):
        draft = drafts[index]
        if draft.kind is BlockKind.HEADING and level < _BOLD_LEVEL:
            text = whole_text(draft)
            if draft.depth <= level and (normalised(text) in known_names("outside_meetings") or _is_period(text)):
                return index, False
            if draft.depth < level:
                return index, True
    return end, False


def _is_period(text: str) -> bool:
    """Whether a heading is a year, or a month of one."""
    month = _MONTH_OF_YEAR.fullmatch(text)
    return _YEAR.fullmatch(text) is not None or (
        month is not None and dates.month_number(month["number"] or month["month"]) is not None
    )


def _was_held(piece: MeetingLines) -> bool:
    below = [draft for draft in piece.drafts[1:] if draft.kind is not BlockKind.MARKUP]
    if not below:
        first = piece.drafts[0]
        has_text = first.kind is not BlockKind.HEADING and first.end_line > first.line + 1
        return has_text or _has_video(piece.drafts[:1])
    told = " ".join([piece.heading, *(draft.text for draft in below[:_MAX_EMPTY_BLOCKS])])
    cancelled = bool(known_words("not_held") & {*words_of(piece.heading)}) or (
        bool(_NO_MEETING.search(told) or known_words("not_held") & {*words_of(told)})
        and len(below) <= _MAX_EMPTY_BLOCKS
    )
    return not cancelled or len(below) > 2 * _MAX_EMPTY_BLOCKS or _has_recording(piece.drafts)


def _raise_headings(drafts: list[DraftBlock]) -> None:
    """Make the heading of a meeting its title, as if it had a file of its own."""
    first = drafts[0]
    level = first.depth if first.kind is BlockKind.HEADING else 1
    if first.kind is BlockKind.PARAGRAPH and first.end_line == first.line + 1:
        first.kind = BlockKind.HEADING
    for draft in drafts[1:]:
        if draft.kind is BlockKind.HEADING:
            draft.depth = max(2, draft.depth - level + 1)
    if first.kind is BlockKind.HEADING:
        first.depth = 1

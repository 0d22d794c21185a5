"""Which lines of a file are the notes of which meeting.

Files that hold a year of meetings have a dated heading for each. So have lists of releases, agendas with deadlines and
the days of one long meeting: several meetings are only those whose headings say hardly more than their day, follow each
other in time, and have what notes of a meeting have below them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import PurePath
from statistics import median

from pipeline.notes import dates
from pipeline.notes.dates import DayOrder
from pipeline.notes.heading_words import known_names, known_words, normalised, words_of
from pipeline.notes.markdown import DraftBlock
from pipeline.notes.meeting_dates import labelled_dates
from pipeline.notes.openings import (
    BLOCKS_AT_TOP,
    BOLD_LEVEL,
    MIN_MEETINGS,
    DatedHeading,
    find_openings,
    has_recording,
    has_video,
    is_period,
    looks_like_meeting,
    plain_ones,
)
from pipeline.notes.titles import whole_text
from pipeline.records import BlockKind

_MAX_MEETINGS = 1_000  # a file with more is none that people wrote
_MANY_MEETINGS = 4  # that many are believed although some of them are out of order or have no attendees
_MIN_SERIES_DAYS = 5  # between the meetings of a series
_MAX_DAYS_OF_ONE = 7
_MIN_ORDERED_SHARE = 0.8  # of the meetings follow each other in time
_MIN_EVIDENT_SHARE = 0.5  # of few meetings have attendees, an agenda and the like
_MIN_TOPICAL_SHARE = 0.8  # of meetings whose headings differ in more than their day
_MIN_LISTED_SHARE = 0.25  # of many meetings in a file that is not called after meetings
_MAX_EMPTY_BLOCKS = 3  # of a meeting that was cancelled

_DAY_OF_ONE = re.compile(r"\b(?:day|tag|jour|journée du|día|dia|giorno)\s?#?\d", re.IGNORECASE)
_NO_MEETING = re.compile(
    r"\bno\s(?:\w+\s)?(?:meeting|call|session|sync)(?!\s(?:audio|link|minutes|notes|recording|video))|kein\s?\w*\s(?:treffen|meeting)",
    re.IGNORECASE,
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


def split(
    drafts: list[DraftBlock], lines: list[str], name: str = "", order: DayOrder | None = None
) -> list[MeetingLines]:
    """The meetings of a file, one or more, in its order.

    What stands between or above several meetings and is no part of one (a preamble, a year, a template) is left out,
    and so are meetings that were cancelled.
    """
    whole = [MeetingLines(1, len(lines) + 1, drafts)]
    opening = find_openings(drafts, name, order)
    if not MIN_MEETINGS <= len(opening) <= _MAX_MEETINGS or not _are_meetings(opening, drafts, name):
        return whole
    pieces = [piece for piece in _pieces(opening, drafts, len(lines) + 1) if _was_held(piece)]
    for piece in pieces:
        _raise_headings(piece.drafts)
    return pieces or whole


def _are_meetings(opening: list[DatedHeading], drafts: list[DraftBlock], name: str) -> bool:
    path = PurePath(name)
    if known_words("other_files") & {*words_of(path.stem), *words_of(path.parent.name)}:
        return False
    bounds = pairwise([*(heading.index for heading in opening), len(drafts)])
    sections = [drafts[start:end] for start, end in bounds]
    count = len(opening)
    recorded = sum(map(has_recording, sections))
    if not recorded and has_video(drafts[: opening[0].index]):
        return False  # the days of one recording
    days = [heading.day for heading in opening]
    if len({*days}) < MIN_MEETINGS or not _follow_each_other(days):
        return False
    evident = sum(map(looks_like_meeting, sections))
    if len(plain_ones(opening)) < MIN_MEETINGS and evident < _MIN_TOPICAL_SHARE * count:
        return False
    gap = median(abs((other - one).days) for one, other in pairwise(days))
    is_series = gap >= _MIN_SERIES_DAYS and count > MIN_MEETINGS
    if _are_days_of_one(opening):
        return recorded >= _MIN_ORDERED_SHARE * count
    if _has_own_day(opening, drafts, path.stem):  # the day of the first of them, or that of a meeting on these days
        return (evident if is_series else recorded) >= _MIN_ORDERED_SHARE * count
    if is_series and opening[0].level < BOLD_LEVEL and _is_called_meetings(drafts[: opening[0].index], path.stem):
        return True
    if count < _MANY_MEETINGS or opening[0].level >= BOLD_LEVEL:
        return evident >= _MIN_EVIDENT_SHARE * count or _has_own_recording(sections, gap)
    above = [whole_text(draft) for draft in drafts[: opening[0].index] if draft.kind is BlockKind.HEADING]
    named = {word for text in (*path.parts[-3:], *above) for word in words_of(text)}
    return bool(named & (known_words("series") | known_words("meeting"))) or evident >= _MIN_LISTED_SHARE * count


def _is_called_meetings(above: list[DraftBlock], stem: str) -> bool:
    """Whether the file or its title is called meetings or minutes, and what is above them is none itself."""
    titles = [whole_text(draft) for draft in above if draft.kind is BlockKind.HEADING][:1]
    words = {word for text in (stem, *titles) for word in words_of(text)}
    return bool(words & known_words("called_meetings")) and not (above and looks_like_meeting(above))


def _follow_each_other(days: list[date]) -> bool:
    """Whether most days are later than the one before, or most are earlier."""
    steps = list(pairwise(days))
    later = sum(one <= other for one, other in steps)
    earlier = sum(one >= other for one, other in steps)
    return max(later, earlier) >= min(_MIN_ORDERED_SHARE * len(steps), max(len(steps) - 1, 1))  # one may be mistyped


def _are_days_of_one(opening: list[DatedHeading]) -> bool:
    """Whether the headings are the days of one long meeting: Day 1, Day 2, or a few that follow each other."""
    steps = [abs((other.day - one.day).days) for one, other in pairwise(opening)]
    numbered = sum(_DAY_OF_ONE.search(heading.text) is not None for heading in opening)
    return numbered > len(opening) / 2 or (len(opening) <= _MAX_DAYS_OF_ONE and any(steps) and max(steps) <= 1)


def _has_own_day(opening: list[DatedHeading], drafts: list[DraftBlock], stem: str) -> bool:
    """Whether the file as a whole has a date: then its dated headings are mostly parts of one meeting."""
    above = drafts[: opening[0].index]
    titles = [whole_text(draft) for draft in above if draft.kind is BlockKind.HEADING]
    named = any(len(dates.find_dates(text)) == 1 for text in (stem, *titles[:1]))
    return named or any(True for _ in labelled_dates(above, None))


def _has_own_recording(sections: list[list[DraftBlock]], gap: float) -> bool:
    """Whether one of the days, which are those of a series, has a recording at its top: it is none of the others."""
    return gap >= _MIN_SERIES_DAYS and any(has_recording(section[1:BLOCKS_AT_TOP]) for section in sections)


def _pieces(opening: list[DatedHeading], drafts: list[DraftBlock], end_line: int) -> Iterator[MeetingLines]:
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
        if draft.kind is BlockKind.HEADING and level < BOLD_LEVEL:
            text = whole_text(draft)
            if draft.depth <= level and (normalised(text) in known_names("outside_meetings") or is_period(text)):
                return index, False
            if draft.depth < level:
                return index, True
    return end, False


def _was_held(piece: MeetingLines) -> bool:
    below = [draft for draft in piece.drafts[1:] if draft.kind is not BlockKind.MARKUP]
    if not below:
        first = piece.drafts[0]
        has_text = first.kind is not BlockKind.HEADING and first.end_line > first.line + 1
        return has_text or has_video(piece.drafts[:1])
    told = " ".join([piece.heading, *(draft.text for draft in below[:_MAX_EMPTY_BLOCKS])])
    cancelled = bool(known_words("not_held") & {*words_of(piece.heading)}) or (
        bool(_NO_MEETING.search(told) or known_words("not_held") & {*words_of(told)})
        and len(below) <= _MAX_EMPTY_BLOCKS
    )
    return not cancelled or len(below) > 2 * _MAX_EMPTY_BLOCKS or has_recording(piece.drafts)


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

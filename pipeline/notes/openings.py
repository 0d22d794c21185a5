"""Which headings may open a meeting: those that say hardly more than its day, and lines that are used as headings."""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from pipeline.links import youtube_id
from pipeline.notes import dates, inline
from pipeline.notes.dates import DayOrder
from pipeline.notes.heading_words import known_words, words_of
from pipeline.notes.markdown import DraftBlock
from pipeline.notes.meeting_dates import labelled_dates, other_words
from pipeline.notes.titles import whole_text
from pipeline.records import BlockKind

BOLD_LEVEL = 7
"""Of a line in bold that is used as a heading, and of one that folds away what is below it."""

_LINE_LEVEL = 8  # a line that is nothing but a date
_ITEM_LEVEL = 9  # a list item that is nothing but a date, with the notes below it
MIN_MEETINGS = 2
"""That make a file one with several."""

_BLOCKS_WITH_DATE = 3  # below a heading without one
BLOCKS_AT_TOP = 12  # of a meeting, where its attendees and its agenda stand
_MAX_HEADING_CHARS = 250
_DIGITS = "0123456789"

_YEAR = re.compile(r"\W*(?:year\s)?(?P<year>(?:19|20)\d\d)\W*", re.IGNORECASE)
_MONTH_OF_YEAR = re.compile(
    r"\W*(?:(?:19|20)\d\d[-/.\s](?P<number>\d\d)|(?P<month>[^\W\d_]{3,12})\.?,?\s(?:19|20)\d\d)\W*"
)
_YEAR_IN_TEXT = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_VERSION = re.compile(r"(?<![\w.])v?\d{1,4}\.\d{1,4}(?:\.\d{1,4})?(?![\w.]|:)", re.IGNORECASE)
_PART = re.compile(r"\b(?:part|teil|partie|parte|deel|часть)\s?#?(?:\d|[IV]+\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DatedHeading:
    """A heading with a date, or with one in the lines below it."""

    index: int  # of its draft
    level: int
    text: str
    day: date
    rest: tuple[str, ...]  # its words beside the date, without those that say that it is a meeting
    leads: bool  # the date stands first
    below: bool  # the date stands in a line below
    named: bool  # it is called a meeting


def find_openings(drafts: list[DraftBlock], name: str = "", order: DayOrder | None = None) -> list[DatedHeading]:
    """The headings of the file `name` that may open meetings, in its order."""
    return _choose(list(_dated_headings(drafts, order, name)), drafts)


def find_lone_opening(drafts: list[DraftBlock], name: str, order: DayOrder | None) -> DraftBlock | None:
    """The heading that would open the meeting if the file had another; None where there are none or several."""
    dated = [heading for heading in _dated_headings(drafts, order, name) if heading.level < BOLD_LEVEL]
    return drafts[dated[0].index] if len(dated) == 1 and not dated[0].rest else None


def _dated_headings(drafts: list[DraftBlock], order: DayOrder | None, name: str) -> Iterator[DatedHeading]:
    year = _only_year([*PurePath(name).parts[-2:], *(whole_text(d) for d in drafts[:3] if d.kind is BlockKind.HEADING)])
    for index, draft in enumerate(drafts):
        level = _level(draft, drafts[index + 1] if index + 1 < len(drafts) else None)
        if level is None:
            continue
        text = whole_text(draft) if level < BOLD_LEVEL else _first_line(draft)
        if len(text) > _MAX_HEADING_CHARS or _PART.search(text):
            continue
        if alone := _YEAR.fullmatch(text):
            year = int(alone["year"])
            continue
        found = dates.find_dates(text, order, dotted=True)
        written = found[0] if found else dates.find_partial(text, year) if year else None
        below = next(labelled_dates(_before_next_heading(drafts, index), order), None) if level < BOLD_LEVEL else None
        day = written.day if written else below
        if day is None or len(found) > 1:
            continue
        before, after = (text[: written.start], text[written.end :]) if written else (text, "")
        words = {*words_of(before), *words_of(after)}
        if _VERSION.search(f"{before} {after}") or (words & known_words("other_matters") and other_words(before)):
            continue
        others = (word.strip(_DIGITS) for word in other_words(f"{before} {after}"))
        rest = tuple(word for word in others if word and not _is_expected(word))
        if level < BOLD_LEVEL or not rest:
            leads, named = written is not None and not other_words(before), bool(words & known_words("called_meeting"))
            yield DatedHeading(index, level, text, day, rest, leads, written is None, named)


def _before_next_heading(drafts: list[DraftBlock], index: int) -> list[DraftBlock]:
    """The first blocks below a heading, where the date of a meeting may stand."""
    below = drafts[index + 1 : index + 1 + _BLOCKS_WITH_DATE]
    until = next((number for number, draft in enumerate(below) if draft.kind is BlockKind.HEADING), len(below))
    return below[:until]


def _is_expected(word: str) -> bool:
    return any(word in known_words(name) for name in ("series", "meeting", "not_held", "beside_recordings"))


def _only_year(texts: list[str]) -> int | None:
    years = {int(year) for text in texts for year in _YEAR_IN_TEXT.findall(text)}
    return years.pop() if len(years) == 1 else None


def _level(draft: DraftBlock, after: DraftBlock | None) -> int | None:
    """How deep a heading is; None: the block cannot be one."""
    if draft.kind is BlockKind.HEADING:
        return draft.depth
    if draft.parent_item is not None or not draft.cells or not draft.cells[0]:
        return None
    if draft.raw:
        return BOLD_LEVEL if "<summary" in draft.raw[:_MAX_HEADING_CHARS].lower() else None
    if draft.kind is BlockKind.PARAGRAPH:
        first = draft.cells[0][0] if draft.cells[0][0].type != "text" or draft.cells[0][0].content else None
        first = first or (draft.cells[0][1] if len(draft.cells[0]) > 1 else None)
        return BOLD_LEVEL if first is not None and first.type == "strong_open" else _LINE_LEVEL
    if draft.kind is BlockKind.ITEM and draft.depth == 1 and after is not None and after.parent_item is draft:
        return _ITEM_LEVEL
    return None


def _first_line(draft: DraftBlock) -> str:
    return inline.plain_text(draft.cells[0]).strip().partition("\n")[0]


def _choose(dated: list[DatedHeading], drafts: list[DraftBlock]) -> list[DatedHeading]:
    """The headings that open a meeting: those of the level that most of them have, and what else fits their order."""
    by_level: dict[int, list[DatedHeading]] = {}
    for heading in dated:
        by_level.setdefault(heading.level, []).append(heading)
    pure = {
        level: plain_ones(group) or [each for each in group if each.leads or each.below]
        for level, group in by_level.items()
    }
    if not pure:
        return []
    level = min(pure, key=lambda each: (-len(pure[each]), each))
    group = pure[level]
    if len(group) < MIN_MEETINGS:
        return []
    chosen = {heading.index: heading for heading in group}
    ends = [*(heading.index for heading in by_level[level][1:]), len(drafts)]
    for heading, end in zip(by_level[level], ends, strict=True):
        section = drafts[heading.index : end]
        if heading.leads or heading.named or (_fits(heading, group) and looks_like_meeting(section)):
            chosen[heading.index] = heading
    for other, headings in ((other, plain_ones(each)) for other, each in by_level.items()):
        if other < level:
            chosen |= {heading.index: heading for heading in headings}
        elif other < BOLD_LEVEL:
            chosen |= {heading.index: heading for heading in headings if _fits(heading, group)}
    ordered = [chosen[index] for index in sorted(chosen)]
    ordered = [
        heading for heading, after in zip(ordered, [*ordered[1:], None], strict=True) if _is_own(heading, after, drafts)
    ]
    return _without_nested(ordered, drafts)


def plain_ones(group: list[DatedHeading]) -> list[DatedHeading]:
    """The headings that say no more than their date, and what most of them say: the name of the meeting."""
    counts = Counter(word for heading in group for word in set(heading.rest))
    common = {word for word, count in counts.items() if count > 1 and count >= len(group) / 2}
    return [heading for heading in group if all(word in common for word in heading.rest)]


def _fits(heading: DatedHeading, group: list[DatedHeading]) -> bool:
    """Whether a heading stands between two of the group, or at its end, in place and in time."""
    at = bisect(group, heading.index, key=lambda each: each.index)
    if at == 0:
        return False
    before = group[at - 1].day
    if at == len(group):
        return before > heading.day if group[0].day > before else before < heading.day
    after = group[at].day
    return before > heading.day > after or before < heading.day < after


def _is_own(heading: DatedHeading, after: DatedHeading | None, drafts: list[DraftBlock]) -> bool:
    """Not the title above the dated heading of the same day."""
    if after is None or after.day != heading.day or after.level <= heading.level:
        return True
    between = drafts[heading.index + 1 : after.index]
    return any(draft.kind is BlockKind.HEADING for draft in between)


def _without_nested(ordered: list[DatedHeading], drafts: list[DraftBlock]) -> list[DatedHeading]:
    """Without the dates below a part of a meeting or a list of other things: Past recordings, Upcoming events.

    And without a title with a date of its own, below which all others are.
    """
    parents = _parents(drafts)
    found: list[DatedHeading] = []
    for heading in ordered:
        parent = parents[heading.index]
        if parent is None or _may_have_meetings(drafts[parent], found[-1] if found else None, parent):
            found.append(heading)
    return found[1:] if _begins_with_title(found, drafts, parents) else found


def _parents(drafts: list[DraftBlock]) -> list[int | None]:
    """The index of the heading that each block is below."""
    above: list[int] = []
    parents: list[int | None] = []
    for index, draft in enumerate(drafts):
        if draft.kind is BlockKind.HEADING:
            while above and drafts[above[-1]].depth >= draft.depth:
                above.pop()
        parents.append(above[-1] if above else None)
        if draft.kind is BlockKind.HEADING:
            above.append(index)
    return parents


def _may_have_meetings(parent: DraftBlock, before: DatedHeading | None, index: int) -> bool:
    """Whether dated headings below the heading `parent` may open meetings. `before` is the last one that does."""
    text = whole_text(parent)
    words = {*words_of(text)}
    if words & known_words("series") or is_period(text):
        return True
    is_part = before is not None and index > before.index and parent.depth > before.level
    lists_others = bool(words & known_words("other_matters") and other_words(text))
    return not is_part and (not lists_others or (before is not None and index == before.index))


def _begins_with_title(found: list[DatedHeading], drafts: list[DraftBlock], parents: list[int | None]) -> bool:
    """Whether the first heading, above the level of all others, has nothing below it that is not theirs."""
    if len(found) <= MIN_MEETINGS or any(heading.level <= found[0].level for heading in found[1:]):
        return False
    title, first = found[0].index, parents[found[1].index]
    below = drafts[title + 1 : found[1].index]
    return (first is not None and first > title) or all(draft.kind is BlockKind.MARKUP for draft in below)


def is_period(text: str) -> bool:
    """Whether a heading is a year, or a month of one."""
    month = _MONTH_OF_YEAR.fullmatch(text)
    return _YEAR.fullmatch(text) is not None or (
        month is not None and dates.month_number(month["number"] or month["month"]) is not None
    )


def looks_like_meeting(section: list[DraftBlock]) -> bool:
    """Whether a section has attendees, an agenda and the like, or a recording."""
    top = [draft.text for draft in section[1:BLOCKS_AT_TOP] if draft.kind is not BlockKind.CODE]
    if section[0].kind is not BlockKind.HEADING and section[0].cells:
        top += inline.plain_text(section[0].cells[0]).split("\n")[1:2]
    return has_recording(section) or any(known_words("meeting") & {*words_of(text[:60])[:4]} for text in top)


def has_recording(section: list[DraftBlock]) -> bool:
    return has_video(section) or any("recording" in words_of(draft.text[:60])[:4] for draft in section)


def has_video(section: list[DraftBlock]) -> bool:
    links = (link for draft in section for tokens in draft.cells for link in inline.find_links(tokens))
    return any(youtube_id(href) for _, _, href, _ in links)

"""The day of a meeting: what its file, its heading, a "Date:" line, the front matter and the folders say of it.

What is most specific to the meeting counts most. A date in the text is one only where it stands as the meeting's: a
date that is merely mentioned (of the next meeting, of a release) is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import PurePath

from pipeline.notes import dates, inline
from pipeline.notes.dates import DayOrder
from pipeline.notes.front_matter import FrontMatter
from pipeline.notes.heading_words import known_words, words_of
from pipeline.notes.markdown import DraftBlock
from pipeline.notes.titles import whole_text
from pipeline.records import BlockKind

_YEAR_FOLDER = re.compile(r"(?:19|20)\d\d(?:[-_.]\d\d)?")
_YEAR_IN_NAME = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MONTH_FOLDER = re.compile(r"(?P<number>\d{1,2})[-_. ]{1,3}(?P<name>[^\W\d_]{3,12})")
_YEAR_AND_MONTH = re.compile(r"(?P<year>(?:19|20)\d\d)[-_.](?P<month>\d\d)")
_RANGE = re.compile(r"[\s_-]*(?:to|until|till|through|bis|a|–|—|-)[\s_-]*", re.IGNORECASE)
_TWO_DIGITS = re.compile(r"\d\d.\d\d")
_NOT_A_DAY = re.compile(
    r"(?:releases?|versions?|v|rc|milestone|part|ep|episode|chapter|section)[\s_.-]*$", re.IGNORECASE
)
_LABEL = re.compile(
    r"[^\w\n]{0,6}(?P<label>[^:：|\n]{1,40}?)\s*\W{0,3}(?:[:：]|\s\|\s|\s[–—-]\s)\W{0,4}(?P<value>.*)", re.DOTALL
)
_TOOK_PLACE = re.compile(
    r"(?:the|this|our)\s(?:[\w.-]{1,20}\s){0,5}?(?:meeting|call|session|assembly)\s(?:took\splace|was\s(?:held|convened))\b",
    re.IGNORECASE,
)
_WORDS_BEHIND = re.compile(
    r"\s?(?:[,(@–—|-]|\d{1,2}[:.h]\d\d\b|at\s|in\s|im\s|à\s|en\s|a\s|via\s|on\s|tarihli\s|r\.|г\.|$).{0,60}"
)
_AFTER_DATE = re.compile(r"(?:(?<=\d{4})|(?<=-\d\d))\.\s+")  # `Held on 2024-03-05. The recording is …`
_CLOCK = re.compile(r"\d{1,2}(?:[:.h]\d\d){0,2}\s?(?:[ap]\.?m\.?)?|[+±-]\s?\d{1,2}", re.IGNORECASE)
_ZONE = re.compile(r"\b[A-Z]{2,5}\b(?:/[A-Z][a-z]+)?")
_BLOCKS_WITH_LABEL = 40  # at the top of the notes: further down, a date is another matter's
_BLOCKS_WITH_BARE_DATE = 10
_GLUED = re.compile(r"(?<=[A-Za-z])(?=(?:19|20)\d\d[-_.]?\d\d[-_.]?\d\d(?!\d))")  # meeting2024-03-05
_KINDS_WITH_DATE = frozenset({BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE})
_BLOCKS_WITH_PLACE = 5  # where the day, the time and the place of the meeting may be a line
_MAX_REFERENCE_CHARS = 60  # of what says that it is about the next meeting
_FRONT_FIELDS = (
    *(
        "date",
        "datetime",
        "meeting_date",
        "event_date",
        "start",
        "start_date",
        "day",
        "held",
        "when",
        "time",
        "recorded",
        "pub_date",  # of an episode: later than the day it was recorded, so the last
        "publish_date",
        "published_at",
    ),
    *("datum", "fecha", "data", "дата", "日期"),
)


def find_meeting_date(
    title: str, name: str, drafts: list[DraftBlock], front_matter: FrontMatter, order: DayOrder | None
) -> tuple[date | None, list[str]]:
    """The day of the meeting, and warnings. The file name counts first: people copy titles from earlier notes."""
    in_title = dates.find_dates(title, order)
    in_name = _date_in_name(name, order, title)
    if in_name and in_title and in_name != in_title[0].day:
        told = f"the title says {in_title[0].day}, the file name {in_name}; the file name is used"
        return in_name, [told]
    year = _year_above(PurePath(name).parts)
    return (
        in_name
        or (in_title[0].day if in_title else None)
        or next(labelled_dates(drafts, order), None)
        or _date_of_heading(drafts, order)
        or _front_date(front_matter, order)
        or _date_in_folders(PurePath(name).parts[:-1], order)
        or (found.day if year and (found := dates.find_partial(title, year)) else None)
    ), []


def known_order(name: str, drafts: Iterable[DraftBlock]) -> DayOrder | None:
    """How the notes write 3/5/2024, by the other dates in their name, their headings and their labels."""
    texts = (whole_text(draft) for draft in drafts if draft.kind is not BlockKind.CODE)
    return dates.day_order([*PurePath(name).parts, *(text for text in texts if len(text) < 200)])


def usual_order(drafts: Iterable[DraftBlock]) -> DayOrder | None:
    """How the language of the headings and labels writes 3/5/2024: only English puts the month first."""
    top = (whole_text(draft) for draft in islice(drafts, _BLOCKS_WITH_LABEL) if draft.kind is not BlockKind.CODE)
    labels = (text.partition(":")[0] for text in top)
    words = {word for label in labels if len(label) < _MAX_REFERENCE_CHARS for word in words_of(label)}
    return DayOrder.DAY_FIRST if words & known_words("day_first") else None


def _date_in_name(name: str, order: DayOrder | None, title: str = "") -> date | None:
    """The date in the name of the file, completed by the year of its folder."""
    path = PurePath(name)
    stem = _GLUED.sub(" ", path.stem)
    found = dates.find_dates(stem, order)
    if len(found) > 1:
        if _RANGE.fullmatch(stem[found[0].end : found[1].start]):
            return None
        # Published on one day, held on another: the title knows which.
        in_title = {each.day for each in dates.find_dates(title, order)}
        return next((each.day for each in found if each.day in in_title), found[0].day)
    if found:
        return found[0].day
    folders = "/".join(map(_plain_folder, path.parts[-4:-1]))
    joined = dates.find_dates(f"{folders}/{path.stem}", order)
    if joined and joined[-1].end > len(folders):  # 2024/03/05.md
        return joined[-1].day
    return _partial_date(path.stem, _year_above(path.parts), title)


def _plain_folder(name: str) -> str:
    """`03-march` as `march` and `2024-03` as `2024/03`: they are months, and a day may follow."""
    if _is_month(name):
        return name.lstrip("0123456789-_. ")
    found = _YEAR_AND_MONTH.fullmatch(name)
    return f"{found['year']}/{found['month']}" if found else name


def _is_month(text: str) -> bool:
    """Whether a text is a month with its number, such as `03-march`, and not the third of March."""
    found = _MONTH_FOLDER.fullmatch(text)
    return found is not None and dates.month_number(found["name"]) == int(found["number"])


def _partial_date(stem: str, year: int | None, title: str) -> date | None:
    """The day and month in a name: certain in words, in two digits each, as the whole beginning, or as in the title."""
    if year is None:
        return None
    found = dates.find_partial(stem.replace("_", " "), year, numeric=True)
    if found is None or _NOT_A_DAY.search(stem[: found.start]):
        return None
    text = stem[found.start : found.end]
    if _is_month(text):
        return None
    if found.start == 0 or found.day.day > 12 or _TWO_DIGITS.fullmatch(text) or any(map(str.isalpha, text)):
        return found.day
    in_title = dates.find_partial(title, year)
    return found.day if in_title and in_title.day == found.day else None


def _year_above(parts: tuple[str, ...]) -> int | None:
    """The year that a folder above the file stands for, or that its name has beside a day and a month."""
    for part in reversed(parts[:-1]):
        if _YEAR_FOLDER.fullmatch(part):
            return int(part[:4])
    years = {int(year) for part in parts[-3:] for year in _YEAR_IN_NAME.findall(part)}
    return years.pop() if len(years) == 1 else None


def _date_in_folders(folders: tuple[str, ...], order: DayOrder | None) -> date | None:
    """The date that the folder of the file is called by, with the year of the folders above it: 2022/01-18-reviews."""
    if not folders:
        return None
    return _date_in_name("/".join(folders), order) if not _YEAR_FOLDER.fullmatch(folders[-1]) else None


def labelled_dates(drafts: list[DraftBlock], order: DayOrder | None) -> Iterator[date]:
    """The dates behind a label such as "Meeting Date/Time:" at the top of the notes, but not the next meeting's."""
    of_another = False
    for number, draft in enumerate(islice(drafts, _BLOCKS_WITH_LABEL)):
        if draft.kind is BlockKind.HEADING:
            of_another = number > 0 and _is_of_another(whole_text(draft))
        if draft.kind is BlockKind.CODE or of_another:
            continue
        for line in _lines(draft):
            found = labelled_date(line, order)
            if found:
                yield found


def _is_of_another(text: str) -> bool:
    """Whether a heading or a short line says that what follows is about the next meeting, or the last one."""
    return len(text) < _MAX_REFERENCE_CHARS and bool(known_words("other_meetings") & {*words_of(text)})


def _lines(draft: DraftBlock) -> Iterator[str]:
    if draft.kind is BlockKind.ROW:
        yield " | ".join(" ".join(inline.plain_text(tokens).split()) for tokens in draft.cells)
        return
    for tokens in draft.cells:
        yield from inline.plain_text(tokens).split("\n")


def labelled_date(line: str, order: DayOrder | None) -> date | None:
    """The date of a line such as "**Date**: March 5, 2024"; None where the line is no such thing."""
    match = _LABEL.match(line[:300])
    if not match:
        return _date_in_sentence(line[:300], order)
    words = words_of(match["label"])
    if not any(word in known_words("date_labels") for word in words) or not all(
        word in known_words("date_labels") or word in known_words("beside_date_labels") or word in known_words("series")
        for word in words
    ):
        return None
    found = dates.find_dates(match["value"], order, dotted=True)
    return found[0].day if found and found[0].start < 40 else None


def _date_in_sentence(line: str, order: DayOrder | None) -> date | None:
    """The only date of `The meeting took place online on March 5, 2024`."""
    told = _TOOK_PLACE.match(line)
    if told is None or known_words("other_meetings") & {*words_of(line)}:
        return None
    found = dates.find_dates(line, order)
    if len(found) != 1 or found[0].start < told.end():
        return None
    before = [word for word in words_of(line[told.end() : found[0].start]) if not dates.is_weekday(word)]
    return found[0].day if before[-1:] == ["on"] or not before else None


def _date_of_heading(drafts: list[DraftBlock], order: DayOrder | None) -> date | None:
    """The date that is a whole heading, or a whole line at the top, where it is the only one."""
    found: set[date] = set()
    with_place: set[date] = set()
    of_something_else = False
    for number, draft in enumerate(drafts):
        lines = list(islice(_lines(draft), _BLOCKS_WITH_PLACE)) or [""]
        if draft.kind is BlockKind.HEADING:
            of_something_else = bool(known_words("other_matters") & {*words_of(lines[0])})
        elif number >= _BLOCKS_WITH_BARE_DATE or draft.kind not in _KINDS_WITH_DATE:
            continue
        elif draft.kind is BlockKind.PARAGRAPH and _is_of_another(lines[-1]):
            of_something_else = True
        if of_something_else:
            continue
        line = lines[0] if draft.kind is BlockKind.ITEM else _AFTER_DATE.split(lines[0], 1)[0]
        if day := bare_date(line, order):
            found.add(day)
        elif number < _BLOCKS_WITH_PLACE and draft.kind is not BlockKind.ITEM:
            with_place.update(day for line in lines if (day := _date_with_place(line, order)))
    found = found or with_place
    return found.pop() if len(found) == 1 else None


def _date_with_place(line: str, order: DayOrder | None) -> date | None:
    """The date that a short line begins with, and the time and the place of the meeting: `March 5, 2024, Town hall`."""
    found = dates.find_dates(line, order)
    if len(found) != 1 or len(line) > 2 * _MAX_REFERENCE_CHARS:
        return None
    before, after = line[: found[0].start], line[found[0].end :]
    is_another = known_words("other_matters") & {*words_of(line)}
    return found[0].day if not is_another and not other_words(before) and _WORDS_BEHIND.fullmatch(after) else None


def bare_date(line: str, order: DayOrder | None) -> date | None:
    """The date of a line that says nothing but a day, a time and what kind of meeting it is."""
    found = dates.find_dates(line, order, dotted=True)
    if len(found) != 1 or len(line) > 200:
        return None
    return found[0].day if not other_words(line[: found[0].start] + " " + line[found[0].end :]) else None


def other_words(text: str) -> list[str]:
    """The words of a line beside its date that are not about the day, the time, or that it is a meeting."""
    text = _CLOCK.sub(" ", _ZONE.sub(" ", text))
    return [
        word
        for word in words_of(text)
        if not (
            word in known_words("beside_dates")
            or word in known_words("series")
            or dates.is_weekday(word)
            or word.isdigit()
        )
    ]


def _front_date(front_matter: FrontMatter, order: DayOrder | None) -> date | None:
    for field in _FRONT_FIELDS:
        text = front_matter.text(field)
        if text and (found := dates.find_dates(text, order, dotted=True)):
            return found[0].day
        if text and (day := dates.from_epoch(text)):
            return day
    return None

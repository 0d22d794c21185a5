"""What a title or the name of a file says of its meeting: days, numbers in a series, and words."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import PurePath

from pipeline.language.words import folded_words
from pipeline.notes.dates import DayOrder, find_dates, find_partial, is_weekday, month_number
from pipeline.notes.heading_words import known_words
from pipeline.notes.titles import series_name
from pipeline.records import ListedVideo, NotesWithoutRecording

_GLUED_DATE = re.compile(r"(?<=[A-Za-z])(?=(?:19|20)\d{6}(?!\d))")  # GMT20240305-170000
_PART = re.compile(
    r"\b(?:part|pt|teil|partie|parte)\b\.?\s*(?:\d{1,2}|one|two|three|i{1,3})\b|[(\[]\s*\d\s*(?:/|of)\s*\d\s*[)\]]",
    re.IGNORECASE,
)
_NO_SERIES_NUMBER = re.compile(  # a time, a version, a year, the number of lines of a picture
    r"\d{1,2}[:h]\d\d(?::\d\d)?|\bv?\d+(?:\.\d+)+|\bv\d+\b|(?<!\d)(?:19|20)\d\d(?!\d)|\b\d{1,2}\s?[ap]\.?m\b\.?"
    r"|\b(?:UTC|GMT)\s?[+-]?\s?\d{0,2}|\b\d{3,4}p\b|\b\d+\s?(?:min|minutes|hrs?|hours)\b|\b[QH][1-4]\b"
    r"|\b[A-Z]{2,8}-\d+\b",
    re.IGNORECASE,
)
_NUMBERED = (
    "call meeting session sync episode ep folge épisode episodio issue edition ausgabe week woche sprint vol volume "
    "sitzung treffen réunion reunión hours standup round"
)
_MARKED_NUMBER = re.compile(
    r"(?:#|№|\b(?:no|nr|num|number|nº|n°)\b\.?|\b(?:"
    + "|".join(_NUMBERED.split())
    + r")\b\.?)\s{0,2}[#№]?\s{0,2}(?P<number>\d{1,4})(?!\d)(?!\s?[%/])",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"(?<![\w.%€$])(?P<number>\d{1,4})(?![\w%]|\.\d)")
_JOINED = re.compile(r"[_-]+")
_DIGITS = re.compile(r"\d+")
_SEPARATOR = re.compile(r"[|:：–—()\[\]{}•·,;]|\s[-/]\s|\s-|-\s|(?<!\w)\d{1,4}(?!\w)")
_SAYING_NOTHING = frozenset(
    folded_words(
        "the of and for a an in on with to from by at is our official live livestream streamed hd full replay zoom "
        "meet teams webex no nr num der die das und für mit von le la les des et pour avec el los las y para con"
    )
)
# What tells two meetings of one day from each other.
_TELLING = frozenset(
    folded_words(
        "office hours apac emea americas america asia europe us eu am pm morning afternoon evening night abend "
        "vormittag nachmittag special extraordinary"
    )
)
_HALF_A_YEAR = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class MeetingLabel:
    """What is written on a video, or on notes. `numbers` are all that may be the number in a series."""

    days: frozenset[date]
    numbers: frozenset[int]
    marked: frozenset[int]  # those that say so: #94, Call 94
    words: frozenset[str]  # folded; without those that are on any video or any notes
    segments: tuple[frozenset[str], ...] = ()  # the words between colons, dashes, dates and numbers
    is_part: bool = False  # of a recording in several


def of_video(video: ListedVideo, order: DayOrder | None = None) -> MeetingLabel:
    """What the title of a video says.

    Args:
        order: how to read 3/5/2024; None: it is no date.
    """
    return _read(video.title, order, video.at.date() if video.at else None)


def of_notes(notes: NotesWithoutRecording) -> MeetingLabel:
    """What notes are called by their title, and by the name of their file where they are alone in it."""
    title = _read(notes.title, None, notes.date)
    days = frozenset({notes.date} if notes.date else ())
    if not notes.alone:
        return MeetingLabel(days, title.numbers, title.marked, title.words)
    name = PurePath(notes.path)
    stem = _read(name.stem, None, notes.date, is_name=True)
    words = title.words or stem.words or _words(series_name("/".join(name.parts[-3:])))
    return MeetingLabel(days, title.numbers | stem.numbers, title.marked | stem.marked, words)


def _read(text: str, order: DayOrder | None, near: date | None, *, is_name: bool = False) -> MeetingLabel:
    text = _GLUED_DATE.sub(" ", text)
    found = find_dates(text, order, dotted=True)
    days = frozenset(each.day for each in found)
    if not found and near and (partial := find_partial(text, near.year)):
        found, days = [partial], frozenset({_in_nearest_year(partial.day, near)})
    for each in reversed(found):
        text = f"{text[: each.start]} | {text[each.end :]}"
    text = _JOINED.sub(" ", text) if is_name else text
    text, parts = _PART.subn(" | ", text)
    text = _NO_SERIES_NUMBER.sub(" | ", text)
    marked = frozenset(int(each["number"]) for each in _MARKED_NUMBER.finditer(text))
    bare = frozenset(int(each["number"]) for each in _BARE_NUMBER.finditer(text))
    segments = tuple(filter(None, map(_words, _SEPARATOR.split(_MARKED_NUMBER.sub(_unmarked, text)))))
    return MeetingLabel(days, marked | bare, marked, frozenset().union(*segments), segments, is_part=parts > 0)


def _unmarked(number: re.Match[str]) -> str:
    """What is left of `Call 12:`; the number parts what is before it from what follows."""
    return f"{_DIGITS.sub(' ', number[0])} | "


def _in_nearest_year(day: date, near: date) -> date:
    """A day that was written without its year: at the turn of the year it may be of the one beside it."""
    if abs(day - near) <= _HALF_A_YEAR:
        return day
    with suppress(ValueError):  # 29 February
        return day.replace(year=day.year + (1 if day < near else -1))
    return day


def _words(text: str) -> frozenset[str]:
    return frozenset(
        word
        for word in folded_words(text)
        if not (word in _neutral_words() or word.isdigit() or len(word) < 2 or is_weekday(word) or month_number(word))
    )


@cache
def _neutral_words() -> frozenset[str]:
    lists = ("meeting", "beside_recordings", "beside_dates", "files", "called_meetings")
    return _SAYING_NOTHING.union(*map(known_words, lists)) - _TELLING


@cache
def generic_words() -> frozenset[str]:
    """Words that say no more than that it is a meeting: weekly, call."""
    return known_words("series").union(_NUMBERED.split())

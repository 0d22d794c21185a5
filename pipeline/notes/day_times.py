"""Which typed times are no times of the recording: clock times of the day, planned slots, chat messages.

`9:15` is 9 min 15 s into the recording, or a quarter past nine. All times of a meeting are looked at together, because
one alone does not tell. A link to the wrong moment is worse than none, so what could be either is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from pipeline.notes.dates import find_date
from pipeline.notes.typed_times import GAP, Place, TypedTime

_HOUR = 3600.0
_MAX_SECONDS = 12 * _HOUR  # a time later than that is the clock's, not a recording's
_MIN_CLOCK_SECONDS = 5 * _HOUR  # where all times are that late, they are the clock's
# Two numbers with a colon, as minutes and seconds: 6:00 to 23:59 is what people meet at.
_EARLIEST, _LATEST = 6 * 60, 24 * 60
_MIN_TIMES = 3
_MIN_MARKED_TIMES = 4  # in brackets: times of the day seldom are
_ROUND_SECONDS = 5
_NOON = 12 * 60
_MAX_SPAN = 14 * 60
_MAX_AFTERNOON_GAP = 120  # minutes, where the times may be of an afternoon: 1:00, 2:15, 3:00
_MIN_ROUND_SECONDS = 60
_MAX_PLAN_SECONDS = 180  # a plan of three hours, read as minutes and seconds
_MAX_MEAN_GAP_SECONDS = 180  # between notes of one hour each: 60
_MIN_MESSAGES = 8
_MAX_MESSAGE_GAP_SECONDS = 4  # nobody writes notes every four seconds
_SLACK = 10  # minutes that a meeting begins earlier or ends later than it says
_MIN_WINDOW = 20

_WINDOW = re.compile(
    rf"(?<!\d)(?P<h1>\d{{1,2}})[:.h](?P<m1>[0-5]\d)(?::\d\d)?{GAP}(?P<pm1>[ap]\.?m\.?)?(?:{GAP}[A-Z]{{2,4}})?"
    rf"{GAP}(?:-|–|—|to|until|till){GAP}(?P<h2>\d{{1,2}})[:.h](?P<m2>[0-5]\d)(?::\d\d)?{GAP}(?P<pm2>[ap]\.?m\.?)?",
    re.IGNORECASE,
)
_ABOUT_DAY = re.compile(
    r"\b(?:date|time|when|scheduled?|datum|uhrzeit|UTC|GMT|[ECMP][SD]?T|CES?T|a\.?m|p\.?m)\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day",
    re.IGNORECASE,
)


def of_recording(times: Sequence[TypedTime], texts: Iterable[str], *, linked: int) -> list[bool]:
    """For each of the times that a meeting's notes have, in their order, whether it is one of the recording.

    Args:
        texts: of the blocks in which a meeting may say from when to when it took place.
        linked: how many times of the notes are links into the recording.
    """
    unsure = [time for time in times if not (time.stated or time.of_day or time.chat)]
    if _is_chat(times):
        return [time.stated for time in times]
    clocks = [time for time in unsure if time.is_clock]
    dropped = {id(time) for time in times if time.of_day or time.chat or time.hint.start > _MAX_SECONDS}
    long = [time for time in unsure if not time.is_clock]
    # Times nobody would write of the day, which tell that the others are of the recording, too.
    plain = sum(time.stated for time in times) + sum(time.hint.start < _MIN_CLOCK_SECONDS for time in long)
    if clocks and (
        _is_in_window(clocks, texts)
        or _is_like_days(clocks, times)
        or (plain < 2 and (_is_plan(clocks) or _is_round(clocks)))
        or (plain + linked < 2 and (_is_packed(clocks) or _is_dense(clocks)))
        or (plain + linked == 0 and _are_few_and_may_be_of_day(clocks))
    ):
        dropped.update(map(id, clocks))
    dropped.update(map(id, _planned_slots(clocks)))
    few_marked = len(long) < _MIN_TIMES and all(time.marked for time in long)
    if long and not few_marked and min(time.hint.start for time in long) >= _MIN_CLOCK_SECONDS:
        dropped.update(map(id, long))
    labelled = [time for time in unsure if time.labelled]
    if len(labelled) < 2:
        dropped.update(map(id, labelled))
    named = [time for time in unsure if time.place is Place.AFTER_NAME]
    if len(named) < _MIN_TIMES:  # "Standup 10:30", "John 3:16"
        dropped.update(map(id, named))
    ends = [time for time in unsure if time.place is Place.END and not time.marked and time.is_clock]
    kept = [time for time in clocks if id(time) not in dropped]
    if plain + linked == 0 and len(ends) == len(kept) < _MIN_TIMES:  # "Lunch - 12:30"
        dropped.update(map(id, ends))
    return [id(time) not in dropped for time in times]


def _is_chat(times: Sequence[TypedTime]) -> bool:
    chat = sum(time.chat for time in times)
    return chat >= 2 and 2 * chat >= sum(time.place is Place.START and not time.stated for time in times)


def _is_plan(clocks: list[TypedTime]) -> bool:
    """`[0:00-0:05] … [0:05-0:30]`: hours and minutes of a plan, round and without gaps."""
    if any(time.hint.start % _ROUND_SECONDS for time in clocks):
        return False
    slots = [(time.hint.start, time.hint.end) for time in clocks if time.hint.end is not None]
    if slots and all(end is not None and end % _ROUND_SECONDS == 0 for _, end in slots):
        tiled = sum(before[1] == after[0] for before, after in pairwise(slots))
        if 2 * len(slots) >= len(clocks) and (2 * tiled >= len(slots) - 1 or slots[-1][0] < _MAX_PLAN_SECONDS):
            return True
    return len(clocks) >= _MIN_TIMES and max(time.hint.start for time in clocks) <= _MAX_PLAN_SECONDS


def _planned_slots(clocks: list[TypedTime]) -> list[TypedTime]:
    """`00:00-00:05 … 00:05-00:25`: hours and minutes from the beginning, each slot where the last ends.

    Read as minutes and seconds they would be a few seconds each, so that other times of the notes may be real ones.
    """
    slots: list[TypedTime] = []
    at = 0.0
    for time in clocks:
        end = time.hint.end
        if end is None or time.hint.start != at or end % _ROUND_SECONDS or end > _MAX_PLAN_SECONDS:
            continue
        slots.append(time)
        at = end
    return slots if len(slots) > 1 else []


def _is_round(clocks: list[TypedTime]) -> bool:
    """`9:00 … 9:15 … 10:30`: on five minutes, none in the first hour, and all in one day of work."""
    bare = [time for time in clocks if not time.marked]
    for kind, enough in ((bare, _MIN_TIMES), (clocks, _MIN_MARKED_TIMES)):
        if len(kind) >= enough and all(map(_is_round_time, kind)) and _may_be_day([time.hint.start for time in kind]):
            return True
    return False


def _may_be_day(starts: list[float]) -> bool:
    """Whether the times, in minutes, may be of a meeting of one day: not from one at night till ten in the evening."""
    starts = _with_afternoon(starts)
    mean_gap = (max(starts) - min(starts)) / (len(starts) - 1)
    if min(starts) < _EARLIEST:
        return max(starts) < _NOON and mean_gap <= _MAX_AFTERNOON_GAP
    return max(starts) - min(starts) <= _MAX_SPAN and mean_gap <= _MAX_MEAN_GAP_SECONDS


def _with_afternoon(starts: list[float]) -> list[float]:
    """Hours of the afternoon as after twelve, where the day began in the morning: `11:10 … 1:30` is 11:10 … 13:30."""
    if starts[0] < _EARLIEST or max(starts) >= _NOON + 60:
        return starts
    return [start + _NOON if _MIN_ROUND_SECONDS <= start < _EARLIEST else start for start in starts]


def _is_round_time(time: TypedTime) -> bool:
    return time.hint.start % _ROUND_SECONDS == 0 and time.hint.start >= _MIN_ROUND_SECONDS


def _are_few_and_may_be_of_day(clocks: list[TypedTime]) -> bool:
    """One or two times in all the notes, both round or both when people meet."""
    return len(clocks) < _MIN_TIMES and all(
        (not time.marked and _is_round_time(time))
        or (time.place is not Place.END and _EARLIEST <= time.hint.start < _LATEST)
        for time in clocks
    )


def _is_packed(clocks: list[TypedTime]) -> bool:
    """Times that would all be minutes of a day, and as those of a recording are close together and late in it."""
    starts = [time.hint.start for time in clocks if time.place is not Place.END]
    if len(starts) < _MIN_TIMES:
        return False
    starts = _with_afternoon(starts)
    if min(starts) < _EARLIEST or max(starts) >= _LATEST:
        return False
    falls = sum(after < before for before, after in pairwise(starts))  # from one day to the next
    return (
        falls <= len(starts) // _MIN_TIMES and (max(starts) - min(starts)) / (len(starts) - 1) <= _MAX_MEAN_GAP_SECONDS
    )


def _is_dense(clocks: list[TypedTime]) -> bool:
    """A message a minute, read as one a second."""
    starts = [time.hint.start for time in clocks if time.place is Place.START]
    if len(starts) < _MIN_MESSAGES or min(starts) < _MIN_ROUND_SECONDS:
        return False
    return sorted(starts) == starts and (starts[-1] - starts[0]) / (len(starts) - 1) <= _MAX_MESSAGE_GAP_SECONDS


def _is_in_window(clocks: list[TypedTime], texts: Iterable[str]) -> bool:
    """Whether the notes say from when to when the meeting took place, and the times are between."""
    for text in texts:
        for found in _WINDOW.finditer(text):
            if not (_ABOUT_DAY.search(text) or find_date(text)):
                break
            start, end = _minutes(found, "1"), _minutes(found, "2")
            if end < start:
                end += 12 * 60 if end + 12 * 60 > start else 24 * 60
            inside = sum(start - _SLACK <= time.hint.start <= end + _SLACK for time in clocks)
            if start >= _EARLIEST and end - start >= _MIN_WINDOW and 5 * inside >= 4 * len(clocks):
                return True
    return False


def _minutes(found: re.Match[str], which: str) -> int:
    hour, minute = int(found[f"h{which}"]), int(found[f"m{which}"])
    half = found[f"pm{which}"] or (found["pm2"] if which == "1" else "")
    afternoon = bool(half) and half[0] in "pP" and hour < 12
    return 60 * (hour + 12 * afternoon) + minute


def _is_like_days(clocks: list[TypedTime], times: Sequence[TypedTime]) -> bool:
    """Whether one of them says that it is a time of day, and the others are near it: `[19:46] … [20:01 UTC]`."""
    days = [time.hint.start for time in times if time.of_day and time.place is Place.START and time.is_clock]
    near = sum(any(abs(day - time.hint.start) <= 3 * 60 for day in days) for time in clocks)
    return bool(days) and min(time.hint.start for time in clocks) >= _EARLIEST and 5 * near >= 4 * len(clocks)

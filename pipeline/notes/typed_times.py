"""Times that people type: what they look like in the text of a block.

    12:30 Release        (35:20) Release       ## Release [8:15]        Ann 03:51 - "Release"
    00:19:45 - Release   9:44-11:10 Release    Release (at 12:30)       Release (12:30 in the video)
    12m30s Release       12'30" Release        ⏱ 12:30 Release          Release (timestamp 12:30)

Whether such a time is one of the recording, or of the day, is decided in `day_times`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from pipeline import timecode
from pipeline.records import Hint

GAP = r"\s{0,3}"  # bounded: a run of spaces must not be tried in every way
COLON = r"(?:\d{1,2}[:：])?\d{1,3}[:：][0-5]\d(?:(?<=[:：]\d\d[:：]\d\d)[.,]\d{1,3})?"
DOTTED = r"\d{1,3}\.[0-5]\d"
_UNITS = r"(?:\d{1,2}\s?h\s?)?\d{1,3}\s?m(?:in)?\s?\d{1,2}\s?s(?:ec)?"
_PRIMES = r"\d{1,3}['’′][0-5]\d(?:[\"”″]|''|’’|′′)"
_TIME = rf"(?:{COLON}|{_UNITS}|{_PRIMES})"
_ENDS_TIME = r"(?![\d%]|[.:：,]\d)"
_DASH = r"(?:-|–|—|→|->|to)"
_OPEN, _CLOSE = r"[(\[{（［【]", r"[)\]}）］】]"
_ICON = "[⌚⌛⏯⏰-⏳▶►⯈\U0001f3a5\U0001f3ac\U0001f4f9\U0001f4fa\U0001f4fd\U0001f550-\U0001f567]\ufe0f?"
# What stands before a time and says what it is; an exact word says that it is no time of the day.
_EXACT_WORD = r"(?:time[ -]?(?:stamp|code)|ts|min(?:ute)?|video|recording|youtube)"
_VAGUE_WORD = r"(?:(?:start(?:s|ed|ing)?|beg[aiu]n(?:s|ning)?)\s+(?:at|from)|at|from|ca\.?|approx\.?)"
_WORDS = (
    rf"(?:(?:(?P<exact>{_EXACT_WORD})(?:\s+at)?|(?P<time>time)|{_VAGUE_WORD})\s*[:：|]?{GAP}(?=\d|[@~]))?"
    rf"(?P<at>[@~≈]{GAP})?"
)
_MEDIUM = r"(?:video|recording|audio|stream|livestream|vod|film|youtube|podcast)"
_IN_MEDIUM = rf"\s{{1,3}}(?:min(?:utes?)?\.?\s{{1,3}})?(?:in(?:to)?|of|on)\s{{1,3}}(?:the\s{{1,3}})?{_MEDIUM}\b"


_ZONE = (
    r"(?:(?-i:UTC|GMT|Z\b|[ECMP][SD]?T\b|CES?T\b|[EW]ES?T\b|[BIJ]ST\b|AE[SD]T\b)"
    r"|[ap]\.?m\b|eastern|pacific|central|mountain|local time|uhr|h\b|o'clock)"
)


IS_ZONE = re.compile(rf"\W{{0,3}}{_ZONE}\W{{0,3}}", re.IGNORECASE)  # a cell beside a time of the day


def _range(time: str) -> str:
    return rf"(?P<start>{time}){_ENDS_TIME}(?:{GAP}{_DASH}{GAP}(?P<end>{time}){_ENDS_TIME})?"


def _leading(time: str) -> re.Pattern[str]:
    opening = rf"{GAP}(?:(?P<icon>{_ICON}){GAP})?(?:(?P<open>{_OPEN}){GAP})?{_WORDS}"
    closing = rf"(?:{_IN_MEDIUM})?(?(open)(?P<zone>{GAP}{_ZONE})?{GAP}{_CLOSE})"
    return re.compile(
        rf"{opening}{_range(time)}{closing}(?=$|[\s\-–—:：|•·,\"“„«>]|\.(?:\s|$)|(?<={_CLOSE}))", re.IGNORECASE
    )


LEADING = _leading(_TIME)
LEADING_DOTTED = _leading(DOTTED)
_TRAILING = re.compile(
    rf"(?:(?P<open>{_OPEN}){GAP}{_WORDS}|(?P<mark>@){GAP}|(?<=\s)(?P<dash>[-–—])\s{{1,3}})"
    rf"{_range(_TIME)}(?(open)(?:{_IN_MEDIUM})?{GAP}{_CLOSE}){GAP}\.?{GAP}$",
    re.IGNORECASE,
)
# The words around it say that it is a time of the recording, wherever it stands.
_STATED = re.compile(
    rf"(?P<open>{_OPEN}{GAP})?(?P<at>(?:at\s{{1,3}}|[@~≈]{GAP}))?{_range(_TIME)}(?P<closed>{_CLOSE})?{_IN_MEDIUM}"
    rf"(?(open)(?:{GAP}{_CLOSE}|(?(closed)|(?!))))",
    re.IGNORECASE,
)
_NAME = r"[^\W\d_](?:[^\W_]{0,30}[^\W\d_])?(?:[-'’][^\W\d_]{1,30}){0,2}\.?"
# What was said is quoted, or the time has hours. Else it may be a chat log: `Ann (14:05): …`, `Ann 14:05`
_AFTER_NAME = re.compile(
    rf"{GAP}(?P<name>{_NAME}(?:[ ]{_NAME}){{0,2}})(?P<cut>{GAP}[-–—:]?{GAP}(?P<open>[(\[])?{_range(COLON)}"
    rf"(?(open)[)\]])(?:{GAP}[-–—:])?)(?:(?={GAP}[\"“„«])|(?<=:\d\d:\d\d){GAP}$)"
)
_ONLY = re.compile(
    rf"[\s(\[@_*{{（［【~]*(?:{_ICON}{GAP})?(?:{_EXACT_WORD}{GAP}[:：|]?{GAP})?[\[(]?{_range(f'(?:{_TIME}|{DOTTED})')}[\s)\]_*}}）］】]*",
    re.IGNORECASE,
)

# What follows a time of day, or a ratio that looks like one.
_TIME_OF_DAY_SUFFIX = re.compile(rf"[\s()\[\]]{{0,3}}(?:{_ZONE}|ratio\b|scale\b|aspect\b)", re.IGNORECASE)
_TIME_OF_DAY_WORD = re.compile(
    r"\b(?:\d\s?[ap]\.?m|UTC|GMT|Eastern|Pacific|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:next|this) meeting)\b",
    re.IGNORECASE,
)
_IN_MEDIUM_TEXT = re.compile(_IN_MEDIUM, re.IGNORECASE)
_CHAT = re.compile(rf"{GAP}(?:from\s|<[^>\s]{{1,40}}>)", re.IGNORECASE)
_DURATION = re.compile(
    r"\b(?:duration|length|runtime|running time|total)\W*\Z"
    r"|\A\W*(?:(?:the|full|meeting|call|link|to|our|youtube|zoom)\s{1,3}){0,4}(?:recording|video|audio|youtube|stream)s?\W*\Z",
    re.IGNORECASE,
)
_PUNCTUATION = (".", ",", ";", ":", "!", "?")
_SECONDS_MARK = re.compile(r"[\"”″]|''|’’|′′")


class Place(Enum):
    """Where in the text of a block a time stands."""

    START = "start"
    END = "end"
    AFTER_NAME = "after a name"
    STATED = "stated"  # anywhere, with words that say that it is of the recording


@dataclass(frozen=True, slots=True)
class TypedTime:
    """A time typed in a text. `span` is what to cut out of the text with it: brackets, labels."""

    hint: Hint
    span: tuple[int, int]
    at: int  # where its digits begin
    place: Place
    marked: bool  # in brackets, or after an @ or ~
    is_clock: bool  # of two numbers with a colon, as times of the day are
    stated: bool  # its words say that it is no time of the day
    of_day: bool = False  # its words say that it is one, or how long something took
    labelled: bool = False  # `Time: 12:30`, which is mostly when the meeting begins
    chat: bool = False  # what follows is the head of a chat message
    name: str = ""  # before it

    @property
    def certain(self) -> bool:
        """Whether hardly any time of the day is written so."""
        return self.stated or self.marked or not self.is_clock


def parse_typed_time(text: str) -> Hint | None:
    """The time `text` consists of, apart from brackets, emphasis and a label; None when there is anything else.

    >>> parse_typed_time("[@3:11]"), parse_typed_time("9:44-11:10"), parse_typed_time("3:11 release")
    (Hint(start=191.0, end=None, part=0), Hint(start=584.0, end=670.0, part=0), None)
    """
    found = _ONLY.fullmatch(text)
    return hint_of(found) if found else None


def hint_of(found: re.Match[str]) -> Hint | None:
    """The moment or the span of a match that has the groups `start` and `end`."""
    start = _seconds(found["start"])
    end = _seconds(found["end"]) if found["end"] else None
    if start is None:
        return None
    return Hint(start, end if end is not None and end > start else None)


def _seconds(text: str) -> float | None:
    plain = re.sub(r"\s|in(?=\d|\s)|ec$", "", text.replace("：", ":").casefold())
    plain = _SECONDS_MARK.sub("s", plain) if "'" in text or "’" in text or "′" in text else plain
    plain = re.sub(r"['’′]", "m", plain)
    if re.fullmatch(DOTTED, plain):
        plain = plain.replace(".", ":")
    return timecode.parse(plain)


def find_time(text: str) -> TypedTime | None:
    """The time that a block with this text is about, if any."""
    stated = _STATED.search(text)
    if stated and (hint := hint_of(stated)):
        span = _span_of_stated(text, stated)
        return TypedTime(hint, span, stated.start("start"), Place.STATED, marked=True, is_clock=False, stated=True)
    for pattern, place in ((LEADING, Place.START), (_TRAILING, Place.END), (_AFTER_NAME, Place.AFTER_NAME)):
        found = pattern.search(text) if place is Place.END else pattern.match(text)
        hint = hint_of(found) if found else None
        if found and hint and (place is not Place.AFTER_NAME or _is_name(found["name"])):
            typed = _typed(text, found, hint, place)
            return (_behind_time_of_day(text, found.end()) or typed) if typed.of_day else typed
    return None


def _behind_time_of_day(text: str, at: int) -> TypedTime | None:
    """The time with hours and in brackets that follows a time of the day: `6:35 pm (0:04:12) Minutes`."""
    suffix = _TIME_OF_DAY_SUFFIX.match(text, at)
    found = LEADING.match(text, suffix.end() if suffix else at)
    hint = hint_of(found) if found else None
    if not found or not hint or not found["open"]:
        return None
    typed = _typed(text, found, hint, Place.START)
    return None if typed.is_clock or typed.of_day else typed


def _span_of_stated(text: str, found: re.Match[str]) -> tuple[int, int]:
    """What to cut out of a sentence: the brackets and what is in them; without brackets nothing."""
    if not found["open"]:
        return (found.start("start"),) * 2
    start, end = found.span()
    before = len(text[:start].rstrip(" "))
    return (before if text[end : end + 1] in _PUNCTUATION else start), end


def _is_name(words: str) -> bool:
    return all(word[0].isupper() for word in words.split())


def find_dotted_time(text: str) -> TypedTime | None:
    """A time at the start that is written with a dot: `10.57`."""
    found = LEADING_DOTTED.match(text)
    hint = hint_of(found) if found else None
    return _typed(text, found, hint, Place.START) if found and hint else None


def _typed(text: str, found: re.Match[str], hint: Hint, place: Place) -> TypedTime:
    groups = found.groupdict()
    stated = bool(groups.get("exact") or groups.get("icon")) or _IN_MEDIUM_TEXT.search(found.group()) is not None
    marked = bool(groups.get("open") or groups.get("at") or groups.get("mark"))
    numbers = re.findall(r"\d+", found["start"])
    is_clock = len(numbers) == 2 and re.search(r"[:：.]", found["start"]) is not None
    of_day = bool(groups.get("zone")) or _TIME_OF_DAY_SUFFIX.match(text, found.end()) is not None
    if not of_day and is_clock and not stated and (not marked or place is Place.END):
        of_day = _TIME_OF_DAY_WORD.search(text) is not None
    if place is Place.END and not stated and _DURATION.search(text[: found.start()]):
        of_day = True
    return TypedTime(
        hint=hint,
        span=found.span("cut") if "cut" in groups else found.span(),
        at=found.start("start"),
        place=place,
        marked=marked,
        is_clock=is_clock,
        stated=stated,
        of_day=of_day,
        labelled=bool(groups.get("time")),
        chat=_CHAT.match(text, found.end()) is not None,
        name=groups.get("name") or "",
    )

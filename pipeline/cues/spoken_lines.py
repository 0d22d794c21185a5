"""Lines of a transcript that people read: who speaks and when, in dozens of layouts.

    [00:01:02] Ann: Hello       00:01:02 Ann: Hello     **Ann** 00:01:02     Ann (1:02)     00:01:02
                                                        Hello                Hello          Ann: Hello

A time begins something said; lines without one belong to what is above them.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field

from pipeline.cues.line_times import CLOCK_TIME, SPELLED_TIME, UNIT_TIME, is_time_of_day, seconds_of

_NAME = (
    r"[^\W_][^:：<>\[\]()\"“”?!;/|]{0,40}?"
    r"(?:\s?[(\[](?!\s?\d{1,3}:)[^()\[\]:]{1,40}[)\]])?(?:\s[|]\s[^|:：<>\[\]()\d]{1,40}?)?"  # (she/her), | Example Ltd
)
_SEPARATOR = r"[\s:：,–—|-]{0,4}"
_TO = r"\s{0,3}(?:--?\\?>|→|-|–|—|,|to\b|bis\b)\s{0,3}"


def _span(time: str) -> str:
    """A time or two, bare or in brackets."""
    named = time.replace(r"\1", r"(?P=mark)").replace("([:;])", "(?P<mark>[:;])", 1)
    second = time.replace(r"\1", r"(?P=end_mark)").replace("([:;])", "(?P<end_mark>[:;])", 1)
    return rf"(?P<open>@?[(\[{{<]?)\s{{0,2}}(?P<start>{named})(?:{_TO}(?P<end>{second}))?\s?[)\]}}>]?"


_CLOCK_SPAN = _span(CLOCK_TIME)
_LEADING = re.compile(rf"{_CLOCK_SPAN}(?=$|[\s:：,–—|-]){_SEPARATOR}(?P<rest>.*)")
_NAMED_FIRST = re.compile(
    rf"\[?(?P<name>{_NAME})\]?[\s,:：–—|-]{{0,4}}{_CLOCK_SPAN}\s?(?:[:：\]|–—-](?=\s|$))?\s{{0,4}}(?P<rest>.*)"
)
_SPELLED = re.compile(rf"(?P<open>[(\[]?)(?P<start>{SPELLED_TIME})[)\]]?[:,]?\s{{0,4}}(?P<rest>.*)")
_UNITS = re.compile(rf"{_span(UNIT_TIME)}(?=$|[\s:：,–—|-]){_SEPARATOR}(?P<rest>.*)")
_SECONDS = re.compile(
    r"(?:Transcript: ?)?(?P<open>\[)\s?(?P<start>\d{1,6}\.\d{1,3})s?\s{0,3}--?>\s{0,3}(?P<end>\d{1,6}\.\d{1,3})s?\]"
    r"\s{0,4}(?P<rest>.*)"
)
_ENDING = re.compile(rf"(?:^|\s)(?P<start>{SPELLED_TIME})$")
_TWICE = re.compile(rf"(?:\d{{1,2}}:)?\d{{1,2}}:[0-5]\d(?={SPELLED_TIME})")  # 29:4229 minutes, 42 seconds
_ARROW = re.compile(r"(?P<one>\d{1,3}:[\d:.,]{2,12})\s?--\\?>\s?\d{1,3}:")
_BOLD_NAME = re.compile(r"\s*(?:[-*]\s)?\*\*[^*]{1,40}\*\*")
_LABEL = re.compile(rf"(?P<name>{_NAME})\s?[:：]\s*(?P<rest>(?!//)\S.*)")
_VOICE = re.compile(r"<v(?:\.[\w.]{1,20})?\s(?P<name>[^<>]{1,60})>(?P<rest>[^<]*)(?:</v>)?")
_MARKS = re.compile(
    r"^\s*(?:>(?!>)\s?)*(?:#{1,6}\s|[-*+]\s(?!\*)|\d{1,4}[.)]\s)?|\*\*|\*(?=[(\[]\d)|(?<=\d[)\]])\*|__|`"
    r"|</?(?:p|br|b|strong|em|i|span|details|summary)\b[^<>]*>|\{#[^{}]{0,60}\}|\\$"
)
_LINK = re.compile(r"\[([^\[\]]{0,300})\]\([^()\s]{0,2000}\)")
_CHAT = re.compile(
    r"^[\d:.()\[\]\s-]{4,30}from\s[^:]{1,60}\sto\s[^:.?!]{1,40}(?::|$)|^[\d:.()\[\]\s-]{0,20}<(?!v\s|\d)\S{1,30}>|^[\d:]{5,8}\t[^\t:]{1,60}:\t",
    re.IGNORECASE,
)
_TERMINAL_COLOR = re.compile(r"\x1b\[[\d;]{0,20}m")
_INVISIBLE = {ord(mark): None for mark in "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"}
_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY_OF_MONTH = re.compile(r"(?:jan|feb|m[aä]r|apr|ma[yi]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[^\W\d]*\.? \d{1,2}", re.I)
_FIELD_WORDS = """
    after at chapter created date datum dauer duration end ended from kapitel length published start started time to
    total until uhrzeit updated
"""
_NOT_NAMES = frozenset(_FIELD_WORDS.split())

_MAX_CHAT_CHARS = 200
_MAX_TIME_CHARS = 160  # of a line, before its text
_MAX_SPEAKER_WORDS = 5


@dataclass(slots=True)
class SpokenLine:
    """Something said. `start` is None where no time stands at it, `end` where it is not told; seconds."""

    start: float | None
    speaker: str | None
    texts: list[str] = field(default_factory=list)
    end: float | None = None
    line: int | None = None  # in the file, 1-based
    is_of_day: bool = False  # its time is one of the day: 1:05:33 PM
    is_marked: bool = True  # its time is alone on the line, in brackets or beside a name: no word of a sentence


def plain(line: str) -> str:
    """A line without the marks of Markdown around times and names, and with single spaces."""
    line = _TERMINAL_COLOR.sub("", line) if "\x1b" in line else line
    return " ".join(_LINK.sub(r"\1", _MARKS.sub("", line.translate(_INVISIBLE))).split())


def is_cue_timing(line: str) -> bool:
    """Whether a line is the timing of a WebVTT or SRT cue."""
    return line.lstrip()[:1].isdigit() and _ARROW.search(line[:100]) is not None


def is_chat(line: str) -> bool:
    """Whether a line is of a chat, which nobody said."""
    return _CHAT.search(line.strip()[:_MAX_CHAT_CHARS]) is not None


def has_spelled_time(line: str) -> bool:
    """Whether a line begins with a time as screen readers are given it, alone or after the same in figures."""
    text = plain(line)
    return _SPELLED.match(text) is not None or _TWICE.match(text) is not None


def timed_line(line: str, names: Container[str] = ()) -> SpokenLine | None:
    """A line that begins with a clock time, or with a name and one; None for any other.

    `names` are known though they are written in lower case.
    """
    if ":" not in line[:_MAX_TIME_CHARS] and ";" not in line[:_MAX_TIME_CHARS]:
        return None
    if is_chat(line):
        return None
    if columns := _columns(line):
        return columns
    text = plain(line)
    if found := _TWICE.match(text):
        text = text[found.end() :]
        return _spelled(text)
    if (found := _LEADING.match(text)) and (spoken := _spoken(found, None)):
        return spoken
    if (found := _NAMED_FIRST.match(text)) and (is_namelike(found["name"], names) or _BOLD_NAME.match(line)):
        return _spoken(found, found["name"].strip())
    return None


def spelled_time(text: str) -> float | None:
    """The time in words that a line ends with, alone or after a name: `Ann Lee 2 minutes 5 seconds`; seconds."""
    found = _ENDING.search(text[-_MAX_TIME_CHARS:]) if text[-1:].isalpha() else None
    return seconds_of(found["start"]) if found and is_namelike(text[: -len(found[0])] or "A") else None


def lower_case_name(line: str) -> str | None:
    """What stands before a time in a line and could be a name, were it capitalised; if it is in others, it is one."""
    is_lower = line.lstrip("[*# ")[:1].islower()
    found = _NAMED_FIRST.match(plain(line)) if is_lower and ":" in line[:_MAX_TIME_CHARS] else None
    name = found["name"].strip() if found and (found["open"] or not found["rest"]) else ""
    return name if is_namelike(name, {name}) else None


def line_with_spelled_time(line: str) -> SpokenLine | None:
    """A line that begins with a time in words or with units: `2 minutes, 5 seconds`, `1m 5s`, `[0.00s -> 4.00s]`."""
    text = plain(line)
    for pattern in (_SECONDS, _UNITS):
        if found := pattern.match(text):
            return _spoken(found, None) if pattern is _UNITS else _in_seconds(found)
    return _spelled(text)


def _spelled(text: str) -> SpokenLine | None:
    found = _SPELLED.match(text)
    return _spoken(found, None) if found else None


def _spoken(found: re.Match[str], speaker: str | None) -> SpokenLine | None:
    groups = found.groupdict()
    start = seconds_of(found["start"])
    if start is None:
        return None
    end = seconds_of(groups["end"]) if groups.get("end") else None
    texts = _text(found["rest"])
    is_marked = bool(found["open"] or not texts or groups.get("end") or speaker)
    end = end if end is not None and end > start else None
    return SpokenLine(start, speaker, texts, end, None, is_time_of_day(found["start"]), is_marked)


def _in_seconds(found: re.Match[str]) -> SpokenLine:
    start, end = float(found["start"]), float(found["end"])
    return SpokenLine(start, None, _text(found["rest"]), end if end > start else None)


def _columns(line: str) -> SpokenLine | None:
    """`0:02<tab>Ann<tab>Hello`, as a row of a table comes out of a document, or with bars."""
    parts = line.strip().split("\t" if "\t" in line else " | ", 2)
    if len(parts) < 3:
        return None
    time, name, text = map(plain, parts)
    found = _LEADING.fullmatch(time)
    if found is None or found["rest"] or not is_namelike(name):
        return None
    spoken = _spoken(found, name)
    if spoken:
        spoken.texts = _text(text)
    return spoken


def labelled_line(line: str, names: Container[str] = ()) -> SpokenLine | None:
    """A line that begins with a name and a colon, which stay in its text; None for any other."""
    if ":" not in line[:_MAX_TIME_CHARS] and "：" not in line[:_MAX_TIME_CHARS]:
        return None
    texts = _text(plain(line))
    return SpokenLine(None, None, texts) if texts and label_of(texts[0], names) else None


def label_of(text: str, names: Container[str] = ()) -> str | None:
    """The name with which a text begins, before a colon."""
    found = _LABEL.match(text)
    is_label = found and is_namelike(found["name"], names) and text[found.end("name") :].lstrip()[1:2].isspace()
    is_wide = found and "：" in text[: found.start("rest")]  # which no space follows
    return found["name"].strip() if found and (is_label or (is_wide and is_namelike(found["name"], names))) else None


def _text(text: str) -> list[str]:
    """The text of a line, a speaker in it as `Name: `; empty where there is none."""
    if voice := _VOICE.match(text):
        text = f"{voice['name'].strip()}: {voice['rest']}"
    return [text.strip()] if text.strip() else []


def is_namelike(name: str, names: Container[str] = ()) -> bool:
    """Whether a text could be who speaks: a few words, capitalised or of `names`, and no date or name of a field."""
    words = name.split()
    if not 0 < len(words) <= _MAX_SPEAKER_WORDS:
        return False
    if name[0].isascii() and not name[0].isupper() and name.strip() not in names:
        return False
    if any(_YEAR.fullmatch(word.strip(",.")) or word.strip(",.").casefold() in _NOT_NAMES for word in words):
        return False
    return _DAY_OF_MONTH.fullmatch(name.strip()) is None

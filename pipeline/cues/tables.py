"""Tables with a time and a text in each row: Whisper's TSV, whisper.cpp's CSV, what Premiere, Resolve, Descript and
spreadsheets export, Audacity's labels. The columns may stand in any order; their headers tell them apart.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.cues.drafts import to_transcript
from pipeline.cues.line_times import seconds_of
from pipeline.cues.spoken_lines import SpokenLine
from pipeline.cues.text_with_times import cues_of
from pipeline.errors import TranscriptError
from pipeline.records import Transcript
from pipeline.untrusted import MAX_SECONDS

_DELIMITERS = ("\t", ";", ",", "|")
_HEAD_CHARS = 20_000
_MAX_LINES_ABOVE = 5  # the row of headers
_MAX_COLUMNS = 100
_MAX_ROWS = 1_000_000
_MIN_ROWS = 2  # without headers
_MIN_WORDS_PER_SECOND = 0.03  # fewer, and whole numbers are milliseconds

_HEADERS = {
    "start": """
        start begin beginning from in inpoint intime cuein tcin starttime begintime startseconds startsec starttimecode
        timecodein timestamp time timecode timecodes offset anfang beginn startzeit zeit début debut inicio
    """,
    "end": """
        end stop to out outpoint outtime cueout tcout endtime stoptime endseconds endsec endtimecode timecodeout finish
        ende endzeit fin
    """,
    "duration": "duration length dauer durée",
    "speaker": """
        speaker speakername speakerlabel name who person participant user character role sprecher locuteur orador
    """,
    "text": """
        text transcript transcription content caption captions subtitle subtitles sentence utterance line dialogue
        dialog words word speech texte texto
    """,
}
"""What people and programs call the columns, without spaces, units and signs."""

_HEADERS_OF_CALENDARS = frozenset(("date", "day", "weekday", "datum", "tag", "fecha"))

_ROLES = {header: role for role, headers in _HEADERS.items() for header in headers.split()}
_UNIT = re.compile(
    r"(?P<ms>\(?\[?\bm(?:illi)?s(?:ec(?:ond)?s?)?\]?\)?$|_ms$)|(?P<s>\(?\[?\b(?:s|secs?|seconds?)\]?\)?$|_s$)", re.I
)
_NEWLINE = re.compile(r"\r\n|\n|\r")
_RULE = re.compile(r"[\s:-]*")  # below the headers, and an empty row
_NUMBER = re.compile(r"\d{1,12}(?:[.,]\d{1,9})?")
_FRACTION = re.compile(r"\d{1,12}[.,]\d{1,9}")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


@dataclass(frozen=True, slots=True)
class _Columns:
    """How a table is laid out: which column is what, and from which line on, counted from 0, its rows are."""

    delimiter: str
    columns: dict[str, int]
    first: int
    scale: float | None = None  # seconds that a number stands for, where the headers tell


@dataclass(frozen=True, slots=True)
class _Row:
    start: str
    end: str
    duration: str
    speaker: str
    text: str
    line: int


def matches(text: str) -> bool:
    return _layout(text[:_HEAD_CHARS]) is not None


def parse(text: str, *, source: str) -> Transcript:
    """The transcript in a table. Rows without a time or text are left out, with a warning for those with a text.

    Raises:
        TranscriptError: it is broken, has too many rows, or none with a time and a text.
    """
    table = _layout(text[:_HEAD_CHARS])
    if table is None:
        raise TranscriptError(source, "has no columns with times and text")
    try:
        rows = [row for row in _rows(text, table) if row.text]
    except csv.Error as error:
        raise TranscriptError(source, f"is a broken table ({error}): perhaps a quote is not closed") from error
    if len(rows) > _MAX_ROWS:
        raise TranscriptError(source, f"has more than {_MAX_ROWS:,} rows, the limit for a transcript")
    scale = table.scale or _scale(rows)
    spoken = [_spoken(row, scale) for row in rows]
    untimed = [each.line for each in spoken if each.start is None]
    warnings = [f"line {line} has no time, so it was left out" for line in untimed[:3]]
    if len(untimed) > len(warnings):
        warnings.append(f"{len(untimed) - len(warnings)} more lines have no time, so they were left out")
    timed = [each for each in spoken if each.start is not None]
    has_speakers = any(each.speaker for each in timed)
    cues = cues_of(timed) if timed else []
    return to_transcript(cues, source=source, labels=not has_speakers, warnings=warnings)


def _layout(head: str) -> _Columns | None:
    lines = _NEWLINE.split(head)
    filled = [(index, line) for index, line in enumerate(lines) if line.strip()][: _MAX_LINES_ABOVE + 1]
    for index, line in filled:
        for delimiter in _DELIMITERS:
            headers = _fields(line, delimiter)
            columns = _columns(headers)
            if 2 <= len(headers) <= _MAX_COLUMNS and {"start", "text"} <= columns.keys():
                if any(header.strip().lower() in _HEADERS_OF_CALENDARS for header in headers):
                    return None
                table = _Columns(delimiter, columns, index + 1, _header_scale(headers[columns["start"]]))
                return table if _has_times(lines[index + 1 :], table) else None
    return _without_headers([line for line in lines if line.strip()])


def _has_times(lines: Sequence[str], table: _Columns) -> bool:
    """Whether one of the first rows has a time where it should: a calendar has dates."""
    rows = (_fields(line, table.delimiter) for line in lines[:_MAX_LINES_ABOVE])
    return any(_is_time(row[table.columns["start"]]) for row in rows if len(row) > table.columns["start"])


def _columns(headers: Sequence[str]) -> dict[str, int]:
    """Which column is what, the first one of each."""
    columns: dict[str, int] = {}
    for index, header in enumerate(headers):
        plain = re.sub(r"[\W_]", "", _UNIT.sub("", header.strip().lower()))
        if role := _ROLES.get(plain):
            columns.setdefault(role, index)
            if plain == role:  # better than what only means the same, as `time`
                columns[role] = index
    return columns


def _header_scale(header: str) -> float | None:
    found = _UNIT.search(header.strip())
    return None if found is None else 0.001 if found["ms"] else 1.0


def _without_headers(lines: Sequence[str]) -> _Columns | None:
    """Start, end and text between tabs: Audacity's labels."""
    rows = [line.split("\t") for line in lines[:20]]
    complete = rows[:-1] if len(rows) > _MIN_ROWS else rows  # the last one may be cut off
    is_table = len(complete) >= _MIN_ROWS and all(
        len(row) == 3 and all(_is_time(part) for part in row[:2]) and row[2].strip() for row in complete
    )
    return _Columns("\t", {"start": 0, "end": 1, "text": 2}, 0) if is_table else None


def _is_time(text: str) -> bool:
    return _NUMBER.fullmatch(text.strip()) is not None or (":" in text and seconds_of(text) is not None)


def _fields(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=delimiter != "\t"), [])
    except csv.Error:
        return []


def _rows(text: str, table: _Columns) -> Iterator[_Row]:
    last = max(table.columns.values())
    text_is_last = table.columns["text"] == last
    for line, fields in _records(text, table):
        if table.delimiter == "|" and fields and not fields[-1].strip():
            fields.pop()  # of a row that ends with a bar
        if _RULE.fullmatch("".join(fields)):
            continue
        if text_is_last and len(fields) > last + 1:  # a text with delimiters that nobody quoted
            fields[last:] = [f"{table.delimiter} ".join(fields[last:])]
        values = {role: fields[column].strip() for role, column in table.columns.items() if column < len(fields)}
        yield _Row(
            values.get("start", ""),
            values.get("end", ""),
            values.get("duration", ""),
            " ".join(values.get("speaker", "").split()),
            " ".join(values.get("text", "").split()),
            line,
        )


def _records(text: str, table: _Columns) -> Iterator[tuple[int, list[str]]]:
    """Each row and its line. A quote in a table between tabs is one, unless it is around a whole field."""
    if table.delimiter == "\t":
        for number, line in enumerate(_NEWLINE.split(text), 1):
            if number > table.first:
                yield number, [_unquoted(part) for part in line.split("\t", _MAX_COLUMNS)]
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=table.delimiter, skipinitialspace=True)
    for fields in reader:
        if reader.line_num > table.first:
            yield reader.line_num, fields


def _unquoted(field: str) -> str:
    field = field.strip()
    return field[1:-1].replace('""', '"') if _QUOTED.fullmatch(field) else field


def _scale(rows: Sequence[_Row]) -> float:
    """Seconds that a plain number stands for: milliseconds, where whole seconds would be too slow for speech."""
    numbers = [float(row.start.replace(",", ".")) for row in rows if _NUMBER.fullmatch(row.start)]
    if not numbers or any("." in row.start or "," in row.start for row in rows if _NUMBER.fullmatch(row.start)):
        return 1.0
    if any(_FRACTION.fullmatch(written) for row in rows for written in (row.end, row.duration)):
        return 1.0
    numbered = [row for row in rows if _NUMBER.fullmatch(row.start)]
    ends = [float(row.end) if _NUMBER.fullmatch(row.end) else math.inf for row in numbered]
    afters = [min(end, after) for end, after in zip(ends, [*numbers[1:], math.inf], strict=True)]
    gaps = sorted(
        (after - start, len(row.text.split()))
        for row, start, after in zip(numbered, numbers, afters, strict=True)
        if start < after < math.inf
    )
    gaps = gaps[: max(1, len(gaps) // 2)]  # without the pauses
    words, span = sum(count for _, count in gaps), sum(gap for gap, _ in gaps)
    return 0.001 if words < _MIN_WORDS_PER_SECOND * span else 1.0


def _seconds(written: str, scale: float) -> float | None:
    if _NUMBER.fullmatch(written):
        seconds = float(written.replace(",", ".")) * scale
        return round(seconds, 3) if seconds <= MAX_SECONDS else None
    return seconds_of(written) if written else None


def _spoken(row: _Row, scale: float) -> SpokenLine:
    start, end = _seconds(row.start, scale), _seconds(row.end, scale)
    if end is None and start is not None and (length := _seconds(row.duration, scale)) is not None:
        end = start + length
    if end is not None and (start is None or end <= start or end > MAX_SECONDS):
        end = None
    return SpokenLine(start, row.speaker or None, [row.text], end, row.line)

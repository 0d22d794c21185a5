"""What comes from outside, checked in one place: files, JSON, numbers and text that others wrote.

Every reader of a format uses these, so that nothing infinite, negative, huge or undecodable gets past its doorway.
`place` names where a value stands, as in `segments[3].start`; the errors name it and show the value.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = [
    "MAX_JSON_ITEMS",
    "MAX_SECONDS",
    "InvalidInput",
    "moment",
    "number",
    "parse_json",
    "parse_json_values",
    "read_bytes",
    "repaired_text",
    "seconds",
    "shown",
    "text",
    "whole_number",
]

MAX_SECONDS = 7 * 24 * 3600.0
"""The longest recording that is taken, and so the latest time in one: a week."""

MAX_JSON_ITEMS = 2_500_000
"""Objects and lists in a JSON document: two million words with their times. More would need gigabytes of memory."""

_MAX_SHOWN_CHARS = 40
_END_OF_TIME = 253_402_300_799  # the last second of the year 9999, as POSIX counts
_NO_SPACE = re.compile(r"[^\s\x1e]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class InvalidInput(ValueError):
    """A value or a file that cannot be used. `str()` is the end of a sentence that begins with the name of the file.

    `line` is 1-based, None where it is not known.
    """

    def __init__(self, problem: str, *, line: int | None = None) -> None:
        super().__init__(problem)
        self.line = line


def seconds(value: object, place: str) -> float:
    """A time in a recording, or a length of one: 0 to MAX_SECONDS.

    Raises:
        InvalidInput: it is anything else; NaN, infinity and booleans are, too.
    """
    return number(value, place, high=MAX_SECONDS, unit=" seconds")


def number(value: object, place: str, *, low: float = 0.0, high: float, unit: str = "") -> float:
    """A finite number from `low` to `high`.

    Raises:
        InvalidInput: it is anything else; NaN, infinity and booleans are, too.
    """
    # Compared before it is converted: a whole number in JSON may have too many digits for a float.
    if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
        return float(value)
    raise InvalidInput(f"has {shown(value)} at {place}, which is not a number from {low:g} to {high:.0f}{unit}")


def whole_number(value: object, place: str, *, low: int = 0, high: int) -> int:
    """A whole number from `low` to `high`.

    Raises:
        InvalidInput: it is anything else.
    """
    if type(value) is int and low <= value <= high:
        return value
    raise InvalidInput(f"has {shown(value)} at {place}, which is not a whole number from {low} to {high}")


def moment(value: object, place: str) -> datetime:
    """The moment, in UTC, that is so many seconds after the beginning of 1970, or a datetime from then on.

    Raises:
        InvalidInput: it is anything else, or no moment between 1970 and 9999.
    """
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        value = (aware - datetime.fromtimestamp(0, UTC)).total_seconds()  # no calendar, so nothing can overflow
    return datetime.fromtimestamp(number(value, place, high=_END_OF_TIME, unit=" seconds since 1970"), UTC)


def text(value: object, place: str) -> str:
    """Text that can be stored: valid Unicode.

    Raises:
        InvalidInput: it is no text, or has half of a surrogate pair, as JSON can.
    """
    if not isinstance(value, str):
        raise InvalidInput(f"has {shown(value)} at {place}, which is not text")
    if found := _SURROGATE.search(value):
        part = value[max(found.start() - 5, 0) :]
        raise InvalidInput(f"has {shown(part)} at {place}, which is not valid Unicode")
    return value


def repaired_text(value: str) -> str:
    r"""`value` with U+FFFD for each half of a surrogate pair, which some formats can escape and nothing can store.

    >>> ascii(repaired_text("a \ud800 b"))
    "'a \\ufffd b'"
    """
    return _SURROGATE.sub("\ufffd", value)


def parse_json(source: str) -> Any:
    """The value of the JSON in `source`. NaN and infinity, which Python would take, are no JSON.

    Raises:
        InvalidInput: it is broken, nested too deeply, has more than MAX_JSON_ITEMS objects and lists, or a number of
            thousands of digits.
    """
    with _json_errors(source):
        return json.loads(source, parse_constant=_refuse_constant)


def parse_json_values(source: str) -> list[Any]:
    """The values in `source`, one after another as in JSON Lines, or the only one. NaN and infinity become floats.

    For what other programs write: some write NaN where nobody looks, and whoever reads a number checks it anyway.

    Raises:
        InvalidInput: as `parse_json` does.
    """
    values, decoder = [], json.JSONDecoder()
    with _json_errors(source):
        position = _json_start(source, 0)
        while position < len(source):
            value, end = decoder.raw_decode(source, position)
            values.append(value)
            position = _json_start(source, end)
    return values


def _json_start(source: str, position: int) -> int:
    """Where the next value begins, after white space and the separator of RFC 7464."""
    found = _NO_SPACE.search(source, position)
    return found.start() if found else len(source)


@contextmanager
def _json_errors(source: str) -> Iterator[None]:
    if source.count("{") + source.count("[") > MAX_JSON_ITEMS:  # in texts, too, where there are few
        raise InvalidInput(f"has more than {MAX_JSON_ITEMS:,} objects and lists, the limit for JSON")
    try:
        yield
    except json.JSONDecodeError as error:
        raise InvalidInput(f"is broken JSON ({error.msg})", line=error.lineno) from error
    except RecursionError as error:
        raise InvalidInput("is JSON nested too deeply") from error
    except InvalidInput:
        raise
    except ValueError as error:  # Python's own limit on digits
        raise InvalidInput("has a number with thousands of digits") from error


def read_bytes(path: Path, *, limit: int) -> bytes:
    """The content of a file of at most `limit` bytes. Only a regular file is read: a pipe or device may never end.

    Raises:
        InvalidInput: it is larger, or no regular file.
        OSError: it cannot be opened or read.
    """
    # Opened without waiting: a pipe would wait for somebody to write to it.
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise InvalidInput("is not a regular file")
        content = file.read(limit + 1)
    if len(content) > limit:
        raise InvalidInput(f"is larger than {limit / 1_000_000:g} MB, the limit for such a file")
    return content


def _refuse_constant(name: str) -> Any:
    raise InvalidInput(f"has {name}, which is not a number in JSON")


def shown(value: object) -> str:
    """`value` as it is shown to people: short, and in ASCII, because it may be what cannot be printed."""
    if isinstance(value, dict | list | tuple):
        return "an object" if isinstance(value, dict) else "a list"  # whatever is in it, and however much
    if isinstance(value, int) and abs(value) >= 10**_MAX_SHOWN_CHARS:
        return "a number of over 40 digits"  # Python refuses to write out thousands
    # Only the beginning of a long text is looked at: `ascii` of megabytes would take its time.
    written = ascii(value[: 2 * _MAX_SHOWN_CHARS] if isinstance(value, str | bytes) else value)
    return written if len(written) <= _MAX_SHOWN_CHARS else written[: _MAX_SHOWN_CHARS - 1] + "…"

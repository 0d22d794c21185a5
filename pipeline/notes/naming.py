"""What notes are called: their date, their slug, and the ids of their blocks."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import date
from pathlib import PurePath

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
# 1/2/2020 is not read as a date: it may be January or February.
_DATES = (
    re.compile(rf"(?<![^\W_]){_YEAR}(?P<sep>[-_./]?)(?P<month>\d\d)(?P=sep)(?P<day>\d\d)(?![^\W_])"),
    re.compile(rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b{_DAY}\.?\s+{_MONTH},?\s+{_YEAR}\b", re.IGNORECASE),
)
_MAX_SLUG_CHARS = 80
_MAX_ID_CHARS = 40


def find_date(text: str) -> tuple[date, tuple[int, int]] | None:
    """The first calendar date written in `text`, and its span.

    >>> find_date("Office hours, January 21st, 2020")
    (datetime.date(2020, 1, 21), (14, 32))
    """
    for pattern in _DATES:
        for found in pattern.finditer(text):
            month = found["month"]
            number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
            try:
                return date(int(found["year"]), number, int(found["day"])), found.span()
            except ValueError:
                continue
    return None


def slugify(text: str, max_chars: int = _MAX_SLUG_CHARS) -> str:
    """ASCII letters, digits and single hyphens; "" when `text` has none of them.

    >>> slugify("Réunion: CI & PRs!")
    'reunion-ci-prs'
    """
    plain = unicodedata.normalize("NFKD", text.casefold()[: 10 * max_chars]).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))
    if len(slug) > max_chars:
        slug = slug[:max_chars].rpartition("-")[0] or slug[:max_chars]
    return slug.strip("-")


def slug_of(title: str, name: str, day: date | None) -> str:
    """The slug of notes with this title in the file `name`. It has the right date where one is known."""
    for words in (title, PurePath(name).stem):
        slug = _dated_slug(words, day)
        if re.search(r"[a-z]", slug):
            return slug
    return f"notes-{day.isoformat() if day else _digest(name)}"


def _dated_slug(words: str, day: date | None) -> str:
    if day is None:
        return slugify(words)
    written = find_date(words)
    if written is not None:
        start, end = written[1]
        words = f"{words[:start]} {day.isoformat()} {words[end:]}"
    slug = slugify(words)
    if day.isoformat() in slug:
        return slug
    return f"{slugify(slug, _MAX_SLUG_CHARS - 11)}-{day.isoformat()}"


def _digest(text: str) -> str:
    return hashlib.blake2s(text.encode(), digest_size=4).hexdigest()


class BlockIds:
    """Gives ids that survive edits elsewhere in the file.

    An id is the first words of the block and a hash of its text and of the headings above it, so that inserting or
    moving other blocks changes nothing; a text that returns under the same headings is counted.
    """

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def make(self, text: str, headings: tuple[str, ...]) -> str:
        words = _normalise(text)
        slug = slugify(words, _MAX_ID_CHARS)
        digest = _digest("\n".join([*map(_normalise, headings), words]))
        name = f"{slug if slug[:1].isalpha() else f'b-{slug}'.rstrip('-')}-{digest}"
        count = self._given[name] = self._given.get(name, 0) + 1
        return name if count == 1 else f"{name}-{count}"


def _normalise(text: str) -> str:
    """The text without case, punctuation and double spaces."""
    return " ".join(re.findall(r"\w+", text.casefold())) or text.strip()

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
# Month-first and day-first numerals (1/2/2020) are left alone: nobody can tell them apart.
_DATES = (
    re.compile(rf"(?<![^\W_]){_YEAR}(?P<sep>[-_./]?)(?P<month>\d\d)(?P=sep)(?P<day>\d\d)(?![^\W_])"),
    re.compile(rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b{_DAY}\.?\s+{_MONTH},?\s+{_YEAR}\b", re.IGNORECASE),
)
_LONGEST_SLUG = 80
_LONGEST_ID = 40


def find_date(text: str) -> tuple[date, tuple[int, int]] | None:
    """The first calendar date written in `text`, and where it stands.

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


def slugify(text: str, longest: int = _LONGEST_SLUG) -> str:
    """ASCII letters, digits and single hyphens; "" when nothing of that is in `text`.

    >>> slugify("Réunion: CI & PRs!")
    'reunion-ci-prs'
    """
    plain = unicodedata.normalize("NFKD", text.casefold()[: 10 * longest]).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))
    if len(slug) > longest:
        slug = slug[:longest].rpartition("-")[0] or slug[:longest]
    return slug.strip("-")


def slug_of(title: str, name: str, day: date | None) -> str:
    """The slug of notes called `title` in the file `name`, with the right date in it where one is known."""
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
    return f"{slugify(slug, _LONGEST_SLUG - 11)}-{day.isoformat()}"


def _digest(text: str) -> str:
    return hashlib.blake2s(text.encode(), digest_size=4).hexdigest()


class BlockIds:
    """Gives ids that survive edits elsewhere in the file.

    An id is the first words of the block and a hash of its text and of the headings above it, so that inserting or
    moving other blocks changes nothing; a text that returns under the same headings is counted.
    """

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def of(self, text: str, headings: tuple[str, ...]) -> str:
        words = _normal(text)
        slug = slugify(words, _LONGEST_ID)
        digest = _digest("\n".join([*map(_normal, headings), words]))
        name = f"{slug if slug[:1].isalpha() else f'b-{slug}'.rstrip('-')}-{digest}"
        count = self._given[name] = self._given.get(name, 0) + 1
        return name if count == 1 else f"{name}-{count}"


def _normal(text: str) -> str:
    """Case, punctuation and spaces aside, the same text."""
    return " ".join(re.findall(r"\w+", text.casefold())) or text.strip()

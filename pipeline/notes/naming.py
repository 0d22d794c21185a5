"""What notes are called in addresses: their slug, and the ids of their blocks."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import PurePath

from pipeline.notes.dates import DayOrder, find_dates
from pipeline.records import Notes

_MAX_SLUG_CHARS = 80
_MAX_ID_CHARS = 40


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
    written = [found for order in (None, *DayOrder) for found in find_dates(words, order)]
    if written:
        replaced = next((found for found in written if found.day == day), written[0])
        words = f"{words[: replaced.start]} {day.isoformat()} {words[replaced.end :]}"
    slug = slugify(words)
    if day.isoformat() in slug:
        return slug
    return f"{slugify(slug, _MAX_SLUG_CHARS - 11)}-{day.isoformat()}"


def with_distinct_slugs(meetings: list[Notes]) -> list[Notes]:
    """The meetings of a file, with slugs that differ.

    Meetings of one day and title are numbered from the end where the file is older: adding one changes no other's.
    """
    newest_first = len(meetings) > 1 and (meetings[0].date or date.min) > (meetings[-1].date or date.min)
    counts: Counter[str] = Counter()
    result = []
    for notes in reversed(meetings) if newest_first else meetings:
        counts[notes.slug] += 1
        number = counts[notes.slug]
        result.append(notes if number == 1 else replace(notes, slug=f"{notes.slug}-{number}"))
    return result[::-1] if newest_first else result


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

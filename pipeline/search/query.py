"""What somebody types into the search box, read as words, phrases and filters. Every text is a query.

Words stand together, `OR` between two of them lets either do, `"…"` keeps words in order, `word*` finds what begins so,
`-word` leaves out. `meeting:`, `before:`, `after:` and `in:` narrow down. What makes no sense as one of these is
looked up as the words it consists of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum

MOST_TERMS = 64
"""Words and phrases of a query that are looked up. A passage that holds more of them is a quotation of it anyway."""

MOST_ALTERNATIVES = 16
"""Words and phrases joined by OR that are looked up: each costs as much as a query of its own."""

LONGEST_PHRASE = 24
"""Words of a phrase that are looked up: as many as lie whole in a window of speech for sure."""

_PART = re.compile(r'(-?)(?:(meeting|before|after|in):)?(?:"([^"]*)"?|(\S+))', re.IGNORECASE)
_PLAIN = str.maketrans("\x00“”„«»", ' """""')  # phones type curly quotation marks
_DAY = re.compile(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?")
_NOTES, _SPEECH = {"notes", "note"}, {"transcript", "transcripts", "speech"}


class Where(Enum):
    """What to look through."""

    NOTES = "notes"
    TRANSCRIPT = "transcript"


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or several in this order."""

    text: str
    prefix: bool = False  # the last word may go on
    forms: tuple[str, ...] = ()  # other words, or beginnings, that will do as well: `store.words.widened`

    @property
    def fts5(self) -> str:
        """The term as FTS5 reads it: in quotes, so that nothing in it is syntax."""
        star = "*" if self.prefix else ""
        quoted = ['"' + text.replace('"', '""') + '"' + star for text in (self.text, *self.forms)]
        return f"({' OR '.join(quoted)})" if self.forms else quoted[0]


@dataclass(frozen=True, slots=True)
class Query:
    """One term of each of `groups` must stand in a passage and none of `excluded`."""

    groups: tuple[tuple[Term, ...], ...] = ()
    excluded: tuple[Term, ...] = ()
    meetings: tuple[str, ...] = ()  # parts of slugs or titles, any of which will do, in lower case
    before: date | None = None  # the meeting was earlier than this day
    after: date | None = None  # the meeting was on this day or later
    where: Where | None = None

    @property
    def matches(self) -> tuple[str, ...]:
        """Expressions for FTS5 whose hits together are those of the query: the rare side of an OR has its own."""
        if not self.groups:
            return ()
        wide = max(range(len(self.groups)), key=lambda index: len(self.groups[index]))
        rest = [either(group) for index, group in enumerate(self.groups) if index != wide]
        return tuple(" AND ".join([term.fts5, *rest]) + self.without for term in self.groups[wide])

    @property
    def without(self) -> str:
        """The end of an expression for FTS5, which leaves out what is excluded."""
        return "".join(f" NOT {term.fts5}" for term in self.excluded)


@dataclass(slots=True)
class _Reading:
    groups: list[list[Term]] = field(default_factory=list)
    excluded: list[Term] = field(default_factory=list)
    filters: Query = Query()
    either: bool = False  # the last word was OR


def either(terms: Iterable[Term]) -> str:
    """An expression for FTS5: any of the terms."""
    return "(" + " OR ".join(term.fts5 for term in terms) + ")"


def parse(text: str) -> Query:
    """Read a query; one without any letter or digit has no groups."""
    parts = _PART.findall(text.translate(_PLAIN))
    reading = _Reading()
    for index, part in enumerate(parts):
        _take(reading, part, between=0 < index < len(parts) - 1)
    if not reading.groups:  # filters and exclusions of nothing: then these are the words
        terms = [_term("".join(part[1:3]) if part[2] else f"{part[1]} {part[3]}".strip()) for part in parts]
        reading = _Reading(groups=[[term] for term in terms if term])
    groups = tuple(map(tuple, reading.groups[:MOST_TERMS]))
    return replace(reading.filters, groups=groups, excluded=tuple(reading.excluded[:MOST_TERMS]))


def _take(reading: _Reading, part: tuple[str, str, str, str], *, between: bool) -> None:
    minus, key, phrase, word = part
    if word == "OR" and not minus and not key and between and reading.groups and not reading.either:
        reading.either = True
        return
    value = phrase or word
    if key and not minus and (narrowed := _narrowed(reading.filters, key.lower(), value)):
        reading.filters = narrowed
        return
    term = _term(f"{key} {value}".strip(), prefix=not phrase and word.endswith("*"))
    if term is None:
        return
    if minus:
        reading.excluded.append(term)
    elif reading.either:
        reading.groups[-1] = [*reading.groups[-1], term][:MOST_ALTERNATIVES]
    else:
        reading.groups.append([term])
    reading.either = False


def _narrowed(filters: Query, key: str, value: str) -> Query | None:
    if key == "meeting":
        named = value.strip().casefold()
        return replace(filters, meetings=(*filters.meetings, named)) if _has_word(named) else None
    if key == "in":
        if value.lower() in _NOTES:
            return replace(filters, where=Where.NOTES)
        return replace(filters, where=Where.TRANSCRIPT) if value.lower() in _SPEECH else None
    day = _day(value)
    if day is None:
        return None
    return replace(filters, before=day) if key == "before" else replace(filters, after=day)


def _day(value: str) -> date | None:
    """The first day of a year, a month or a day."""
    found = _DAY.fullmatch(value)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return None


def _term(text: str, *, prefix: bool = False) -> Term | None:
    words = text.split()
    if not _has_word(text):
        return None
    return Term(" ".join(words[:LONGEST_PHRASE]), prefix=prefix and len(words) <= LONGEST_PHRASE)


def _has_word(text: str) -> bool:
    return any(character.isalnum() for character in text)

"""What somebody types into the search box, parsed as words, phrases and filters. Every text is a query.

Every word must match; `OR` between two matches either, `"…"` keeps words in order, `word*` matches a prefix, `-word`
excludes. `meeting:`, `series:`, `year:`, `before:`, `after:`, `in:` and `speaker:` are filters. What makes no sense as
one of these is looked up as the words it consists of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import MINYEAR, date
from typing import NamedTuple

from pipeline.errors import InvalidQuery
from pipeline.records import PassageSource

MAX_TERMS = 64
"""Words and phrases of a query that are looked up. A passage that holds more of them is a quotation of it anyway."""

MAX_ALTERNATIVES = 16
"""Words and phrases joined by OR, or values of one filter, that are looked up: each costs as much as another query."""

MAX_PHRASE_WORDS = 24
"""Words of a phrase that are looked up: as many as surely are whole in one window of speech."""

_PART = re.compile(r'(-?)(?:(meeting|series|year|before|after|in|speaker):)?(?:"([^"]*)"?|(\S+))', re.IGNORECASE)
_PLAIN = str.maketrans("\x00“”„«»", ' """""')  # phones type curly quotation marks
_DAY = re.compile(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?")
_YEAR = re.compile(r"[0-9]{4}")
_NOTES, _SPEECH = {"notes", "note"}, {"transcript", "transcripts", "speech"}


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A word, or several in this order."""

    text: str
    prefix: bool = False  # the last word may continue


@dataclass(frozen=True, slots=True)
class Query:
    """A passage matches with one term of each of `groups` and none of `excluded`."""

    groups: tuple[tuple[QueryTerm, ...], ...] = ()
    excluded: tuple[QueryTerm, ...] = ()
    meetings: tuple[str, ...] = ()  # parts of slugs or titles, any of which will do, in lower case
    before: date | None = None  # the meeting was earlier than this day
    after: date | None = None  # the meeting was on this day or later
    source: PassageSource | None = None  # NOTES or TRANSCRIPT; None: both
    series: tuple[str, ...] = ()  # any of which the meeting is of, in lower case
    years: tuple[int, ...] = ()  # the meeting was in any of them
    speakers: tuple[str, ...] = ()  # beginnings of words in the names of who says it, any of which will do, lower case

    @property
    def text(self) -> str | None:
        """Its words one behind the other; None where there is a phrase, which is to stand there as it is."""
        terms = [term.text for group in self.groups for term in group]
        return None if any(" " in text for text in terms) else " ".join(terms)

    @property
    def sources(self) -> tuple[PassageSource, ...]:
        """Where to look."""
        return (PassageSource.NOTES, PassageSource.TRANSCRIPT) if self.source is None else (self.source,)


def only_filters(text: str) -> Query | None:
    """What a query narrows down that has nothing to look for; None for any other.

    >>> only_filters("after:2024-03 speaker:ana").speakers, only_filters("rota after:2024"), only_filters("")
    (('ana',), None, None)
    """
    parsed = _ParsedParts()
    for part in _PART.findall(text.translate(_PLAIN)):
        _add(parsed, part, between=False)
    has_words = parsed.groups or parsed.excluded
    return None if has_words or parsed.filters == Query() else parsed.filters


class FilterWord(NamedTuple):
    """A filter in the text of a query, which it is from `start` to `end`. `key` and `value` are in lower case."""

    key: str
    value: str
    start: int
    end: int


@dataclass(slots=True)
class _ParsedParts:
    groups: list[list[QueryTerm]] = field(default_factory=list)
    excluded: list[QueryTerm] = field(default_factory=list)
    filters: Query = Query()
    after_or: bool = False  # the last word was OR


def parse(text: str) -> Query:
    """Parse a query; one without any letter or digit has no groups."""
    parts = _PART.findall(text.translate(_PLAIN))
    parsed = _ParsedParts()
    for index, part in enumerate(parts):
        _add(parsed, part, between=0 < index < len(parts) - 1)
    if not parsed.groups:  # filters and exclusions of nothing: then these are the words
        terms = [_term("".join(part[1:3]) if part[2] else f"{part[1]} {part[3]}".strip()) for part in parts]
        parsed = _ParsedParts(groups=[[term] for term in terms if term])
    groups, excluded = dict.fromkeys(map(tuple, parsed.groups)), dict.fromkeys(parsed.excluded)  # each once
    return replace(parsed.filters, groups=tuple(groups)[:MAX_TERMS], excluded=tuple(excluded)[:MAX_TERMS])


def parse_words(text: str) -> Query:
    """Parse a query that has something to look for.

    Raises:
        InvalidQuery: there is no word in it.
    """
    parsed = parse(text)
    if not parsed.groups:
        raise InvalidQuery(text)
    return parsed


def filter_words(text: str) -> Iterator[FilterWord]:
    """The filters in a query, in its order."""
    for found in _PART.finditer(text.translate(_PLAIN)):
        minus, key, phrase, word = found.groups(default="")
        value = phrase or word
        if key and not minus and _narrowed(Query(), key.lower(), value):
            yield FilterWord(key.lower(), value.strip().casefold(), found.start(), found.end())


def without_filter(text: str, key: str, value: str | None = None) -> str:
    """The query without one filter, or all of a key."""
    wanted = None if value is None else value.strip().casefold()
    for each in reversed(tuple(filter_words(text))):
        if each.key == key and wanted in (None, each.value):
            text = f"{text[: each.start].rstrip()} {text[each.end :].lstrip()}"
    return text.strip()


def with_filter(text: str, key: str, value: str) -> str:
    """The query with another filter.

    Raises:
        ValueError: no query can say this value.
    """
    if value != value.translate(_PLAIN).replace('"', "").strip() or not _narrowed(Query(), key, value):
        raise ValueError(value)
    closed = text + '"' * (text.translate(_PLAIN).count('"') % 2)  # a quotation that nobody ended
    quoted = value if value.split() == [value] else f'"{value}"'
    return f"{closed} {key}:{quoted}".strip()


def _add(parsed: _ParsedParts, part: tuple[str, str, str, str], *, between: bool) -> None:
    minus, key, phrase, word = part
    if word == "OR" and not minus and not key and between and parsed.groups and not parsed.after_or:
        parsed.after_or = True
        return
    value = phrase or word
    if key and not minus and (narrowed := _narrowed(parsed.filters, key.lower(), value)):
        parsed.filters = narrowed
        return
    term = _term(f"{key} {value}".strip(), prefix=not phrase and word.endswith("*"))
    if term is None:
        return
    if minus:
        parsed.excluded.append(term)
    elif parsed.after_or:
        parsed.groups[-1] = [*parsed.groups[-1], term][:MAX_ALTERNATIVES]
    else:
        parsed.groups.append([term])
    parsed.after_or = False


def _narrowed(filters: Query, key: str, value: str) -> Query | None:
    named = value.strip().casefold()
    if key in {"meeting", "series", "speaker"}:
        return _named(filters, key, named) if _has_word(named) else None
    if key == "year":
        is_year = _YEAR.fullmatch(named) and int(named) >= MINYEAR
        return replace(filters, years=(*filters.years, int(named))[:MAX_ALTERNATIVES]) if is_year else None
    if key == "in":
        if value.lower() in _NOTES:
            return replace(filters, source=PassageSource.NOTES)
        return replace(filters, source=PassageSource.TRANSCRIPT) if value.lower() in _SPEECH else None
    day = first_day(value)
    if day is None:
        return None
    return replace(filters, before=day) if key == "before" else replace(filters, after=day)


def _named(filters: Query, key: str, name: str) -> Query:
    if key == "meeting":
        return replace(filters, meetings=(*filters.meetings, name)[:MAX_ALTERNATIVES])
    if key == "series":
        return replace(filters, series=(*filters.series, name)[:MAX_ALTERNATIVES])
    return replace(filters, speakers=(*filters.speakers, name)[:MAX_ALTERNATIVES])


def first_day(value: str) -> date | None:
    """The first day of a year, a month or a day; None for anything else.

    >>> first_day("2024"), first_day("2024-13")
    (datetime.date(2024, 1, 1), None)
    """
    found = _DAY.fullmatch(value)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return None


def _term(text: str, *, prefix: bool = False) -> QueryTerm | None:
    words = text.split()
    if not _has_word(text):
        return None
    return QueryTerm(" ".join(words[:MAX_PHRASE_WORDS]), prefix=prefix and len(words) <= MAX_PHRASE_WORDS)


def _has_word(text: str) -> bool:
    return any(character.isalnum() for character in text)

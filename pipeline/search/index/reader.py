"""What the search index knows: passages, the newest first, and the words of the archive."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from itertools import groupby
from typing import NamedTuple

import msgspec

from pipeline.records import MeetingVersions, PassageSource
from pipeline.search.hit_context import HitContext
from pipeline.search.passage_ids import DAY_BITS, day_of, first_id, last_id
from pipeline.search.passages import Mark
from pipeline.search.query import Query

IdRange = tuple[int, int]
"""First and last id of passages, both included."""

MATCH_START, MATCH_END = "\x02", "\x03"
"""What surrounds a match in a passage's text."""

_MAX_ID = 2**62
_MAX_SINGLE_LOOKUPS = 16  # meetings that are looked through one by one; of more, neighbours are taken together
_MAX_RANGES_APART = 2  # that are looked through one by one
_MAX_MISSES = 1_000  # ids between two ranges that are read over
_SPELLING_PASSAGES = 20  # in which the spelling of a word is looked up

_MARKED = f"""
    SELECT p.id, p.slug, p.block_id, p.marks, highlight({{0}}_fts, 0, '{MATCH_START}', '{MATCH_END}')
    FROM {{0}}_fts CROSS JOIN passages p ON p.id = {{0}}_fts.rowid
    WHERE {{0}}_fts MATCH ? AND {{0}}_fts.rowid BETWEEN ? AND ? ORDER BY {{0}}_fts.rowid LIMIT ?
"""
_MARKED_OF = _MARKED.replace("ORDER BY", "AND +{0}_fts.rowid IN (SELECT value FROM json_each(?)) ORDER BY").replace(
    " LIMIT ?", ""
)
_IDS = "SELECT rowid FROM {0}_fts WHERE {0}_fts MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ?"
_RANGES = """
    SELECT (SELECT min(id) FROM passages WHERE slug = value AND source = ?1) AS low,
           (SELECT max(id) FROM passages WHERE slug = value AND source = ?1), value
    FROM json_each(?2) WHERE low IS NOT NULL ORDER BY low
"""
_SPEAKERS = """
    SELECT value ->> 0, (
        SELECT speaker FROM speakers WHERE slug = value ->> 1 AND start <= (value ->> 2) + 0.001
        ORDER BY start DESC LIMIT 1)
    FROM json_each(?)
"""
_OCCURS = """
    SELECT EXISTS (SELECT 1 FROM transcript_fts WHERE transcript_fts MATCH ?1)
        OR EXISTS (SELECT 1 FROM notes_fts WHERE notes_fts MATCH ?1)
"""
_EXISTING = """
    SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM transcript_words WHERE term = value)
        OR EXISTS (SELECT 1 FROM notes_words WHERE term = value)
"""
_BEGINNING = """
    SELECT term FROM transcript_words WHERE term >= ?1 AND term < ?2
    UNION SELECT term FROM notes_words WHERE term >= ?1 AND term < ?2
"""
_SPELLINGS = f"""
    SELECT highlight(notes_fts, 0, '{MATCH_START}', '{MATCH_END}') FROM notes_fts WHERE notes_fts MATCH ?1
    UNION ALL SELECT highlight(transcript_fts, 0, '{MATCH_START}', '{MATCH_END}') FROM transcript_fts
    WHERE transcript_fts MATCH ?1 LIMIT ?2
"""
_RELATED = """
    SELECT DISTINCT term FROM stems WHERE term <> ?1 AND stem IN (
        SELECT value FROM json_each(?2) UNION SELECT stem FROM stems WHERE term = ?1)
    ORDER BY length(term), term LIMIT ?3
"""


class MarkedPassage(NamedTuple):
    """A passage that matches. `text` has MATCH_START and MATCH_END around each match; the words of a phrase that stand
    side by side are one match."""

    id: int
    slug: str
    block_id: str | None
    marks_json: bytes
    text: str

    @property
    def marks(self) -> list[Mark] | None:
        """None: they cannot be read."""
        with suppress(msgspec.MsgspecError, TypeError, UnicodeDecodeError):
            return msgspec.json.decode(self.marks_json, type=list[Mark])
        return None


class IndexReader:
    """Lookups within one transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    # -- the index itself ------------------------------------------------------------------------------------------

    def version(self) -> int | None:
        """Of the tables; None: there are none, or what is noted of them cannot be read."""
        if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone():
            return None
        version, language, change = self._db.execute("SELECT * FROM state").fetchone() or (None, None, None)
        readable = isinstance(language, str | None) and isinstance(change, int)
        return version if readable and isinstance(version, int) else None

    def language(self) -> str | None:
        """The language the index was made for; None: it was not made yet."""
        found: str | None = self._db.execute("SELECT language FROM state").fetchone()[0]
        return found

    def change(self) -> int:
        """The last change of the store that the index contains."""
        return int(self._db.execute("SELECT change FROM state").fetchone()[0])

    def content_version(self) -> tuple[object, ...]:
        """What changes with the content of the index."""
        (schema,) = self._db.execute("PRAGMA schema_version").fetchone()  # a rebuild makes the tables anew
        return schema, *self._db.execute("SELECT version, language, change FROM state").fetchone()

    def part_sizes(self, source: PassageSource) -> list[int]:
        """Pages of the parts of an index."""
        return [size for (size,) in self._db.execute(f"SELECT count(*) FROM {source}_fts_idx GROUP BY segid")]

    def indexed(self, slug: str) -> tuple[MeetingVersions, str | None] | None:
        """What the index has of a meeting: the versions of its parts, and its date; None: nothing."""
        row = self._db.execute(
            "SELECT notes_id, transcript_id, alignment_id, speaker_names, date FROM meetings WHERE slug = ?", (slug,)
        ).fetchone()
        return (MeetingVersions(*row[:4]), row[4]) if row else None

    # -- passages --------------------------------------------------------------------------------------------------

    def newest(self, source: PassageSource, match: str, ranges: Sequence[IdRange], count: int) -> list[MarkedPassage]:
        """At most `count` passages that match an expression of FTS5, the newest first."""
        if len(ranges) > _MAX_RANGES_APART:
            return self.marked(source, match, self.newest_ids(source, match, ranges, count))
        found: list[MarkedPassage] = []
        for low, high in ranges:
            if len(found) < count:
                values = match, low, high, count - len(found)
                passages = map(MarkedPassage._make, self._db.execute(_MARKED.format(source), values))
                found += [passage for passage in passages if isinstance(passage.text, str)]
        return found

    def newest_ids(self, source: PassageSource, match: str, ranges: Sequence[IdRange], count: int) -> list[int]:
        """The ids of what `newest` finds."""
        if len(ranges) == 1:
            return [row[0] for row in self._db.execute(_IDS.format(source), (match, *ranges[0], count))]
        found: list[int] = []
        at = 0
        while at < len(ranges) and len(found) < count:
            at = self._read_ids(source, match, ranges, at, found, count)
        return found

    def _read_ids(
        self, source: PassageSource, match: str, ranges: Sequence[IdRange], at: int, found: list[int], count: int
    ) -> int:
        """Add ids from the range numbered `at` on, reading over what lies between ranges; returns where to go on.

        To begin anew at a range costs as much as to read over many ids, so that is done only before a long gap.
        """
        misses = 0
        for (passage_id,) in self._db.execute(_IDS.format(source), (match, ranges[at][0], ranges[-1][1], -1)):
            while ranges[at][1] < passage_id:
                at += 1
            if passage_id >= ranges[at][0]:
                found.append(passage_id)
                if len(found) == count:
                    break
                misses = 0
            elif (misses := misses + 1) > _MAX_MISSES:
                return at
        return len(ranges)

    def marked(self, source: PassageSource, match: str, ids: Sequence[int]) -> list[MarkedPassage]:
        """Those of the passages that match, the newest first."""
        if not ids:
            return []
        values = match, min(ids), max(ids), msgspec.json.encode(ids).decode()
        return [*map(MarkedPassage._make, self._db.execute(_MARKED_OF.format(source), values))]

    def count_before(self, source: PassageSource, passage_id: int) -> int:
        """About how many passages have a smaller id: those of the days before, and some of its own day."""
        if not passage_id:
            return 0
        first = day_of(passage_id) << DAY_BITS
        query = f"SELECT total({source}) FILTER (WHERE day < ?1), total({source}) FROM meetings WHERE day <= ?1"
        ((earlier, until),) = self._db.execute(query, (first,))
        return min(int(earlier) + passage_id - first, int(until))

    def ranges(self, query: Query, slug: str | None, source: PassageSource) -> tuple[IdRange, ...]:
        """Where to look: the passages of the meetings and days that the filters let through, the newest first."""
        first, last = _days(query.after, query.before)
        slugs = self._named(query.meetings, slug)
        if slugs is None:
            return ((first, last),)
        asked = slugs if len(slugs) <= _MAX_SINGLE_LOOKUPS else set(self._titles())
        found_at = self._db.execute(_RANGES, (source.value, msgspec.json.encode(sorted(asked)).decode()))
        found: list[IdRange] = []
        for wanted, group in groupby(found_at, key=lambda row: row[2] in slugs):
            run = [(low, high) for low, high, _ in group]
            if wanted:  # where all meetings are known, nothing else lies between those of a run
                found += [(run[0][0], run[-1][1])] if asked is not slugs else run
        return tuple((max(low, first), min(high, last)) for low, high in found if low <= last and high >= first)

    def spans(self, source: PassageSource, slugs: Iterable[str]) -> dict[str, IdRange]:
        """The first and last id of each meeting's passages; those of no other lie between them."""
        values = source.value, msgspec.json.encode(list(slugs)).decode()
        return {slug: (low, high) for low, high, slug in self._db.execute(_RANGES, values)}

    def _named(self, names: Sequence[str], slug: str | None) -> frozenset[str] | None:
        """The slugs of the meetings with a name in their slug or title; None: all."""
        if not names:
            return None if slug is None else frozenset((slug,))
        return frozenset(
            found
            for found, title in self._titles().items()
            if slug in (None, found) and any(name in found.casefold() or name in title.casefold() for name in names)
        )

    def _titles(self) -> dict[str, str]:
        return dict(self._db.execute("SELECT slug, title FROM meetings"))

    # -- what surrounds a hit --------------------------------------------------------------------------------------

    def contexts(self, slugs: Iterable[str]) -> dict[str, HitContext]:
        """What is shown around the hits of meetings, by slug; without those of which it cannot be read."""
        query = "SELECT slug, context FROM meetings WHERE slug IN (SELECT value FROM json_each(?))"
        decode = msgspec.json.Decoder(HitContext).decode
        wanted = msgspec.json.encode(list(slugs)).decode()
        found = {}
        for slug, context in self._db.execute(query, (wanted,)):
            with suppress(msgspec.MsgspecError, TypeError, UnicodeDecodeError):
                found[slug] = decode(context)
        return found

    def speakers(self, moments: Mapping[int, tuple[str, float]]) -> dict[int, str]:
        """Who spoke, by the number of a moment (slug and seconds), where that is known."""
        asked = msgspec.json.encode([(number, *moment) for number, moment in moments.items()]).decode()
        return {number: speaker for number, speaker in self._db.execute(_SPEAKERS, (asked,)) if speaker}

    # -- words -----------------------------------------------------------------------------------------------------

    def occurs(self, match: str) -> bool:
        """Whether anything said or written matches an expression of FTS5."""
        return bool(self._db.execute(_OCCURS, (match,)).fetchone()[0])

    def existing_terms(self, terms: Iterable[str]) -> tuple[str, ...]:
        """Those of the terms that the index has."""
        return tuple(row[0] for row in self._db.execute(_EXISTING, (msgspec.json.encode(list(terms)).decode(),)))

    def terms_beginning(self, beginning: str) -> list[str]:
        """All stems, or words where the index has no stems, with this beginning."""
        after = beginning[:-1] + chr(ord(beginning[-1]) + 1)
        return [row[0] for row in self._db.execute(_BEGINNING, (beginning, after))]

    def spellings(self, match: str) -> Counter[str]:
        """How what matches is spelt in a few passages, in lower case."""
        found = self._db.execute(_SPELLINGS, (match, _SPELLING_PASSAGES))
        return Counter(part.split(MATCH_END)[0].lower() for (text,) in found for part in text.split(MATCH_START)[1:])

    def known_terms(self, terms: Iterable[str]) -> set[str]:
        """Those of the terms whose stems are in the table of stems."""
        query = "SELECT DISTINCT term FROM stems WHERE term IN (SELECT value FROM json_each(?))"
        return {row[0] for row in self._db.execute(query, (msgspec.json.encode(list(terms)).decode(),))}

    def related_terms(self, term: str, stems: Sequence[str], limit: int) -> tuple[str, ...]:
        """At most `limit` other terms that share a stem, the shortest first."""
        values = term, msgspec.json.encode(list(stems)).decode(), limit
        return tuple(row[0] for row in self._db.execute(_RELATED, values))


def ranges_after(ranges: Iterable[IdRange], last: int) -> tuple[IdRange, ...]:
    """What is left of the ranges behind an id."""
    return tuple((max(low, last + 1), high) for low, high in ranges if high > last)


def _days(after: date | None, before: date | None) -> IdRange:
    low = last_id(before) + 1 if before else 0
    high = last_id(after) if after else _MAX_ID
    return low, min(high, first_id(None) - 1) if after or before else high

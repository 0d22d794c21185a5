"""Query text in, hits out: over everything said and everything written.

What a user types is read by `pipeline.query`, never by FTS5: every word reaches the index in quotes. The newest
CANDIDATES passages that match are ranked here, so that a word on everybody's lips costs as much as a rare one; FTS5's
own bm25() reads every passage that has the word, to know how rare it is (docs/adr/0006).
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.errors import InvalidQuery
from pipeline.query import Query, Source, parse
from pipeline.records import Hit
from pipeline.store import Store, outlines, scope

CANDIDATES = 160
"""Passages of a kind, the newest first, that are ranked: for all but frequent words these are all."""

TOGETHER = 60.0
"""Seconds within which hits in one meeting are one."""

_OPEN, _CLOSE = "\x02", "\x03"  # what highlight() puts around a match
_MARK = re.compile(_OPEN)
_CONTEXT = 90
"""Characters of context shown on each side of the first match."""

_USUAL = 240
"""Characters of a window of speech; a longer text needs more matches to be as good."""

_NEAR = 40
"""Characters between matching words that halve the worth of their nearness."""

_CANDIDATES = """
    SELECT p.id, p.slug, p.written, p.block_id, p.marks, highlight({0}, 0, char(2), char(3)) AS text
    FROM {0} CROSS JOIN passages p ON p.id = {0}.rowid
    WHERE {0} MATCH :match AND {0}.rowid BETWEEN :low AND :high
    ORDER BY {0}.rowid LIMIT :rows
"""
_SAID, _NOTED = (sa.text(_CANDIDATES.format(name)) for name in ("said_fts", "noted_fts"))


class _Found(NamedTuple):
    """A passage that matches. `text` has signs around the matches, of which the best begins with the `first`."""

    score: float
    id: int
    slug: str
    block_id: str | None
    written: bool
    marks: bytes
    text: str
    first: int


class _Shown(NamedTuple):
    """A text without the signs. `matches` are half-open character ranges, the best beginning at `first`."""

    text: str
    matches: tuple[tuple[int, int], ...]
    first: int


def search(store: Store, query: str, *, slug: str | None = None, limit: int = 50) -> tuple[Hit, ...]:
    """The best `limit` moments where all of `query` stands together, best first.

    Hits within TOGETHER seconds of a better one in the same meeting are left out, what was said and what was written
    each for themselves. Where more than CANDIDATES passages match, the newest count.

    Args:
        query: as `pipeline.query` reads it.
        slug: look in this meeting only.

    Raises:
        InvalidQuery: there is no word in it.
    """
    asked = parse(query)
    if not asked.groups:
        raise InvalidQuery(query)
    with store.reading() as db:
        found = sorted(_candidates(db, asked, slug, max(CANDIDATES, 3 * limit)), key=lambda one: (-one.score, one.id))
        return _hits(db, found, limit)


def _candidates(db: Connection, query: Query, slug: str | None, rows: int) -> Iterator[_Found]:
    slugs = scope.meetings(db, query, slug)
    for source, statement in ((Source.NOTES, _NOTED), (Source.TRANSCRIPT, _SAID)):
        if query.source in (None, source):
            ranges = scope.ranges(db, slugs, written=source is Source.NOTES)
            best: dict[int, _Found] = {}
            for match in query.matches:
                left = rows
                for low, high in ranges:
                    values = {"match": match, "low": low, "high": high, "rows": left}
                    found = [_found(row, len(query.groups)) for row in db.execute(statement, values)]
                    best.update((one.id, one) for one in found if one.id not in best or best[one.id].score < one.score)
                    left -= len(found)
                    if left <= 0:
                        break
            yield from best.values()


def _found(row: Any, terms: int) -> _Found:
    number, slug, written, block_id, marks, text = row
    count = text.count(_OPEN)
    gap, first = _closest(text, min(terms, count)) if terms > 1 else (0, 0)
    # The saturation of BM25 (k1 = 1.2, b = 0.75) without its rarities: all candidates hold all words.
    worth = 2.2 * count / (count + 1.2 * (0.25 + 0.75 * len(text) / _USUAL)) + _NEAR / (_NEAR + gap)
    return _Found(worth, number, slug, block_id, bool(written), marks, text, first)


def _closest(text: str, size: int) -> tuple[int, int]:
    """The least characters in which as many matches stand as there are terms, and which match is the first of them."""
    begins = [match.start() for match in _MARK.finditer(text)]
    # Words side by side that belong to one phrase are marked as one.
    spans = [(begins[at + size - 1] - begins[at], at) for at in range(len(begins) - size + 1)]
    return min(spans) if spans and size else (0, 0)


def _shown(one: _Found) -> _Shown:
    pieces, matches, length = [], [], 0
    for number, part in enumerate(one.text.replace(_CLOSE, _OPEN).split(_OPEN)):
        if number % 2:
            matches.append((length, length + len(part)))
        pieces.append(part)
        length += len(part)
    return _Shown("".join(pieces), tuple(matches), matches[one.first][0] if matches else 0)


def _hits(db: Connection, found: list[_Found], limit: int) -> tuple[Hit, ...]:
    taken: dict[tuple[str, bool], list[float]] = {}
    hits: list[Hit] = []
    known: dict[str, outlines.Outline] = {}
    for at, one in enumerate(found):
        if len(hits) == limit:
            break
        if one.slug not in known:  # of the next few at once
            known |= outlines.read(db, {later.slug for later in found[at : at + limit]} - set(known))
        outline = known[one.slug]
        shown = _shown(one)
        start = outline.starts.get(one.block_id or "") if one.written else _moment(one, shown.first)
        others = taken.setdefault((one.slug, one.written), [])
        if start is not None:
            if any(abs(start - other) <= TOGETHER for other in others):
                continue
            others.append(start)
        hits.append(_hit(one, shown, outline, start))
    return tuple(_with_speakers(db, hits, known))


def _hit(one: _Found, shown: _Shown, outline: outlines.Outline, start: float | None) -> Hit:
    return Hit(
        slug=one.slug,
        title=outline.title,
        date=date.fromisoformat(outline.date) if outline.date else None,
        written=one.written,
        start=start,
        block_id=one.block_id,
        snippet=_snippet(shown),
        section=outline.sections.get(one.block_id or "") if one.written else outline.section_at(start or 0.0),
        duration=outline.duration,
    )


def _with_speakers(db: Connection, hits: Iterable[Hit], known: dict[str, outlines.Outline]) -> Iterator[Hit]:
    hits = list(hits)
    moments = [(number, known[hit.slug].transcript_id, hit.start) for number, hit in enumerate(hits) if not hit.written]
    speakers = outlines.speakers(db, json.dumps(moments))
    return (replace(hit, speaker=speakers.get(number)) for number, hit in enumerate(hits))


def _moment(one: _Found, first: int) -> float:
    """The time of the word at the offset `first`."""
    timed = msgspec.json.decode(one.marks, type=list[tuple[int, float]])
    return timed[max(bisect_right(timed, first, key=lambda mark: mark[0]) - 1, 0)][1]


def _snippet(shown: _Shown) -> tuple[tuple[str, bool], ...]:
    text, first = shown.text, shown.first
    left = text.rfind(" ", 0, first - _CONTEXT) + 1 if first > _CONTEXT else 0
    right = text.find(" ", first + 2 * _CONTEXT)
    right = len(text) if right < 0 else right
    pieces = [("… ", False)] if left else []
    for begin, end in shown.matches:
        begin, end = max(begin, left), min(end, right)
        if begin < end:
            pieces += [(text[left:begin], False), (text[begin:end], True)]
            left = end
    pieces.append((text[left:right], False))
    if right < len(text):
        pieces.append((" …", False))
    return tuple(piece for piece in pieces if piece[0])

"""Query text in, hits out: over everything said and everything written.

What a user types is words and "quoted phrases", never FTS5 syntax: every word reaches the index in quotes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import msgspec
import sqlalchemy as sa

from pipeline.errors import InvalidQuery
from pipeline.records import LINK_CONFIDENCE, Hit
from pipeline.store import Store, standing

_OPEN, _CLOSE = "\x02", "\x03"  # what highlight() puts around a match
_TERM = re.compile(r'"([^"]*)"?|(\S+)')
_CONTEXT = 90
"""Characters of context shown on each side of the first match."""

_FOUND = sa.text("""
    SELECT p.slug, p.written, p.block_id, p.marks, n.title, n.date, a.start,
           highlight(passages_fts, 0, char(2), char(3)) AS text
    FROM passages_fts
    JOIN passages p ON p.id = passages_fts.rowid
    JOIN notes n ON n.id = (SELECT max(id) FROM notes WHERE slug = p.slug)
    LEFT JOIN alignments a ON a.block_id = p.block_id AND a.confidence >= :floor
         AND a.run_id = (
             SELECT max(r.id) FROM alignment_runs r JOIN transcripts t ON t.id = r.transcript_id
             WHERE r.slug = p.slug AND t.id = (SELECT max(id) FROM transcripts WHERE slug = p.slug)
             AND t.recording_key IS (SELECT key FROM recordings WHERE slug = p.slug ORDER BY id DESC LIMIT 1))
    WHERE passages_fts MATCH :match AND (:slug IS NULL OR p.slug = :slug)
    ORDER BY rank, p.id
    LIMIT :rows
""")


def search(store: Store, query: str, *, slug: str | None = None, limit: int = 50) -> tuple[Hit, ...]:
    """The best `limit` places where all words of `query` stand together, best first (BM25).

    Args:
        query: words and "quoted phrases"; anything else in it is ignored.
        slug: look in this meeting only.

    Raises:
        InvalidQuery: there is no word in it.
    """
    match = " ".join(_quoted(query))
    if not match:
        raise InvalidQuery(query)
    hits: dict[tuple[str, str | None, float | None], Hit] = {}
    with store.reading() as db:
        # Windows overlap, so a moment may come twice.
        found = db.execute(_FOUND, {"match": match, "slug": slug, "floor": LINK_CONFIDENCE, "rows": 2 * limit}).all()
        corrected = {row.slug: standing.starts(db, row.slug) for row in found if row.written}
        for row in found:
            start = _written(row, corrected[row.slug]) if row.written else _moment(row.text, row.marks)
            hits.setdefault(
                (row.slug, row.block_id, start),
                Hit(
                    slug=row.slug,
                    title=row.title,
                    date=date.fromisoformat(row.date) if row.date else None,
                    written=bool(row.written),
                    start=start,
                    block_id=row.block_id,
                    snippet=_snippet(row.text),
                ),
            )
    return tuple(hits.values())[:limit]


def _written(row: sa.Row[Any], corrected: Mapping[str, float] | None) -> float | None:
    """The moment of a block, as found or, where `corrected` are the links of a meeting, as people put it."""
    start: float | None = row.start
    return start if corrected is None else corrected.get(row.block_id)


def _quoted(query: str) -> Iterator[str]:
    for phrase, word in _TERM.findall(query.replace("\x00", " ")):
        term = phrase or word
        if any(character.isalnum() for character in term):
            yield '"' + term.replace('"', '""') + '"'


def _moment(text: str, marks: bytes) -> float:
    """The time of the first matching word."""
    timed = msgspec.json.decode(marks, type=list[tuple[int, float]])
    at = bisect_right(timed, text.index(_OPEN), key=lambda mark: mark[0]) - 1
    return timed[max(at, 0)][1]


def _snippet(text: str) -> tuple[tuple[str, bool], ...]:
    first = text.index(_OPEN)
    left = text.rfind(" ", 0, max(first - _CONTEXT, 0)) + 1 if first > _CONTEXT else 0
    right = text.find(" ", first + 2 * _CONTEXT)
    cut = text[left:] if right < 0 else text[left:right]
    pieces: list[tuple[str, bool]] = []
    for position, part in enumerate(re.split(f"[{_OPEN}{_CLOSE}]", cut)):
        if part:
            pieces.append((part, position % 2 == 1))
    if left:
        pieces.insert(0, ("… ", False))
    if right >= 0:
        pieces.append((" …", False))
    return tuple(pieces)

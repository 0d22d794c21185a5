"""Query text in, hits out: over everything said and everything written.

What a user types is read by `pipeline.query`, never by FTS5: every word reaches the index in quotes. First come the
moments where all of it stands together, then those where a word of it was probably misheard, then those that have the
most telling of its words (`pipeline.partly`).

The newest CANDIDATES passages that match are ranked here, so that a word on everybody's lips costs as much as a rare
one; FTS5's own bm25() reads every passage that has the word, to know how rare it is (docs/adr/0006).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from pipeline.errors import InvalidQuery
from pipeline.records import Hit, PassageSource
from pipeline.search import expansion, hit_context, lookup, partial
from pipeline.search.hit_context import Outline
from pipeline.search.lookup import Connection
from pipeline.search.passages import Source
from pipeline.search.query import Query, Where, either, parse
from pipeline.search.snippet import Shown, closest, marked, snippet, unmarked

if TYPE_CHECKING:
    from pipeline.store import Store

CANDIDATES = 120
"""Passages of a source, the newest first, that are ranked together, before those older than they."""

BARREN = 5
"""Times CANDIDATES without a word that begins as was typed, after which hardly any older one will."""

FEW = 10
"""Hits up to which those with only some of the words are added."""

TOGETHER = 60.0
"""Seconds within which hits in one meeting are one."""

_USUAL = 240
"""Characters of a window of speech; a longer text needs more matches to be as good."""

_NEAR = 40
"""Characters between matching words that halve the worth of their nearness."""


class _Found(NamedTuple):
    """A passage that matches, how well among its like, and which of its matches begins the best of them."""

    score: float
    row: lookup.Row
    written: bool
    first: int = 0
    missing: tuple[str, ...] = ()


def search(
    store: Store, query: str, *, slug: str | None = None, limit: int = 50, whole: bool = False
) -> tuple[Hit, ...]:
    """The best `limit` moments for `query`, best first. Hits within TOGETHER seconds of a better one are left out.

    Args:
        query: as `pipeline.query` reads it.
        slug: look in this meeting only.
        whole: only where all of the query stands, as it stands there.

    Raises:
        InvalidQuery: there is no word in it.
    """
    asked = parse(query)
    if not asked.groups:
        raise InvalidQuery(query)
    with store.reading() as db:
        asked = expansion.widened(db, asked)
        taken = _Taken(db)
        for batch in chain(_exact(db, asked, slug), () if whole else _misheard(db, asked, slug)):
            if taken.add(batch, limit):
                return taken.done()
        for batch in () if whole else _partly(db, asked, slug):
            if taken.add(batch, min(limit, FEW)):
                break
        return taken.done()


def _exact(db: Connection, query: Query, slug: str | None) -> Iterator[list[_Found]]:
    return _batches(db, query, slug, dict.fromkeys(_sources(query), query.matches))


def _misheard(db: Connection, query: Query, slug: str | None) -> Iterator[list[_Found]]:
    if Source.SAID not in _sources(query):
        return iter(())
    # Of a phrase, any word may be the one that was misheard.
    terms = [term for group in query.groups for term in group]
    put_in = either(replace(term, text=word) for term in terms for word in term.text.split())
    matches = tuple(f"text : ({match}) AND terms : {put_in}" for match in query.matches)
    return _batches(db, query, slug, {Source.MISHEARD: matches})


def _partly(db: Connection, query: Query, slug: str | None) -> Iterator[list[_Found]]:
    found = [
        (one, source)
        for source in _sources(query)
        for one in partial.find(db, query, source, lookup.ranges(db, query, slug, source))
    ]
    best = sorted(found, key=lambda pair: (-pair[0].worth, pair[0].id))
    for first in range(0, len(best), FEW):
        yield [
            _Found(one.worth, row, source is Source.NOTED, closest(row.text, one.words)[1], one.missing)
            for one, source in best[first : first + FEW]
            for row in lookup.newest(db, source, one.match, [(one.id, one.id)], 1)
        ]


def _batches(
    db: Connection, query: Query, slug: str | None, matches: Mapping[Source, Sequence[str]]
) -> Iterator[list[_Found]]:
    """What matches, CANDIDATES of each at a time: whoever asks for more hits gets the same ones first."""
    at = {(source, one): lookup.ranges(db, query, slug, source) for source in matches for one in matches[source]}
    seen: set[int] = set()
    beginnings, barren = expansion.beginnings(query), 0
    while at and barren < BARREN:
        batch: dict[int, _Found] = {}
        for (source, match), ranges in tuple(at.items()):
            rows = lookup.newest(db, source, match, ranges, CANDIDATES)
            at[source, match] = lookup.after(ranges, rows[-1].id) if len(rows) == CANDIDATES else ()
            if not at[source, match]:
                del at[source, match]
            for row in rows:
                if beginnings and not expansion.begin(marked(row.text), beginnings):
                    continue
                found = _found(row, source, len(query.groups))
                if row.id not in seen and (row.id not in batch or batch[row.id].score < found.score):
                    batch[row.id] = found
        barren = barren + 1 if beginnings and not batch else 0
        seen |= batch.keys()
        yield list(batch.values())


def _sources(query: Query) -> tuple[Source, ...]:
    one = {Where.NOTES: Source.NOTED, Where.TRANSCRIPT: Source.SAID}
    return (Source.NOTED, Source.SAID) if query.where is None else (one[query.where],)


def _found(row: lookup.Row, source: Source, terms: int) -> _Found:
    count = row.text.count(lookup.OPEN)
    gap, first = closest(row.text, terms) if terms > 1 else (0, 0)
    # The saturation of BM25 (k1 = 1.2, b = 0.75) without its rarities: all candidates hold all words.
    worth = 2.2 * count / (count + 1.2 * (0.25 + 0.75 * len(row.text) / _USUAL)) + _NEAR / (_NEAR + gap)
    return _Found(worth, row, source is Source.NOTED, first)


@dataclass(slots=True)
class _Taken:
    """The hits so far, best first."""

    db: Connection
    hits: list[Hit] = field(default_factory=list)
    moments: dict[str, list[float]] = field(default_factory=dict)  # seconds, by meeting
    timeless: set[int] = field(default_factory=set)  # blocks without a moment
    outlines: dict[str, Outline] = field(default_factory=dict)

    def add(self, batch: Iterable[_Found], limit: int) -> bool:
        """Take the best that are no moment of a hit yet; whether there are as many hits as the limit then."""
        found = sorted(batch, key=lambda one: (-one.score, one.row.id))
        for at, one in enumerate(found):
            if len(self.hits) >= limit:
                return True
            slug = one.row.slug
            if slug not in self.outlines:  # of the next few at once
                ahead = {later.row.slug for later in found[at : at + limit]} - self.outlines.keys()
                self.outlines |= hit_context.read(self.db, ahead)
            shown = unmarked(one.row.text, one.first)
            start, heard = _moment(one.row, shown, self.outlines[slug])
            others = self.moments.setdefault(slug, [])
            if start is None and one.row.id in self.timeless:
                continue
            if start is None:
                self.timeless.add(one.row.id)
            elif any(abs(start - other) <= TOGETHER for other in others):
                continue
            else:
                others.append(start)
            self.hits.append(_hit(one, shown, self.outlines[slug], start, heard))
        return len(self.hits) >= limit

    def done(self) -> tuple[Hit, ...]:
        """The hits, with who spoke."""
        moments = (
            (number, self.outlines[hit.slug].transcript_id, hit.start)
            for number, hit in enumerate(self.hits)
            if hit.source is PassageSource.TRANSCRIPT
        )
        speakers = hit_context.speakers(self.db, moments)
        return tuple(replace(hit, speaker=speakers.get(number)) for number, hit in enumerate(self.hits))


def _hit(one: _Found, shown: Shown, outline: Outline, start: float | None, heard: str | None) -> Hit:
    block_id = one.row.block_id
    return Hit(
        slug=one.row.slug,
        title=outline.title,
        date=date.fromisoformat(outline.date) if outline.date else None,
        source=PassageSource.NOTES if one.written else PassageSource.TRANSCRIPT,
        start=start,
        block_id=block_id,
        snippet=snippet(shown),
        section=outline.section_at(start or 0.0) if block_id is None else outline.section(block_id),
        heard=heard,
        missing=one.missing,
        duration=outline.duration,
    )


def _moment(row: lookup.Row, shown: Shown, outline: Outline) -> tuple[float | None, str | None]:
    """The seconds of the best match, and what the recogniser heard where a word was put in."""
    if row.block_id is not None:
        return outline.start(row.block_id), None
    marks = lookup.marks(row)
    for mark, behind in zip(marks, [*(mark.offset for mark in marks[1:]), len(shown.text) + 1], strict=True):
        if mark.heard and any(begin < behind and mark.offset < end for begin, end in shown.matches):
            return mark.start, mark.heard
    return marks[max(bisect_right(marks, shown.first, key=lambda mark: mark.offset) - 1, 0)].start, None

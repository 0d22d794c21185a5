"""Query text in, hits out: over everything said and everything written.

    query         what somebody typed → words, phrases, filters
    expansion     its words in all the forms that occur; `stems`
    index         the index on disk, written; `lookups`: read; `match`: its syntax; `passage_ids`
    passages      what is put into it; `hit_context`: what its hits are shown with
    partial       where no passage has all of the words
    snippet       what is shown of a hit
    spelling      "did you mean"

The search is derived: everything in it can be made anew from the store, whose changes `pipeline.refresh` brings here.

First come the moments where all of a query matches together, then those where one of its words was probably misheard,
then those that have its most informative words. The newest BATCH_PASSAGES passages that match are ranked here, so that
a very common word costs as much as a rare one; FTS5's own bm25() reads every passage that has the word, to know how
rare it is (docs/adr/0006).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import NamedTuple

from pipeline.errors import InvalidQuery
from pipeline.records import Hit, PassageSource
from pipeline.search import expansion
from pipeline.search.hit_context import HitContext
from pipeline.search.index import SearchIndex
from pipeline.search.index.reader import MATCH_START, IndexReader, MarkedPassage, ranges_after
from pipeline.search.match import match_all, match_misheard
from pipeline.search.partial import find_partial
from pipeline.search.passages import Mark
from pipeline.search.query import Query, parse
from pipeline.search.snippet import MatchedText, closest_matches, matches_in, snippet, without_marks

__all__ = ["DEDUPE_SECONDS", "SearchIndex", "search"]

BATCH_PASSAGES = 120
"""Passages of a source, the newest first, that are ranked together, before those older than they."""

MAX_EMPTY_BATCHES = 5
"""Batches without a word of the wanted prefix, after which hardly any older passage will have one."""

MIN_EXACT_HITS = 10
"""Hits, below which those with only some of the words are added."""

DEDUPE_SECONDS = 60.0
"""Seconds within which hits in one meeting are one."""

_MEAN_PASSAGE_CHARS = 240
"""Characters of a window of speech; a longer text needs more matches to be as good."""

_HALF_NEARNESS_CHARS = 40
"""Characters between matching words that halve the score of their nearness."""


class _Candidate(NamedTuple):
    """A passage that matches, how well among its like, and which of its matches starts the best of them."""

    score: float
    passage: MarkedPassage
    source: PassageSource
    first: int = 0
    missing: tuple[str, ...] = ()


def search(
    index: SearchIndex, query: str, *, slug: str | None = None, limit: int = 50, whole: bool = False
) -> tuple[Hit, ...]:
    """The best `limit` moments for `query`, best first. Hits within DEDUPE_SECONDS of a better one are left out.

    Args:
        query: as `pipeline.search.query` parses it.
        slug: search this meeting only.
        whole: only passages with all of the query, as it was heard.

    Raises:
        InvalidQuery: there is no word in it.
        StoreError: the index cannot be read.
    """
    parsed = parse(query)
    if not parsed.groups:
        raise InvalidQuery(query)
    with index.reading() as reader:
        expanded = expansion.expand(reader, parsed)
        hits = _Hits(reader)
        for batch in chain(_exact(reader, expanded, slug), () if whole else _misheard(reader, expanded, slug)):
            if hits.add(batch, limit):
                return hits.with_speakers()
        for batch in () if whole else _partial(reader, expanded, slug):
            if hits.add(batch, min(limit, MIN_EXACT_HITS)):
                break
        return hits.with_speakers()


def _exact(index: IndexReader, query: Query, slug: str | None) -> Iterator[list[_Candidate]]:
    return _batches(index, query, slug, dict.fromkeys(_sources(query), match_all(query)))


def _misheard(index: IndexReader, query: Query, slug: str | None) -> Iterator[list[_Candidate]]:
    if PassageSource.TRANSCRIPT not in _sources(query):
        return iter(())
    return _batches(index, query, slug, {PassageSource.MISHEARD: match_misheard(query)})


def _partial(index: IndexReader, query: Query, slug: str | None) -> Iterator[list[_Candidate]]:
    found = [
        (each, source)
        for source in _sources(query)
        for each in find_partial(index, query, source, index.ranges(query, slug, source))
    ]
    best = sorted(found, key=lambda pair: (-pair[0].score, pair[0].id))
    for first in range(0, len(best), MIN_EXACT_HITS):
        yield [
            _Candidate(each.score, passage, source, closest_matches(passage.text, each.word_count)[1], each.missing)
            for each, source in best[first : first + MIN_EXACT_HITS]
            for passage in index.newest(source, each.match, [(each.id, each.id)], 1)
        ]


def _batches(
    index: IndexReader, query: Query, slug: str | None, matches: Mapping[PassageSource, Sequence[str]]
) -> Iterator[list[_Candidate]]:
    """What matches, BATCH_PASSAGES of each at a time: whoever asks for more hits gets the same ones first."""
    left = {(source, match): index.ranges(query, slug, source) for source in matches for match in matches[source]}
    seen: set[int] = set()
    prefixes, empty_batches = expansion.prefixes(query), 0
    while left and empty_batches < MAX_EMPTY_BATCHES:
        batch: dict[int, _Candidate] = {}
        for (source, match), ranges in tuple(left.items()):
            passages = index.newest(source, match, ranges, BATCH_PASSAGES)
            full = len(passages) == BATCH_PASSAGES
            left[source, match] = ranges_after(ranges, passages[-1].id) if full else ()
            if not left[source, match]:
                del left[source, match]
            for passage in passages:
                if prefixes and not expansion.have_prefixes(matches_in(passage.text), prefixes):
                    continue
                found = _candidate(passage, source, len(query.groups))
                known = batch.get(passage.id)
                if passage.id not in seen and (known is None or known.score < found.score):
                    batch[passage.id] = found
        empty_batches = empty_batches + 1 if prefixes and not batch else 0
        seen |= batch.keys()
        yield list(batch.values())


def _sources(query: Query) -> tuple[PassageSource, ...]:
    return (PassageSource.NOTES, PassageSource.TRANSCRIPT) if query.source is None else (query.source,)


def _candidate(passage: MarkedPassage, source: PassageSource, terms: int) -> _Candidate:
    count = passage.text.count(MATCH_START)
    gap, first = closest_matches(passage.text, terms) if terms > 1 else (0, 0)
    # The saturation of BM25 (k1 = 1.2, b = 0.75) without its rarities: all candidates hold all words.
    frequency = 2.2 * count / (count + 1.2 * (0.25 + 0.75 * len(passage.text) / _MEAN_PASSAGE_CHARS))
    nearness = _HALF_NEARNESS_CHARS / (_HALF_NEARNESS_CHARS + gap)
    return _Candidate(frequency + nearness, passage, source, first)


@dataclass(slots=True)
class _Hits:
    """The hits so far, best first."""

    index: IndexReader
    hits: list[Hit] = field(default_factory=list)
    moments: dict[str, list[float]] = field(default_factory=dict)  # seconds, by meeting
    untimed: set[int] = field(default_factory=set)  # blocks without a moment
    contexts: dict[str, HitContext] = field(default_factory=dict)

    def add(self, batch: Iterable[_Candidate], limit: int) -> bool:
        """Add the best that are not at the moment of a hit; whether there are as many hits as the limit then."""
        ordered = sorted(batch, key=lambda each: (-each.score, each.passage.id))
        for position, candidate in enumerate(ordered):
            if len(self.hits) >= limit:
                return True
            slug, passage_id = candidate.passage.slug, candidate.passage.id
            if slug not in self.contexts:  # of the next few at once
                ahead = {each.passage.slug for each in ordered[position : position + limit]} - self.contexts.keys()
                self.contexts |= self.index.contexts(ahead)
            context, marks = self.contexts.get(slug), candidate.passage.marks
            if context is None or (not marks and candidate.passage.block_id is None):
                continue  # damaged, until its meeting is run again
            text = without_marks(candidate.passage.text, candidate.first)
            start, heard = _moment(candidate.passage.block_id, marks or [], text, context)
            others = self.moments.setdefault(slug, [])
            if start is None and passage_id in self.untimed:
                continue
            if start is None:
                self.untimed.add(passage_id)
            elif any(abs(start - other) <= DEDUPE_SECONDS for other in others):
                continue
            else:
                others.append(start)
            self.hits.append(_hit(candidate, text, context, start, heard))
        return len(self.hits) >= limit

    def with_speakers(self) -> tuple[Hit, ...]:
        """The hits, with who spoke."""
        moments = {
            number: (hit.slug, hit.start)
            for number, hit in enumerate(self.hits)
            if hit.source is PassageSource.TRANSCRIPT and hit.start is not None
        }
        speakers = self.index.speakers(moments)
        return tuple(replace(hit, speaker=speakers.get(number)) for number, hit in enumerate(self.hits))


def _hit(candidate: _Candidate, text: MatchedText, context: HitContext, start: float | None, heard: str | None) -> Hit:
    block_id = candidate.passage.block_id
    is_notes = candidate.source is PassageSource.NOTES
    return Hit(
        slug=candidate.passage.slug,
        title=context.title,
        date=context.date,
        source=PassageSource.NOTES if is_notes else PassageSource.TRANSCRIPT,
        start=start,
        block_id=block_id,
        snippet=snippet(text),
        section=context.section_at(start or 0.0) if block_id is None else context.section(block_id),
        heard=heard,
        missing=candidate.missing,
        duration=context.duration,
    )


def _moment(
    block_id: str | None, marks: Sequence[Mark], text: MatchedText, context: HitContext
) -> tuple[float | None, str | None]:
    """The seconds of the best match, and what the recogniser heard where a word was put in."""
    if block_id is not None:
        return context.start(block_id), None
    ends = [*(mark.offset for mark in marks[1:]), len(text.text) + 1]
    for mark, end in zip(marks, ends, strict=True):
        if mark.heard and any(match_start < end and mark.offset < match_end for match_start, match_end in text.matches):
            return mark.start, mark.heard
    return marks[max(bisect_right(marks, text.first, key=lambda mark: mark.offset) - 1, 0)].start, None

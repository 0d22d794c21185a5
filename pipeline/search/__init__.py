"""Query text in, hits out: over everything said and everything written.

    query         what somebody typed → words, phrases, filters
    expansion     its words in all the forms that occur; `stems`
    index         the index on disk, written; `lookups`: read; `match`: its syntax; `passage_ids`
    passages      what is put into it; `hit_context`: what its hits are shown with
    partial       where no passage has all of the words
    hits          the best of what matches, as what is shown
    by_meeting    the same for each meeting, for a feed
    snippet       what is shown of a hit
    spelling      "did you mean"

The search is derived: everything in it can be made anew from the store, whose changes `pipeline.refresh` brings here.

First come the moments where all of a query matches together, then those where one of its words was probably misheard,
then those that have its most informative words. The newest BATCH_PASSAGES passages that match are ranked here, so that
a very common word costs as much as a rare one; FTS5's own bm25() reads every passage that has the word, to know how
rare it is (docs/adr/0006).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from pipeline.records import Hit, PassageSource
from pipeline.search import expansion
from pipeline.search.hits import DEDUPE_SECONDS, Candidate, HitList, candidate
from pipeline.search.index import SearchIndex
from pipeline.search.index.reader import IndexReader, ranges_after
from pipeline.search.match import match_all, match_misheard
from pipeline.search.partial import find_partial
from pipeline.search.query import Query, parse_words
from pipeline.search.snippet import closest_matches, matches_in

__all__ = ["DEDUPE_SECONDS", "SearchIndex", "search"]

BATCH_PASSAGES = 120
"""Passages of a source, the newest first, that are ranked together, before those older than they."""

MAX_BATCH_PASSAGES = 960
"""Of all sides of an OR and both sources."""

MAX_PASSAGES = 1_900
"""That are ranked, in all, before the last batch; whoever asks for more hits than these have gets those."""

MAX_EMPTY_BATCHES = 5
"""Batches without a word of the wanted prefix, after which hardly any older passage will have one."""

MIN_EXACT_HITS = 10
"""Hits, below which those with only some of the words are added."""


def search(
    index: SearchIndex, query: str, *, slug: str | None = None, skip: int = 0, limit: int = 50, whole: bool = False
) -> tuple[Hit, ...]:
    """The best moments for `query`, best first. Hits within DEDUPE_SECONDS of a better one are left out.

    Args:
        query: as `pipeline.search.query` parses it.
        slug: search this meeting only.
        skip: leave out so many, which cost less than those that are returned.
        limit: so many at most, with those that are left out.
        whole: only passages with all of the query, as it was heard.

    Raises:
        InvalidQuery: there is no word in it.
        StoreError: the index cannot be read.
    """
    parsed = parse_words(query)
    with index.reading() as reader:
        expanded = expansion.expand(reader, parsed)
        hits = HitList(reader, skip)
        for batch in chain(_exact(reader, expanded, slug), () if whole else _misheard(reader, expanded, slug)):
            if hits.add(batch, limit):
                return hits.with_speakers()
        for batch in () if whole else _partial(reader, expanded, slug):
            if hits.add(batch, min(limit, MIN_EXACT_HITS)):
                break
        return hits.with_speakers()


def _exact(index: IndexReader, query: Query, slug: str | None) -> Iterator[list[Candidate]]:
    return _batches(index, query, slug, dict.fromkeys(query.sources, match_all(query)))


def _misheard(index: IndexReader, query: Query, slug: str | None) -> Iterator[list[Candidate]]:
    if PassageSource.TRANSCRIPT not in query.sources:
        return iter(())
    return _batches(index, query, slug, {PassageSource.MISHEARD: match_misheard(query)})


def _partial(index: IndexReader, query: Query, slug: str | None) -> Iterator[list[Candidate]]:
    found = [
        (each, source)
        for source in query.sources
        for each in find_partial(index, query, source, index.ranges(query, slug, source))
    ]
    best = sorted(found, key=lambda pair: (-pair[0].score, pair[0].id))
    for first in range(0, len(best), MIN_EXACT_HITS):
        yield [
            Candidate(each.score, passage, source, closest_matches(passage.text, each.word_count)[1], each.missing)
            for each, source in best[first : first + MIN_EXACT_HITS]
            for passage in index.newest(source, each.match, [(each.id, each.id)], 1)
        ]


def _batches(
    index: IndexReader, query: Query, slug: str | None, matches: Mapping[PassageSource, Sequence[str]]
) -> Iterator[list[Candidate]]:
    """What matches, up to BATCH_PASSAGES of each at a time: whoever asks for more hits gets the same ones first."""
    left = {(source, match): index.ranges(query, slug, source) for source in matches for match in matches[source]}
    seen: set[int] = set()
    size = min(BATCH_PASSAGES, MAX_BATCH_PASSAGES // max(len(left), 1))
    prefixes, empty_batches, ranked = expansion.prefixes(query), 0, 0
    while left and empty_batches < MAX_EMPTY_BATCHES and ranked < MAX_PASSAGES:
        batch: dict[int, Candidate] = {}
        for (source, match), ranges in tuple(left.items()):
            passages = index.newest(source, match, ranges, size)
            full = len(passages) == size
            left[source, match] = ranges_after(ranges, passages[-1].id) if full else ()
            if not left[source, match]:
                del left[source, match]
            ranked += len(passages)
            for passage in passages:
                if passage.id in seen or (prefixes and not expansion.have_prefixes(matches_in(passage.text), prefixes)):
                    continue
                found = candidate(passage, source, len(query.groups))
                known = batch.get(passage.id)
                if known is None or known.score < found.score:
                    batch[passage.id] = found
        empty_batches = empty_batches + 1 if prefixes and not batch else 0
        seen |= batch.keys()
        yield list(batch.values())

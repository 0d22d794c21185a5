"""The meetings a query is found in, each with a few of its moments: one look at the index for all of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from pipeline.records import Hit, PassageSource
from pipeline.search import expansion
from pipeline.search.hits import Candidate, HitList, candidate
from pipeline.search.index import SearchIndex
from pipeline.search.index.reader import IdRange, IndexReader
from pipeline.search.match import match_whole
from pipeline.search.query import Query, parse_words
from pipeline.search.snippet import matches_in

MAX_PASSAGES = 10_000
"""That match, of either source, the newest first, which are told apart by their meetings."""

MAX_SINGLE_LOOKUPS = 20
"""Meetings behind these passages that are looked through one by one: those asked for first."""

_RANKED_PASSAGES = 10  # of a meeting and a source, the first in time
_SPANS = 100  # meetings that are looked up together


def search_by_meeting(
    index: SearchIndex, query: str, slugs: Sequence[str], *, meetings: int, moments: int
) -> dict[str, tuple[Hit, ...]]:
    """The first `meetings` of `slugs` in which all of `query` is found, each with its best `moments`.

    Of a query that matches more than MAX_PASSAGES, meetings before the latest may be missing.

    Raises:
        InvalidQuery: there is no word in it.
        StoreError: the index cannot be read.
    """
    parsed = parse_words(query)
    with index.reading() as reader:
        expanded = expansion.expand(reader, parsed)
        sources = [_Source(reader, expanded, source) for source in expanded.sources]
        found: dict[str, list[Candidate]] = {}
        for number, slug in enumerate(slugs):
            if len(found) == meetings:
                break
            if number % _SPANS == 0:
                for source in sources:
                    source.look_ahead(slugs[number : number + _SPANS])
            wanted = [source.want(slug, look=number < MAX_SINGLE_LOOKUPS) for source in sources]
            if any(wanted):
                found[slug] = []
        for source in sources:
            for each in source.candidates():
                found[each.passage.slug].append(each)
        hits = HitList(reader)
        hits.look_up(set(found))
        for of_meeting in found.values():
            hits.add(of_meeting, len(hits.hits) + moments)
        return _by_slug(hits.with_speakers())


class _Source:
    """The passages of one source that match, by meeting."""

    def __init__(self, index: IndexReader, query: Query, source: PassageSource) -> None:
        self._wanted: list[int] = []
        self._spans: dict[str, IdRange] = {}
        self._index, self._query, self._source, self._match = index, query, source, match_whole(query)
        self._ids = index.newest_ids(source, self._match, index.ranges(query, None, source), MAX_PASSAGES)
        self._all = len(self._ids) < MAX_PASSAGES

    def look_ahead(self, slugs: Sequence[str]) -> None:
        """Learn where the passages of the next meetings are."""
        self._spans = self._index.spans(self._source, slugs)

    def want(self, slug: str, *, look: bool) -> bool:
        """Whether passages of a meeting match, which are wanted then.

        Args:
            look: look through it if it lies behind the passages that were found.
        """
        ids = self._ids_in(slug, look=look)
        self._wanted += ids
        return bool(ids)

    def _ids_in(self, slug: str, *, look: bool) -> list[int]:
        if (span := self._spans.get(slug)) is None:
            return []
        low, high = span
        if self._all or high <= self._ids[-1]:
            return self._ids[bisect_left(self._ids, low) : bisect_right(self._ids, high)][:_RANKED_PASSAGES]
        if not look:
            return []
        ranges = self._index.ranges(self._query, slug, self._source)
        return self._index.newest_ids(self._source, self._match, ranges, _RANKED_PASSAGES)

    def candidates(self) -> Iterator[Candidate]:
        """Those that are wanted."""
        prefixes = expansion.prefixes(self._query)
        for passage in self._index.marked(self._source, self._match, self._wanted):
            if not prefixes or expansion.have_prefixes(matches_in(passage.text), prefixes):
                yield candidate(passage, self._source, len(self._query.groups))


def _by_slug(hits: Sequence[Hit]) -> dict[str, tuple[Hit, ...]]:
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.slug, []).append(hit)
    return {slug: tuple(of_meeting) for slug, of_meeting in found.items()}

"""Query text in, hits out: over everything said and everything written.

    query         what somebody typed → words, phrases, filters
    match         its words in all the forms that occur: `terms`, and their `variants` and `spoken_forms`
    by_meaning    what has the meaning of a query, if not its words
    ranking       how much a passage is worth
    hits          the best passages, as what is shown; `snippet`
    by_meeting    the same for each meeting, for a feed
    facets        how many of what is found are of which year, series, speaker
    spelling      "did you mean"
    index         the index on disk, the one doorway to tantivy; `index_folder`
    documents     what is put into it, of `passages`; `hit_context`: what its hits are shown with
    analysis      text → words that are compared

The search is derived: everything in it can be made anew from the store, whose changes `pipeline.refresh` brings here.

First come the moments where all of a query matches together, then those where one of its words was probably misheard
or is spelt a little differently, then those that have its most informative words. Of each, the best BATCH_PASSAGES are
ranked by what is around them, too, before those that are worth less by themselves.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from itertools import chain

from pipeline.records import Hit, PassageSource
from pipeline.search.by_meaning import Nearest, fused, meant
from pipeline.search.hits import DEDUPE_SECONDS, Candidate, HitList
from pipeline.search.index import Match, SearchIndex, Snapshot
from pipeline.search.match import CompiledQuery, compile_query
from pipeline.search.query import parse_words
from pipeline.search.ranking import (
    MAX_WORDS,
    MIN_IDF,
    PARTIAL,
    TOGETHER,
    RankingWeights,
    Scored,
    Surroundings,
    WordDensity,
    WordsAround,
    closeness,
    ordered,
    scored,
    without_overlapping,
)
from pipeline.search.snippet import closest

__all__ = ["DEDUPE_SECONDS", "SearchIndex", "search"]

BATCH_PASSAGES = 100
"""Passages that are ranked together, before those with a lower BM25."""

MAX_PASSAGES = 2_000
"""That are ranked at all."""

READ_PASSAGES = 60
"""Of a batch, whose texts are read to rank them: those that are best without."""

READ_PARTIAL = 40
"""The same of passages with some of the words."""

MAX_PARTIAL = 300
"""Passages with some of the words that are ranked."""

RELATIVE_CUTOFF = 0.5
"""Share of the best partial hit's worth, below which others are not shown."""

MIN_EXACT_HITS = 20
"""Hits, below which those with only some of the words are added."""

_OUTER_MARKS = re.compile(r"^\W+|\W+$")


def search(
    index: SearchIndex,
    query: str,
    *,
    slug: str | None = None,
    skip: int = 0,
    limit: int = 50,
    whole: bool = False,
    without: Collection[str] = (),
    nearest: Nearest | None = None,
) -> tuple[Hit, ...]:
    """The best moments for `query`, best first. Hits within DEDUPE_SECONDS of a better one are left out.

    Args:
        query: as `pipeline.search.query` parses it.
        slug: search this meeting only.
        skip: leave out so many, which cost less than those that are returned.
        limit: so many at most, with those that are left out.
        whole: only passages with all of the query, as it was heard.
        without: meetings in which nothing is to be found.
        nearest: asked for moments that mean the same, where few have all of the words. Who quotes wants these words.

    Raises:
        InvalidQuery: there is no word in it.
        StoreError: the index cannot be read.
    """
    parsed = parse_words(query)
    with index.reading() as snapshot:
        compiled = compile_query(snapshot, parsed, slug, without)
        hits = HitList(snapshot, skip)
        if not compiled.groups:
            return ()
        ranking = Ranking(snapshot, compiled)
        loosely = () if whole else chain(ranking.misheard(), ranking.similar())
        for batch in chain(ranking.together(), loosely):
            if hits.add(batch, limit):
                return tuple(hits.hits)
        if not whole:
            hits.add(ranking.loosely(nearest), min(limit, max(MIN_EXACT_HITS, hits.count)))
        return tuple(hits.hits)


class Ranking:
    """The passages that match a query, best first."""

    def __init__(self, snapshot: Snapshot, query: CompiledQuery) -> None:
        self._snapshot = snapshot
        self._query = query

    def together(self) -> Iterator[Iterator[Candidate]]:
        """Those with all of the words."""
        return self._batches(self._query.best_in(self._snapshot))

    def misheard(self) -> Iterator[Iterator[Candidate]]:
        """Those where one of the words was probably misheard."""
        if PassageSource.TRANSCRIPT not in self._query.sources:
            return iter(())
        return self._batches(self._query.put_in(self._snapshot))

    def similar(self) -> Iterator[Iterator[Candidate]]:
        """Those where a word is spelt almost like a rare one of the query."""
        for group, query in self._query.with_similar(self._snapshot):
            for batch in Ranking(self._snapshot, query).together():
                yield (_with_similar(each, group) for each in batch)

    def loosely(self, nearest: Nearest | None) -> Iterator[Candidate]:
        """Those with some of the words, and those that mean the same."""
        by_meaning = meant(self._snapshot, self._informative, nearest) if nearest else []
        if not by_meaning:
            return self.partial()
        unknown = sum(group.idf == math.inf for group in self._query.groups) / len(self._query.groups)
        compared = [self._compared(each) for each in by_meaning]
        return fused(self._snapshot, list(self.partial()), compared, unknown)

    def partial(self) -> Iterator[Candidate]:
        """Those with the most informative of the words, but not all."""
        if len(self._query.groups) < 2:
            return
        query = self._informative
        around = WordsAround(self._snapshot, query)
        found = self._snapshot.best(query.any_in(self._snapshot), MAX_PARTIAL)
        ranked = ordered(scored(self._snapshot, query, around, found), PARTIAL)
        read = self._read_best(query, ranked[:READ_PARTIAL], PARTIAL)
        best = read[0][0].features.worth(PARTIAL) if read else 0.0
        for each, candidate in read:
            if each.features.worth(PARTIAL) < RELATIVE_CUTOFF * best:
                return
            compared = self._compared(candidate)
            if compared.missing and compared.found:
                yield compared

    @cached_property
    def _informative(self) -> CompiledQuery:
        return self._query.informative(MIN_IDF, MAX_WORDS)

    def _compared(self, candidate: Candidate) -> Candidate:
        """The same with what it lacks of the query; of that only what matters: nobody misses an "on"."""
        has = {found.group for found in self._query.finder.find_in(candidate.passage)}
        missing = [group for number, group in enumerate(self._query.groups) if number not in has]
        finite = [group.idf for group in self._query.groups if group.idf < math.inf]
        usual = sum(finite) / max(len(finite), 1)
        notable = [group for group in missing if group.idf >= usual / 2] or missing
        names = tuple(_OUTER_MARKS.sub("", group.name) for group in notable)
        return candidate._replace(missing=names, share=self._share(has))

    def _share(self, has: Collection[int]) -> float:
        """How much of the query's rare words some of its groups are; one that nobody said is as rare as can be."""
        most = math.log(max(self._snapshot.passages, 2))
        idf = {number: min(group.idf, most) for number, group in enumerate(self._query.groups)}
        rare = {number for number, each in idf.items() if each >= MIN_IDF} or idf.keys()
        return sum(idf[number] for number in rare & set(has)) / (sum(idf[number] for number in rare) or 1.0)

    def _batches(self, match: Match) -> Iterator[Iterator[Candidate]]:
        around: Surroundings | None = None
        for skip in range(0, MAX_PASSAGES, BATCH_PASSAGES):
            found = self._snapshot.best(match, BATCH_PASSAGES, skip)
            if not found:
                return
            around = around or WordDensity(self._snapshot, self._query)
            yield self._read_in_order(ordered(scored(self._snapshot, self._query, around, found), TOGETHER))

    def _read_in_order(self, ranked: Sequence[Scored]) -> Iterator[Candidate]:
        """The first READ_PASSAGES by everything, the others as they are; of a word alone, the text tells nothing."""
        if len(self._query.groups) == 1:
            ranked, count = list(without_overlapping(ranked)), 0
        else:
            count = READ_PASSAGES
        yield from (candidate for _, candidate in self._read_best(self._query, ranked[:count], TOGETHER))
        for each in ranked[count:]:
            if found := self._read(self._query, each):
                yield found[1]

    def _read_best(
        self, query: CompiledQuery, best: Sequence[Scored], weights: RankingWeights
    ) -> list[tuple[Scored, Candidate]]:
        read = [found for each in best if (found := self._read(query, each))]
        return sorted(read, key=lambda found: found[0].order(weights))

    def _read(self, query: CompiledQuery, each: Scored) -> tuple[Scored, Candidate] | None:
        stored = self._snapshot.passage(each.address)
        if stored is None:
            return None
        passage = stored.passage
        found = query.found_in(passage)
        if query.speakers is not None and not found:
            return None
        chars, first = closest(found)
        candidate = Candidate(stored.slug, passage, each.source, found, first)
        if len(query.groups) == 1:
            return each, candidate
        context = self._snapshot.context(stored.slug)
        heading = context.heading_of(passage) if context else None
        features = each.features._replace(
            share=query.share_in(found),
            closeness=closeness(chars),
            heading=query.share_of(heading) if heading else 0.0,
        )
        return each._replace(features=features), candidate


def _with_similar(each: Candidate, group: int) -> Candidate:
    found = next((each.passage.text[start:end] for start, end, number in each.found if number == group), None)
    return each._replace(similar=found)

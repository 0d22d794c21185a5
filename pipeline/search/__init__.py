"""Query text in, hits out: over everything said and everything written.

    query         what somebody typed → words, phrases, filters
    match         its words in all the forms that occur; `spoken_forms` of numbers
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

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import chain

from pipeline.records import Hit, PassageSource
from pipeline.search.hits import DEDUPE_SECONDS, Candidate, HitList
from pipeline.search.index import Match, SearchIndex, Snapshot
from pipeline.search.match import CompiledQuery, compile_query
from pipeline.search.query import parse_words
from pipeline.search.ranking import (
    MIN_IDF,
    PARTIAL,
    TOGETHER,
    Scored,
    Surroundings,
    Weights,
    closeness,
    scored,
)
from pipeline.search.snippet import closest

__all__ = ["DEDUPE_SECONDS", "SearchIndex", "search"]

BATCH_PASSAGES = 100
"""Passages of a source that are ranked together, before those that are worth less by themselves."""

MAX_PASSAGES = 2_000
"""Of a source, that are ranked at all."""

READ_PASSAGES = 60
"""Of a batch, whose texts are read to rank them: those that are best without."""

MAX_PARTIAL = 300
"""Passages with some of the words that are ranked."""

MAX_WORDS = 12
"""Words of a query that are looked up where none has all of them: its rarest."""

RELATIVE_CUTOFF = 0.5
"""Share of the best partial hit's worth, below which others are not shown."""

MIN_EXACT_HITS = 10
"""Hits, below which those with only some of the words are added."""

_OUTER_MARKS = re.compile(r"^\W+|\W+$")
_Sources = Sequence[tuple[PassageSource, Match]]


def search(
    index: SearchIndex,
    query: str,
    *,
    slug: str | None = None,
    skip: int = 0,
    limit: int = 50,
    whole: bool = False,
    without: Collection[str] = (),
) -> tuple[Hit, ...]:
    """The best moments for `query`, best first. Hits within DEDUPE_SECONDS of a better one are left out.

    Args:
        query: as `pipeline.search.query` parses it.
        slug: search this meeting only.
        skip: leave out so many, which cost less than those that are returned.
        limit: so many at most, with those that are left out.
        whole: only passages with all of the query, as it was heard.
        without: meetings in which nothing is to be found.

    Raises:
        InvalidQuery: there is no word in it.
        StoreError: the index cannot be read.
    """
    parsed = parse_words(query)
    with index.reading() as snapshot:
        compiled = compile_query(snapshot, parsed, slug)
        hits = HitList(snapshot, skip, without)
        if not compiled.groups:
            return ()
        ranking = Ranking(snapshot, compiled)
        for batch in chain(ranking.together(), () if whole else ranking.misheard()):
            if hits.add(batch, limit):
                return tuple(hits.hits)
        if not whole:
            hits.add(ranking.partial(), min(limit, max(MIN_EXACT_HITS, hits.count)))
        return tuple(hits.hits)


class Ranking:
    """The passages that match a query, best first."""

    def __init__(self, snapshot: Snapshot, query: CompiledQuery) -> None:
        self._snapshot = snapshot
        self._query = query
        self._newest = max((entry.day for entry in snapshot.entries.values()), default=0)

    def together(self) -> Iterator[Iterator[Candidate]]:
        """Those with all of the words."""
        return self._batches([(source, self._query.all_in(self._snapshot, source)) for source in self._query.sources])

    def misheard(self) -> Iterator[Iterator[Candidate]]:
        """Those where one of the words was probably misheard."""
        if PassageSource.TRANSCRIPT not in self._query.sources:
            return iter(())
        return self._batches([(PassageSource.MISHEARD, self._query.put_in(self._snapshot))])

    def partial(self) -> list[Candidate]:
        """Those with the most informative of the words, but not all."""
        if len(self._query.groups) < 2:
            return []
        query = self._query.informative(MIN_IDF, MAX_WORDS)
        around = Surroundings.of(self._snapshot, query)
        matches = [(source, query.any_in(self._snapshot, source)) for source in query.sources]
        found = [(source, self._snapshot.best(match, MAX_PARTIAL)) for source, match in matches]
        ranked = sorted(scored(self._snapshot, query, around, found), key=lambda each: self._order(each, PARTIAL))
        return self._with_what_is_missing(query, ranked[:READ_PASSAGES])

    def _with_what_is_missing(self, query: CompiledQuery, ranked: Sequence[Scored]) -> list[Candidate]:
        usual = sum(min(group.idf, 99.0) for group in self._query.groups) / len(self._query.groups)
        best = ranked[0].worth(PARTIAL, self._newest) if ranked else 0.0
        candidates = []
        for each in ranked:
            stored = self._snapshot.passage(each.address)
            if stored is None or each.worth(PARTIAL, self._newest) < RELATIVE_CUTOFF * best:
                continue
            has = {found.group for found in self._query.finder.find(stored.passage.text)}
            missing = [group for number, group in enumerate(self._query.groups) if number not in has]
            found = tuple(query.finder.find(stored.passage.text))
            if not missing or not found:
                continue
            notable = [group for group in missing if group.idf >= usual / 2] or missing
            names = tuple(_bare(group.name) for group in notable)
            candidates.append(Candidate(stored.slug, stored.passage, each.source, found, closest(found)[1], names))
        return candidates

    def _batches(self, matches: _Sources) -> Iterator[Iterator[Candidate]]:
        around: Surroundings | None = None
        for skip in range(0, MAX_PASSAGES, BATCH_PASSAGES):
            found = [(source, self._snapshot.best(match, BATCH_PASSAGES, skip)) for source, match in matches]
            if not any(of_source for _, of_source in found):
                return
            around = around or Surroundings.of(self._snapshot, self._query)
            yield self._ranked(scored(self._snapshot, self._query, around, found))

    def _ranked(self, found: Sequence[Scored]) -> Iterator[Candidate]:
        """A batch: those that are best without their text by everything, the others behind them."""
        ordered = sorted(found, key=lambda each: self._order(each, TOGETHER))
        read = [(each, candidate) for each in ordered[:READ_PASSAGES] if (candidate := self._read(each))]
        read.sort(key=lambda pair: self._order(pair[0], TOGETHER, self._text_features(pair[1])))
        yield from (candidate for _, candidate in read)
        yield from (candidate for each in ordered[READ_PASSAGES:] if (candidate := self._read(each)))

    def _read(self, each: Scored) -> Candidate | None:
        stored = self._snapshot.passage(each.address)
        if stored is None:
            return None
        found = tuple(self._query.finder.find(stored.passage.text))
        return Candidate(stored.slug, stored.passage, each.source, found, closest(found)[1])

    def _text_features(self, candidate: Candidate) -> tuple[float, float]:
        """How close together its words are, and how many of them are in its heading: from 0 to 1."""
        near = closeness(closest(candidate.found)[0]) if len(self._query.groups) > 1 else 0.0
        context = self._snapshot.context(candidate.slug)
        heading = context.heading_of(candidate.passage) if context else None
        if not heading:
            return near, 0.0
        in_heading = {found.group for found in self._query.finder.find(heading)}
        return near, len(in_heading) / len(self._query.groups)

    def _order(
        self, each: Scored, weights: Weights, text_features: tuple[float, float] = (0.0, 0.0)
    ) -> tuple[float, ...]:
        return -each.worth(weights, self._newest, *text_features), -each.day, each.meeting, each.place


def _bare(name: str) -> str:
    return _OUTER_MARKS.sub("", name)

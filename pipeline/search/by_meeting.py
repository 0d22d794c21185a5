"""The meetings a query is found in, each with a few of its moments, for a feed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain

from pipeline.records import Hit
from pipeline.search import Ranking
from pipeline.search.documents import number_of
from pipeline.search.hits import HitList
from pipeline.search.index import SearchIndex
from pipeline.search.match import compile_query
from pipeline.search.query import parse_words


def meetings_having(
    index: SearchIndex, query: str, *, without: Collection[str] = (), misheard: bool = False
) -> frozenset[str]:
    """The meetings in which all of `query` is found, by slug.

    Args:
        without: meetings in which nothing is to be found.
        misheard: also where one of the words was probably misheard.

    Raises:
        InvalidQuery: there is no word in it.
        StoreError: the index cannot be read.
    """
    parsed = parse_words(query)
    with index.reading() as snapshot:
        everywhere = compile_query(snapshot, parsed, without=without)
        if not everywhere.groups:
            return frozenset()
        having = snapshot.meetings(everywhere.all_in(snapshot))
        if misheard:
            having |= snapshot.meetings(everywhere.put_in(snapshot))
        return frozenset(slug for slug in snapshot.entries if slug not in without and number_of(slug) in having)


def search_by_meeting(
    index: SearchIndex,
    query: str,
    slugs: Sequence[str],
    *,
    meetings: int,
    moments: int,
    without: Collection[str] = (),
    misheard: bool = False,
) -> dict[str, tuple[Hit, ...]]:
    """The first `meetings` of `slugs` in which all of `query` is found, each with its best `moments`.

    Args:
        without: meetings in which nothing is to be found.
        misheard: also where one of the words was probably misheard, after the others.

    Raises:
        InvalidQuery: there is no word in it.
        StoreError: the index cannot be read.
    """
    parsed = parse_words(query)
    found: dict[str, tuple[Hit, ...]] = {}
    with index.reading() as snapshot:
        everywhere = compile_query(snapshot, parsed, without=without)
        if not everywhere.groups:
            return {}
        having = snapshot.meetings(everywhere.all_in(snapshot))
        if misheard:
            having |= snapshot.meetings(everywhere.put_in(snapshot))
        for slug in slugs:
            if len(found) == meetings:
                break
            if number_of(slug) not in having:
                continue
            hits = HitList(snapshot)
            ranking = Ranking(snapshot, compile_query(snapshot, parsed, slug))
            for batch in chain(ranking.together(), ranking.misheard() if misheard else ()):
                if hits.add(batch, moments):
                    break
            if hits.hits:
                found[slug] = tuple(hits.hits)
    return found

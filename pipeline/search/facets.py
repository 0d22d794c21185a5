"""How what is found is spread over years, series of meetings, speakers, notes and speech."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.records import PassageSource
from pipeline.search.documents import Field, number_of
from pipeline.search.index import SearchIndex
from pipeline.search.match import compile_query
from pipeline.search.query import parse_words
from pipeline.series import count_series

MAX_SPEAKERS = 50
"""Speakers that are counted: those who say it in most places."""


@dataclass(frozen=True, slots=True)
class Facets:
    """In how many meetings all of a query is found, by what they are; the most frequent first, years the latest."""

    meetings: int
    years: dict[str, int]
    series: dict[str, int]
    speakers: dict[str, int]
    sources: dict[str, int]  # "notes" and "transcript"


def facets(index: SearchIndex, query: str, *, slug: str | None = None, without: Collection[str] = ()) -> Facets:
    """Count the meetings a query is found in.

    Args:
        slug: look in this meeting only.
        without: meetings in which nothing is to be found.

    Raises:
        InvalidQuery: there is no word in it.
        StoreError: the index cannot be read.
    """
    parsed = parse_words(query)
    with index.reading() as snapshot:
        compiled = compile_query(snapshot, parsed, slug, without)
        found: dict[PassageSource, set[int]] = {}
        speakers: Counter[str] = Counter()
        for source in compiled.sources if compiled.groups else ():
            match = compiled.all_in(snapshot, source)
            found[source] = snapshot.meetings(match)
            if source is PassageSource.TRANSCRIPT:
                speakers = Counter(snapshot.meetings_by(match, Field.SPEAKER, MAX_SPEAKERS))
        anywhere = set().union(*found.values())
        entries = [entry for each, entry in snapshot.entries.items() if number_of(each) in anywhere]
    years = Counter(str(date.fromordinal(entry.day).year) for entry in entries if entry.day)
    series = count_series(entry.series for entry in entries)
    return Facets(
        len(entries),
        dict(sorted(years.items(), reverse=True)),
        _most_frequent_first(series),
        _most_frequent_first(speakers),
        {source.value: len(meetings) for source, meetings in found.items() if meetings},
    )


def _most_frequent_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

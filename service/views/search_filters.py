"""The filters of a search: each is a link that puts a word of the query language into the query, or takes it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from flask import url_for

from pipeline.records import PassageSource
from pipeline.search.facets import Facets
from pipeline.search.query import filter_words, parse, with_filter, without_filter
from service.views.filters import FilterGroup, FilterLink, Filters
from service.views.hit_markers import source_name
from service.web.language import _

_MAX_SHOWN = 8
"""Values of a filter that are offered, the most frequent ones, beside those that are on."""

_KEYS = ("year", "series", "in", "speaker")
_SOURCES = (PassageSource.NOTES, PassageSource.TRANSCRIPT)


def search_filters(query: str, count: Callable[[str], Facets], *, order: str = "") -> Filters:
    """The filters for a query; none for one that is nothing but filters, which are looked up as words.

    Args:
        count: counts what a query finds. Of a filter that is on, the query is counted without it, as a click on
            another value of it would add that.
        order: of the results, which stays.
    """
    if not parse(_without_filters(query)).groups:
        return Filters()
    on = {key: [each.value for each in filter_words(query) if each.key == key] for key in _KEYS}
    if on["in"]:  # it has other names, and the last one counts
        on["in"] = [source.value for source in parse(query).sources]
    found = count(query)
    groups = []
    for key in _KEYS:
        counted = count(without_filter(query, key)) if on[key] else found
        links = tuple(_links(query, key, _counts(counted, key), on[key], order))
        if len(links) > 1 or on[key]:
            groups.append(FilterGroup(_name(key), links))
    return Filters(tuple(groups), sum(map(len, on.values())))


def _without_filters(query: str) -> str:
    for key in {each.key for each in filter_words(query)}:
        query = without_filter(query, key)
    return query


def _name(key: str) -> str:
    return {"year": _("Year"), "series": _("Series"), "in": _("Found in"), "speaker": _("Speaker")}[key]


def _counts(found: Facets, key: str) -> Mapping[str, int]:
    if key == "in":
        return {source.value: found.sources[source] for source in _SOURCES if source in found.sources}
    if key == "series":  # what only one meeting is called narrows nothing down that is not seen anyway
        return {name: count for name, count in found.series.items() if count > 1}
    return found.years if key == "year" else found.speakers


def _links(query: str, key: str, counts: Mapping[str, int], on: list[str], order: str) -> Iterator[FilterLink]:
    known = {value.casefold() for value in counts}
    every = [(value, 0) for value in on if value not in known] + list(counts.items())
    most = {value for value, _count in sorted(every, key=lambda each: -each[1])[:_MAX_SHOWN]}
    for value, count in every:
        is_on = value.casefold() in on
        if not is_on and value not in most:
            continue
        with suppress(ValueError):  # no query can say it
            changed = _removed(query, key, value) if is_on else _added(query, key, value)
            yield FilterLink(_label(key, value), count, url_for("pages.search", q=changed, order=order or None), is_on)


def _removed(query: str, key: str, value: str) -> str:
    return without_filter(query, key) if key == "in" else without_filter(query, key, value)


def _added(query: str, key: str, value: str) -> str:
    # A place is in the notes or in the transcript; of the others, two values are either.
    return with_filter(without_filter(query, key) if key == "in" else query, key, value)


def _label(key: str, value: str) -> str:
    return source_name(PassageSource(value)) if key == "in" else value

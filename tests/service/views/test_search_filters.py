"""The filters of a search: links that put words into the query, or take them out."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from pipeline.records import Segment
from pipeline.search.facets import Facets
from service.views.filters import Filters
from service.views.search_filters import search_filters
from tests.service.html_tags import tags
from tests.service.meetings import Library

Open = Callable[[str], str]


def queries(filters: Filters) -> dict[str, str]:
    """The query each filter leads to, by its name and count; what is on is marked with a star."""
    return {
        f"{link.name} {link.count}{'*' if link.is_active else ''}": parse_qs(urlsplit(link.href).query)["q"][0]
        for group in filters.groups
        for link in group.links
    }


FOUND = Facets(
    5,
    {"2024": 3, "2023": 2},
    {"Office hours": 4, "Board": 1},
    {"Ana Li": 3, "Ben": 2, 'Jo "J" Li': 1},
    {"notes": 4, "transcript": 2},
)


def test_a_filter_is_a_word_of_the_query(app: Flask) -> None:
    """Quoted where it has to be. What no query can say, and a series of one meeting, are not offered."""
    with app.test_request_context():
        found = queries(search_filters('"old rota" hose', lambda _: FOUND))
    assert found == {
        "2024 3": '"old rota" hose year:2024',
        "2023 2": '"old rota" hose year:2023',
        "notes 4": '"old rota" hose in:notes',
        "transcript 2": '"old rota" hose in:transcript',
        "Ana Li 3": '"old rota" hose speaker:"Ana Li"',
        "Ben 2": '"old rota" hose speaker:Ben',
    }


def test_one_that_is_on_leads_away_from_it(app: Flask) -> None:
    """Others of its kind are counted as if it were not on: they would be either. A place is the one or the other."""
    counted: list[str] = []

    def count(query: str) -> Facets:
        counted.append(query)
        return FOUND

    with app.test_request_context():
        filters = search_filters('rota YEAR:2024 in:speech series:"office HOURS"', count)
    found = queries(filters)
    assert filters.active == 3
    assert found["2024 3*"] == 'rota in:speech series:"office HOURS"'
    assert found["2023 2"] == 'rota YEAR:2024 in:speech series:"office HOURS" year:2023'
    assert found["transcript 2*"] == 'rota YEAR:2024 series:"office HOURS"'
    assert found["notes 4"] == 'rota YEAR:2024 series:"office HOURS" in:notes'
    assert found["Office hours 4*"] == "rota YEAR:2024 in:speech"
    assert 'rota in:speech series:"office HOURS"' in counted
    assert "rota YEAR:2024 in:speech" in counted


def test_one_that_finds_nothing_can_be_taken_off(app: Flask) -> None:
    with app.test_request_context():
        filters = search_filters("rota year:1999 speaker:zoe", lambda _: Facets(0, {}, {}, {}, {}))
    assert queries(filters) == {"1999 0*": "rota speaker:zoe", "zoe 0*": "rota year:1999"}


def test_only_the_most_frequent_are_offered(app: Flask) -> None:
    """And those that are on, however rare."""
    speakers = {f"P{number:02}": 90 - number for number in range(30)}
    with app.test_request_context():
        filters = search_filters("rota speaker:p29", lambda _: Facets(9, {}, {}, speakers, {}))
    names = [link.name for group in filters.groups for link in group.links]
    assert names == ["P00", "P01", "P02", "P03", "P04", "P05", "P06", "P07", "P29"]


@pytest.fixture
def said(library: Library) -> None:
    """The rota in three meetings of two years; in one of them somebody speaks."""
    for slug, day in (("a", "2023-03-01"), ("b", "2024-03-01"), ("c", "2024-04-01")):
        library.notes(f"# Bee talk {day}\n\n- the rota\n", slug=slug, video=False)
    library.local("c", file="c.wav", duration=200.0)
    library.transcript(
        "c", (Segment(2.0, 4.0, "The rota again.", speaker="Ana"), Segment(100.0, 104.0, "The rota.", speaker="Ben"))
    )


@pytest.mark.usefixtures("said")
def test_every_filter_of_a_real_search_finds_what_it_says(opened: Open) -> None:
    """As many meetings as stand beside it."""
    filters = [
        tag for tag in tags(opened("/search?q=rota")) if tag.attributes.get("href", "").startswith("/search?q=rota+")
    ]
    counts = {}
    for tag in filters:
        html = opened(tag.attributes["href"])
        counts[parse_qs(urlsplit(tag.attributes["href"]).query)["q"][0]] = html.count('class="meeting-hits"')
        assert html.count('aria-current="true"') == 1
    assert counts == {
        "rota year:2024": 2,
        "rota year:2023": 1,
        "rota in:notes": 3,
        "rota in:transcript": 1,
        "rota speaker:Ana": 1,
        "rota speaker:Ben": 1,
    }

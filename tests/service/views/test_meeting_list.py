"""The list of meetings: newest first, by year."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.records import Failure, MeetingSummary, Notes
from service.views.meeting_list import ListNarrowing, meeting_list
from service.web.store import archive_of
from tests.service.html_tags import tags, visible
from tests.service.meetings import Library

Open = Callable[[str], str]


ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}
"""Of a request that nobody at this machine sent: it may not write."""


@pytest.mark.parametrize("address", ["/", "/meetings/"])
def test_empty_list_says_what_to_run(client: FlaskClient, address: str) -> None:
    """A new installation names the command that fills it, to those who could."""
    assert "jumpnotes run NOTES.md" in client.get(address).text
    elsewhere = client.get(address, environ_base=ELSEWHERE).text
    assert "There are no meetings here yet." in elsewhere
    assert "jumpnotes run" not in elsewhere


def test_list_is_newest_first_with_facts(opened: Open, library: Library, full: Notes) -> None:
    """Every meeting has a line with its date, length and links, the newest on top, and what is missing is said."""
    library.notes("# Autumn call 2024-10-01\n\n## Leaves\n", slug="autumn")
    library.notes("# Winter call 2023-12-01\n\nRecording: https://youtu.be/gArDenCall0\n", slug="winter")
    words = visible(opened("/meetings/"))
    assert words.index("Autumn call") < words.index("Garden club") < words.index("Winter call")
    assert "5 Mar 2024 Garden club 2024-03-05 jump to 2 of 3 topics 0:20" in words
    assert "no recording" in words
    assert "not transcribed yet" in words


def test_list_holds_a_thousand_meetings(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long history is one plain page."""
    many = tuple(
        MeetingSummary(f"call-{n}", f"Call {n}", date.fromordinal(738000 - n), None, 1, 0) for n in range(1000)
    )
    monkeypatch.setattr(archive_of(app).store, "meetings", lambda: many)
    html = app.test_client().get("/meetings/").text
    assert html.count('class="row"') == 1000
    assert html.count('class="year"') == len({summary.date.year for summary in many if summary.date})


def test_years_are_folded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last year is open, those far back wait folded."""
    many = tuple(
        MeetingSummary(f"call-{n}", f"Call {n}", date.fromordinal(738000 - n), None, 1, 0) for n in range(1000)
    )
    monkeypatch.setattr(archive_of(app).store, "meetings", lambda: many)
    years = [tag for tag in tags(app.test_client().get("/meetings/").text) if tag.attributes.get("class") == "year"]
    assert ["open" in year.attributes for year in years] == [True] + [False] * (len(years) - 1)


def test_what_went_wrong_is_for_those_who_can_help(client: FlaskClient, library: Library, full: Notes) -> None:
    """Others read what there is, in neutral words."""
    library.notes("# Winter call 2023-12-01\n\nRecording: https://youtu.be/gArDenCall0\n", slug="winter")
    library.notes("# Autumn call 2023-10-01\n", slug="autumn")
    for slug in ("garden", "winter"):
        library.failed(slug, Failure("fetching", "the video is private", "Give the file.", False, datetime.now(UTC)))
    here, elsewhere = client.get("/meetings/").text, client.get("/meetings/", environ_base=ELSEWHERE).text
    assert here.count("last run failed") == 2
    assert "failed" not in elsewhere
    assert elsewhere.count("no transcript yet") == 1
    assert elsewhere.count("no recording") == 1
    assert "not transcribed yet" not in elsewhere


def test_a_damaged_meeting_is_for_those_who_can_help(client: FlaskClient, library: Library, full: Notes) -> None:
    """Others find out only when they open it."""
    summaries = [replace(each, damaged=True) for each in archive_of(client.application).store.meetings()]
    with client.application.test_request_context():
        rows = [meeting_list(summaries, ListNarrowing(), for_editors=each).years[0].rows[0] for each in (True, False)]
    assert [(row.remark, row.failed) for row in rows] == [("damaged: run its notes again", True), ("", False)]


def test_undated_meetings_are_in_the_order_of_the_alphabet(opened: Open, library: Library) -> None:
    for title in ("bees", "Ants", "Crickets"):
        library.notes(f"# {title}\n\n- a\n", slug=title.lower(), video=False)
    words = visible(opened("/meetings/"))
    assert words.index("Ants") < words.index("bees") < words.index("Crickets")


@pytest.fixture
def series(library: Library) -> None:
    for title in ("Bee talk 2023-03-01", "Bee talk 2024-03-01", "Bee talk 2024-04-01", "Board 2024-05-01", "Board #9"):
        library.notes(f"# {title}\n\n- a\n", slug=title.lower().replace(" ", "-").replace("#", ""), video=False)


def filters(html: str) -> dict[str, str]:
    """The filters of a page: where each leads, by its name and count."""
    found = re.findall(r'<li><a href="([^"]*)"[^>]*><span class="name" dir="auto">(.*?)</span>.*?(\d+)</span>', html)
    return {f"{name} {count}": href.replace("&amp;", "&") for href, name, count in found}


@pytest.mark.usefixtures("series")
def test_the_list_has_filters(opened: Open) -> None:
    """By year and series, as plain links, with how many meetings each leaves; one that is on leads away from it."""
    html = opened("/meetings/")
    assert filters(html) == {
        "2024 3": "/meetings/?year=2024",
        "2023 1": "/meetings/?year=2023",
        "No date 1": "/meetings/?year=none",
        "Bee talk 3": "/meetings/?series=Bee+talk",
        "Board 2": "/meetings/?series=Board",
    }
    narrowed = opened("/meetings/?series=Bee+talk")
    assert narrowed.count('class="row"') == 3
    assert filters(narrowed)["2024 2"] == "/meetings/?year=2024&series=Bee+talk"
    assert filters(narrowed)["Bee talk 3"] == "/meetings/"
    both = opened("/meetings/?series=Bee+talk&year=2024")
    assert both.count('class="row"') == 2
    assert both.count('aria-current="true"') == 2
    assert filters(both)["2023 1"] == "/meetings/?year=2023&series=Bee+talk"
    assert filters(both)["Board 1"] == "/meetings/?year=2024&series=Board"
    assert "2 meetings" in visible(both)
    assert "Show all 5" in visible(both)


@pytest.mark.usefixtures("series")
def test_a_series_is_one_however_its_titles_are_capitalised(opened: Open, library: Library) -> None:
    """It is called as most of its meetings are."""
    library.notes("# Bee Talk 2024-06-01\n\n- a\n", slug="capital", video=False)
    assert filters(opened("/meetings/"))["Bee talk 4"] == "/meetings/?series=Bee+talk"
    assert "Bee Talk 1" not in filters(opened("/meetings/"))
    for name in ("Bee+talk", "Bee+Talk"):
        narrowed = opened(f"/meetings/?series={name}")
        assert narrowed.count('class="row"') == 4
        assert filters(narrowed)["Bee talk 4"] == "/meetings/"


@pytest.mark.usefixtures("series")
def test_a_filter_that_nothing_matches_can_be_taken_off(opened: Open) -> None:
    """An old link to a series that was renamed is no dead end, and no harm."""
    html = opened("/meetings/?series=%3Cscript%3Ealert(1)&year=1999")
    assert "No meetings match." in html
    assert "<script>alert" not in html
    assert filters(html)["1999 0"] == "/meetings/?series=%3Cscript%3Ealert(1)"
    assert 'href="/meetings/"' in html


def test_filters_that_narrow_nothing_down_are_not_shown(opened: Open, full: Notes) -> None:
    """One meeting is of one year and one series."""
    assert filters(opened("/meetings/")) == {}


def test_the_old_address_leads_there(client: FlaskClient) -> None:
    """With or without the slash."""
    answer = client.get("/meetings?year=2024")
    assert answer.status_code == 308
    assert answer.headers["Location"].endswith("/meetings/?year=2024")


def _summaries(title: str, count: int, year: int = 2024) -> list[MeetingSummary]:
    day = date(year, 1, 1)
    return [MeetingSummary(f"{title}-{n}", f"{title} {day}", day, None, 1, 0) for n in range(count)]


def test_the_largest_series_are_offered(app: Flask) -> None:
    """A dozen, the largest first; and the one that is on, however small."""
    every = _summaries("Ants", 2) + _summaries("Zebras", 3) + _summaries("Rare", 1)
    every += [each for letter in "bcdefghijklm" for each in _summaries(f"{letter} talk", 2)]
    with app.test_request_context():
        offered, narrowed = (
            meeting_list(every, ListNarrowing(series=series)).filters.groups[-1].links for series in ("", "Rare")
        )
    names = [link.name for link in offered]
    assert names == ["Zebras", "Ants", *(f"{letter} talk" for letter in "bcdefghijk")]
    assert [link.name for link in narrowed[:-1]] == names
    assert (narrowed[-1].name, narrowed[-1].count) == ("Rare", 1)


def test_years_are_open_until_enough_is_listed(app: Flask) -> None:
    """Forty meetings: the year in which they are reached is still open."""
    every = [each for year in range(2024, 2016, -1) for each in _summaries("Call", 9, year)]
    with app.test_request_context():
        years = meeting_list(every, ListNarrowing()).years
    assert [year.open for year in years] == [True] * 5 + [False] * 3

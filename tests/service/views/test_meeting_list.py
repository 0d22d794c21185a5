"""The list of meetings: newest first, by year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from pipeline.records import (
    MeetingSummary,
    Notes,
)
from service.web.store import archive_of
from tests.service.html_tags import tags, visible
from tests.service.meetings import Library

Open = Callable[[str], str]


def test_empty_list_says_what_to_run(opened: Open) -> None:
    """The first page of a new installation names the command that fills it."""
    assert "jumpnotes run NOTES.md" in opened("/")


def test_list_is_newest_first_with_facts(opened: Open, library: Library, full: Notes) -> None:
    """Every meeting has a line with its date, length and links, the newest on top, and what is missing is said."""
    library.notes("# Autumn call 2024-10-01\n\n## Leaves\n", slug="autumn")
    library.notes("# Winter call 2023-12-01\n\nRecording: https://youtu.be/gArDenCall0\n", slug="winter")
    words = visible(opened("/"))
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
    html = app.test_client().get("/").text
    assert html.count('class="row"') == 1000
    assert html.count('class="year"') == len({summary.date.year for summary in many if summary.date})


def test_years_are_folded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last year is open, those far back wait folded."""
    many = tuple(
        MeetingSummary(f"call-{n}", f"Call {n}", date.fromordinal(738000 - n), None, 1, 0) for n in range(1000)
    )
    monkeypatch.setattr(archive_of(app).store, "meetings", lambda: many)
    years = [tag for tag in tags(app.test_client().get("/").text) if tag.attributes.get("class") == "year"]
    assert ["open" in year.attributes for year in years] == [True] + [False] * (len(years) - 1)

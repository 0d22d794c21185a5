"""Dates and numbers are written as the reader writes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from service.views.formatting import day, duration, iso_day, number, topics_linked


def in_languages(app: Flask, say: Callable[[], str]) -> tuple[str, str]:
    """What is said to readers of English and of German."""
    said = []
    for wanted in ("en-US", "de"):
        with app.test_request_context("/", headers={"Accept-Language": wanted}):
            said.append(say())
    english, german = said
    return english, german


@pytest.mark.parametrize(
    ("on", "english", "german"),
    [
        (date(2024, 3, 5), "5 Mar 2024", "5. März 2024"),
        (date(2024, 12, 31), "31 Dec 2024", "31. Dez. 2024"),
        (date(2019, 9, 1), "1 Sep 2019", "1. Sept. 2019"),
        (None, "", ""),
    ],
)
def test_a_date_is_short_and_clear(app: Flask, on: date | None, english: str, german: str) -> None:
    """The month as a word, so that nobody takes it for the day."""
    assert in_languages(app, lambda: day(on)) == (english, german)
    assert day(on) == english  # outside of any request


@pytest.mark.parametrize(
    ("count", "english", "german"), [(7, "7", "7"), (1_234, "1,234", "1.234"), (1_234_567, "1,234,567", "1.234.567")]
)
def test_thousands_are_set_apart(app: Flask, count: int, english: str, german: str) -> None:
    """By the mark that the language has for it."""
    assert in_languages(app, lambda: number(count)) == (english, german)


def test_clocks_are_the_same_everywhere(app: Flask) -> None:
    """And so are dates for programs."""
    assert in_languages(app, lambda: duration(3_723.0)) == ("1:02:03", "1:02:03")
    assert in_languages(app, lambda: iso_day(date(2024, 3, 5))) == ("2024-03-05", "2024-03-05")
    assert (duration(None), duration(0.0), iso_day(None)) == ("", "", "")


@pytest.mark.parametrize(
    ("linked", "topics", "english", "german"),
    [
        (0, 0, "", ""),
        (0, 1, "0 of 1 topic found", "0 von 1 Thema gefunden"),
        (0, 3, "0 of 3 topics found", "0 von 3 Themen gefunden"),
        (2, 3, "jump to 2 of 3 topics", "2 von 3 Themen verlinkt"),
        (3, 3, "jump to 3 topics", "3 Themen verlinkt"),
        (1, 1, "jump to 1 topic", "1 Thema verlinkt"),
    ],
)
def test_topics_are_counted(app: Flask, linked: int, topics: int, english: str, german: str) -> None:
    """One is not several."""
    assert in_languages(app, lambda: topics_linked(linked, topics)) == (english, german)

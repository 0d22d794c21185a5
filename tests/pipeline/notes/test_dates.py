"""Dates in every form people write them in, and what looks like one."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.notes.dates import DayOrder, day_order, find_date, find_dates, find_partial, from_epoch, month_number

FIFTH = date(2024, 3, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05",
        "20240305",
        "2024/3/5",
        "[2024-3-5]",
        "2024-03-05T18:00:00+02:00",
        "call_2024_03_05_notes",
        "2024-Mar-05",
        "Mar-05-2024",
        "March 5, 2024",
        "Tuesday, March 5th, 2024 at 14:00 UTC",
        "March 5 (Tue), 2024",
        "Tue Mar  5 14:00:00 UTC 2024",
        "5th of March 2024",
        "5Mar2024",
        "Sitzung vom 5. März 2024",
        "5.3.2024",
        "le 5 mars 2024",
        "5 de março de 2024",
        "5 d’març de 2024",
        "martedì 5 marzo 2024",
        "5 марта 2024 г.",
        "5 Mart 2024",
        "2024. március 5.",
        "2024年3月5日晚上八点",
        "2024년 3월 5일",
        "Marhc 5, 2024",
        "MARCH 5TH, 2024",
        "Mar 5 '24",
        "5 March ’24",
        "5-Mar-24",
        "March 5 & 12, 2024",
        "5-7 March 2024",
    ],
)
def test_a_date_is_found_in_every_form(text: str) -> None:
    """In the languages that communities write, with or without weekday and time."""
    found = find_date(text)
    assert found is not None
    assert found[0] == FIFTH


@pytest.mark.parametrize(
    "text",
    [
        "3/5/2024",
        "v2024.3.5",
        "4.2.24",
        "2024-13-05",
        "2024-02-30",
        "12024-03-05",
        "2024-03-051",
        "marketing 5, 2024",
        "1.2.3.2024",
        "24-03-05",
        "5 Mar 24",
        "March 2024",
    ],
)
def test_what_may_be_something_else_is_no_date(text: str) -> None:
    """Days and months that may be exchanged, versions, and days that no calendar has."""
    assert find_date(text) is None


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("3/25/2024", None, date(2024, 3, 25)),
        ("25-3-2024", None, date(2024, 3, 25)),
        ("3/25/24", None, date(2024, 3, 25)),
        ("5/5/2024", None, date(2024, 5, 5)),
        ("5.3.2024", None, FIFTH),
        ("3/5/2024", DayOrder.MONTH_FIRST, FIFTH),
        ("5/3/2024", DayOrder.DAY_FIRST, FIFTH),
        ("call-03-25-2024", None, date(2024, 3, 25)),
    ],
)
def test_numbers_are_a_date_where_only_one_can_be_meant(text: str, order: DayOrder | None, day: date) -> None:
    """One of them is above 12, they are equal, dots put the day first, or the notes show their order."""
    assert [found.day for found in find_dates(text, order)] == [day]


def test_the_order_of_day_and_month_is_learnt() -> None:
    """From dates that can be read in one way only, unless they contradict each other."""
    assert day_order(["3/5/2024", "3/25/2024"]) is DayOrder.MONTH_FIRST
    assert day_order(["25/3/2024"]) is DayOrder.DAY_FIRST
    assert day_order(["3/25/2024", "25/3/2024"]) is None
    assert day_order(["25.3.2024"]) is None


def test_a_version_like_date_counts_only_where_a_date_must_stand() -> None:
    """2024.3.5 behind a label."""
    assert find_dates("2024.3.5") == []
    assert [found.day for found in find_dates("2024.3.5", dotted=True)] == [FIFTH]


def test_several_dates_keep_their_order() -> None:
    """And none is read twice."""
    text = "2024-03-05 to March 7, 2024"
    assert [text[found.start : found.end] for found in find_dates(text)] == ["2024-03-05", "March 7, 2024"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("March 5th call", FIFTH),
        ("5 de marzo", FIFTH),
        ("3月5日", FIFTH),
        ("march-5", FIFTH),
        ("out 5", None),
        ("Topic 5", None),
    ],
)
def test_a_day_and_month_need_their_year(text: str, day: date | None) -> None:
    """It is given; a short word of another language is no month there."""
    found = find_partial(text, 2024)
    assert (found.day if found else None) == day


def test_a_moment_in_epoch_time_is_a_day() -> None:
    """Seconds or milliseconds since 1970; any other number is none."""
    assert from_epoch("1709596800") == from_epoch("1709596800000") == FIFTH
    assert from_epoch("17095968") is None


def test_months_have_their_names_in_other_languages() -> None:
    """Also without accents, and in another grammatical case."""
    assert [month_number(name) for name in ("brezna", "Září", "kwietnia", "toukokuuta", "сентября")] == [3, 9, 4, 5, 9]
    assert month_number("release") is None

"""The list of those who speak, in pages or whole."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from pipeline.records import HeardSpeaker, MeetingSpeakers, TopicMeeting
from pipeline.topics.speakers import ArchiveSpeakers, speakers_of
from service.views.speakers import BY_DAY, SpeakersPage, speakers_page


def spoke(slug: str, day: date | None, *names: str) -> tuple[TopicMeeting, MeetingSpeakers]:
    return TopicMeeting(slug, slug, day, "call"), MeetingSpeakers(tuple(HeardSpeaker(n, 5.0, 1, 0.0) for n in names))


@pytest.fixture
def found() -> ArchiveSpeakers:
    return speakers_of([spoke("a", None, "Ana"), spoke("b", date(2024, 3, 5), "Ben"), spoke("c", None, "Cem")])


def page(app: Flask, found: ArchiveSpeakers, number: int, max_rows: int | None, order: str = "") -> SpeakersPage:
    with app.test_request_context():
        return speakers_page(found, words="", order=order, number=number, max_rows=max_rows)


def test_a_page_after_the_last_is_the_last(app: Flask, found: ArchiveSpeakers) -> None:
    last = page(app, found, 99, 2)
    assert [row.name for row in last.rows] == ["Cem"]
    assert (last.shown, last.previous_href, last.next_href) == (3, "/speakers/", "")


def test_a_site_of_files_has_them_all_on_one_page(app: Flask, found: ArchiveSpeakers) -> None:
    whole = page(app, found, 1, None)
    assert (len(whole.rows), whole.previous_href, whole.next_href) == (3, "", "")
    assert page(app, speakers_of([]), 1, None).rows == ()


def test_who_spoke_on_no_known_day_is_last(app: Flask, found: ArchiveSpeakers) -> None:
    assert [row.name for row in page(app, found, 1, None, BY_DAY).rows] == ["Ben", "Ana", "Cem"]

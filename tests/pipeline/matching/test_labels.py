"""What titles and names of files say."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.matching import labels
from pipeline.notes.dates import DayOrder
from tests.pipeline.matching.lists import notes, video

DAY = date(2024, 3, 5)


@pytest.mark.parametrize(
    "title",
    [
        "Garden club 2024-03-05",
        "Garden club, March 5th, 2024",
        "5 Mar 2024 | Garden club",
        "Garden club (Mar 5)",
        "GMT20240305-180000_Recording",
        "Garden club 2024.3.5",
    ],
)
def test_the_day_is_read_from_a_title(title: str) -> None:
    assert labels.of_video(video("a", title)).days == {DAY}


def test_a_day_that_can_be_read_in_two_ways_needs_the_order_of_the_others() -> None:
    title = video("a", "Garden club 3/5/2024")

    assert labels.of_video(title).days == frozenset()
    assert labels.of_video(title, DayOrder.MONTH_FIRST).days == {DAY}


def test_a_day_without_its_year_is_of_the_year_that_is_near() -> None:
    """What was held on 30 December may be uploaded in January."""
    assert labels.of_video(video("a", "Garden club, Dec 30", "2024-01-02")).days == {date(2023, 12, 30)}


@pytest.mark.parametrize(
    ("title", "number", "marked"),
    [
        ("Garden club #94", 94, True),
        ("Garden club call 94: roses", 94, True),
        ("Gartentreffen Nr. 94", 94, True),
        ("Episode 94 – roses at 18:30", 94, True),
        ("Roses 94", 94, False),
        ("2024-03-05 #94 (10:30, v2.1, 1080p)", 94, True),
    ],
)
def test_the_number_in_a_series_is_told_from_other_numbers(title: str, number: int, *, marked: bool) -> None:
    """Dates, times and versions are none."""
    found = labels.of_video(video("a", title))

    assert found.numbers == {number}
    assert found.marked == ({number} if marked else frozenset())


@pytest.mark.parametrize("title", ["Garden club, part 2", "Garden club (1/2)", "Gartentreffen Teil II"])
def test_a_part_of_a_recording_is_known_as_one(title: str) -> None:
    assert labels.of_video(video("a", title)).is_part
    assert not labels.of_video(video("a", "Garden club")).is_part


def test_words_that_are_on_any_video_or_notes_say_nothing() -> None:
    found = labels.of_video(video("a", "Garden club meeting – Tuesday, March 5, 2024 (video recording)"))

    assert found.words == {"garden", "club"}


def test_what_tells_two_meetings_of_a_day_apart_says_something() -> None:
    assert labels.of_video(video("a", "Garden club (EMEA), morning")).words == {"garden", "club", "emea", "morning"}


def test_the_name_of_the_file_counts_where_the_title_says_nothing() -> None:
    """Its number counts in any case, unless the file has other meetings, too."""
    assert labels.of_notes(notes("2024-03-05", name="2024-03-05_rose-club_017.md")).words == {"rose", "club"}
    assert labels.of_notes(notes("2024-03-05", name="rose-club/minutes/2024-03-05.md")).words == {"rose", "club"}
    assert labels.of_notes(notes("Roses", name="20240305_017.md")).numbers == {17}
    assert labels.of_notes(notes("Roses", name="20240305_017.md", alone=False)).numbers == frozenset()

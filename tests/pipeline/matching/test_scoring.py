"""Which video is the recording of which notes, by what is written on both."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline.matching.scoring import MAX_PROPOSED_VIDEOS, propose
from pipeline.records import ListedVideo, Match, NotesWithoutRecording
from tests.pipeline.matching.lists import notes, video

ELSEWHERE = [video("x", "How to prune roses", "2022-02-01"), video("y", "Garden club 2023-01-10", "2023-01-10")]
"""Other videos of the channel."""

CLUB = notes("Garden club #94")


def taken(videos: Sequence[ListedVideo], *without: NotesWithoutRecording) -> list[tuple[str, str]]:
    """The titles and videos of the matches that are unique."""
    matches = propose([*videos, *ELSEWHERE], without)
    return sorted((match.notes.title, match.video.id) for match in matches if match.unique)


def only(matches: Sequence[Match]) -> Match:
    (match,) = matches
    return match


@pytest.mark.parametrize(
    ("title", "at"),
    [
        ("Garden club 2024-03-05", "2024-03-20"),
        ("Garden club #94", "2024-03-05"),
        ("Garden club", "2024-03-06T01:00"),
        ("#94", "2024-03-04T23:00"),
        ("Garden club 94: compost", "2024-03-05"),
    ],
)
def test_what_agrees_in_its_date_and_its_number_or_title_is_certain(title: str, at: str) -> None:
    """The stream may be a day off, as its day is in UTC; a date in the title counts however late it was uploaded."""
    assert taken([video("a", title, at)], CLUB) == [(CLUB.title, "a")]


@pytest.mark.parametrize(
    ("title", "at"),
    [
        ("2024-03-05", "2024-03-05"),  # only its date
        ("Garden club", "2024-03-07"),  # two days are too many for a title alone
        ("Garden club #94", "2024-03-25"),  # only its number and its title
        ("Garden club #95", "2024-03-05"),
        ("Garden club 2024-03-06", "2024-03-06"),  # people err by a day, and here somebody did
        ("Rose breeders 2024-03-05", "2024-03-05"),
        ("Garden club 2024-03-05, part 1", "2024-03-05"),
    ],
)
def test_what_leaves_a_doubt_is_only_proposed(title: str, at: str) -> None:
    match = only(propose([video("a", title, at), *ELSEWHERE], [CLUB]))

    assert (match.video.id, match.unique) == ("a", False)


@pytest.mark.parametrize(
    ("title", "at"),
    [
        ("Garden club #94, 2024-03-12", "2024-03-05"),  # its title has another date
        ("Garden club #94", "2024-03-01"),  # it is older than the notes
        ("Garden club", "2024-04-01"),
        ("How to prune roses", "2024-06-01"),
    ],
)
def test_what_does_not_fit_is_not_proposed(title: str, at: str) -> None:
    assert propose([video("a", title, at), *ELSEWHERE], [CLUB]) == []


def test_the_reasons_are_told_in_words_and_those_against_it_last() -> None:
    agreeing = only(propose([video("a", "Garden club #94, March 5, 2024"), *ELSEWHERE], [CLUB]))
    doubtful = only(propose([video("a", "Garden club #95"), *ELSEWHERE], [CLUB]))

    assert agreeing.reasons == ("both are dated 2024-03-05", "both are number 94", "both titles say “Garden club”")
    assert doubtful.reasons == (
        "streamed on the day of the notes: 2024-03-05",
        "both titles say “Garden club”",
        "but the video is number 95, the notes are 94",
    )


def test_two_videos_that_fit_are_both_proposed_and_none_is_certain() -> None:
    """Somebody uploaded the meeting twice."""
    matches = propose([video("a", "Garden club #94"), video("b", "Garden club #94 (better sound)"), *ELSEWHERE], [CLUB])

    assert [(match.video.id, match.unique) for match in matches] == [("a", False), ("b", False)]


def test_two_meetings_of_one_day_are_told_apart_by_their_titles_or_not_at_all() -> None:
    roses, compost = notes("Rose group"), notes("Compost group")
    videos = [video("r", "Rose group 2024-03-05"), video("c", "Compost group 2024-03-05")]
    morning, evening = notes("Garden club", name="a.md"), notes("The garden club", name="b.md")

    assert taken(videos, roses, compost) == [("Compost group", "c"), ("Rose group", "r")]
    assert taken([video("1", "Garden club"), video("2", "Garden club")], morning, evening) == []
    assert taken([video("r", "Rose group 2024-03-05")], compost) == []


def test_the_second_notes_of_a_recording_leave_it_to_people() -> None:
    """A copy of the notes in another folder fits as well."""
    assert taken([video("a", "Garden club #94")], CLUB, notes("Garden club #94 ", name="copy.md")) == []


def test_what_is_certain_is_no_rival_to_others() -> None:
    """The video without a date is the second meeting's, once the dated one has found its notes."""
    of_day = notes("Garden club, March 5, 2024", name="94.md"), notes("Garden club", "2024-03-06", name="95.md")

    found = taken([video("a", "Garden club #94 2024-03-05"), video("b", "Garden club", "2024-03-06")], *of_day)

    assert found == [("Garden club", "b"), ("Garden club, March 5, 2024", "a")]


def test_a_topic_beside_the_name_of_the_series_changes_nothing_and_the_name_of_another_does() -> None:
    """What stands there once is a topic; what comes again is a part of the club that meets by itself."""
    once = [video("a", "Garden club: slugs and snails"), video("b", "Garden club: slugs in wet soil", "2024-02-06")]
    again = [video("a", "Garden club: Rose group"), video("b", "Garden club: Rose group", "2024-02-06")]

    assert taken(once, notes("Garden club")) == [("Garden club", "a")]
    assert taken(again, notes("Garden club")) == []


def test_a_daily_meeting_is_not_told_by_the_day_after() -> None:
    """In UTC all of them may be of the next day: without dates in the titles nobody knows which is whose."""
    days = [notes("Standup", f"2024-03-0{day}", name=f"{day}.md") for day in (4, 5, 6)]
    streams = [video(str(day), "Standup", f"2024-03-0{day}T01:00") for day in (5, 6, 7)]

    assert taken(streams, *days) == []
    assert taken([streams[0]], days[0]) == [("Standup", "5")]
    assert not any(match.unique for match in propose([streams[0]], [days[0]], others=streams[1:]))


def test_a_video_that_is_not_recorded_yet_is_a_rival_and_is_not_proposed() -> None:
    upcoming = video("u", "Garden club #94", "2024-03-05T20:00", "upcoming")

    assert propose([upcoming, *ELSEWHERE], [CLUB]) == []
    assert taken([video("a", "Garden club #94"), upcoming], CLUB) == []
    assert taken([video("a", "Garden club #94"), video("u", "Garden club #94", status="unavailable")], CLUB) != []


def test_what_was_refused_is_neither_proposed_nor_a_rival() -> None:
    videos = [video("a", "Garden club #94"), video("b", "Garden club #94"), *ELSEWHERE]

    match = only(propose(videos, [CLUB], refused={(CLUB.slug, "a")}))

    assert (match.video.id, match.unique) == ("b", True)


def test_one_of_several_meetings_in_a_file_is_only_proposed() -> None:
    """A recording can be given only for a whole file."""
    assert taken([video("a", "Garden club #94")], notes("Garden club #94", alone=False)) == []


def test_words_that_only_these_two_have_make_up_for_the_name_of_the_series() -> None:
    episode = notes("Slugs and nematodes", name="62-slugs.md")

    assert taken([video("a", "Nematodes against slugs")], episode) == [("Slugs and nematodes", "a")]


def test_no_more_than_a_few_are_proposed_for_the_same_notes() -> None:
    many = [video(str(number), "Garden club #94") for number in range(MAX_PROPOSED_VIDEOS + 2)]

    assert len(propose(many, [CLUB])) == MAX_PROPOSED_VIDEOS

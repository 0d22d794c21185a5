"""A look through a list: what waits, what has notes, what has none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from pipeline.records import ItemState, ListedVideo, VideoStatus, WatchedItem
from pipeline.watch import listing

AT = datetime(2024, 3, 5, 18, tzinfo=UTC)


def video(number: int, status: VideoStatus = "recorded") -> ListedVideo:
    return ListedVideo(f"https://youtu.be/gArDenCall{number}", f"gArDenCall{number}", "Call", AT, False, 60.0, status)


def look(*videos: ListedVideo, known: dict[str, WatchedItem] | None = None, has: str = "") -> dict[str, WatchedItem]:
    return {item.key: item for item in listing.look(videos, known or {}, {has})}


def test_only_what_is_recorded_can_have_notes() -> None:
    """What is to come waits, what is private is noted, what a meeting has is done."""
    states: list[VideoStatus] = ["recorded", "recorded", "upcoming", "live", "processing", "private", "unavailable"]
    found = look(*(video(number, status) for number, status in enumerate(states)), has="gArDenCall1")

    assert [found[f"gArDenCall{number}"].state.value for number in range(7)] == [
        "open",
        "done",
        "waiting",
        "waiting",
        "waiting",
        "unavailable",
        "unavailable",
    ]


def test_a_meeting_may_know_a_recording_by_its_address() -> None:
    """As podcasts' are."""
    episode = replace(video(1), id="https://cdn.example/1.ogg", url="https://cdn.example/1.ogg")

    assert look(episode, has="https://cdn.example/1.ogg")[episode.id].state is ItemState.DONE


def test_what_is_listed_no_more_is_gone_and_may_come_back() -> None:
    """A video that was made private leaves some lists."""
    known = look(video(1), video(2))
    after = look(video(2), known=known)

    assert [after[key].state for key in ("gArDenCall1", "gArDenCall2")] == [ItemState.GONE, ItemState.OPEN]
    assert look(video(1), known=after)["gArDenCall1"].state is ItemState.OPEN


def test_the_earliest_guess_of_a_day_is_kept_until_the_time_is_known() -> None:
    """ "3 days ago" says more than the "a month ago" that follows it."""
    known = look(video(1))
    later = look(replace(video(1), at=datetime(2024, 3, 1, tzinfo=UTC)), known=known)
    exact = look(replace(video(1), at=datetime(2024, 3, 4, 17, tzinfo=UTC), has_time=True), known=later)
    recorded = look(video(1), known=exact)

    assert later["gArDenCall1"].at == AT
    for found in (exact, recorded):
        assert (found["gArDenCall1"].at, found["gArDenCall1"].has_time) == (datetime(2024, 3, 4, 17, tzinfo=UTC), True)


def test_a_recording_without_notes_is_matched_as_it_was_listed() -> None:
    """Nothing is lost on the way through the database."""
    assert listing.video_of(look(video(1))["gArDenCall1"]) == video(1)

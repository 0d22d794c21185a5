"""Which meetings a list has."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.meeting_list import MeetingFilter, page_of, published
from pipeline.records import MeetingSummary
from pipeline.store import Store
from tests.pipeline.store.meetings import notes

AT = datetime(2024, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("duration", "has_video", "listed"), [(60.0, False, True), (None, True, True), (None, False, False)]
)
def test_a_recording_may_be_linked_or_beside_the_notes(
    duration: float | None, *, has_video: bool, listed: bool
) -> None:
    meeting = MeetingSummary("call", "Call", None, duration, 0, 0, has_video=has_video)
    assert MeetingFilter(has="recording").matches(meeting) is listed


@pytest.mark.parametrize(("at", "listed"), [(AT, True), (datetime(2024, 3, 5, 11, tzinfo=UTC), False), (None, False)])
def test_what_changed_at_that_time_is_among_what_changed_since(at: datetime | None, *, listed: bool) -> None:
    """So that who asks again with the last time misses nothing."""
    meeting = MeetingSummary("call", "Call", None, None, 0, 0, updated_at=at)
    assert MeetingFilter(updated_since=AT).matches(meeting) is listed


def test_what_is_published_leaves_out_what_its_notes_keep_back(tmp_path: Path) -> None:
    """By the newest version of the notes, for whoever writes a site of them."""
    with closing(Store.open(tmp_path / "jumpnotes.db")) as store:
        for slug, kept_back in (("a", False), ("b", True)):
            store.claim(f"/{slug}.md", slug)
            store.save_notes(replace(notes(slug), published=kept_back))
            store.save_notes(replace(notes(slug), published=not kept_back))
        assert [each.slug for each in published(store)] == ["a"]
        assert not store.meeting("b").notes.published
        assert store.unpublished() == {"b"}


def test_the_last_page_says_that_it_is_the_last() -> None:
    """Also where it is full, and where the rest is not wanted."""
    meetings = [MeetingSummary(slug, title, None, None, 0, 0) for slug, title in (("a", "A"), ("b", "A"), ("c", "B"))]
    page = page_of(meetings, MeetingFilter("a"), limit=2)
    assert ([meeting.slug for meeting in page.meetings], page.cursor) == (["a", "b"], None)
    assert page_of(meetings, MeetingFilter(), limit=2).cursor == "b"

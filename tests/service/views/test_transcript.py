"""The transcript on the page."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.records import (
    Notes,
    Segment,
)
from tests.service.html_tags import visible
from tests.service.meetings import SEGMENTS, Library

Open = Callable[[str], str]


def test_transcript_is_shown(opened: Open, library: Library, full: Notes) -> None:
    """Each segment has its time as a link to exactly there, and a speaker where the speaker changes."""
    library.transcript(segments=(*SEGMENTS, Segment(18.0, 19.0, "Thanks for watching!", suspect=True)))
    html = opened("/meetings/garden")
    words = visible(html)
    assert "0:00 Ana Good evening everybody. 0:04 Priya Priya drafted a watering rota. 0:12 Two of the" in words
    assert '<a href="/meetings/garden?t=12.75" data-start="12.75">0:12</a>' in html
    assert "Thanks for watching" not in html


def test_transcript_without_notes(opened: Open, library: Library) -> None:
    """With empty notes the transcript can still be read, and the page says what is missing."""
    library.notes("", slug="blank", video=False)
    library.local("blank")
    library.transcript("blank")
    html = opened("/meetings/blank")
    assert "These notes are empty" in html
    assert "Good evening everybody." in html

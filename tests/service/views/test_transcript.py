"""The transcript on the page."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.records import Notes, Origin, Segment, Transcript, Word
from service.views.moment_links import MomentLinks
from service.views.transcript import transcript_view
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


def test_every_word_has_its_time() -> None:
    """In tenths of a second from the start of its line, never before it; none where words and times do not match."""
    words = (Word(9.9, 10.2, "Two"), Word(10.26, 10.5, "of"), Word(11.94, 12.0, "them"))
    segments = (Segment(10.0, 12.0, "Two of them", words), Segment(12.0, 14.0, "Two of them", words[:2]))
    view = transcript_view(Transcript("en", Origin.ASR, None, segments), MomentLinks(""))
    assert view
    assert [line.word_tenths for line in view.batches[0]] == ["0 3 19", ""]

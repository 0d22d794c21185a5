"""The transcript on the page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from pipeline.records import ClockBasis, Notes, Origin, Segment, Transcript, TranscriptClock, Word
from pipeline.transcript_clock import shifted
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


def test_the_page_says_by_which_clock_a_transcript_runs_and_what_is_doubtful(
    opened: Open, client: FlaskClient, library: Library, full: Notes
) -> None:
    """So does the API; of a transcript that nobody gave there is nothing to say."""
    before = opened("/meetings/garden")
    transcript = Transcript(
        "en", Origin.IMPORT, None, SEGMENTS, 20.0, ("line 3 <b> is no timing",), doubts=("ends late",)
    )
    clock = TranscriptClock(ClockBasis.SOUND, shifted(2.0), 0.75)
    library.store.save_transcript("garden", transcript, key="file", clock=clock)

    html = opened("/meetings/garden")
    told = client.get("/api/v1/meetings/garden").get_json()["transcript"]

    words = visible(html)
    assert "This transcript runs 0:02 behind the recording, so its times were moved (found by its sound)." in words
    assert "Its file: line 3 &lt;b&gt; is no timing." in html
    assert "Its file: ends late." in words
    assert "Its file" not in before
    assert "This transcript" not in before
    assert told["clock"] == {
        "basis": "sound",
        "confidence": 0.75,
        "pieces": [{"start": 0.0, "offset": 2.0, "drift": 0.0}],
    }
    assert told["warnings"] == ["line 3 <b> is no timing", "ends late"]
    assert told["segments"][0]["start"] == SEGMENTS[0].start + 2.0


def test_a_transcript_of_the_recordings_clock_says_so(opened: Open, library: Library, full: Notes) -> None:
    transcript = Transcript("en", Origin.IMPORT, None, SEGMENTS, 20.0)
    clock = TranscriptClock(ClockBasis.WORDS, shifted(0.0))
    library.store.save_transcript("garden", transcript, key="file", clock=clock)

    assert "This transcript runs by the recording’s clock (found by its words)." in visible(opened("/meetings/garden"))


@pytest.mark.parametrize(("text", "direction"), [("Good evening.", "ltr"), ("ערב טוב, Ana", "rtl")])
def test_it_is_read_in_the_direction_it_is_spoken(text: str, direction: str) -> None:
    view = transcript_view(Transcript("he", Origin.ASR, None, (Segment(0.0, 2.0, text),)), MomentLinks(""))
    assert view
    assert view.direction == direction


@pytest.mark.parametrize(
    ("origin", "model", "told"),
    [
        (Origin.ASR, "small.en", "speech recognition, small.en"),
        (Origin.ASR, None, "speech recognition"),
        (Origin.CAPTIONS, None, "the video’s captions"),
        (Origin.IMPORT, None, "provided"),
    ],
)
def test_it_says_where_it_came_from(origin: Origin, model: str | None, told: str) -> None:
    view = transcript_view(Transcript("en", origin, model, SEGMENTS), MomentLinks(""))
    assert view
    assert view.origin == told

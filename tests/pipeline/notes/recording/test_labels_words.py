from __future__ import annotations

import pytest

from pipeline.links import tidy
from pipeline.notes.recording.labels import read_label
from pipeline.notes.recording.targets import Target, target_of


@pytest.mark.parametrize(
    ("text", "recording", "video", "unknown", "part"),
    [
        ("Recording of the call, part 2", True, True, 0, 2),
        ("VÍDEO da Reunião", False, True, 0, None),
        ("本次会议录像", True, True, 0, None),
        ("豆子会议", False, False, 1, None),
        ("Beans and video 12", False, True, 1, 12),
        ("Recording 2024-01-02", True, True, 0, None),
        ("", False, False, 0, None),
    ],
)
def test_the_words_of_a_label(text: str, recording: bool, video: bool, unknown: int, part: int | None) -> None:
    """Known words are found in capitals, with accents, and written together; a date is no part's number."""
    label = read_label(text)
    assert (label.names_recording, label.names_video, label.unknown, label.part) == (recording, video, unknown, part)


@pytest.mark.parametrize("text", ["Recording: TBD", "not recorded", "No recording", "N/A", "not yet available"])
def test_a_label_may_say_that_there_is_none(text: str) -> None:
    """Then its link, if it has one, is something else."""
    assert read_label(text).says_none


def test_a_long_text_is_no_label() -> None:
    """Only its beginning is read; the rest counts as words that say something else."""
    assert read_label("recording " * 1_000).unknown > 100


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://youtu.be/dQw4w9WgXcQ", Target.YOUTUBE),
        ("https://youtu.be/dQw4w9WgXcQ&t=113", Target.YOUTUBE),
        ("https://www.youtube.com/embed/live_stream?channel=x", Target.SERIES),
        ("https://www.youtube.com/c/garden", Target.SERIES),
        ("https://vimeo.com/146022717", Target.MEDIA),
        ("https://x.com/i/spaces/1gArDen", Target.MEDIA),
        ("https://x.com/garden", Target.NOTHING),
        ("https://vimeo.com/showcase/1", Target.SERIES),
        ("https://us02web.zoom.us/rec/share/abc", Target.MEDIA),
        ("https://us02web.zoom.us/j/123", Target.NOTHING),
        ("https://notzoom.us/rec/share/abc", Target.PAGE),
        ("https://tube.example.org/w/abcDEF123", Target.MEDIA),
        ("https://bbb.example.org/playback/presentation/2.3/x", Target.MEDIA),
        ("https://example.org/Call.MP4?x=1", Target.MEDIA),
        ("https://example.org/call.pdf", Target.NOTHING),
        ("https://github.com/garden/beans/issues/3", Target.NOTHING),
        ("https://github.com/garden/beans/releases/download/v1/call.mp4", Target.MEDIA),
        ("https://calendar.example.org/garden", Target.SERIES),
        ("https://example.org/call", Target.PAGE),
        ("../call.opus", Target.MEDIA),
        ("call.txt", Target.NOTHING),
        ("javascript:x.mp4", Target.NOTHING),
        ("https://[x.mp4", Target.NOTHING),
        ("mailto:a@example.org", Target.NOTHING),
    ],
)
def test_what_an_address_leads_to(address: str, target: Target) -> None:
    """A recording, a list of them, a page nobody knows, or certainly no recording."""
    assert target_of(tidy(address)) is target

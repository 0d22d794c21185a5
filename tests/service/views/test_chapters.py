"""Chapters to copy from the page."""

from __future__ import annotations

from flask import Flask

from pipeline.records import RecordingPart
from service.views.chapters import chapter_lists
from tests.pipeline.export.test_chapters import meeting


def test_each_video_has_its_own_chapters_as_far_as_youtube_would_show_them(app: Flask) -> None:
    """A part with too few has none; the opening is in the language of the reader."""
    parts = tuple(
        RecordingPart(start, 300.0, "", "", video_id=f"gArDenCal{at:02}") for at, start in ((1, 0.0), (2, 300.0))
    )
    topics = [("A", 10.0, 0.9), ("B", 320.0, 0.9), ("C", 400.0, 0.9)]

    with app.test_request_context(headers={"Accept-Language": "de"}):
        (second,) = chapter_lists(meeting(*topics, parts=parts))
        (whole,) = chapter_lists(meeting(*topics))

    assert (second.part, second.text.splitlines()) == ("2", ["0:00 Einleitung", "0:20 B", "1:40 C"])
    assert (whole.part, len(whole.text.splitlines())) == ("", 4)

"""Failures in words for those who read pages."""

from __future__ import annotations

import pytest
from flask import Flask

from pipeline.errors import FetchBlocked, FetchError, FormatUnavailable, MediaForbidden, NoJavaScript, TooLarge
from pipeline.records import JobFailure, JobKind
from pipeline.ytdlp_age import EXPLAINED
from service.views.failures import failure_words


@pytest.mark.parametrize("kind", [FetchBlocked, FetchError, FormatUnavailable, MediaForbidden, NoJavaScript, TooLarge])
def test_no_page_asks_a_reader_for_what_is_done_on_a_command_line(app: Flask, kind: type[FetchError]) -> None:
    """yt-dlp is updated, and settings are changed, by whoever runs the server."""
    error = kind("https://www.youtube.com/watch?v=gArDenCall0", "went wrong")
    with app.test_request_context():
        words = failure_words(JobFailure(error.reason, str(error), error.hint), JobKind.RUN)

    said = f"{words.text} {words.hint} {words.detail}"
    assert not [word for word in ("yt-dlp", "jumpnotes", "JUMPNOTES", "--media", "pip") if word in said]


def test_what_an_old_yt_dlp_explains_has_words_for_pages(app: Flask) -> None:
    """None of them is told in the pipeline's own words, which are for the command line."""
    with app.test_request_context():
        hints = [failure_words(JobFailure(each, "", "run `pip`"), JobKind.RUN).hint for each in sorted(EXPLAINED)]

    assert "run `pip`" not in hints

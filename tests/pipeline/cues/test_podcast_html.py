from __future__ import annotations

import pytest

from pipeline import cues
from pipeline.cues import podcast_html

PODCAST = """<cite>Ada Krüger:</cite>
<time>0:02</time>
<p>Welcome to the <b>planning</b> call&nbsp;&amp; hello.</p>
<p>And more.</p>
<cite>Ben:</cite>
<time>1:00:09</time>
<p>The church is booked.</p>
"""
EXPECTED = [
    (2.0, "Ada Krüger", "Welcome to the planning call & hello. And more."),
    (3609.0, "Ben", "The church is booked."),
]


@pytest.mark.parametrize(
    "page",
    [
        PODCAST,
        PODCAST.replace("\n", "\r\n"),
        f"<!DOCTYPE html>\n<html><head><title>Call</title></head><body>{PODCAST}</body></html>",
        PODCAST.replace("<cite>Ben:</cite>\n<time>1:00:09</time>", "<time>1:00:09</time>\n<cite>Ben</cite>"),
    ],
)
def test_podcasts(page: str) -> None:
    """Name, time, paragraphs; whole pages and parts of one."""
    assert [(each.start, each.speaker, each.text) for each in cues.parse(page, source="x").segments] == EXPECTED


def test_words_of_hyperaudio() -> None:
    """Each word has its time, and a name at the beginning of a paragraph is who speaks."""
    page = (
        '<article><section><p><span class="speaker" data-m="2000" data-d="0">[Ada] </span>'
        '<span data-m="2000" data-d="500">Good </span><span data-m="2500" data-d="400">morning </span></p>'
        '<p><a data-m="9000" data-d="300">again</a><a data-m="99999999999999" data-d="1">never</a></p>'
        "</section></article>"
    )
    first, second = cues.parse(page, source="x").segments
    assert [(word.start, word.end, word.text) for word in first.words] == [(2.0, 2.5, "Good"), (2.5, 2.9, "morning")]
    assert (first.speaker, first.text, first.end) == ("Ada", "Good morning", 2.9)
    assert (second.start, second.text) == (9.0, "again")


@pytest.mark.parametrize(
    "page",
    [
        "<html><body><time>10:30</time> we meet</body></html>",
        "<p>At 0:02 and 0:05 we <cite>Ada</cite></p>",
        "<time datetime='2024-03-05'>March 5</time><time>March 6</time>",
        "no page: <time>0:02</time><time>0:05</time>",
    ],
)
def test_other_pages(page: str) -> None:
    """A page with the time of an event is no transcript."""
    assert not podcast_html.matches(page)


def test_a_page_that_is_nested_too_deeply_is_read_or_refused() -> None:
    """And nothing breaks."""
    page = "<time>0:02</time><p>Welcome</p><time>0:05</time>" + "<div>" * 5_000 + "<p>the end</p>"
    assert cues.parse(page, source="x").segments[0].text == "Welcome"

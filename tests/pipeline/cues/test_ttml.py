from __future__ import annotations

import pytest

from pipeline import cues
from pipeline.cues import ttml
from pipeline.errors import TranscriptError
from pipeline.records import Transcript
from tests.pipeline.cues.transcripts import spoken


def read(body: str, parameters: str = "", head: str = "") -> Transcript:
    return cues.parse(
        '<?xml version="1.0"?>\n<!-- made by hand -->\n<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="de"'
        ' xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"'
        f" {parameters}><head>{head}</head><body>{body}</body></tt>",
        source="x",
    )


def spans(transcript: Transcript) -> list[tuple[float, float]]:
    return [(segment.start, segment.end) for segment in transcript.segments]


@pytest.mark.parametrize(
    ("times", "parameters"),
    [
        ('begin="00:00:02.000" end="00:00:04.500"', ""),
        ('begin="2s" dur="2.5s"', ""),
        ('begin="2000ms" end="0.075m"', ""),
        ('begin="2" end="4.5"', ""),
        ('begin="20000000t" end="45000000t"', 'ttp:tickRate="10000000"'),
        ('begin="00:00:02:00" end="00:00:04:12"', 'ttp:frameRate="24"'),
        ('begin="50f" end="112.5f"', 'ttp:frameRate="25"'),
        ('begin="00:00:02:00" end="00:00:04:15"', ""),
    ],
)
def test_times_as_people_write_them(times: str, parameters: str) -> None:
    assert spans(read(f"<div><p {times}>Good morning</p></div>", parameters)) == [(2.0, 4.5)]


def test_frames_of_television() -> None:
    """A rate of 30 frames with a multiplier of 1000/1001 is 29.97 frames a second."""
    found = read(
        '<div><p begin="0f" end="300f">Good</p></div>', 'ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001"'
    )

    assert spans(found) == [(0.0, 10.01)]


def test_text_language_and_speakers() -> None:
    """Lines are joined, spans are text, notes on how to read a character are not; agents have names in the head."""
    found = read(
        '<div><p begin="2s" end="4s" ttm:agent="a1">Good<br/>morning, <span>all &amp; <span>you</span></span></p>'
        '<p begin="5s" end="6s" ttm:agent="a2"><metadata>no</metadata>漢'
        '<span xmlns:tts="urn:s" tts:ruby="text">kan</span></p></div>',
        head='<metadata><ttm:agent xml:id="a1" type="person"><ttm:name>Ana</ttm:name></ttm:agent></metadata>',
    )
    assert spoken(found) == [("Ana", "Good morning, all & you"), ("a2", "漢")]
    assert found.language == "de"


def test_times_count_from_what_they_are_in() -> None:
    """TTML 2, 8.4.1: a time is an offset from the beginning of the element around it."""
    found = read('<div begin="10s"><p begin="2s" end="4s">Good</p><p begin="5s" dur="1s">day</p></div>')

    assert spans(found) == [(12.0, 14.0), (15.0, 16.0)]


def test_times_at_a_division_or_at_spans_alone() -> None:
    found = read('<div begin="1s" end="3s"><p>Good</p></div><div><p><span begin="5s" end="6s">day</span></p></div>')

    assert (spans(found), spoken(found)) == ([(1.0, 3.0), (5.0, 6.0)], [(None, "Good"), (None, "day")])


@pytest.mark.parametrize("base", [0, 10])
def test_words_with_times(base: int) -> None:
    """Spans count from their paragraph, or, as many writers have it, from the beginning of the file."""
    start = 10 - base
    found = read(
        f'<div><p begin="10s" end="12s"><span begin="{start}s" end="{start + 0.5}s">Good</span> '
        f'<span begin="{start + 0.5}s" end="{start + 1}s">morn</span>'
        f'<span begin="{start + 1}s" end="{start + 2}s">ing</span></p></div>'
    )
    assert [(word.start, word.end, word.text) for word in found.segments[0].words] == [
        (10.0, 10.5, "Good"),
        (10.5, 12.0, "morning"),
    ]


def test_a_paragraph_without_a_usable_time_is_left_out() -> None:
    found = read('<div><p begin="soon">Lost</p><p begin="99999h">Late</p><p begin="2s" end="3s">Kept</p></div>')

    assert spoken(found) == [(None, "Kept")]
    assert found.warnings[0] == "line 3 has the time 'soon', which is none within a week, so it was left out"
    assert len(found.warnings) == 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<tt><body><div>", "broken XML"),
        ("<tt><body/></tt>", "no cues"),
        ('<tt><body><p begin="x">a</p></body></tt>', "no times that can be used: line 1"),
        ("<tt><body>" + "<div>" * 1_000_000, "broken XML"),
    ],
)
def test_files_that_cannot_be_read(text: str, problem: str) -> None:
    with pytest.raises(TranscriptError, match=problem):
        cues.parse(text, source="x")


@pytest.mark.parametrize("text", ["<ttx></ttx>", "<html><tt>x</tt></html>", "<!-- -->" * 600_000, " " * 5_000_000])
def test_other_files_are_not_taken_for_ttml(text: str) -> None:
    assert not ttml.matches(text)


def test_other_namespaces_and_prefixes() -> None:
    """DFXP has the namespace of 2006, and some writers a prefix."""
    old = '<tt xmlns="http://www.w3.org/2006/10/ttaf1"><body><p begin="0:00:02.5" end="0:00:04">Old</p></body></tt>'
    prefixed = (
        '<tt:tt xmlns:tt="http://www.w3.org/ns/ttml"><tt:body><tt:p begin="2.5s" end="4s">New</tt:p></tt:body></tt:tt>'
    )

    assert [spans(cues.parse(text, source="x")) for text in (old, prefixed)] == [[(2.5, 4.0)], [(2.5, 4.0)]]

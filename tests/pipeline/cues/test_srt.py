from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import cues
from pipeline.cues import srt
from pipeline.records import Segment, Transcript
from tests.pipeline.cues.transcripts import UNLABELLED_TEXT, spoken, transcript, transcripts


@pytest.mark.parametrize(
    "text",
    [
        "1\n00:00:01,000 --> 00:00:02,000\nhello\nthere\n\n2\n00:00:03,000 --> 00:00:04,500\n42\n",
        "\ufeff1\r\n00:00:01,000 --> 00:00:02,000\r\nhello\r\nthere\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,500\r\n42",
        "00:00:01.000 --> 00:00:02.000\n<i>hello</i>\n{\\an8}there\n\n00:00:03.000 --> 00:00:04.500\n42",
        "1\n0:00:01,0 --> 0:00:02,0\nhello\n\nthere\n2\n0:00:03,0 --> 0:00:04,5 X1:40 X2:600\n42\n\n\n",
        "2\n00:00:03,000 --> 00:00:04,500\n42\n\n1\n00:00:01,000 --> 00:00:02,000\nhello there\n",
    ],
    ids=["plain", "bom and crlf", "dots, tags, no counters", "blank line in a cue, coordinates", "out of order"],
)
def test_srt_as_found_in_the_wild(text: str) -> None:
    """Careless SRT files say the same as careful ones."""
    assert cues.parse(text, source="x").segments == (Segment(1.0, 2.0, "hello there"), Segment(3.0, 4.5, "42"))


def test_written_srt() -> None:
    """Numbered cues with commas; text is escaped only where it would be read as something else."""
    written = srt.write(
        transcript(
            Segment(0.0, 1.0, "R&D <3", speaker="Ann"),
            Segment(1.0, 2.0, "0:01 --> 0:02"),
            Segment(2.0, 2.0, "<b>"),
        )
    )
    assert written == dedent("""\
        1
        00:00:00,000 --> 00:00:01,000
        Ann: R&D <3

        2
        00:00:01,000 --> 00:00:02,000
        >> 0:01 --&gt; 0:02

        3
        00:00:02,000 --> 00:00:02,001
        &lt;b&gt;
        """)


@given(transcripts(UNLABELLED_TEXT, st.none() | st.sampled_from(["Ann", "Bo Li"])))
def test_srt_there_and_back(original: Transcript) -> None:
    """What is written as SRT is read back, except for the language, which SRT does not have."""
    found = cues.parse(srt.write(original), source="x")
    assert spoken(found) == spoken(original)
    assert [(s.start, s.end) for s in found.segments] == [(s.start, s.end) for s in original.segments]

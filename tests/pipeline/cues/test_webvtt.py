from __future__ import annotations

from textwrap import dedent

from hypothesis import given

from pipeline import cues
from pipeline.cues import webvtt
from pipeline.records import Origin, Segment, Transcript, Word
from tests.pipeline.cues.transcripts import SPEAKER, UNLABELLED_TEXT, parse, spoken, transcript, transcripts


def test_vtt_with_everything_in_it() -> None:
    """Header, notes, styles, regions, ids, settings, tags and entities leave only what was said, and when."""
    found = parse("""\
        WEBVTT - office hours
        Kind: captions
        Language: en-GB

        NOTE Recorded in a kitchen

        STYLE
        ::cue { color: red }

        REGION
        id:fred

        intro
        00:01.500 --> 00:04.000 align:start position:0%
        <v.loud Ada Lovelace>Hello <i>everyone</i>, AT&amp;T &lt;3
        you</v>

        27:00:00.000 --> 27:00:02.250
        <v Tim>late
        """)
    assert found.language == "en-GB"
    assert found.origin is Origin.IMPORT
    assert found.segments == (
        Segment(1.5, 4.0, "Hello everyone, AT&T <3 you", speaker="Ada Lovelace"),
        Segment(97200.0, 97202.25, "late", speaker="Tim"),
    )
    assert found.duration == 97202.25


def test_two_voices_in_a_cue_are_two_segments() -> None:
    """A cue in which two people speak is split, so that no one's words get another's name."""
    found = parse("WEBVTT\n\n00:01.000 --> 00:02.000\n- <v Ann>yes</v> <v Bo>no</v>\n")
    assert spoken(found) == [(None, "-"), ("Ann", "yes"), ("Bo", "no")]


def test_inline_times_are_word_times() -> None:
    """A word ends where the next one starts, the last one with its cue."""
    found = parse("WEBVTT\n\n00:01.000 --> 00:03.000\nso<00:01.400><c> we</c><00:02.000><c.x> go</c>\n")
    assert found.segments[0].words == (Word(1.0, 1.4, "so"), Word(1.4, 2.0, "we"), Word(2.0, 3.0, "go"))
    assert found.segments[0].text == "so we go"


ROLLING = """\
WEBVTT
Kind: captions
Language: en

00:00:00.160 --> 00:00:02.389 align:start position:0%
\x20
hello<00:00:00.480><c> everyone</c>

00:00:02.389 --> 00:00:02.399 align:start position:0%
hello everyone
\x20

00:00:02.399 --> 00:00:04.789 align:start position:0%
hello everyone
so<00:00:02.639><c> today</c>

00:00:04.789 --> 00:00:04.799 align:start position:0%
so today
\x20

00:00:04.799 --> 00:00:06.000 align:start position:0%
so today
we<00:00:05.200><c> release</c>
"""


def test_rolling_captions_are_read_once() -> None:
    """YouTube's automatic captions saved as WebVTT show each line three times; it was said once."""
    found = cues.parse(ROLLING, source="x")
    assert spoken(found) == [(None, "hello everyone"), (None, "so today"), (None, "we release")]
    assert [segment.start for segment in found.segments] == [0.16, 2.399, 4.799]
    assert found.segments[1].words == (Word(2.399, 2.639, "so"), Word(2.639, 4.789, "today"))


def test_written_vtt() -> None:
    """What browsers and podcast players get: speakers as voices, escaped text, no invented or inverted cue."""
    written = webvtt.write(
        transcript(
            Segment(0.0, 1.0, "a --> b & <c>", speaker="Ann <x>"),
            Segment(1.0, 2.0, "invented", suspect=True),
            Segment(90_000.0, 89_999.0, "two\n\nlines"),
        )
    )
    assert written == dedent("""\
        WEBVTT

        NOTE Language: en

        00:00:00.000 --> 00:00:01.000
        <v Ann &lt;x&gt;>a --&gt; b &amp; &lt;c&gt;

        25:00:00.000 --> 25:00:00.001
        two lines
        """)


@given(transcripts(UNLABELLED_TEXT, SPEAKER))
def test_vtt_there_and_back(original: Transcript) -> None:
    """What is written as WebVTT is read back: texts, speakers and times to the millisecond."""
    assert cues.parse(webvtt.write(original), source="x") == original


def test_what_looks_like_a_style_is_text() -> None:
    r"""`{\an8}` moves a caption in other formats; whoever said it wrote it, and it comes back."""
    said = Transcript("und", Origin.IMPORT, None, (Segment(0.0, 1.0, r"type {\an8} before it"),), 1.0)

    assert cues.parse(webvtt.write(said), source="x") == said

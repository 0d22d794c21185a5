from __future__ import annotations

import pytest

from pipeline import cues
from pipeline.cues import youtube_xml
from pipeline.errors import TranscriptError
from pipeline.records import Origin
from tests.pipeline.cues.transcripts import spoken

SRV3 = """<?xml version="1.0" encoding="utf-8" ?><timedtext format="3"><head><ws id="0"/></head><body><w t="0" id="1"/>
<p t="2000" d="5000" w="1"><s ac="0">the</s><s t="400" ac="0"> pump</s><s t="900" ac="0"> is</s></p>
<p t="3900" d="1500" w="1" a="1">
the pump is</p>
<p t="3900" d="4000" w="1"><s ac="0">broken</s><s t="600" ac="0"> again</s></p>
</body></timedtext>"""

SRV2 = """<timedtext><window id="1"/>
<text t="2000" d="5000" w="1">the</text><text t="2400" d="4600" w="1" append="1"> pump</text>
<text t="2900" d="4100" w="1" append="1"> is</text><text t="3900" d="1500" w="1" append="1">
</text><text t="3900" d="4000" w="1">broken</text><text t="4500" d="3400" w="1" append="1"> again</text></timedtext>"""


@pytest.mark.parametrize("text", [SRV3, SRV2])
def test_automatic_captions_have_the_time_of_each_word(text: str) -> None:
    """srv3 and srv2 are what json3 is: overlapping lines whose words have times, and empty ones that only scroll."""
    found = cues.parse(text, source="x")

    words = [(word.start, word.text) for segment in found.segments for word in segment.words]
    assert words == [(2.0, "the"), (2.4, "pump"), (2.9, "is"), (3.9, "broken"), (4.5, "again")]
    assert " ".join(segment.text for segment in found.segments) == "the pump is broken again"
    assert found.origin is Origin.CAPTIONS


def test_srv1_counts_in_seconds_and_escapes_twice() -> None:
    text = (
        '<?xml version="1.0" encoding="utf-8" ?><transcript>'
        '<text start="2.16" dur="4.5">Ana&amp;#39;s pump\n&amp;amp; caf&amp;eacute;</text>'
        '<text start="7" dur="1">&lt;i&gt;broken&lt;/i&gt; again</text></transcript>'
    )
    found = cues.parse(text, source="x")

    assert [(segment.start, segment.end) for segment in found.segments] == [(2.16, 6.66), (7.0, 8.0)]
    assert spoken(found) == [(None, "Ana's pump & café"), (None, "broken again")]


def test_typed_captions_have_styles_and_no_word_times() -> None:
    """A part without a time of its own belongs to what is before it."""
    found = cues.parse(
        '<timedtext format="3"><body><p t="2000" d="4500">We <s p="1">do</s> it</p></body></timedtext>', source="x"
    )

    assert spoken(found) == [(None, "We do it")]
    assert found.segments[0].words == ()


def test_a_line_without_a_usable_time_is_left_out() -> None:
    lines = '<text start="soon" dur="4">Lost it is</text>', '<text start="7" dur="1">Kept it is</text>'

    found = cues.parse("\n".join(("<transcript>", *lines, "</transcript>")), source="x")

    assert spoken(found) == [(None, "Kept it is")]
    assert found.warnings == ("line 2 has 'soon' for start, which is no time, so it was left out",)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('<transcript><text start="1" dur="2">Hello', "broken XML"),
        ('<transcript><text start="x" dur="2">Hello</text></transcript>', "no times that can be used: line 1 has 'x'"),
        ('<timedtext><p t="1" d="2"> </p></timedtext>', "has no"),
        ('<timedtext><p t="999999999999" d="2">Hello</p></timedtext>', "999999999999"),
    ],
)
def test_captions_that_cannot_be_read(text: str, problem: str) -> None:
    with pytest.raises(TranscriptError, match=problem):
        cues.parse(text, source="x")


@pytest.mark.parametrize(
    "text",
    [
        "<transcript>Who was there</transcript>",
        '<html><p t="1">x</p></html>',
        "<transcript>" + "<text " * 500_000,
        " " * 5_000_000,
        '{"transcript": "<text start=1>"}',
    ],
)
def test_other_files_are_not_taken_for_captions(text: str) -> None:
    assert not youtube_xml.matches(text)


def test_many_parts_of_a_line_are_joined_at_once() -> None:
    """A line of a hundred thousand parts takes as long as a hundred thousand parts."""
    text = '<timedtext><p t="1000" d="2000">' + "<s>a</s>" * 100_000 + "</p></timedtext>"

    assert len(cues.parse(text, source="x").segments[0].text) == 100_000

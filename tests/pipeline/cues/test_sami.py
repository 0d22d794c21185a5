from __future__ import annotations

import pytest

from pipeline import cues
from pipeline.errors import TranscriptError
from tests.pipeline.cues.transcripts import spoken

FILE = """<sami>
<HEAD><STYLE TYPE="text/css"><!--
P {font-size: 12pt;}
.ENCC {Name: English; lang: en-US; SAMIType: CC;}
.FRCC {Name: French; lang: fr-FR;}
--></STYLE></HEAD>
<BODY>
<SYNC Start=2000><P Class=ENCC>Good<br>morning &amp; caf&eacute;
<SYNC Start=2000><P Class=FRCC>Bonjour
<SYNC Start=4500><P Class=ENCC>&nbsp;
<SYNC Start=4500><P Class=FRCC>&nbsp;
<SYNC start="7000"><p class="ENCC"><i>Bye</i></P>
<SYNC><P Class=ENCC>no time
</BODY></sami>"""


def test_a_caption_lasts_until_the_next_one() -> None:
    """An empty one ends it; of two languages the first is read, and its code is known."""
    found = cues.parse(FILE, source="x")

    assert [(segment.start, segment.end) for segment in found.segments] == [(2.0, 4.5), (7.0, 9.0)]
    assert found.segments[0].text == "Good morning & café"
    assert found.language == "en-US"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<SYNC " * 800_000,
        "<!--" * 1_200_000,
        "<SYNC Start=999999999999><P>late",
        ".a{lang" * 500_000,
        "<p class" * 600_000,
    ],
)
def test_hostile_files_end_at_once(body: str) -> None:
    with pytest.raises(TranscriptError, match="no cues with text"):
        cues.parse(f"<SAMI>{body}", source="x")


def test_a_file_without_classes() -> None:
    assert spoken(cues.parse("<SAMI><SYNC Start=1>Good<SYNC Start=900>day", source="x")) == [
        (None, "Good"),
        (None, "day"),
    ]

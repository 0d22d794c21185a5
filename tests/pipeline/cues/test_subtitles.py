from __future__ import annotations

import pytest

from pipeline import cues
from pipeline.cues.subtitles import ASS, MICRODVD, MPL2, TMPLAYER, SubtitleFormat
from pipeline.errors import TranscriptError
from pipeline.records import Transcript
from tests.pipeline.cues.transcripts import spoken

ASS_HEAD = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,large,&Hzz

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def read_ass(*lines: str, newline: str = "\n") -> Transcript:
    return cues.parse(newline.join((*ASS_HEAD.splitlines(), *lines)), source="x")


def spans(transcript: Transcript) -> list[tuple[float, float]]:
    return [(segment.start, segment.end) for segment in transcript.segments]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_what_is_said_in_ass(newline: str) -> None:
    """The name is the speaker; comments and drawings are not said, codes and notes in braces are not shown."""
    found = read_ass(
        "Comment: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,not shown",
        r"Dialogue: 0,0:00:02.00,0:00:04.50,Default,Ana ,x,0,0,,{\an8\pos(1,2)}Good\Nmorning,\hall {note}you",
        r"Dialogue: 0,0:00:05.00,0:00:06.00,Sign,,0,0,0,,{\p1}m 0 0 l 5 5{\p0} {\pbo3}Shed",
        r"Dialogue: 0,0:00:05.00,0:00:06.00,Sign,,0,0,0,,{\p2}m 0 0 l 9 9",
        newline=newline,
    )
    assert spans(found) == [(2.0, 4.5), (5.0, 6.0)]
    assert spoken(found) == [("Ana", "Good morning, all you"), (None, "Shed")]


def test_karaoke_has_the_time_of_each_word() -> None:
    """Syllables are joined to words; their lengths are hundredths of a second."""
    found = read_ass(r"Dialogue: 0,0:00:07.00,0:00:09.00,K,,0,0,0,,{\k50}Good {\kf30}mor{\K20}ning {\ko40}all")

    assert [(word.start, word.end, word.text) for word in found.segments[0].words] == [
        (7.0, 7.5, "Good"),
        (7.5, 8.0, "morning"),
        (8.0, 8.4, "all"),
    ]


def test_a_line_of_ass_that_is_no_cue_is_left_out() -> None:
    found = read_ass(
        "Dialogue: 0,-0:00:05.00,0:00:06.00,Default,,0,0,0,,before",
        "Dialogue: 0,0:00:07.00,0:00:09.00,Default,,0,0,0,,after",
        "Dialogue: 0,0:00:",
    )
    assert spoken(found) == [(None, "after")]
    assert found.warnings[0] == "line 10 ('Dialogue: 0,-0:00:05.00,0:00:06.00,Def…) is no cue, so it was left out"
    assert len(found.warnings) == 2


@pytest.mark.parametrize(
    "text",
    [
        "[Script Info]\n[Events]\nFormat: Start, End, Actor, Text\nDialogue: 0:00:02.00,0:00:04.50,Ana,Good, all\n",
        "[Script Info]\n[Events]\nDialogue: Marked=0,0:00:02.00,0:00:04.50,Default,Ana,0,0,0,,Good, all\n",
    ],
)
def test_other_orders_of_fields(text: str) -> None:
    """The order is what the file says it is; SSA's first field is another one."""
    found = cues.parse(text, source="x")

    assert (spans(found), spoken(found)) == ([(2.0, 4.5)], [("Ana", "Good, all")])


def test_microdvd_counts_in_frames() -> None:
    found = cues.parse("{1}{1}23.976\n{0}{48}{y:i}Good|morning\n{120}{144}{c:$0000ff}Bye", source="x")

    assert spans(found) == [(0.0, 2.002), (5.005, 6.006)]
    assert spoken(found) == [(None, "Good morning"), (None, "Bye")]
    assert found.warnings == ()


@pytest.mark.parametrize("first", ["", "{1}{1}nan\n", "{1}{1}0\n"])
def test_microdvd_without_a_frame_rate(first: str) -> None:
    """25 frames a second are as good a guess as any, and people are told."""
    found = cues.parse(f"{first}{{50}}{{100}}Good morning\n", source="x")

    assert spans(found)[-1] == (2.0, 4.0)
    assert found.warnings == ("the file does not say how many frames a second has, so 25 were assumed",)


def test_mpl2_and_tmplayer() -> None:
    """Tenths of a second, and whole ones."""
    assert spans(cues.parse("[20][45]/Good|morning\n[70][80]Bye", source="x")) == [(2.0, 4.5), (7.0, 8.0)]
    found = cues.parse("00:00:02:Good|morning\n00:00:07:Bye", source="x")
    assert spoken(found) == [(None, "Good morning"), (None, "Bye")]
    assert [segment.start for segment in found.segments] == [2.0, 7.0]


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}',
        "{1}",
        "[1] first\n[2] second",
        "[[1][2]]",
        "00:00:02 Good morning\n00:00:05 Bye",
        "Notes\n\n{1}{2} is MicroDVD\nand so on\nand on",
        "",
        "[Interface]\nPrivateKey = x",
    ],
)
@pytest.mark.parametrize("known", [ASS, MICRODVD, MPL2, TMPLAYER], ids=lambda known: known.pysubs2_name)
def test_other_files_are_not_taken_for_subtitles(text: str, known: SubtitleFormat) -> None:
    assert not known.matches(text)


@pytest.mark.parametrize(
    "text",
    [
        ASS_HEAD + "Dialogue: 0,0:00:01.00,0:00:02.00,a,b,0,0,0,," + "{" * 5_000_000,
        ASS_HEAD + "Dialogue: 0,0:00:01.00,0:00:02.00,a,b,0,0,0,,{" + "\\p" * 2_000_000 + "}x",
        ASS_HEAD + "Dialogue: " * 500_000,
        ASS_HEAD + "Dialogue: 0,99:99:99.99,99:99:99.99,a,b,0,0,0,,x\n" * 1000,
        "{1}{1}25\n{5}{9}" + "{y:" * 1_600_000,
        "{999999999}{999999999}late",
        "00:00:01:" + "<a" * 2_500_000,
        "00:00:01:" + "< " * 2_500_000,
        "[1][2]" * 800_000,
        "[1][2]" + "|" * 1_000_000,
    ],
    ids=range(10),
)
def test_hostile_files_are_read_or_refused(text: str) -> None:
    """Five megabytes on one line end in a transcript or in a TranscriptError, and at once."""
    try:
        cues.parse(text, source="x")
    except TranscriptError:
        return

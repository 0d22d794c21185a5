"""Files as people have them: what stands where it should not, and what is told about it."""

from __future__ import annotations

import pytest

from pipeline import cues
from pipeline.errors import TranscriptError
from tests.pipeline.cues.transcripts import timed

WHOLE = [(2.0, "the boiler leaks"), (7.0, "we call a plumber"), (15.0, "on Tuesday")]

FORMS = {
    "SRT": (
        "1\n00:00:02,000 --> 00:00:06,000\nthe boiler leaks\n\n2\n00:00:07,000 --> 00:00:12,000\nwe call\na plumber\n\n"
        "3\n00:00:15,000 --> 00:00:19,000\non Tuesday\n"
    ),
    "WebVTT": (
        "WEBVTT\n\n00:02.000 --> 00:06.000\nthe boiler leaks\n\n00:07.000 --> 00:12.000\nwe call\na plumber\n\n"
        "00:15.000 --> 00:19.000\non Tuesday\n"
    ),
    "WebVTT, identifiers": (
        "WEBVTT\n\nfirst one\n00:02.000 --> 00:06.000\nthe boiler leaks\n\n4f-2/17-0\n00:07.000 --> 00:12.000\n"
        "we call\na plumber\n\n00:15.000 --> 00:19.000\non Tuesday\n"
    ),
    "SRT, blank after the timing": (
        "1\n00:00:02,000 --> 00:00:06,000\n\nthe boiler leaks\n\n2\n00:00:07,000 --> 00:00:12,000\n\n\nwe call\n"
        "a plumber\n\n3\n00:00:15,000 --> 00:00:19,000\n\non Tuesday\n"
    ),
    "WebVTT, blank after the timing": (
        "WEBVTT\n\n00:02.000 --> 00:06.000\n\nthe boiler leaks\n\n00:07.000 --> 00:12.000\n\n\nwe call\na plumber\n\n"
        "id\n00:15.000 --> 00:19.000\non Tuesday\n"
    ),
    "SRT, blank in a cue and after the number": (
        "1\n\n00:00:02,000 --> 00:00:06,000\nthe boiler leaks\n\n2\n\n00:00:07,000 --> 00:00:12,000\nwe call\n\n"
        "a plumber\n\n\n\n3\n\n00:00:15,000 --> 00:00:19,000\non Tuesday\n\n\n"
    ),
    "SRT, no blank lines": (
        "1\n00:00:02,000 --> 00:00:06,000\nthe boiler leaks\n2\n00:00:07,000 --> 00:00:12,000\nwe call\na plumber\n"
        "3\n00:00:15,000 --> 00:00:19,000\non Tuesday"
    ),
    "SRT, no numbers": (
        "00:00:02,000 --> 00:00:06,000\nthe boiler leaks\n\n00:00:07,000 --> 00:00:12,000\nwe call\na plumber\n\n"
        "00:00:15,000 --> 00:00:19,000\non Tuesday\n"
    ),
    "SRT, numbers of cues that are gone": (
        "1\n00:00:02,000 --> 00:00:06,000\nthe boiler leaks\n\n2\n\n3\n\n4\n00:00:07,000 --> 00:00:12,000\nwe call\n"
        "a plumber\n\n9\n00:00:15,000 --> 00:00:19,000\non Tuesday\n"
    ),
    "WebVTT, notes between": (
        "WEBVTT\n\nNOTE by\nsomebody\n\n00:02.000 --> 00:06.000\nthe boiler leaks\n\nNOTE two words\n\n"
        "STYLE\n::cue { a: b }\n\n00:07.000 --> 00:12.000\nwe call\na plumber\n\nREGION\nid:x\n\n"
        "00:15.000 --> 00:19.000\non Tuesday\n\n"
        "NOTE the end\n"
    ),
    "WebVTT in lower case, below a blank line": (
        " \nwebvtt\n\nnote by somebody\n\n00:02.000 --> 00:06.000\nthe boiler leaks\n\nNOTE two words\n\n"
        "00:07.000 --> 00:12.000\nwe call\na plumber\n\n00:15.000 --> 00:19.000\non Tuesday\n"
    ),
}


def marked(text: str) -> str:
    return f"Here is your file:\n\n```srt\n{text}\n```\n\nShall I shift it?\n"


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize(
    "change",
    [
        str,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: "\ufeff" + text,
        marked,
        lambda text: f"```\n{text}\n```",
    ],
    ids=["as it is", "crlf", "crcrlf", "cr", "double spaced", "bom", "in an answer", "in a fence"],
)
def test_files_that_say_the_same(text: str, change: object) -> None:
    """Three cues, nothing but what was said, and nothing to be told."""
    assert callable(change)
    found = cues.parse(change(text), source="x")

    assert timed(found) == WHOLE
    assert found.warnings == ()


def test_the_language_below_a_careless_header() -> None:
    found = cues.parse("\n  webvtt\nlanguage: de-AT\n\n00:01.000 --> 00:02.000\nja\n", source="x")

    assert found.language == "de-AT"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("WEBVTT\n\n" + "".join(f"0:0{n} --> 0:09\n{n}\n\n" for n in range(1, 7)), list("123456")),
        ("0:01 --> 0:02\n1\n\n0:03 --> 0:04\n2\n\n0:05 --> 0:06\n3\n", ["1", "2", "3"]),
        ("1\n0:01 --> 0:02\n2\n\n2\n0:03 --> 0:04\n3\n\n3\n0:05 --> 0:06\n4\n", ["2", "3", "4"]),
        ("1\n0:01 --> 0:02\n\n2\n0:03 --> 0:04\nb\n\n3\n0:05 --> 0:06\nc\n", ["b", "c"]),
        ("0:01 --> 0:02\na\n42\n0:03 --> 0:04\nb\nc\n0:05 --> 0:06\nc\n", ["a 42", "b c", "c"]),
        ("1\n0:01 --> 0:02\nWEBVTT is a format\n\n2\n0:03 --> 0:04\nb\n", ["WEBVTT is a format", "b"]),
        ("1\n0:01 --> 0:02\na\n\nWEBVTT\nKind: captions\n\n2\n0:03 --> 0:04\nb\n", ["a", "b"]),
        ("WEBVTT\n\n0:01 --> 0:02\na\n\nWEBVTT\nKind: captions\n\n0:03 --> 0:04\nb\n", ["a", "b"]),
        ("1\n0:01 --> 0:02 so we go\n\n2\n0:03 --> 0:04 X1:4 X2:6\nb\n", ["so we go", "b"]),
        ("WEBVTT\n\n0:01 --> 0:02 align: start\na\n\n0:03 --> 0:04 b c", ["a", "b c"]),
        ("WEBVTT\n\n0:01 --> 0:02\na\n\nand some more\n\n0:03 --> 0:04\nb\n", ["a and some more", "b"]),
        ("1\n0:01 --> 0:02\nfrom\n0:05 -> 0:06\nor so\n\n2\n0:03 --> 0:04\nb\n", ["from 0:05 -> 0:06 or so", "b"]),
    ],
)
def test_what_is_text_and_what_is_not(text: str, said: list[str]) -> None:
    """Numbers that somebody says are text, those of cues are not; headers in the middle are not."""
    assert [text for _, text in timed(cues.parse(text, source="x"))] == said


def test_what_belongs_to_nobody_is_told() -> None:
    found = cues.parse("WEBVTT\n\n0:01 --> 0:02\na\n\n4f2-17\n\n0:03 --> 0:04\nb\n", source="x")

    assert timed(found) == [(1.0, "a"), (3.0, "b")]
    assert found.warnings == ("line 6 ('4f2-17') belongs to no cue, so it was left out",)


@pytest.mark.parametrize(
    ("timing", "start"),
    [
        ("-00:00:07,000 --> 00:00:12,000", 10.933),  # by how long its text takes to say
        ("-00:00:07,000 --> -00:00:12,000", 6.0),
        ("00:00:67,000 --> 00:00:72,000", 6.0),
        ("00:00:0l,000 --> 00:00:02,000", 6.0),
        ("NaN:NaN:NaN,NaN --> NaN:NaN:NaN,NaN", 6.0),
        ("00:00:O7,000 --> 00:00:12,O00", 6.0),
        ("00:00:08,000 --> 00:00:1x,000", 8.0),
    ],
)
@pytest.mark.parametrize("form", ["SRT", "WebVTT"])
def test_a_broken_timing(form: str, timing: str, start: float) -> None:
    """Its cue is put between its neighbours, with a warning; no number and no timing becomes text."""
    whole = ("00:00:07,000 --> 00:00:12,000", "00:07.000 --> 00:12.000")[form != "SRT"]
    found = cues.parse(FORMS[form].replace(whole, timing), source="x")

    assert timed(found) == [WHOLE[0], (start, "we call a plumber"), WHOLE[2]]
    (warning,) = found.warnings
    assert "is not a valid timing" in warning
    assert warning.startswith("line 6 (")
    assert found.segments[1].end <= 15.0


def test_many_broken_timings_are_one_warning() -> None:
    """With their number and the first, and times that they share."""
    text = (
        "1\n0:01 --> 0:02\na\n\n" + "".join(f"{n}\n0:0{n}x --> \nb{n}\n\n" for n in (2, 3, 4)) + "5\n0:08 --> 0:09\nc\n"
    )
    found = cues.parse(text, source="x")

    assert timed(found) == [(1.0, "a"), (2.0, "b2"), (4.0, "b3"), (6.0, "b4"), (8.0, "c")]
    assert found.warnings == (
        "3 lines, the first line 6 ('0:02x -->'), are not valid timings, so their text was put between "
        "their neighbours",
    )


@pytest.mark.parametrize("number", [1, 3])
def test_a_broken_timing_at_an_end(number: int) -> None:
    """The first cue comes before the second, the last after the second."""
    whole = "00:00:02,000 --> 00:00:06,000" if number == 1 else "00:00:15,000 --> 00:00:19,000"
    found = cues.parse(FORMS["SRT"].replace(whole, "xx:xx:xx,000 --> xx:xx:xx,000"), source="x")

    assert [text for _, text in timed(found)] == [text for _, text in WHOLE]


@pytest.mark.parametrize("form", ["SRT", "WebVTT"])
def test_nothing_but_broken_timings(form: str) -> None:
    """The first one is shown with its line."""
    with pytest.raises(TranscriptError, match=r"x:\d: '-0.* is not the timing") as caught:
        cues.parse(FORMS[form].replace("00:", "-0a:"), source="x")
    assert caught.value.line == (2 if form == "SRT" else 3)


@pytest.mark.parametrize(
    "tail",
    [
        "\n4\n00:00:21,000 --> 00:00:2",
        "\n4\n00:00:21,000 --> 00:00:28,000",
        "\n4\n00:00:21,000 --> 00:00:28,000\n",
        "\n4\n00:00:21,000 -->",
        "\n4\n00:00:21,000 --",
        "\n4\n00:00:21,0",
        "\n4\n00:00:2",
        "\n4\n00:",
        "\n4\n",
        "\n4",
    ],
)
def test_a_download_that_broke_off(tail: str) -> None:
    """Only the line in which it did is lost, and that is told."""
    found = cues.parse(FORMS["SRT"] + tail, source="x")

    assert timed(found) == WHOLE
    (warning,) = found.warnings
    assert warning.startswith(f"the file breaks off at line {14 + (':' in tail)} ('")


@pytest.mark.parametrize("tail", ["\n00:00:21.000 --> 00:2", "\n00:00:21.000 -", "\n00:00:21", "\n00:2"])
def test_a_webvtt_file_that_broke_off(tail: str) -> None:
    found = cues.parse(FORMS["WebVTT"] + tail, source="x")

    assert timed(found) == WHOLE
    assert len(found.warnings) == 1


@pytest.mark.parametrize("tail", ["\n00:00:21.000 --> 00:24.000\n\n", "\n", "\n\n\n", "at 12:30"])
def test_a_file_that_is_whole(tail: str) -> None:
    """An empty cue is followed by an empty line; a time that is spoken stands in its cue."""
    found = cues.parse(FORMS["WebVTT"] + tail, source="x")

    assert timed(found)[:2] == WHOLE[:2]
    assert found.warnings == ()


def test_frames_are_told() -> None:
    found = cues.parse("1\n00:00:02:12 --> 00:00:03:24\na\n\n2\n00:00:04:05 --> 00:00:05:00\nb\n", source="x")

    assert timed(found) == [(2.48, "a"), (4.2, "b")]
    assert found.warnings == (
        "times as in line 2 (00:00:02:12 --> 00:00:03:24) were taken to count 25 frames a second",
    )


@pytest.mark.parametrize("arrow", ["->", "–>", "→", "--&gt;", "-- >", "⟶"])
@pytest.mark.parametrize("form", ["SRT", "WebVTT", "SRT, no blank lines"])
def test_other_arrows(arrow: str, form: str) -> None:
    assert timed(cues.parse(FORMS[form].replace("-->", arrow), source="x")) == WHOLE


def test_no_end() -> None:
    """A cue lasts until the next one, but for two seconds at most."""
    found = cues.parse("1\n0:01 -->\na\n\n2\n0:02 -->\nb\n\n3\n0:09 -->\nc\n", source="x")

    assert [(segment.start, segment.end) for segment in found.segments] == [(1, 2), (2, 4), (9, 11)]

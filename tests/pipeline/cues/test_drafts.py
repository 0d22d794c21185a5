from __future__ import annotations

import pytest

from pipeline import cues
from pipeline.cues.drafts import DraftCue, to_transcript
from pipeline.errors import TranscriptError
from tests.pipeline.cues.transcripts import parse, spoken, timed

TWO_PARTS = """\
    WEBVTT

    00:00:02.000 --> 00:00:06.500
    Ann: the boiler leaks

    00:00:20.000 --> 00:00:25.000
    Bo: call the plumber

    00:00:30.000 --> 00:00:35.000
    Ann: on Tuesday

    WEBVTT

    00:00:01.000 --> 00:00:07.000
    Bo: next is the roof

    00:00:08.000 --> 00:00:15.500
    Ann: it is fine

    00:00:31.000 --> 00:00:33.000
    Bo: good
    """


def test_names_are_one_line_without_control_characters() -> None:
    """Whatever a file has in them; nothing else is no name."""
    cues_given = [
        DraftCue(at, at + 1.0, f"line {at}", speaker=name) for at, name in enumerate(["Ann\x00 \nBee", "\x07"])
    ]
    found = to_transcript(cues_given, source="a test", labels=False)
    assert [segment.speaker for segment in found.segments] == ["Ann Bee", None]


def test_two_recordings_in_one_file() -> None:
    """The second follows the first, and the line from which it is read is told."""
    found = parse(TWO_PARTS)

    assert [start for start, _ in timed(found)] == [2, 20, 30, 36, 43, 66]
    assert [text for _, text in timed(found)][3:] == ["next is the roof", "it is fine", "good"]
    assert found.warnings == (
        "times go back at line 12: two recordings in one file? The second was put after the first",
    )


def test_two_numberings_are_two_recordings() -> None:
    """Where the times alone could be those of a cue that is out of order."""
    first, second = "1\n0:02 -->\na\n\n2\n0:20 -->\nb\n\n3\n0:30 -->\nc\n\n", "1\n0:01 -->\nd\n\n2\n0:31 -->\ne\n"

    assert [text for _, text in timed(cues.parse(first + second, source="x"))] == list("abcde")


def test_recordings_of_more_than_a_week_together() -> None:
    ends = [DraftCue(at, None, "a") for _ in range(3) for at in (1.0, 300_000.0, 300_001.0)]

    with pytest.raises(TranscriptError, match="longer than a week together"):
        to_transcript(ends, source="x")


@pytest.mark.parametrize(
    "times",
    [
        ["0:00 --> 0:00"] * 3,
        ["00:00:00,000 --> 00:00:00,000"] * 2,
        ["0:00 -->"] * 9,
        ["0:05 --> 0:09"] * 4,
        ["0:00 --> 0:03", "0:00 --> 0:05", "0:00 --> 0:04"],
    ],
)
def test_all_at_the_same_time(times: list[str]) -> None:
    """No links can be made of that: the file is refused, and the way out told."""
    text = "\n\n".join(f"{number}\n{time}\nthis is number {number}" for number, time in enumerate(times, 1))

    with pytest.raises(TranscriptError, match=rf"all of its {len(times)} cues the same time, 0:0[05]") as caught:
        cues.parse(text, source="x")
    assert "plain text" in caught.value.hint


def test_two_people_at_once_are_no_mistake() -> None:
    """Nor are several voices in the only cue there is."""
    assert len(cues.parse("1\n0:01 --> 0:02\nyes\n\n2\n0:01 --> 0:03\nno\n", source="x").segments) == 2
    assert len(cues.parse("WEBVTT\n\n0:01 --> 0:02\n<v A>yes <v B>no <v C>well\n", source="x").segments) == 3


@pytest.mark.parametrize(
    "text", ["[Music]", "(applause)", "♪ ♪ ♪", "♪ la la la ♪", "[BLANK_AUDIO]", "[Ann laughs]", "*music*"]
)
def test_what_is_no_speech_is_marked(text: str) -> None:
    """As our own speech recognition's is, whoever is said to make it."""
    found = cues.parse(
        f"1\n0:01 --> 0:02\n{text}\n\n2\n0:03 --> 0:04\nAnn: hello\n\n3\n0:05 --> 0:06\nAnn: {text}\n", source="x"
    )

    assert [segment.suspect for segment in found.segments] == [True, False, True]


def test_a_loop_of_a_recogniser_is_marked() -> None:
    """Three hundred times the same is nobody's speech."""
    loop = [DraftCue(10.0 + 2 * n, 12.0 + 2 * n, "Thank you.") for n in range(300)]
    found = to_transcript([DraftCue(1.0, 9.0, "the boiler leaks"), *loop], source="x")

    assert [segment.suspect for segment in found.segments] == [False] + [True] * 300


def test_a_sound_beside_speech() -> None:
    """Its words stay, without the sound; what was made inaudible stays as it is written."""
    found = parse("""\
        WEBVTT

        0:01 --> 0:02
        [Music] and so we begin

        0:03 --> 0:04
        Ann: (laughs) yes [ __ ] f*** that

        0:05 --> 0:06
        >> yes I do >> no you do not
        """)

    assert spoken(found) == [
        (None, "and so we begin"),
        ("Ann", "yes [ __ ] f*** that"),
        (None, "yes I do"),
        (None, "no you do not"),
    ]
    assert not any(segment.suspect for segment in found.segments)
    assert [segment.start for segment in found.segments][2:] == [5.0, 5.407]

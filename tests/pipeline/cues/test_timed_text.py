from __future__ import annotations

from pipeline import untrusted
from pipeline.cues import srt, webvtt
from tests.pipeline.cues.transcripts import parse, spoken


def test_people_repeat_themselves() -> None:
    """The same words in successive cues are kept: somebody said "yes" twice."""
    found = parse("WEBVTT\n\n" + "\n\n".join(f"00:0{i}.000 --> 00:0{i}.900\nyes" for i in range(4)))
    assert len(found.segments) == 4


def test_rolling_captions_turned_into_srt() -> None:
    """The same without word times, as converters write it."""
    found = parse("""\
        1
        00:00:00,000 --> 00:00:02,000
        hello everyone

        2
        00:00:02,000 --> 00:00:04,000
        hello everyone
        so today

        3
        00:00:04,000 --> 00:00:06,000
        so today
        we release
        """)
    assert [text for _, text in spoken(found)] == ["hello everyone", "so today", "we release"]


def test_inverted_and_overlapping_cues() -> None:
    """A cue that ends before it starts is shown until the next; overlapping ones are left as they are."""
    found = parse("""\
        WEBVTT

        00:05.000 --> 00:02.000
        inverted

        00:06.000 --> 00:09.000
        long

        00:07.000 --> 00:08.000
        inside

        00:20.000 --> 00:20.000
        no time
        """)
    assert [(segment.start, segment.end) for segment in found.segments] == [(5, 6), (6, 9), (7, 8), (20, 22)]


def test_no_cue_is_made_longer_than_a_week() -> None:
    """What is stored later than that counts as damaged, so a cue without a length ends there at the latest."""
    found = parse("""\
        WEBVTT

        167:59:59.500 --> 167:59:59.500
        the end
        """)
    assert found.duration == untrusted.MAX_SECONDS


def test_a_name_in_the_first_line_of_every_cue_is_its_speaker() -> None:
    cues = [("Ada", "Welcome to all."), ("Ben", "Yes: three things."), ("Ada", "Go on."), ("Ben", "The church.")]
    text = "\n".join(
        f"{at}\n00:00:0{at},000 --> 00:00:0{at},900\n{name}\n{said}\n" for at, (name, said) in enumerate(cues, 1)
    )

    assert [(each.speaker, each.text) for each in srt.parse(text, source="x").segments] == cues


def test_first_lines_that_differ_are_text() -> None:
    lines = ("The Church", "Thank You", "In June", "And The Concert")
    text = "\n".join(
        f"{at}\n00:00:0{at},000 --> 00:00:0{at},900\n{first}\nwas what we said\n" for at, first in enumerate(lines, 1)
    )

    assert all(each.speaker is None for each in srt.parse(text, source="x").segments)


def test_names_in_identifiers_are_speakers() -> None:
    text = (
        'WEBVTT\n\n1 "Ada Krueger" (4711)\n00:01.000 --> 00:02.000\nWelcome.\n\n'
        '2 "Ben" (12)\n00:03.000 --> 00:04.000\nYes: go on.\n'
    )

    assert [(each.speaker, each.text) for each in webvtt.parse(text, source="x").segments] == [
        ("Ada Krueger", "Welcome."),
        ("Ben", "Yes: go on."),
    ]

from __future__ import annotations

from pipeline import untrusted
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

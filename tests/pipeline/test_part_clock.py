"""The clocks of the parts of a recording, and the one they have in common."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline import notes as reader
from pipeline.part_clock import (
    PartMoment,
    chapters_on_common_clock,
    clock,
    is_beginning,
    is_joined,
    joined_key,
    locate,
    notes_on_common_clock,
    segments_on_common_clock,
    transcript_of_part,
)
from pipeline.records import Chapter, Hint, Notes, Origin, RecordingPart, Segment, Transcript, Word

KEYS = "a.wav 1 2", "youtube gArDenCall1"
FIRST = RecordingPart(0.0, 600.0, "a.wav", "One")
SECOND = RecordingPart(600.0, 300.0, "b.wav", "Two")
STARTS = (0.0, 600.0)


@pytest.mark.parametrize(
    ("seconds", "moment", "text"),
    [
        (0.0, PartMoment(1, 0.0), "part 1 · 0:00"),
        (599.99, PartMoment(1, 599.99), "part 1 · 9:59"),
        (600.0, PartMoment(2, 0.0), "part 2 · 0:00"),
        (4200.0, PartMoment(2, 3600.0), "part 2 · 1:00:00"),
    ],
)
def test_a_moment_is_in_the_part_that_began_last(seconds: float, moment: PartMoment, text: str) -> None:
    """It is told by the part's number and on its own clock, as its host shows it."""
    assert locate(STARTS, seconds) == moment
    assert clock(STARTS, seconds) == text


def test_a_recording_in_one_piece_has_one_clock() -> None:
    """Its moments are told as ever."""
    assert locate((), 754.9) is None
    assert clock((), 754.9) == "12:34"


def written(*hints: Hint) -> Notes:
    """Notes with a time at each block."""
    read = reader.parse("# Call\n\n" + "\n\n".join(f"Item {n}." for n in range(len(hints))), name="n.md")
    (section,) = read.sections
    timed = [replace(block, hint=hint) for block, hint in zip(section.blocks[1:], hints, strict=True)]
    return replace(read, sections=(replace(section, blocks=(section.blocks[0], *timed)),))


def hints_of(notes: Notes) -> list[Hint | None]:
    return [block.hint for block in notes.blocks][1:]


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (Hint(70.0), Hint(70.0)),
        (Hint(70.0, 90.0, part=1), Hint(670.0, 690.0)),
        (Hint(290.0, 400.0, part=1), Hint(890.0, 900.0)),  # its end is no later than that of the part
        (Hint(650.0), None),  # the first part has ended by then
        (Hint(301.0, part=1), None),
        (Hint(5.0, part=2), None),
        (Hint(5.0, part=-1), None),
    ],
)
def test_a_written_time_goes_to_its_part(hint: Hint, expected: Hint | None) -> None:
    """One that its part does not have is not taken for a time in another."""
    assert hints_of(notes_on_common_clock(written(hint), (FIRST, SECOND))) == [expected]


def test_of_a_recording_in_one_piece_only_the_times_of_a_first_part_are_used() -> None:
    """Where the others would be in it nobody knows."""
    assert hints_of(notes_on_common_clock(written(Hint(5.0), Hint(5.0, part=1)), ())) == [Hint(5.0), None]


def test_notes_in_one_piece_stay_the_same() -> None:
    """Nothing is copied that need not be."""
    notes = written(Hint(5.0))

    assert notes_on_common_clock(notes, ()) is notes


SAID = (
    Segment(1.0, 3.0, "Hello there.", (Word(1.0, 1.5, "Hello"), Word(2.0, 3.0, "there."))),
    Segment(9.0, 9.5, "Bye."),
)


def test_what_was_said_goes_to_the_common_clock_and_back() -> None:
    """Segments and their words; what is in another part is left out on the way back."""
    joined = (Segment(0.0, 2.0, "Elsewhere."), *segments_on_common_clock(SAID, SECOND))

    assert joined[1].start == 601.0
    assert [word.start for word in joined[1].words] == [601.0, 602.0]
    alone = transcript_of_part(Transcript("en", Origin.ASR, "m", joined, 900.0), SECOND)
    assert (alone.segments, alone.duration) == (SAID, 300.0)


def test_what_is_said_after_the_end_of_a_part_is_still_in_it() -> None:
    """A host rounds lengths, and captions stay on the screen."""
    (late,) = segments_on_common_clock([Segment(599.5, 604.0, "Bye.")], FIRST)

    assert 599.5 == late.start < late.end < SECOND.start


def test_chapters_go_to_the_common_clock() -> None:
    """Those that begin within their part."""
    chapters = [Chapter(0.0, 100.0, "Hello"), Chapter(100.0, 320.0, "Bye"), Chapter(320.0, 330.0, "Never")]

    assert list(chapters_on_common_clock(chapters, SECOND)) == [
        Chapter(600.0, 700.0, "Hello"),
        Chapter(700.0, 900.0, "Bye"),
    ]


@pytest.mark.parametrize(
    ("key", "whole", "expected"),
    [
        (KEYS[0], KEYS[0], True),
        (KEYS[0], joined_key(KEYS), True),
        (joined_key(KEYS), joined_key(KEYS), True),
        (joined_key(KEYS), KEYS[0], False),
        (KEYS[1], joined_key(KEYS), False),
        (KEYS[0][:-1], KEYS[0], False),
        (KEYS[0], None, False),
    ],
)
def test_moments_of_the_first_parts_stay_where_another_follows(key: str, whole: str | None, *, expected: bool) -> None:
    """Those of a part that another was put before do not."""
    assert is_beginning(key, whole) is expected


def test_a_key_of_several_parts_is_told_from_that_of_a_file() -> None:
    """Which may have a plus in its name."""
    assert is_joined("youtube abc + /calls/b.mp3 1 2")
    assert is_joined("https://example.org/a.mp3 + youtube abc")
    assert not is_joined("/calls/Q + A.mp3 1 2")
    assert not is_joined("youtube abc")
    assert not is_joined(None)

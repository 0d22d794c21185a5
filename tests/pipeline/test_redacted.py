"""What is left of a transcript, and what stands where something was taken out."""

from __future__ import annotations

import pytest

from pipeline.part_clock import transcript_of_part
from pipeline.records import Origin, RecordingPart, RemovedPassage, Segment, Transcript, Word
from pipeline.redacted import joined, of_piece, widened, with_lines, without_passages


def transcript(*segments: Segment, removed: tuple[RemovedPassage, ...] = ()) -> Transcript:
    return Transcript("en", Origin.ASR, "tiny.en", segments, 60.0, removed=removed)


def spoken(*texts: str, start: float = 0.0, text: str = "") -> Segment:
    """A second for each word."""
    words = tuple(Word(start + at, start + at + 1, each) for at, each in enumerate(texts))
    return Segment(start, start + len(texts), text or " ".join(texts), words, "Ana")


@pytest.mark.parametrize(
    ("start", "end", "left"),
    [
        (1.5, 1.6, [("one", 0.0, 1.0), ("three four", 2.0, 4.0)]),
        (0.9, 2.0, [("three four", 2.0, 4.0)]),
        (1.0, 2.0, [("one", 0.0, 1.0), ("three four", 2.0, 4.0)]),
        (0.0, 4.0, []),
        (4.0, 9.0, [("one two three four", 0.0, 4.0)]),
        (3.999, 9.0, [("one two three", 0.0, 3.0)]),
    ],
)
def test_a_word_goes_of_which_anything_is_said_in_the_passage(
    start: float, end: float, left: list[tuple[str, float, float]]
) -> None:
    """What is said before and after it is left, as lines of their own."""
    found = without_passages(transcript(spoken("one", "two", "three", "four")), [RemovedPassage(start, end)])
    assert [(each.text, each.start, each.end) for each in found.segments] == left
    assert all(each.speaker == "Ana" for each in found.segments)


@pytest.mark.parametrize(
    "segment",
    [
        Segment(0.0, 4.0, "one two three four"),
        spoken("one", "two", text="one two three four"),
        Segment(2.0, 2.0, "now"),
    ],
)
def test_a_line_goes_as_a_whole_where_nobody_knows_when_its_words_are_said(segment: Segment) -> None:
    assert without_passages(transcript(segment), [RemovedPassage(1.5, 2.5)]).segments == ()


def test_a_pause_is_taken_out_of_nothing() -> None:
    """A line whose words are all said before or after it stays as it is."""
    line = Segment(0.0, 9.0, "one two", (Word(0.0, 1.0, "one"), Word(8.0, 9.0, "two")))
    assert without_passages(transcript(line), [RemovedPassage(2.0, 5.0)]).segments == (line,)


def test_where_no_spaces_are_none_come_in() -> None:
    """In Japanese a word is a few characters."""
    line = spoken("今日は", "とても", "いい", "天気", text="今日はとてもいい天気")
    found = without_passages(transcript(line), [RemovedPassage(1.2, 1.4)])
    assert [each.text for each in found.segments] == ["今日は", "いい天気"]


def test_a_passage_has_all_of_the_words_in_it() -> None:
    """So that none is heard in half; a line without times for its words is one word."""
    said = transcript(spoken("one", "two", "three"), Segment(10.0, 20.0, "no times"))
    assert widened(RemovedPassage(0.5, 1.5, "why"), said) == RemovedPassage(0.0, 2.0, "why")
    assert widened(RemovedPassage(12.0, 13.0), said) == RemovedPassage(10.0, 20.0)
    assert (
        widened(RemovedPassage(5.0, 6.0), said) == widened(RemovedPassage(5.0, 6.0), None) == RemovedPassage(5.0, 6.0)
    )


def test_passages_that_overlap_are_one_with_both_reasons() -> None:
    found = joined([RemovedPassage(5.0, 7.0, "b"), RemovedPassage(1.0, 2.0), RemovedPassage(4.0, 5.0, "a")])
    assert found == (RemovedPassage(1.0, 2.0), RemovedPassage(4.0, 7.0, "a; b"))


def test_a_line_says_what_was_removed_where_it_was() -> None:
    """In the order of time; a reason is not needed."""
    removed = (RemovedPassage(2.0, 3.0, "a name"), RemovedPassage(20.0, 21.0))
    found = with_lines(transcript(spoken("one"), spoken("two", start=4.0), removed=removed))
    assert [each.text for each in found.segments] == ["one", "[removed: a name]", "two", "[removed]"]


def test_a_part_of_a_recording_has_what_was_taken_out_of_it() -> None:
    """By its own clock; a passage across two parts is in both."""
    parts = RecordingPart(0.0, 10.0, "a", "A"), RecordingPart(10.0, 20.0, "b", "B"), RecordingPart(30.0, 5.0, "c", "C")
    removed = (RemovedPassage(8.0, 12.0),)
    assert [of_piece(removed, part) for part in parts] == [((8.0, 12.0),), ((0.0, 2.0),), ()]
    of_parts = [transcript_of_part(transcript(removed=removed), part).removed for part in parts]
    assert of_parts == [(RemovedPassage(8.0, 10.0),), (RemovedPassage(0.0, 2.0),), ()]

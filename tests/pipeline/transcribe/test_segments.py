"""Splitting into segments, and marking what nobody said, on constructed words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest

from pipeline.invented_speech import mark_suspect
from pipeline.records import Segment, Word
from pipeline.sentences import MAX_SEGMENT_SECONDS
from pipeline.transcribe.segments import DecodedWindow, split_into_segments


def spoken(text: str, start: float = 0.0, *, each: float = 0.4, probability: float = 0.9) -> tuple[Word, ...]:
    """The words of `text` one after the other, as the model hands them over."""
    return tuple(
        Word(start + at * each, start + (at + 1) * each, f" {token}", probability)
        for at, token in enumerate(text.split())
    )


def window(*words: Word, logprob: float = -0.3, no_speech: float = 0.1, compression: float = 1.5) -> DecodedWindow:
    return DecodedWindow(words, logprob, no_speech, compression)


def texts(found: Sequence[Segment]) -> list[str]:
    return [segment.text for segment in found]


def test_a_sentence_is_a_segment() -> None:
    """A segment ends where a sentence does, also across two windows; abbreviations and versions end none."""
    first = window(*spoken("Thanks to Dr. Who. Version 4.2.0 is"))
    second = window(*spoken("nearly there. Isn't it? Yes!", 2.8))

    assert texts(split_into_segments([first, second])) == [
        "Thanks to Dr. Who.",
        "Version 4.2.0 is nearly there.",
        "Isn't it?",
        "Yes!",
    ]


def test_a_pause_ends_a_segment() -> None:
    """After more than a second of silence a new segment begins."""
    found = split_into_segments([window(*spoken("so the plan"), *spoken("is this", 2.1), *spoken("one", 3.95))])

    assert [(segment.text, segment.start) for segment in found] == [
        ("so the plan is this", 0.0),
        ("one", 3.95),
    ]


def test_no_segment_is_longer_than_fifteen_seconds() -> None:
    """A sentence without end is halved until its parts are short, and loses no word."""
    words = spoken(" ".join(f"w{at}" for at in range(200)))

    found = split_into_segments([window(*words)])

    assert max(segment.end - segment.start for segment in found) <= MAX_SEGMENT_SECONDS
    assert [word.text for segment in found for word in segment.words] == [word.text.strip() for word in words]


def test_a_long_sentence_is_split_at_its_comma() -> None:
    """The comma nearest the middle is preferred to the very middle."""
    text = " ".join(["one"] * 18 + ["two,"] + ["three"] * 22)

    first, second = split_into_segments([window(*spoken(text))])

    assert first.text.endswith("two,")
    assert second.text.startswith("three")


def test_words_the_model_takes_apart_are_whole_again() -> None:
    """An identifier is one word, with the time of all its parts."""
    parts = (
        Word(0, 0.4, " dns", 0.9),
        Word(0.4, 0.9, "_events", 0.5),
        Word(0.9, 1.2, " pre", 0.8),
        Word(1.2, 1.6, "-release."),
    )

    (segment,) = split_into_segments([window(*parts)])

    assert segment.words == (Word(0, 0.9, "dns_events", 0.5), Word(0.9, 1.6, "pre-release.", 0.8))
    assert segment.text == "dns_events pre-release."


def test_languages_without_spaces_keep_their_words_apart() -> None:
    """Japanese has no spaces between words: none are joined, and none are put in."""
    (segment,) = split_into_segments([window(Word(0, 1, "今日"), Word(1, 2, "は"), Word(2, 3, "晴れ。"))], spaced=False)

    assert segment.text == "今日は晴れ。"
    assert len(segment.words) == 3


@pytest.mark.parametrize(
    "figures",
    [{"no_speech": 0.7, "logprob": -1.1}, {"compression": 2.5}],
    ids=["nobody speaks", "a loop"],
)
def test_what_the_model_itself_doubts_is_suspect(figures: dict[str, float]) -> None:
    """Whisper's own thresholds mark a window; its neighbour in the same sentence stays clean."""
    found = split_into_segments([window(*spoken("we agree on")), window(*spoken("the the the", 1.2), **figures)])

    assert [(segment.text, segment.suspect) for segment in found] == [("we agree on", False), ("the the the", True)]


@pytest.mark.parametrize(
    ("text", "suspect"),
    [
        ("Thanks for watching!", True),
        ("Please like and subscribe.", True),
        ("Subtitles by the Amara.org community", True),
        ("[Music]", True),
        ("♪ ♪", True),
        ("...", True),
        ("Untertitel im Auftrag des ZDF, 2020", True),
        ("Thanks for joining, everybody.", False),
        ("Like I said, subscribe to the file events.", False),
        ("The translation by hand took a week.", False),
        ("[Music] is a category.", False),
        ("Thank you.", False),
    ],
)
def test_known_inventions_are_suspect(text: str, suspect: bool) -> None:
    """What Whisper writes into silence is marked; what people say in meetings is not."""
    (segment,) = mark_suspect(split_into_segments([window(*spoken(text.replace(". ", " ").replace("...", "…")))]))

    assert segment.suspect is suspect


def test_a_stock_phrase_the_model_is_unsure_of_is_suspect() -> None:
    """ "Thank you." is common in meetings and in silence: the words' own probability decides."""
    found = mark_suspect(split_into_segments([window(*spoken("Thank you.", probability=0.2))]))

    assert [segment.suspect for segment in found] == [True]


def test_a_loop_of_segments_is_suspect() -> None:
    """Three times the same in a row is a loop, twice is a person."""
    text = "We did. We did. I think so. I think so. I think so. Okay."

    marked = mark_suspect(split_into_segments([window(*spoken(text))]))

    assert [segment.suspect for segment in marked] == [False, False, True, True, True, False]


def test_echoed_hotwords_are_suspect() -> None:
    """A segment of hotwords alone is the prompt read back; a single one may be an answer."""
    marked = mark_suspect(
        split_into_segments([window(*spoken("osquery, eBPF, sccache. osquery. We use osquery."))]),
        ("osquery", "eBPF", "sccache"),
    )

    assert [segment.suspect for segment in marked] == [True, False, False]


def test_times_stay_in_order() -> None:
    """Splitting never turns time back."""
    found = split_into_segments([window(*spoken("One two. Three four five. Six.", each=3.0))])

    assert all(left.end <= right.start for left, right in pairwise(found))


def test_a_window_decoded_later_fills_its_gap() -> None:
    """Words come where they were said, not in the order in which the model found them."""
    found = split_into_segments(
        [window(*spoken("One two. Three."), *spoken("Six.", 3)), window(*spoken("Four five.", 1.8))]
    )

    assert texts(found) == ["One two.", "Three.", "Four five.", "Six."]

"""What a file says more than once is read once; what people say more than once is kept."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline import cues
from pipeline.cues.draft_cue import DraftCue
from pipeline.cues.drafts import to_transcript
from pipeline.records import Word
from pipeline.timecode import stamp
from tests.pipeline.cues.transcripts import spoken, timed

SENTENCES = ("the boiler in the cellar leaks", "we call the plumber on Tuesday", "and until then nobody showers")


def vtt(*parts: tuple[float, float, str]) -> str:
    return "WEBVTT\n\n" + "\n\n".join(f"{stamp(start)} --> {stamp(end)}\n{text}" for start, end, text in parts)


def texts(*parts: tuple[float, float, str]) -> list[str]:
    return [text for _, text in timed(cues.parse(vtt(*parts), source="x"))]


def every(texts: Sequence[str], seconds: float = 2.0, pause: float = 0.0) -> list[tuple[float, float, str]]:
    """Each text in its turn."""
    return [(place * seconds, (place + 1) * seconds - pause, text) for place, text in enumerate(texts)]


def highlighted(sentence: str, before: str, after: str) -> list[str]:
    words = sentence.split()
    return [" ".join([*words[:i], f"{before}{word}{after}", *words[i + 1 :]]) for i, word in enumerate(words)]


TAGS = {
    "whisper": ("<u>", "</u>"),
    "stable-ts": ('<font color="#00ff00">', "</font>"),
    "bold": ("<b>", "</b>"),
    "class": ("<c.now>", "</c>"),
}


@pytest.mark.parametrize("tags", TAGS.values(), ids=TAGS)
@pytest.mark.parametrize("pause", [0.0, 0.3])
def test_highlighted_words(tags: tuple[str, str], pause: float) -> None:
    """A sentence that is there once for each of its words is a cue with their times, which the highlight tells."""
    shown = [text for sentence in SENTENCES for text in highlighted(sentence, *tags)]
    found = cues.parse(vtt(*every(shown, 0.5, pause)), source="x")

    assert [segment.text for segment in found.segments] == list(SENTENCES)
    first, second, _ = found.segments
    assert [word.text for word in first.words] == SENTENCES[0].split()
    assert [word.start for word in second.words] == [3.0, 3.5, 4.0, 4.5, 5.0, 5.5]
    assert second.words[-1].end == second.end == 6.0 - pause


def test_highlighted_words_with_pauses_and_a_speaker() -> None:
    """Whisper shows the sentence without a highlight while nobody speaks; whisperX names the speaker in each cue."""
    found = cues.parse(
        vtt(
            (0.0, 0.5, "Ann: good morning, all"),
            (0.5, 1.0, "Ann: <u>good</u> morning, all"),
            (1.0, 1.2, "Ann: good morning, all"),
            (1.2, 2.0, "Ann: good <u>morning,</u> all"),
            (2.0, 3.0, "Ann: good morning, <u>all</u>"),
            (3.0, 4.0, "Bo: <u>yes</u>"),
            (4.0, 5.0, "Ann: <u>thanks</u> all"),
            (5.0, 6.0, "Ann: thanks <u>all</u>"),
        ),
        source="x",
    )

    assert spoken(found) == [("Ann", "good morning, all"), ("Bo", "yes"), ("Ann", "thanks all")]
    assert found.segments[0].words == (Word(0.5, 1.0, "good"), Word(1.2, 2.0, "morning,"), Word(2.0, 3.0, "all"))
    assert found.segments[1].words == (Word(3.0, 4.0, "yes"),)


def test_highlights_of_a_script_without_spaces() -> None:
    found = cues.parse(vtt((0, 1, "<u>水泵</u>坏了。"), (1, 2, "水泵<u>坏了</u>。"), (2, 3, "<u>好</u>")), source="x")

    assert [text for _, text in timed(found)] == ["水泵坏了。", "好"]
    assert found.segments[0].words == (Word(0, 1, "水泵"), Word(1, 2, "坏了。"))


def test_the_same_sentence_again_after_its_highlights() -> None:
    """Whose highlight goes back to the beginning is said a second time."""
    shown = [*highlighted("no way", "<u>", "</u>"), *highlighted("no way", "<u>", "</u>")]

    assert texts(*every(shown)) == ["no way", "no way"]


def test_words_that_are_merely_stressed() -> None:
    said = ["we <b>must</b> go", "we must go", "yes", "<i>yes</i>"]

    assert texts(*every(said)) == ["we must go", "we must go", "yes", "yes"]


def grown(sentence: str) -> list[str]:
    words = sentence.split()
    return [" ".join(words[: i + 1]) for i in range(len(words))]


def test_growing_captions() -> None:
    """Each cue is the one before and a word more: a cue a sentence, with the time at which each word appeared."""
    found = cues.parse(vtt(*every([text for each in SENTENCES for text in grown(each)], 0.5)), source="x")

    assert [segment.text for segment in found.segments] == list(SENTENCES)
    assert [(word.start, word.text) for word in found.segments[1].words][:3] == [
        (3.0, "we"),
        (3.5, "call"),
        (4.0, "the"),
    ]


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (["so", "so we", "so we go,", "so we go on"], "so we go, on"),
        (["I think", "I think we should", "I think we should call"], "I think we should call"),
        (["we will call", "will call the plumber", "the plumber on Tuesday"], "we will call the plumber on Tuesday"),
        (["a b c d", "b c d e", "c d e f", "d e f g"], "a b c d e f g"),
        (["one two\nthree four", "two\nthree four five", "three\nfour five six"], "one two three four five six"),
        (
            ["hello all", "hello all\nso", "hello all\nso today", "so today\nwe", "so today\nwe go"],
            "hello all so today we go",
        ),
        (["水泵", "水泵坏", "水泵坏了，", "水泵坏了，密封圈"], "水泵坏了，密封圈"),
    ],
)
def test_captions_that_grow_and_roll(shown: list[str], said: str) -> None:
    """Only what is new in each is said."""
    assert "".join(texts(*every(shown, 1.0))).replace(" ", "") == said.replace(" ", "")


@pytest.mark.parametrize("rows", [2, 3, 4])
def test_roll_up_captions(rows: int) -> None:
    """Each line is there as often as a screen has rows, and is said at the time at which it appears at the bottom."""
    lines = [*SENTENCES, "does that work for you", "it does for me", "good, then that is settled"]
    shown = ["\n".join(lines[max(0, i + 1 - rows) : i + 1]) for i in range(len(lines))]

    assert timed(cues.parse(vtt(*every(shown)), source="x")) == [(2.0 * i, line) for i, line in enumerate(lines)]


def test_every_cue_twice_in_a_row() -> None:
    """At the same time or one after the other."""
    short = [*SENTENCES, "yes"]
    same = [part for each in every(short) for part in (each, each)]
    after = every([text for text in short for _ in range(2)])

    assert texts(*same) == short
    assert texts(*after) == short
    assert [start for start, _ in timed(cues.parse(vtt(*after), source="x"))] == [0, 4, 8, 12]


@pytest.mark.parametrize("times", [2, 3])
def test_copies_of_a_file(times: int) -> None:
    """One file after the other, the same: no second recording, nothing twice, no warning."""
    parts = every([*SENTENCES, "yes", "okay", "yes"])
    found = cues.parse(vtt(*parts * times), source="x")

    assert timed(found) == [(start, text) for start, _, text in parts]
    assert found.warnings == ()


def test_a_copy_that_broke_off_before_the_whole() -> None:
    parts = every([*SENTENCES, "that is all for today"])

    assert texts(*parts[:2], *parts) == [text for _, _, text in parts]


def test_cues_at_the_seams_of_a_stream() -> None:
    """A cue that is written in both of the segments it belongs to, whole or cut in two."""
    assert texts((0, 4, SENTENCES[0]), (3, 6, SENTENCES[1]), (3, 6, SENTENCES[1]), (5, 8, SENTENCES[1])) == list(
        SENTENCES[:2]
    )


@pytest.mark.parametrize(
    "said",
    [
        ["yes"] * 6,
        ["shall we", "yes", "okay", "okay", "good", "yes", "yes"],
        ["thank you all for coming"] * 4,
        ["who is for it", "I am", "I am", "I am too", "and you", "I am"],
        ["we go on", "on Monday", "then we stop", "no more"],
        ["no", "no no", "well", "let us see", "what they say", "about that", "tomorrow at", "nine", "I think"],
        ["we should go on", "should go on Monday", "and", "what", "else", "do", "we", "have", "to", "say"],
        ["so is that", "that is so", "so we agree", "we agree", "good"],
    ],
)
def test_people_repeat_themselves(said: list[str]) -> None:
    """The same words at another time are said again."""
    assert texts(*every(said, pause=0.2)) == said


def test_several_say_yes_at_once() -> None:
    """Short words at the same time may be those of several people, and do not cost much."""
    parts = [(1.0, 2.0, "yes"), (1.0, 2.0, "yes"), (3.0, 4.0, SENTENCES[0])]

    assert texts(*parts) == ["yes", "yes", SENTENCES[0]]


def test_speakers_are_told_apart() -> None:
    """What two people say is no repetition."""
    same = "<v Ann>that is what I thought", "<v Bo>that is what I thought"

    assert texts((0, 3, same[0]), (1, 3, same[1])) == ["that is what I thought"] * 2


def test_any_format_is_read_once() -> None:
    """What other modules find is looked at in the same way."""
    drafts = [DraftCue(float(i), None, text) for i, text in enumerate(grown("so we go on and on"))]
    found = to_transcript(drafts, source="x")

    assert [segment.text for segment in found.segments] == ["so we go on and on"]


def test_characters_that_end_a_cue_and_begin_the_next_are_said_twice() -> None:
    """Where no spaces part words, a few characters are the same by chance."""
    said = ["今天我们要讨论明年的预算案", "预算案比去年多了很多", "好的谢谢大家"]
    found = cues.parse(vtt(*((at, at + 1, text) for at, text in enumerate(said))), source="x")

    assert [each.text for each in found.segments] == said

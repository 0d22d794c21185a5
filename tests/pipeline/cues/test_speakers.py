from __future__ import annotations

import pytest

from pipeline.records import Segment, Word
from tests.pipeline.cues.transcripts import parse, spoken


def test_labels_that_are_speakers() -> None:
    """A recurring label, or a name in a file that labels its speakers, is who speaks."""
    lines = [
        "danny: hi all",
        "Parithosh Jayanthi: hello",
        "danny: shall we",
        "Tim: the plan: ship it",
        "SPEAKER_03: ok",
        "Ana Lima | Example Ltd: hello again",
        "Olu Ade (example): bye",
    ]
    assert spoken(parse(vtt(lines))) == [
        ("danny", "hi all"),
        ("Parithosh Jayanthi", "hello"),
        ("danny", "shall we"),
        ("Tim", "the plan: ship it"),
        ("SPEAKER_03", "ok"),
        ("Ana Lima | Example Ltd", "hello again"),
        ("Olu Ade (example)", "bye"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Note: this is recorded",
        "so the question is: who merges",
        "so the question is: who merges it",
        "https://example.org/x: see there",
        "at 10:30 we stop",
        "Action item: fix it",
        "windows: it fails",
    ],
)
def test_labels_that_are_not_speakers(line: str) -> None:
    """What only looks like a label stays in the text."""
    assert spoken(parse(vtt([line, "something else", "and more"])))[0] == (None, line)


def test_a_stray_colon_in_a_file_without_labels() -> None:
    """One capitalised word before a colon among a hundred cues without any is no speaker."""
    lines = [f"line number {n}" for n in range(100)]
    lines[50] = "Windows: it fails"
    assert (None, "Windows: it fails") in spoken(parse(vtt(lines)))


def test_a_labelled_turn_lasts_until_the_next_label() -> None:
    """Where a label marks a change of speaker, cues without one belong to the speaker before."""
    found = parse(vtt(["Ann: first", "more", "Bo: second", "Ann: third", "more"]))
    assert [speaker for speaker, _ in spoken(found)] == ["Ann", "Ann", "Bo", "Ann", "Ann"]


def test_each_labelled_cue_is_on_its_own() -> None:
    """Where every cue is labelled, even of the same speaker, a cue without label has no known speaker."""
    found = parse(vtt(["Ann: first", "Ann: more", "noise", "Bo: second"]))
    assert [speaker for speaker, _ in spoken(found)] == ["Ann", "Ann", None, "Bo"]


def test_voice_tags_rule_out_labels() -> None:
    """A file with voice tags says who speaks in its own way: text with a colon stays text."""
    found = parse("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Tim: he said hi\n")
    assert spoken(found) == [("Ann", "Tim: he said hi")]


def test_a_label_takes_its_words_along() -> None:
    """When the label goes from the text, its word times go too."""
    found = parse("WEBVTT\n\n00:01.000 --> 00:03.000\nTim:<00:01.400><c> we</c><00:02.000><c> go</c>\n")
    assert found.segments == (Segment(1.0, 3.0, "we go", (Word(1.4, 2.0, "we"), Word(2.0, 3.0, "go")), "Tim"),)


def vtt(lines: list[str]) -> str:
    return "WEBVTT\n\n" + "\n\n".join(
        f"{n // 60:02}:{n % 60:02}.000 --> {n // 60:02}:{n % 60:02}.900\n{line}" for n, line in enumerate(lines)
    )

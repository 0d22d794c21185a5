from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import cues
from pipeline.cues.untimed import in_parts, utterances
from pipeline.errors import TranscriptWithoutTimes
from pipeline.records import Utterance

ADA, BEN = "Welcome to the planning call of the choir.", "The church is booked for June."
SAID = (Utterance(ADA, "Ada Krüger"), Utterance(BEN, "Ben"), Utterance("Good.", "Ada Krüger"))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "text",
    [
        f"Ada Krüger: {ADA}\nBen: {BEN}\nAda Krüger: Good.\n",
        f"# Choir call\n\nDate: March 5\n\n**Ada Krüger:** {ADA}\n\n**Ben:** {BEN}\n\n**Ada Krüger:** Good.\n",
        f"Choir call - Transcript\nAttendees\nAda Krüger, Ben\nTranscript\nAda Krüger: {ADA}\nBen: {BEN}\n"
        "Ada Krüger: Good.\nTranscribed by https://otter.ai\n",
        f"Ada Krüger: Welcome to the planning\ncall of the choir.\n\nBen: {BEN}\n\nAda Krüger: Good.\n",
    ],
)
def test_labels_tell_who_speaks(text: str, newline: str) -> None:
    """Titles, lists of people and what the program says are no speech; a line that goes on belongs to the one above."""
    assert utterances(text.replace("\n", newline)) == SAID


def test_names_alone_above_what_they_say() -> None:
    """Where they come back."""
    text = f"Ada Krüger\n{ADA}\n\nBen Okafor\n{BEN}\n\nAda Krüger\nGood.\n\nBen Okafor\nYes.\n"
    assert [(each.speaker, each.text) for each in utterances(text)] == [
        ("Ada Krüger", ADA),
        ("Ben Okafor", BEN),
        ("Ada Krüger", "Good."),
        ("Ben Okafor", "Yes."),
    ]


def test_lines_of_whisper_and_paragraphs() -> None:
    """Each line is one where no empty lines part them; a paragraph is one otherwise."""
    assert [each.text for each in utterances(f"{ADA}\n{BEN}\n")] == [ADA, BEN]
    assert [each.text for each in utterances(f"{ADA}\n{BEN}\n\nGood.\n")] == [f"{ADA} {BEN}", "Good."]


def test_long_paragraphs_come_in_parts() -> None:
    """Of whole sentences where they are short enough, and nothing is lost."""
    sentences = " ".join(f"Sentence number {number} has seven words, really." for number in range(30))
    parts = list(in_parts(sentences))
    assert " ".join(parts) == sentences
    assert all(part.endswith("really.") and len(part.split()) <= 40 for part in parts)
    endless = list(in_parts("word " * 1000))
    assert (len(endless), sum(len(part.split()) for part in endless)) == (25, 1000)
    unspaced = list(in_parts("我们有四个议题" * 100))
    assert "".join(unspaced) == "我们有四个议题" * 100
    assert max(map(len, unspaced)) <= 80


def test_a_text_without_times_is_named_for_what_it_is(tmp_path: Path) -> None:
    """The hint says what can be done with it, and `read_utterances` reads it."""
    file = tmp_path / "call.txt"
    file.write_text(f"Ada Krüger: {ADA}\nBen: {BEN}\nAda Krüger: Good.\n", "utf-8")
    with pytest.raises(TranscriptWithoutTimes, match="has no times") as caught:
        cues.read(file)
    assert "--media" in caught.value.hint
    assert cues.read_utterances(file) == SAID
    assert not cues.is_transcript(file)


def test_coarse_times_stand_at_what_they_are_at(tmp_path: Path) -> None:
    """And nowhere else: the others are for the words to find."""
    file = tmp_path / "call.txt"
    file.write_text(f"00:00:00\n\nAda Krüger: {ADA}\nBen: {BEN}\n\n00:05:00\n\nAda Krüger: Good.\n", "utf-8")
    assert [each.start for each in cues.read_utterances(file)] == [0.0, None, 300.0]
    assert [each.speaker for each in cues.read_utterances(file)] == ["Ada Krüger", "Ben", "Ada Krüger"]


def test_captions_are_utterances_with_times(tmp_path: Path) -> None:
    """A file with times can be read as text, too."""
    file = tmp_path / "call.vtt"
    file.write_text(f"WEBVTT\n\n00:02.000 --> 00:07.000\n<v Ada>{ADA}\n", "utf-8")
    assert cues.read_utterances(file) == (Utterance(ADA, "Ada", 2.0),)

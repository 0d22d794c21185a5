"""A few excerpts of a recording, recognised."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.errors import AudioUnreadable
from pipeline.transcribe import excerpt_recogniser
from tests.bench.vocabulary import SEEDS

MEETING = SEEDS / "reenactment.m4a"
STRETCHES = [(16.0, 30.0), (299.6, 313.6), (634.2, 648.2)]


@pytest.mark.model
def test_words_of_excerpts_have_the_times_of_the_recording() -> None:
    recognise = excerpt_recogniser(MEETING, language="en-GB")
    assert recognise
    found = recognise(STRETCHES)
    words = [word for segment in found.segments for word in segment.words]
    said = json.loads((SEEDS / "reenactment.gold.json").read_text(encoding="utf-8"))["utterances"]
    for start, end in STRETCHES:
        own = [word for word in words if start <= word.start < end]
        texts = {
            text.strip(".,?!").lower()
            for each in said
            if each["start"] < end and each["end"] > start
            for text in each["text"].split()
        }
        assert len(own) > 10
        assert sum(word.text.strip(".,?!").lower() in texts for word in own) > 0.7 * len(own)
    assert all(any(start <= word.start <= word.end <= end for start, end in STRETCHES) for word in words)


def test_nothing_is_downloaded_for_another_language(tmp_path: Path) -> None:
    assert excerpt_recogniser(MEETING, language="de", model_dir=tmp_path) is None


def test_no_stretches_are_no_words() -> None:
    recognise = excerpt_recogniser(MEETING, language="en")
    assert recognise
    assert recognise([]).segments == ()
    assert recognise([(5000.0, 5014.0)]).segments == ()


def test_what_is_no_sound_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.wav").write_text("no sound")
    recognise = excerpt_recogniser(tmp_path / "notes.wav", language="en")
    assert recognise
    with pytest.raises(AudioUnreadable):
        recognise(STRETCHES)

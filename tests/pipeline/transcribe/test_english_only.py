"""A model that knows English only, on English and on German speech."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.audio import SAMPLE_RATE, Samples
from pipeline.errors import TranscribeError
from pipeline.records import Word
from pipeline.transcribe.chunking import Chunk
from pipeline.transcribe.english_only import Understanding, refuse_foreign, understanding
from pipeline.transcribe.segments import DecodedWindow
from tests.conftest import ROOT
from tests.pipeline.transcribe.recordings import heard, save

GERMAN = ROOT / "tests" / "fixtures" / "german_speech.ogg"  # spoken by a machine
SECONDS = 20


def sound(*, noise: float = 0.0) -> Samples:
    """Syllables, with pauses between them."""
    time = np.arange(SECONDS * SAMPLE_RATE) / SAMPLE_RATE
    syllables = 0.3 * np.sin(2 * np.pi * 200 * time) * np.maximum(np.sin(2 * np.pi * 2 * time), 0)
    return (syllables + np.random.default_rng(0).normal(0, noise, len(time))).astype(np.float32)


def window(*, logprob: float, compression: float = 1.5) -> DecodedWindow:
    """Fifteen seconds of words."""
    return DecodedWindow(tuple(Word(at, at + 1, " word") for at in range(15)), logprob, 0.3, compression)


def understood(found: DecodedWindow, samples: Samples) -> Understanding:
    return understanding(Chunk(0, samples, ((0, len(samples)),)), [found])


@pytest.mark.parametrize(
    ("found", "is_foreign"),
    [
        (window(logprob=-0.3), False),
        (window(logprob=-0.8), False),
        (window(logprob=-1.0), True),
        (window(logprob=-0.2, compression=9.0), True),
    ],
    ids=["sure", "fairly sure", "unsure", "a loop"],
)
def test_what_the_model_is_sure_of_is_english(found: DecodedWindow, is_foreign: bool) -> None:
    """Words that it hardly believes in, and loops, are what it makes of other languages."""
    assert understood(found, sound()).is_foreign is is_foreign


def test_in_noise_nothing_is_said_of_the_language() -> None:
    """There the model understands no English, either."""
    assert not understood(window(logprob=-1.2), sound(noise=0.3)).is_foreign


@pytest.mark.parametrize(("speech", "sure"), [(10.0, 0.0), (100.0, 30.0)], ids=["little speech", "two languages"])
def test_doubt_is_no_reason(speech: float, sure: float) -> None:
    """A few words, or a recording of which a part is English, are transcribed."""
    refuse_foreign(Understanding(speech, sure), "tiny.en", "base")


@pytest.mark.model
def test_german_is_refused_by_name(tmp_path: Path) -> None:
    """Not "nobody speaks", but what is wrong and which model would do; a run that resumes says the same."""
    checkpoint = tmp_path / "checkpoint.jsonl"

    for _ in range(2):
        with pytest.raises(
            TranscribeError, match=r"tiny\.en knows English only, and this does not sound like"
        ) as caught:
            heard(GERMAN, checkpoint=checkpoint)
        assert "--model" in caught.value.hint
        assert ".en" not in caught.value.hint

    assert len(checkpoint.read_text().splitlines()) == 2


@pytest.mark.model
def test_quiet_english_is_not(meeting: Samples, tmp_path: Path) -> None:
    """At a hundredth of its loudness, with hiss, English is still English."""
    hiss = np.random.default_rng(0).normal(0, 0.0002, SECONDS * SAMPLE_RATE)
    quiet = (0.01 * meeting[: SECONDS * SAMPLE_RATE] + hiss).astype(np.float32)

    assert list(heard(save(tmp_path / "quiet.wav", quiet)).heard)

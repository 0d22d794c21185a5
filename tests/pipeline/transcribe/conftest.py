"""The re-enacted meeting, read once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.audio import SAMPLE_RATE, Samples, open_sound
from tests.bench.vocabulary import SEEDS
from tests.pipeline.transcribe.recordings import LENGTH, save


@pytest.fixture(scope="session")
def meeting() -> Samples:
    """The whole re-enactment."""
    with open_sound(SEEDS / "reenactment.m4a") as sound:
        return np.concatenate(list(sound.blocks))


@pytest.fixture(scope="session")
def talk(meeting: Samples, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its first minute and a bit, with ten seconds of silence put in before the first word."""
    start = np.concatenate([np.zeros(10 * SAMPLE_RATE, np.float32), meeting[: LENGTH * SAMPLE_RATE]])
    return save(tmp_path_factory.mktemp("talk") / "talk.wav", start)

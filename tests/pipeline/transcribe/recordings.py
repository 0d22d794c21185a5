"""Recordings of the re-enacted meeting in `seeds/`, and what the smallest model hears in them."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from pipeline.audio import SAMPLE_RATE, Samples
from pipeline.records import Transcript
from pipeline.transcribe import transcribe

MODEL = "tiny.en"
LENGTH = 80  # seconds of the meeting most tests listen to


def save(path: Path, samples: Samples, rate: int = SAMPLE_RATE) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 32767).astype(np.int16).tobytes())
    return path


def heard(media: Path, **options: object) -> Transcript:
    return transcribe(media, **{"model": MODEL, "model_dir": None, **options})  # type: ignore[arg-type]

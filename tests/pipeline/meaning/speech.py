"""Meetings whose vectors are kept, without a model: each moment is about one of 512 topics."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.arrays import Float32Array
from pipeline.meaning import vector_file
from pipeline.meaning.cache import VectorCache
from pipeline.meaning.encoder import DIMENSIONS
from pipeline.meaning.vectors import MAX_LEVEL, NEXT_30, WINDOWS, SpeechVectors

ENCODER = "some-encoder 1.0"
CONTENT = bytes(range(32))


def topic(number: int) -> Float32Array:
    vector = np.zeros(DIMENSIONS, np.float32)
    vector[number] = 1
    return vector


def speech(levels: Sequence[int], *, about: int = 0) -> SpeechVectors:
    """A moment each ten seconds; the next half minute is about the topic to these levels, -127 to 127."""
    kept = np.zeros((len(WINDOWS), len(levels), DIMENSIONS), np.int8)
    kept[WINDOWS.index(NEXT_30), :, about] = levels
    return SpeechVectors(np.arange(len(levels), dtype=np.float64) * 10, kept)


def random_speech(moments: int) -> SpeechVectors:
    draw = np.random.default_rng(5)
    levels = draw.integers(-MAX_LEVEL, MAX_LEVEL, (len(WINDOWS), moments, DIMENSIONS), np.int8)
    return SpeechVectors(np.arange(moments, dtype=np.float64) * 7.5, levels)


def keep(cache: VectorCache, name: str, vectors: SpeechVectors, encoder: str = ENCODER) -> None:
    cache.folder.mkdir(parents=True, exist_ok=True)
    vector_file.write(cache.path(name), vectors, CONTENT, encoder)

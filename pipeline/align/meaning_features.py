"""How alike in meaning a block and the speech around each unit are: a second table of features, M × B × T.

It is there only with a sentence model (`pipeline.meaning`), and finds what words cannot: a paraphrase, and notes in
another language than the recording. All are cosines of sentence vectors or made of them.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from pipeline.align.outline import Outline
from pipeline.align.sparse import slabs
from pipeline.arrays import Float32Array, FloatArray
from pipeline.meaning.vectors import NEXT_15, NEXT_30, NEXT_60, NEXT_120, PREVIOUS_60, SpeechVectors, SpeechWindow

CENTRING = 0.8  # of the mean vector that is taken away: all of a meeting is about the same things
MIN_CENTRED_BLOCKS = 4  # of fewer blocks the mean is mostly one of them
SPREADS = 3.0  # of a row's standard deviations, that make a standardised feature 1
MIN_SPREAD = 1e-3
UNCOMPARED_UNITS = 4  # at the start, before which too little is said to compare with
MAX_BLOCK_CHARS, MAX_HEADING_CHARS = 600, 200  # of a text that are read: the first sentences say what it is about


class MeaningFeature(StrEnum):
    """The rows of the table, in their order."""

    NEXT_15 = "meaning_next_15s"
    NEXT_30 = "meaning_next_30s"
    NEXT_60 = "meaning_next_60s"
    NEXT_120 = "meaning_next_120s"
    STANDARDISED_30 = "meaning_standardised_next_30s"
    STANDARDISED_60 = "meaning_standardised_next_60s"
    RELATIVE_30 = "meaning_relative_next_30s"  # to the block's best unit
    RELATIVE_60 = "meaning_relative_next_60s"
    PREVIOUS_60 = "meaning_previous_60s"
    WITH_HEADING = "meaning_with_heading_next_60s"
    WITH_HEADING_RELATIVE = "meaning_with_heading_relative_next_60s"
    DESCENDANTS = "meaning_descendants_next_120s"
    TOPIC_BOUNDARY = "meaning_topic_boundary"  # how unlike the minute before and the minute after are


_OF_WINDOW: dict[MeaningFeature, SpeechWindow] = {
    MeaningFeature.NEXT_15: NEXT_15,
    MeaningFeature.NEXT_30: NEXT_30,
    MeaningFeature.NEXT_60: NEXT_60,
    MeaningFeature.NEXT_120: NEXT_120,
    MeaningFeature.PREVIOUS_60: PREVIOUS_60,
}


def block_texts(outline: Outline) -> list[str]:
    """What the model reads: every block by itself, then every block after the heading it is under."""
    own, headed = [], []
    for b, block in enumerate(outline.blocks):
        text = block.text.strip()[:MAX_BLOCK_CHARS]
        heading = next((outline.blocks[up].text for up in outline.ancestors(b) if outline.is_heading[up]), "")
        own.append(text)
        headed.append(f"{heading[:MAX_HEADING_CHARS]}: {text}" if heading else text)
    return [*own, *headed]


class MeaningTable:
    """M × B × T in the order of MeaningFeature, made a slab of blocks at a time."""

    def __init__(self, outline: Outline, blocks: Float32Array, speech: SpeechVectors) -> None:
        """`blocks` has the vectors of `block_texts(outline)`."""
        self._own, self._headed = (_centred(part) for part in np.split(blocks, 2))
        under = np.zeros_like(self._own)
        for b in range(len(outline)):
            for up in outline.ancestors(b):
                under[up] += self._own[b]
        self._under = _normalized(under)
        common = CENTRING * speech.window(NEXT_30).mean(axis=0)
        self._windows = {
            window: _normalized(speech.window(window) - common) for window in dict.fromkeys(_OF_WINDOW.values())
        }
        self._boundary = _topic_boundaries(speech)

    def best_cosines(self) -> Float32Array:
        """B-vector: how alike each block and the minute of speech that is most like it are, -1..1."""
        units = self._windows[NEXT_60]
        return np.concatenate([(self._own[rows] @ units.T).max(axis=1) for rows in slabs(len(self._own), len(units))])

    def slab(self, rows: slice) -> Float32Array:
        """The features of the blocks `rows`: M × S × T."""
        found: dict[MeaningFeature, Float32Array] = {
            feature: self._own[rows] @ self._windows[window].T for feature, window in _OF_WINDOW.items()
        }
        with_heading = self._headed[rows] @ self._windows[NEXT_60].T
        found |= {
            MeaningFeature.STANDARDISED_30: _standardised(found[MeaningFeature.NEXT_30]),
            MeaningFeature.STANDARDISED_60: _standardised(found[MeaningFeature.NEXT_60]),
            MeaningFeature.RELATIVE_30: _relative(found[MeaningFeature.NEXT_30]),
            MeaningFeature.RELATIVE_60: _relative(found[MeaningFeature.NEXT_60]),
            MeaningFeature.WITH_HEADING: with_heading,
            MeaningFeature.WITH_HEADING_RELATIVE: _relative(with_heading),
            MeaningFeature.DESCENDANTS: self._under[rows] @ self._windows[NEXT_120].T,
            MeaningFeature.TOPIC_BOUNDARY: np.broadcast_to(self._boundary, with_heading.shape),
        }
        return np.stack([found[feature] for feature in MeaningFeature]).astype(np.float32)


def _centred(vectors: Float32Array) -> Float32Array:
    if len(vectors) < MIN_CENTRED_BLOCKS:
        return vectors
    return _normalized(vectors - CENTRING * vectors.mean(axis=0))


def _normalized(vectors: Float32Array) -> Float32Array:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-6))


def _standardised(rows: Float32Array) -> Float32Array:
    spread = np.maximum(rows.std(axis=1, keepdims=True), MIN_SPREAD)
    return np.asarray((rows - rows.mean(axis=1, keepdims=True)) / spread / SPREADS)


def _relative(rows: Float32Array) -> Float32Array:
    return np.asarray(rows - rows.max(axis=1, keepdims=True))


def _topic_boundaries(speech: SpeechVectors) -> FloatArray:
    after, before = (_normalized(speech.window(window)) for window in (NEXT_60, PREVIOUS_60))
    unlike = 1 - (after * before).sum(axis=1).astype(np.float64)
    unlike[:UNCOMPARED_UNITS] = np.median(unlike)
    return np.asarray((unlike - unlike.mean()) / max(float(unlike.std()), MIN_SPREAD) / SPREADS)

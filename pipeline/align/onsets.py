"""Where a topic may begin, whichever it is: T-vectors of the units."""

from __future__ import annotations

import numpy as np

from pipeline import unspaced
from pipeline.align.features import (
    CUE_START,
    NEW_SPEAKER,
    PAUSE,
    QUESTION,
    SENTENCE_START,
    SHORT_UNIT,
    TOPIC_BOUNDARY,
    TOPIC_PHRASE,
    TURN_LENGTH,
    Feature,
)
from pipeline.align.lexical import DOCUMENT_SECONDS
from pipeline.align.sparse import SparseRows, chunks
from pipeline.align.units import SENTENCE_ENDINGS, Units
from pipeline.arrays import Float32Array
from pipeline.language.terms import TermExtractor
from pipeline.language.word_lists import Language
from pipeline.language.words import fold, folded_words

MAX_ANNOUNCEMENT_WORDS = 30  # a topic is announced in its first words
TILE_SECONDS = 120.0  # on either side of a possible topic boundary (Hearst, "TextTiling", 1997)
TERM_CELLS = 2**17  # counts of words × units that are written out at once: so many stay in the processor's cache
SHORT_UNIT_WORDS = 6  # a unit with fewer is short
MAX_PAUSE_SECONDS, MAX_TURN_SECONDS = 5.0, 60.0  # a longer pause, or turn, counts no more


def find_onsets(units: Units, extractor: TermExtractor) -> dict[Feature, Float32Array]:
    """The features that are the same for every block."""
    return _onset(units, extractor.language) | {TOPIC_BOUNDARY: _topic_boundaries(units, extractor)}


def _onset(units: Units, language: Language) -> dict[Feature, Float32Array]:
    """Where a topic may begin, whichever it is: T-vectors."""
    lengths = np.array([unspaced.count_words(text) for text in units.texts])
    beginnings = [" ".join(fold(text).split()[:MAX_ANNOUNCEMENT_WORDS]) for text in units.texts]
    phrases = [len(language.topic_phrases.findall(text)) if language.topic_phrases else 0 for text in beginnings]
    turn = np.minimum(units.turn_seconds, MAX_TURN_SECONDS) / MAX_TURN_SECONDS
    after_sentence = [not before or before.endswith(SENTENCE_ENDINGS) for before in ("", *units.texts[:-1])]
    return {
        NEW_SPEAKER: units.new_speaker.astype(np.float32),
        SHORT_UNIT: (lengths < SHORT_UNIT_WORDS).astype(np.float32),
        TOPIC_PHRASE: (np.minimum(phrases, 2) / 2).astype(np.float32),
        PAUSE: (np.minimum(units.pause, MAX_PAUSE_SECONDS) / MAX_PAUSE_SECONDS).astype(np.float32),
        CUE_START: units.starts_cue.astype(np.float32),
        TURN_LENGTH: np.where(units.new_speaker, turn, 0).astype(np.float32),
        QUESTION: np.array(["?" in text or "？" in text for text in units.texts], dtype=np.float32),
        SENTENCE_START: np.array(after_sentence, dtype=np.float32),
    }


def _topic_boundaries(units: Units, extractor: TermExtractor) -> Float32Array:
    """T-vector 0..1: how little the words of the next two minutes share with those of the last two."""
    counts = _count_words(units, extractor)
    filled = counts.filled()
    minutes = np.unique(units.start // DOCUMENT_SECONDS).size
    rarity = np.log1p(minutes / np.maximum(filled, 1)).astype(np.float32)
    until = np.searchsorted(units.start, units.start + TILE_SECONDS)
    since = np.searchsorted(units.start, units.start - TILE_SECONDS)
    dot, squares_after, squares_before = (np.zeros(len(units), dtype=np.float32) for _ in range(3))
    for words in chunks(np.flatnonzero(filled > 1), len(units), TERM_CELLS):  # a word said once links nothing
        sums, weight = _cumulate(counts.dense(words)), rarity[words, None]
        after = np.sqrt(np.take(sums, until, axis=1) - sums[:, :-1]) * weight
        before = np.sqrt(sums[:, :-1] - np.take(sums, since, axis=1)) * weight
        dot = _sum_rows(dot, after * before)
        squares_after, squares_before = (
            _sum_rows(squares_after, after * after),
            _sum_rows(squares_before, before * before),
        )
    norm = np.sqrt(squares_after) * np.sqrt(squares_before)
    boundary = np.where(norm > 0, 1 - dot / np.maximum(norm, 1e-6), np.nan)
    mean = float(np.nanmean(boundary)) if (norm > 0).any() else 0.0
    # The first minutes have too little before them to compare with.
    known = np.minimum(1, (units.start - units.start[0]) / TILE_SECONDS)
    return np.asarray(mean + (np.where(norm > 0, boundary, mean) - mean) * known, dtype=np.float32)


def _count_words(units: Units, extractor: TermExtractor) -> SparseRows:
    """Words × T: how often each stem is said in each unit, without stop words."""
    stems = _Stems(extractor)
    columns = [[v for v in map(stems.__getitem__, folded_words(text)) if v >= 0] for text in units.texts]
    return SparseRows.of_counts(columns, (stems.count, len(units)))


class _Stems(dict[str, int]):
    """The row of each folded word, which is that of its stem; -1: it does not count."""

    def __init__(self, extractor: TermExtractor) -> None:
        super().__init__()
        self._extractor, self._rows = extractor, dict[str, int]()

    def __missing__(self, word: str) -> int:
        counts = (len(word) > 2 or unspaced.is_in(word)) and word not in self._extractor.language.stop_words
        self[word] = self._rows.setdefault(self._extractor.stem(word), len(self._rows)) if counts else -1
        return self[word]

    @property
    def count(self) -> int:
        """Of rows."""
        return len(self._rows)


def _sum_rows(before: Float32Array, rows: Float32Array) -> Float32Array:
    """One row after the other, so that it makes no difference in how many parts they come."""
    rows[0] += before
    return np.asarray(np.add.reduce(rows, axis=0))


def _cumulate(counts: Float32Array) -> Float32Array:
    """Words × (T + 1): the counts before each unit, and all."""
    sums = np.zeros((len(counts), counts.shape[1] + 1), dtype=np.float32)
    np.cumsum(counts, axis=1, out=sums[:, 1:])
    return sums

"""How alike words are in spelling and in sound. The only module that imports rapidfuzz."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from pipeline.arrays import BoolArray, Float32Array, FloatArray

MIN_SPELLING_PERCENT = 82.0  # agreement of the letters, 0..100, from which another word counts as misheard
MIN_KEY_PERCENT = 90.0  # the same between phonetic keys ...
MIN_SPELLING_PERCENT_OF_SAME_KEY = 55.0  # ... but words that sound alike must be spelled somewhat alike, too
MIN_SPELLING_LETTERS, MIN_KEY_LETTERS = 5, 3  # of a word, and of its phonetic key: shorter ones match by accident
MAX_BATCH_PAIRS = 2_000_000  # of words, whose similarities are in memory at once


def similar_pairs(words: Sequence[str], others: Sequence[str], min_percent: float) -> Iterator[tuple[int, int, float]]:
    """The pairs whose letters agree to at least `min_percent`, 0..100: index of the word, of the other, agreement."""
    size = max(MAX_BATCH_PAIRS // max(len(words), 1), 1)
    for first in range(0, len(others), size):
        batch = others[first : first + size]
        percent = process.cdist(words, batch, scorer=fuzz.ratio, score_cutoff=min_percent, dtype=np.uint8)
        rows, columns = np.nonzero(percent)
        yield from zip(
            rows.tolist(), (columns + first).tolist(), percent[rows, columns].astype(float).tolist(), strict=True
        )


def similar_to_any(words: Sequence[str], others: Sequence[str], min_percent: float) -> Iterator[str]:
    """Those of the `others` whose letters agree with those of any word to at least `min_percent`, 0..100."""
    size = max(MAX_BATCH_PAIRS // max(len(words), 1), 1)
    for first in range(0, len(others) if words else 0, size):
        batch = others[first : first + size]
        percent = process.cdist(words, batch, scorer=fuzz.ratio, score_cutoff=min_percent, dtype=np.uint8)
        yield from (batch[at] for at in np.flatnonzero(percent.any(axis=0)).tolist())


def spelling_similarity(words: Sequence[str], partners: Sequence[str]) -> FloatArray:
    """How well the letters of each word and its partner agree, 0..1."""
    similarity: FloatArray = process.cpdist(words, partners, scorer=fuzz.ratio, dtype=np.float64) / 100
    return similarity


def spelling_matrix(words: Sequence[str], others: Sequence[str]) -> Float32Array:
    """How well the letters of each of the words agree with those of each of the others, 0..1: a row for each word."""
    return np.asarray(process.cdist(words, others, scorer=fuzz.ratio, dtype=np.float32) / 100, dtype=np.float32)


def misheard_pairs(words: Sequence[str], heard: Sequence[str]) -> Iterator[tuple[str, str, float]]:
    """The pairs of a folded word and what may have been `heard` for it, by spelling or by sound, with a score 0..1."""
    keys = [phonetic_key(word) for word in words]
    long = np.array([len(word) >= MIN_SPELLING_LETTERS for word in words], dtype=np.bool_)
    keyed = np.array([len(key) >= MIN_KEY_LETTERS for key in keys], dtype=np.bool_)
    size = max(MAX_BATCH_PAIRS // max(len(words), 1), 1)
    for first in range(0, len(heard), size):
        batch = heard[first : first + size]
        heard_keys = [phonetic_key(word) for word in batch]
        alike = process.cdist(keys, heard_keys, scorer=fuzz.ratio, score_cutoff=MIN_KEY_PERCENT, dtype=np.float32)
        alike[~keyed] = 0
        close = process.cdist(words, batch, scorer=fuzz.ratio, score_cutoff=MIN_SPELLING_PERCENT, dtype=np.uint8) > 0
        rows, columns = np.nonzero(close | (alike > 0))
        pairs = [words[r] for r in rows.tolist()], [batch[c] for c in columns.tolist()]
        score = _misheard_score(_percent(*pairs, MIN_SPELLING_PERCENT_OF_SAME_KEY), alike[rows, columns], long[rows])
        yield from ((word, other, at) for word, other, at in zip(*pairs, score.tolist(), strict=True) if at)


def _misheard_score(spelled: Float32Array, sounded: Float32Array, long: BoolArray) -> Float32Array:
    """Of each pair 0..1, by how well its letters and its keys agree: 0..100."""
    by_spelling = np.where(long & (spelled >= MIN_SPELLING_PERCENT), 0.8 * (spelled / 100 - 0.75) / 0.25, 0.0)
    ratio = (spelled / 100 - 0.55) / 0.45
    by_sound = np.where((spelled > 0) & (sounded > 0), 0.35 + 0.5 * (sounded / 100) * ratio, 0.0)
    return np.asarray(np.where(spelled >= 100, 1.0, np.maximum(by_spelling, by_sound)))


def phonetic_key(word: str) -> str:
    """Consonant classes of a folded word, a vowel only in front.

    >>> phonetic_key("keccak"), phonetic_key("catchack"), phonetic_key("alpha")
    ('kkk', 'kkk', 'alf')
    """
    head = "a" if word[:1] in _VOWELS else ""
    key = _DOUBLES.sub(r"\1", word.replace("ph", "f").replace("tch", "k").replace("ck", "k").translate(_CLASSES))
    return head + _UNHEARD.sub("", key)


_VOWELS = frozenset("aeiouy")
_CLASSES = str.maketrans("cqzvdg", "kksftk")
_UNHEARD = re.compile(r"[aeiouyhw]")
_DOUBLES = re.compile(r"(.)\1+")


def _percent(words: Sequence[str], partners: Sequence[str], cutoff: float) -> Float32Array:
    """How well the letters of each word and its partner agree, 0..100; 0 below `cutoff`."""
    percent: Float32Array = process.cpdist(words, partners, scorer=fuzz.ratio, score_cutoff=cutoff, dtype=np.float32)
    return percent

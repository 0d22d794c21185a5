"""How alike words are in spelling and in sound. The only module that imports rapidfuzz."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from pipeline.arrays import BoolArray, Float32Array, FloatArray, IntArray

MIN_SPELLING_PERCENT = 82.0  # agreement of the letters, 0..100, from which another word counts as misheard
MIN_KEY_PERCENT = 90.0  # the same between phonetic keys ...
MIN_SPELLING_PERCENT_OF_SAME_KEY = 55.0  # ... but words that sound alike must be spelled somewhat alike, too
MIN_SPELLING_LETTERS, MIN_KEY_LETTERS = 5, 3  # of a word, and of its phonetic key: shorter ones match by accident
MAX_BATCH_PAIRS = 2_000_000  # of words, whose similarities are in memory at once
MIN_BATCH_PAIRS, MIN_BATCH_WORDS = 50_000, 16  # that are compared at once, where there are so many


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
    """The pairs of a folded word and what may have been `heard` for it, by spelling or by sound, with a score 0..1.

    No word is twice in `heard`.
    """
    sounded = _sounding_alike(phonetic_keys(words), phonetic_keys(heard))
    spelled = _spelled_alike(words, heard, MIN_SPELLING_PERCENT)
    places = np.concatenate([rows * len(heard) + columns for rows, columns, _ in (sounded, spelled)])
    places, first = np.unique(places, return_index=True)  # of a pair that is in both, that by sound
    alike = np.concatenate([sounded[2], np.zeros_like(spelled[2])])[first]
    row, column = np.divmod(places, max(len(heard), 1))
    pairs = [words[r] for r in row.tolist()], [heard[c] for c in column.tolist()]
    long = np.array([len(word) >= MIN_SPELLING_LETTERS for word in pairs[0]], dtype=np.bool_)
    score = _misheard_score(_percent(*pairs, MIN_SPELLING_PERCENT_OF_SAME_KEY), alike, long)
    yield from ((word, other, at) for word, other, at in zip(*pairs, score.tolist(), strict=True) if at)


def _sounding_alike(keys: Sequence[str], heard: Sequence[str]) -> tuple[IntArray, IntArray, Float32Array]:
    """The pairs whose phonetic keys agree, as of `_spelled_alike`. What is heard with the same key is compared once."""
    number = {key: n for n, key in enumerate(dict.fromkeys(heard))}
    keyed = np.array([at for at, key in enumerate(keys) if len(key) >= MIN_KEY_LETTERS], dtype=np.int64)
    row, distinct, percent = _spelled_alike([keys[at] for at in keyed.tolist()], list(number), MIN_KEY_PERCENT)
    key_of = np.array([number[key] for key in heard], dtype=np.int64)
    column, count = np.argsort(key_of, kind="stable"), np.bincount(key_of, minlength=len(number))
    first, size = (np.cumsum(count) - count)[distinct], count[distinct]
    within = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
    return np.repeat(keyed[row], size), column[np.repeat(first, size) + within], np.repeat(percent, size)


def _spelled_alike(
    words: Sequence[str], others: Sequence[str], min_percent: float
) -> tuple[IntArray, IntArray, Float32Array]:
    """The pairs whose letters agree to at least `min_percent`: index of the word, of the other, agreement 0..100.

    Words and others are compared by length, because those of too different lengths cannot agree.
    """
    order, other_order = (
        np.argsort(np.array([len(word) for word in each], dtype=np.int64), kind="stable") for each in (words, others)
    )
    words, others = [words[at] for at in order.tolist()], [others[at] for at in other_order.tolist()]
    longer = (200 - min_percent) / min_percent + 1e-6  # times the letters of the shorter one, at most
    found = [(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))]
    size = max(MIN_BATCH_PAIRS // max(len(others), 1), MIN_BATCH_WORDS)
    for at in range(0, len(words), size):
        batch = words[at : at + size]
        low = bisect_left(others, len(batch[0]) / longer, key=len)
        high = bisect_right(others, len(batch[-1]) * longer, key=len)
        step = max(MAX_BATCH_PAIRS // len(batch), 1)
        for first in range(low, high, step):
            part = others[first : min(first + step, high)]
            percent = process.cdist(batch, part, scorer=fuzz.ratio, score_cutoff=min_percent, dtype=np.float32)
            row, column = np.nonzero(percent)
            found.append((order[row + at], other_order[column + first], percent[row, column]))
    rows, columns, percents = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return rows, columns, percents


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
    return phonetic_keys([word])[0]


def phonetic_keys(words: Sequence[str]) -> list[str]:
    """The phonetic key of each word: as one text, because to replace letters takes less time than to begin with it."""
    text = "\n".join(words).replace("ph", "f").replace("tch", "k").replace("ck", "k").translate(_CLASSES)
    keys = _REPEATED.sub("", text).translate(_UNHEARD).split("\n")
    return [f"a{key}" if word[:1] in _VOWELS else key for word, key in zip(words, keys, strict=True)] if words else []


_VOWELS = frozenset("aeiouy")
_CLASSES = str.maketrans("cqzvdg", "kksftk")
_UNHEARD = str.maketrans("", "", "aeiouyhw")
_REPEATED = re.compile(r"(.)(?=\1)")


def _percent(words: Sequence[str], partners: Sequence[str], cutoff: float) -> Float32Array:
    """How well the letters of each word and its partner agree, 0..100; 0 below `cutoff`."""
    percent: Float32Array = process.cpdist(words, partners, scorer=fuzz.ratio, score_cutoff=cutoff, dtype=np.float32)
    return percent

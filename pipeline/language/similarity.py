"""How alike words are in spelling and in sound. The only module that imports rapidfuzz."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from pipeline.arrays import BoolArray, Float32Array, FloatArray

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
    """The pairs of a folded word and what may have been `heard` for it, by spelling or by sound, with a score 0..1."""
    spelled = dict.fromkeys(
        ((word, other) for word, other, _ in _agreeing_pairs(words, heard, MIN_SPELLING_PERCENT)), 0.0
    )
    pairs = spelled | dict(_sounding_alike(words, heard))
    partners = [word for word, _ in pairs], [other for _, other in pairs]
    agreement = _percent(*partners, MIN_SPELLING_PERCENT_OF_SAME_KEY)
    long = np.array([len(word) >= MIN_SPELLING_LETTERS for word in partners[0]], dtype=np.bool_)
    score = _misheard_score(agreement, np.array(list(pairs.values()), dtype=np.float32), long)
    yield from ((word, other, at) for (word, other), at in zip(pairs, score.tolist(), strict=True) if at)


def _sounding_alike(words: Sequence[str], heard: Sequence[str]) -> Iterator[tuple[tuple[str, str], float]]:
    """The pairs whose phonetic keys agree, 0..100. Much that is heard has the same key, which is compared once."""
    keys, heard_keys = phonetic_keys(words), phonetic_keys(heard)
    long_keys = [key for key in dict.fromkeys(keys) if len(key) >= MIN_KEY_LETTERS]
    alike = list(_agreeing_pairs(long_keys, list(dict.fromkeys(heard_keys)), MIN_KEY_PERCENT))
    words_of: dict[str, list[str]] = {key: [] for key, _, _ in alike}
    heard_of: dict[str, list[str]] = {key: [] for _, key, _ in alike}
    for every, of_each, found in ((words, keys, words_of), (heard, heard_keys, heard_of)):
        for word, key in zip(every, of_each, strict=True):
            if key in found:
                found[key].append(word)
    for key, heard_key, percent in alike:
        for word in words_of[key]:
            yield from (((word, other), percent) for other in heard_of[heard_key])


def _agreeing_pairs(
    words: Sequence[str], others: Sequence[str], min_percent: float
) -> Iterator[tuple[str, str, float]]:
    """The pairs whose letters agree to at least `min_percent`, with the agreement, 0..100.

    Words and others are compared by length, because those of too different lengths cannot agree.
    """
    words, others = sorted(words, key=len), sorted(others, key=len)
    longer = (200 - min_percent) / min_percent + 1e-6  # times the letters of the shorter one, at most
    size = max(MIN_BATCH_PAIRS // max(len(others), 1), MIN_BATCH_WORDS)
    for at in range(0, len(words), size):
        batch = words[at : at + size]
        low = bisect_left(others, len(batch[0]) / longer, key=len)
        high = bisect_right(others, len(batch[-1]) * longer, key=len)
        step = max(MAX_BATCH_PAIRS // len(batch), 1)
        for first in range(low, high, step):
            part = others[first : min(first + step, high)]
            percent = process.cdist(batch, part, scorer=fuzz.ratio, score_cutoff=min_percent, dtype=np.float32)
            rows, columns = np.nonzero(percent)
            agreement = percent[rows, columns].tolist()
            for row, column, agreeing in zip(rows.tolist(), columns.tolist(), agreement, strict=True):
                yield batch[row], part[column], agreeing


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
    if not words:
        return []
    text = "\n".join(words).replace("ph", "f").replace("tch", "k").replace("ck", "k").translate(_CLASSES)
    keys = _without_repeats(text + "\n").translate(_UNHEARD).split("\n")
    return [f"a{key}" if word[:1] in _VOWELS else key for word, key in zip(words, keys, strict=False)]


def _without_repeats(text: str) -> str:
    """`text` with one letter for each run of the same; its lines stay."""
    letters = np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
    kept = np.ones(len(letters), dtype=np.bool_)
    kept[1:] = (letters[1:] != letters[:-1]) | (letters[1:] == ord("\n"))
    return letters[kept].tobytes().decode("utf-32-le")


_VOWELS = frozenset("aeiouy")
_CLASSES = str.maketrans("cqzvdg", "kksftk")
_UNHEARD = str.maketrans("", "", "aeiouyhw")


def _percent(words: Sequence[str], partners: Sequence[str], cutoff: float) -> Float32Array:
    """How well the letters of each word and its partner agree, 0..100; 0 below `cutoff`."""
    percent: Float32Array = process.cpdist(words, partners, scorer=fuzz.ratio, score_cutoff=cutoff, dtype=np.float32)
    return percent

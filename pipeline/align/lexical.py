"""Which words of the notes were heard, and where. The only module that imports rapidfuzz.

Everything is a matrix over V terms of the notes: `weights` (blocks × V), `exact` and `fuzzy` counts (V × units).
Term weights follow the Robertson/Spärck Jones idf of BM25 (S. Robertson, H. Zaragoza, "The Probabilistic Relevance
Framework", 2009), counted over this transcript alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from pipeline.align.units import Units
from pipeline.language.terms import Normalizer, Term
from pipeline.language.word_lists import WORD, fold

Matrix = NDArray[np.float32]
Array = NDArray[np.float64]

BIN = 60.0  # seconds; two mentions within a minute are one topic, so a minute is one document for the idf
EVERYDAY = 0.3  # what the commonest words of the language still weigh
TELLING = 0.75  # rarity in the language from which a word tells what a block is about
PAIR = 0.5  # a pair of words repeats what its words already say
TEMPLATE = 0.0  # nobody says the words of a template

SPELLING = 82  # rapidfuzz ratio, 0..100, from which a different word counts as misheard
SOUND = 90  # the same between phonetic keys
SPELLING_AT_SOUND = 55  # two words that sound alike must still be spelled somewhat alike
SPELLING_LETTERS, SOUND_LETTERS, KEY_LETTERS = 5, 4, 3  # shorter words match by accident
RARE = 0.02  # share of units: a word heard more often than this needs no second chance
COMMON = 6  # a heard word said more often than this is probably meant as it is
COMMON_FACTOR = 0.3
GRAM = (3, 20)  # letters of the heard words that are compared
AT_ONCE = 20_000  # words whose likeness to others is held in memory


@dataclass(frozen=True, slots=True)
class Overlap:
    """Terms of B blocks against T units."""

    weights: Matrix  # B × V
    exact: Matrix  # V × T counts
    fuzzy: Matrix  # V × T, exact plus what was probably misheard
    rarity: Matrix  # V-vector 0..1: of each term in the language at large
    terms: tuple[tuple[Term, ...], ...]  # of each block, to show the evidence
    index: Mapping[str, int]  # row of each term


def overlap(texts: Sequence[str], silent: Sequence[bool], units: Units, normalizer: Normalizer) -> Overlap:
    """Count the terms of the notes' `texts` in the units. `silent` texts (templates) get no weight."""
    terms = tuple(tuple(normalizer.terms(text)) for text in texts)
    index = {key: v for v, key in enumerate(dict.fromkeys(term.key for block in terms for term in block))}
    exact = np.zeros((len(index), len(units)), dtype=np.float32)
    for t, text in enumerate(units.texts):
        for term in normalizer.terms(text, spoken=True):
            if (v := index.get(term.key)) is not None:
                exact[v, t] += 1
    words = {name: rows for text, block in zip(texts, terms, strict=True) for name, rows in _names(text, block, index)}
    words |= {term.word: (index[term.key],) for block in terms for term in block if term.word}
    rarity = normalizer.rarity(index)
    telling = EVERYDAY + (1 - EVERYDAY) * rarity
    weights = term_weights(terms, silent, index, idf(exact, units) * telling)
    return Overlap(weights, exact, misheard(exact, words, units), rarity, terms, index)


def ever(common: Overlap, sections: Sequence[int]) -> tuple[Array, Array]:
    """How much of each of the B blocks, and of its section, is heard anywhere: share 0..1 of its telling words' weight.

    A block without telling words is taken by all its words, and a section of such blocks at one half.
    """
    single = np.array([" " not in key for key in common.index], dtype=np.bool_)
    heard = common.fuzzy.max(axis=1, initial=0).clip(0, 1)
    telling = (common.weights * (single & (common.rarity >= TELLING))).astype(np.float64)
    words = (common.weights * single).astype(np.float64)
    found, total = telling @ heard, telling.sum(axis=1)
    anything = words @ heard / np.maximum(words.sum(axis=1), 1e-6)
    _, section = np.unique(np.array(sections, dtype=np.int64), return_inverse=True)
    sums, totals = np.bincount(section, found), np.bincount(section, total)
    own = np.where(total > 0, found / np.maximum(total, 1e-6), anything)
    return own, np.where(totals > 0, sums / np.maximum(totals, 1e-6), 0.5)[section]


def _names(text: str, terms: Sequence[Term], index: Mapping[str, int]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Two capitalised words in a row, as one with two rows: "Tim Bako" is Tim Beiko, "bako" alone could be anything."""
    capital = {term.start: term for term in terms if term.word.isalpha() and text[term.start].isupper()}
    for first in capital.values():
        second = capital.get(first.end + 1)
        if second and text[first.end] == " ":
            yield first.word + second.word, (index[first.key], index[second.key])


def idf(counts: Matrix, units: Units) -> Matrix:
    """Rarity of each term in this transcript: ln(1 + (N - df + .5) / (df + .5)) over N minutes. A V-vector."""
    bins = (units.start // BIN).astype(np.int64)
    _, first = np.unique(bins, return_index=True)
    minutes = np.maximum.reduceat(counts > 0, first, axis=1) if len(counts) else counts
    df = minutes.sum(axis=1)
    rarity: Matrix = np.log1p((len(first) - df + 0.5) / (df + 0.5)).astype(np.float32)
    return rarity


def term_weights(
    terms: Sequence[Sequence[Term]], silent: Sequence[bool], index: Mapping[str, int], rarity: Matrix
) -> Matrix:
    """B × V: rarity in the transcript × rarity among the blocks × √(at most two mentions).

    The second factor takes out what every block says ("EIP", "group"): it cannot tell them apart.
    """
    mentions = np.zeros((len(terms), len(index)), dtype=np.float32)
    for b, block in enumerate(terms):
        for term in block:
            mentions[b, index[term.key]] += 1
    n = len(terms)
    spread = np.log1p(n / np.maximum((mentions > 0).sum(axis=0), 1)) / np.log1p(max(n, 1))
    pair = np.array([PAIR if " " in key else 1.0 for key in index])
    heard = np.where(np.array(silent, dtype=np.bool_), TEMPLATE, 1.0)[:, None]
    weights: Matrix = (np.sqrt(np.minimum(mentions, 2)) * rarity * spread * pair * heard).astype(np.float32)
    return weights


def misheard(exact: Matrix, words: Mapping[str, tuple[int, ...]], units: Units) -> Matrix:
    """`exact` plus soft counts 0..1 where one to three heard words, joined, look or sound like a rare word.

    `words` are the notes' folded words and names with their rows. "get a DNS" is heard for `getaddrinfo`, "ketch ack"
    for keccak.
    """
    few = max(3, RARE * len(units))
    rare = {
        word: rows
        for word, rows in words.items()
        if len(word) >= SOUND_LETTERS and not word.isdigit() and np.count_nonzero(exact[list(rows)].all(axis=0)) <= few
    }
    if not rare:
        return exact
    where, said = _grams(units)
    soft = np.zeros_like(exact)
    for initial, group in _by_initial(rare).items():
        grams = list(where.get(initial, ()))
        if not grams:
            continue
        for word, gram, score in _similar(group, grams):
            if gram in said and said[gram] > COMMON and gram != word:
                score *= COMMON_FACTOR
            at = where[initial][gram]
            for v in rare[word]:
                soft[v, at] = np.maximum(soft[v, at], score)
    return np.where(exact > 0, exact, soft)


def heard_as(word: str, text: str, following: str = "") -> str | None:
    """The one to three words of `text` that a folded `word` was misheard as, as they stand there; None if none are.

    They begin in `text` and may end in what is said `following` it.
    """
    whole = f"{text} {following}"
    found = list(WORD.finditer(whole))
    grams: dict[str, str] = {}
    for i, first in enumerate(found):
        if first.start() >= len(text):
            break
        for last in found[i : i + 3]:
            said = whole[first.start() : last.end()]
            grams.setdefault("".join(WORD.findall(fold(said))), said)
    best = max(_similar([word], list(grams)), key=lambda alike: alike[2], default=None) if grams else None
    return grams[best[1]] if best else None


def alike(words: Sequence[str], others: Sequence[str], least: float) -> Iterator[tuple[int, int, float]]:
    """The pairs whose letters agree to at least `least`, 0..100: index of the word, index of the other, agreement."""
    for first in range(0, len(others), AT_ONCE):
        some = others[first : first + AT_ONCE]
        score = process.cdist(words, some, scorer=fuzz.ratio, score_cutoff=least, dtype=np.uint8)
        rows, columns = np.nonzero(score)
        yield from zip(
            rows.tolist(), (columns + first).tolist(), score[rows, columns].astype(float).tolist(), strict=True
        )


def spelled_alike(words: Sequence[str], others: Sequence[str]) -> Array:
    """How alike the letters of each word and its partner among the `others` are, 0..1."""
    score: Array = process.cpdist(words, others, scorer=fuzz.ratio, dtype=np.float64) / 100
    return score


def sound(word: str) -> str:
    """A rough phonetic key: consonant classes, a vowel only in front ("keccak" and "catchack" → "kkk")."""
    head = "a" if word[:1] in _VOWELS else ""
    key = _DOUBLES.sub(r"\1", word.replace("ph", "f").replace("tch", "k").replace("ck", "k").translate(_CLASSES))
    return head + _SILENT.sub("", key)


_VOWELS = frozenset("aeiouy")
_CLASSES = str.maketrans("cqzvdg", "kksftk")
_SILENT = re.compile(r"[aeiouyhw]")
_DOUBLES = re.compile(r"(.)\1+")


def _by_initial(words: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for word in words:
        groups[sound(word)[:1]].append(word)
    return groups


def _grams(units: Units) -> tuple[dict[str, dict[str, list[int]]], dict[str, int]]:
    """Joined runs of one to three heard words with the units they start in, by first sound; and how often words fell.

    Looking only among the runs with the same first sound makes the search ten times shorter and loses next to nothing.
    """
    where: dict[str, dict[str, list[int]]] = defaultdict(dict)
    said: dict[str, int] = defaultdict(int)
    stream = [(word, t) for t, text in enumerate(units.texts) for word in WORD.findall(fold(text))]
    initials: dict[str, str] = {}
    for i, (word, t) in enumerate(stream):
        said[word] += 1
        if word not in initials:
            initials[word] = sound(word)[:1]
        grams = where[initials[word]]
        gram = ""
        for following, _ in stream[i : i + 3]:
            gram += following
            if len(gram) > GRAM[1]:
                break
            if len(gram) >= GRAM[0]:
                at = grams.setdefault(gram, [])
                if not at or at[-1] != t:
                    at.append(t)
    return where, said


def _similar(words: list[str], grams: list[str]) -> list[tuple[str, str, float]]:
    """(word, gram, score) of the pairs alike enough."""
    spelled = process.cdist(words, grams, scorer=fuzz.ratio, score_cutoff=SPELLING_AT_SOUND, dtype=np.float32)
    sounds = [sound(word) for word in words]
    heard = [sound(gram) for gram in grams]
    close = process.cdist(sounds, heard, scorer=fuzz.ratio, score_cutoff=SOUND, dtype=np.float32)
    long = np.array([len(word) >= SPELLING_LETTERS for word in words])[:, None]
    keyed = np.array([len(key) >= KEY_LETTERS for key in sounds])[:, None]
    spelling = np.where(long & (spelled >= SPELLING), 0.8 * (spelled / 100 - 0.75) / 0.25, 0.0)
    ratio = (spelled / 100 - 0.55) / 0.45
    phonetic = np.where(keyed & (spelled > 0) & (close > 0), 0.35 + 0.5 * (close / 100) * ratio, 0.0)
    score = np.where(spelled >= 100, 1.0, np.maximum(spelling, phonetic))
    rows, columns = np.nonzero(score)
    return [(words[r], grams[c], float(score[r, c])) for r, c in zip(rows, columns, strict=True)]

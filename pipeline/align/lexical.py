"""Which words of the notes were heard, and where: counts of V terms in T units, and their weights in B blocks.

Term weights follow the Robertson/Spärck Jones idf of BM25 (S. Robertson, H. Zaragoza, "The Probabilistic Relevance
Framework", 2009), counted over this transcript alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.align.units import Units
from pipeline.arrays import Float32Array, FloatArray
from pipeline.language.similarity import misheard_pairs, phonetic_key
from pipeline.language.terms import Term, TermExtractor
from pipeline.language.words import WORD, folded_words

DOCUMENT_SECONDS = 60.0  # two mentions within a minute are one topic, so a minute is one document for the idf
MIN_RARITY_FACTOR = 0.3  # what the commonest words of the language still weigh
MIN_INFORMATIVE_RARITY = 0.75  # rarity in the language from which a word shows what a block is about
PAIR_WEIGHT = 0.5  # a pair of words repeats what its words already say

MAX_JOINED_WORDS = 3  # that one word of the notes may be heard as
MIN_NGRAM_LETTERS, MAX_NGRAM_LETTERS = 3, 20
MIN_SOUGHT_LETTERS = 4  # of a word whose mishearings are looked for: shorter ones match by accident
MAX_HEARD_SHARE = 0.02  # of the units: a word that is heard more often needs no second chance ...
MIN_HEARD_UNITS = 3  # ... unless that is fewer units than this
MAX_COMMON_MENTIONS = 6  # a word that is said more often was probably meant as it is ...
COMMON_FACTOR = 0.3  # ... and counts this much as a mishearing


@dataclass(frozen=True, slots=True)
class TermCounts:
    """How often the V terms of the B blocks are heard in each of the T units."""

    weights: Float32Array  # B × V
    exact: Float32Array  # V × T counts
    fuzzy: Float32Array  # V × T, exact plus what was probably misheard
    rarity: Float32Array  # V-vector 0..1: of each term in the language at large
    terms: tuple[tuple[Term, ...], ...]  # of each block, to show the evidence
    index: Mapping[str, int]  # row of each term


def count_terms(texts: Sequence[str], excluded: Sequence[bool], units: Units, extractor: TermExtractor) -> TermCounts:
    """Count the terms of the blocks' `texts` in the units. The terms of `excluded` texts (templates) weigh nothing."""
    terms = tuple(tuple(extractor.terms(text)) for text in texts)
    index = {key: v for v, key in enumerate(dict.fromkeys(term.key for block in terms for term in block))}
    exact = np.zeros((len(index), len(units)), dtype=np.float32)
    for t, text in enumerate(units.texts):
        for term in extractor.terms(text, spoken=True):
            if (v := index.get(term.key)) is not None:
                exact[v, t] += 1
    words = {
        name: rows for text, block in zip(texts, terms, strict=True) for name, rows in _full_names(text, block, index)
    }
    words |= {term.word: (index[term.key],) for block in terms for term in block if term.word}
    rarity = extractor.rarity(index)
    importance = idf(exact, units) * (MIN_RARITY_FACTOR + (1 - MIN_RARITY_FACTOR) * rarity)
    weights = term_weights(terms, excluded, index, importance)
    return TermCounts(weights, exact, add_mishearings(exact, words, units), rarity, terms, index)


def share_heard_anywhere(counts: TermCounts, sections: Sequence[int]) -> tuple[FloatArray, FloatArray]:
    """How much of each of the B blocks, and of its section, is heard anywhere: of its informative words' weight, 0..1.

    All words count in a block without informative ones. A section of such blocks has a share of one half.
    """
    single = np.array([" " not in key for key in counts.index], dtype=np.bool_)
    heard = counts.fuzzy.max(axis=1, initial=0).clip(0, 1)
    informative = (counts.weights * (single & (counts.rarity >= MIN_INFORMATIVE_RARITY))).astype(np.float64)
    words = (counts.weights * single).astype(np.float64)
    found, total = informative @ heard, informative.sum(axis=1)
    of_all_words = words @ heard / np.maximum(words.sum(axis=1), 1e-6)
    _, section = np.unique(np.array(sections, dtype=np.int64), return_inverse=True)
    section_found, section_total = np.bincount(section, found), np.bincount(section, total)
    own = np.where(total > 0, found / np.maximum(total, 1e-6), of_all_words)
    return own, np.where(section_total > 0, section_found / np.maximum(section_total, 1e-6), 0.5)[section]


def _full_names(text: str, terms: Sequence[Term], index: Mapping[str, int]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Two capitalised words in a row, as one with two rows: "Tim Bako" is Tim Beiko, "bako" alone could be anything."""
    capital = {term.start: term for term in terms if term.word.isalpha() and text[term.start].isupper()}
    for first in capital.values():
        second = capital.get(first.end + 1)
        if second and text[first.end] == " ":
            yield first.word + second.word, (index[first.key], index[second.key])


def idf(counts: Float32Array, units: Units) -> Float32Array:
    """Rarity of each term in this transcript: ln(1 + (N - df + .5) / (df + .5)) over N minutes. A V-vector."""
    minutes = (units.start // DOCUMENT_SECONDS).astype(np.int64)
    _, first = np.unique(minutes, return_index=True)
    by_minute = np.maximum.reduceat(counts > 0, first, axis=1) if len(counts) else counts
    df = by_minute.sum(axis=1)
    rarity: Float32Array = np.log1p((len(first) - df + 0.5) / (df + 0.5)).astype(np.float32)
    return rarity


def term_weights(
    terms: Sequence[Sequence[Term]], excluded: Sequence[bool], index: Mapping[str, int], importance: Float32Array
) -> Float32Array:
    """B × V: `importance` of each term × its rarity among the blocks × √(at most two mentions).

    The second factor takes out what every block says ("EIP", "group"): it does not distinguish them.
    """
    mentions = np.zeros((len(terms), len(index)), dtype=np.float32)
    for b, block in enumerate(terms):
        for term in block:
            mentions[b, index[term.key]] += 1
    n = len(terms)
    spread = np.log1p(n / np.maximum((mentions > 0).sum(axis=0), 1)) / np.log1p(max(n, 1))
    pair = np.array([PAIR_WEIGHT if " " in key else 1.0 for key in index])
    counted = ~np.array(excluded, dtype=np.bool_)[:, None]
    weights: Float32Array = (np.sqrt(np.minimum(mentions, 2)) * importance * spread * pair * counted).astype(np.float32)
    return weights


def add_mishearings(exact: Float32Array, words: Mapping[str, tuple[int, ...]], units: Units) -> Float32Array:
    """`exact` plus soft counts 0..1 where one to three heard words, joined, look or sound like a rare word.

    `words` are the folded words and names of the notes with their rows. "get a DNS" is heard for `getaddrinfo`, "ketch
    ack" for keccak.
    """
    max_units = max(MIN_HEARD_UNITS, MAX_HEARD_SHARE * len(units))
    sought = {
        word: rows
        for word, rows in words.items()
        if len(word) >= MIN_SOUGHT_LETTERS
        and not word.isdigit()
        and np.count_nonzero(exact[list(rows)].all(axis=0)) <= max_units
    }
    if not sought:
        return exact
    units_of, mentions = _ngrams(units)
    soft = np.zeros_like(exact)
    for initial, group in _by_initial(sought).items():
        ngrams = list(units_of.get(initial, ()))
        if not ngrams:
            continue
        for word, ngram, score in misheard_pairs(group, ngrams):
            if ngram in mentions and mentions[ngram] > MAX_COMMON_MENTIONS and ngram != word:
                score *= COMMON_FACTOR
            at = units_of[initial][ngram]
            for v in sought[word]:
                soft[v, at] = np.maximum(soft[v, at], score)
    return np.where(exact > 0, exact, soft)


def heard_as(word: str, text: str, following: str = "") -> str | None:
    """The one to three words of `text` that a folded `word` was misheard as, as they are written; None: there are none.

    They begin in `text` and may end in the text `following` it.
    """
    whole = f"{text} {following}"
    found = list(WORD.finditer(whole))
    ngrams: dict[str, str] = {}
    for i, first in enumerate(found):
        if first.start() >= len(text):
            break
        for last in found[i : i + MAX_JOINED_WORDS]:
            heard = whole[first.start() : last.end()]
            ngrams.setdefault("".join(folded_words(heard)), heard)
    best = max(misheard_pairs([word], list(ngrams)), key=lambda pair: pair[2], default=None) if ngrams else None
    return ngrams[best[1]] if best else None


def _by_initial(words: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for word in words:
        groups[phonetic_key(word)[:1]].append(word)
    return groups


def _ngrams(units: Units) -> tuple[dict[str, dict[str, list[int]]], dict[str, int]]:
    """Joined runs of one to three heard words with the units they start in, by first sound; and mentions of each word.

    Comparing only runs with the same first sound makes the search ten times shorter and loses next to nothing.
    """
    units_of: dict[str, dict[str, list[int]]] = defaultdict(dict)
    mentions: dict[str, int] = defaultdict(int)
    stream = [(word, t) for t, text in enumerate(units.texts) for word in folded_words(text)]
    initials: dict[str, str] = {}
    for i, (word, t) in enumerate(stream):
        mentions[word] += 1
        if word not in initials:
            initials[word] = phonetic_key(word)[:1]
        ngrams = units_of[initials[word]]
        ngram = ""
        for next_word, _ in stream[i : i + MAX_JOINED_WORDS]:
            ngram += next_word
            if len(ngram) > MAX_NGRAM_LETTERS:
                break
            if len(ngram) >= MIN_NGRAM_LETTERS:
                at = ngrams.setdefault(ngram, [])
                if not at or at[-1] != t:
                    at.append(t)
    return units_of, mentions

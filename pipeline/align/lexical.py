"""Which words of the notes were heard, and where: counts of V terms in T units, and their weights in B blocks.

Term weights follow the Robertson/Spärck Jones idf of BM25 (S. Robertson, H. Zaragoza, "The Probabilistic Relevance
Framework", 2009), counted over this transcript alone.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat

import numpy as np

from pipeline import unspaced
from pipeline.align.sparse import SparseRows
from pipeline.align.units import Units
from pipeline.arrays import Float32Array, FloatArray, IntArray
from pipeline.language.similarity import misheard_pairs, phonetic_keys
from pipeline.language.terms import Term, TermExtractor, is_word
from pipeline.language.words import WORD, folded_words

DOCUMENT_SECONDS = 60.0  # two mentions within a minute are one topic, so a minute is one document for the idf
MIN_RARITY_FACTOR = 0.3  # what the commonest words of the language still weigh
MIN_INFORMATIVE_RARITY = 0.75  # rarity in the language from which a word shows what a block is about
PAIR_WEIGHT = 0.5  # a pair of words repeats what its words already say
NGRAM_WEIGHT = 0.5  # each character of a script without spaces is in several terms

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

    weights: SparseRows  # B × V
    exact: SparseRows  # V × T counts
    fuzzy: SparseRows  # V × T, exact plus what was probably misheard
    rarity: Float32Array  # V-vector 0..1: of each term in the language at large
    terms: tuple[tuple[Term, ...], ...]  # of each block, to show the evidence; whole words
    index: Mapping[str, int]  # row of each term


def count_terms(texts: Sequence[str], excluded: Sequence[bool], units: Units, extractor: TermExtractor) -> TermCounts:
    """Count the terms of the blocks' `texts` in the units. The terms of `excluded` texts (templates) weigh nothing."""
    index: dict[str, int] = {}
    mentions: list[Counter[int]] = []
    terms: list[tuple[Term, ...]] = []
    words: dict[str, tuple[int, ...]] = {}
    names: dict[str, tuple[int, ...]] = {}
    for text in texts:
        block = extractor.terms(text)
        mentions.append(Counter(index.setdefault(term.key, len(index)) for term in block))
        terms.append(tuple(term for term in block if is_word(term.key)))
        names |= _full_names(text, block, index)
        words |= {term.word: (index[term.key],) for term in block if term.word}
    exact = _count_spoken(units, index, extractor)
    rarity = extractor.rarity(index)
    importance = idf(exact, units) * (MIN_RARITY_FACTOR + (1 - MIN_RARITY_FACTOR) * rarity)
    weights = term_weights(mentions, excluded, index, importance)
    return TermCounts(weights, exact, add_mishearings(exact, names | words, units), rarity, tuple(terms), index)


def _count_spoken(units: Units, index: Mapping[str, int], extractor: TermExtractor) -> SparseRows:
    """V × T: how often each term of `index` is heard in each unit."""
    rows = ([index[key] for key in extractor.spoken_keys(text) if key in index] for text in units.texts)
    return SparseRows.of_counts(rows, (len(index), len(units)))


def share_heard_anywhere(counts: TermCounts, sections: Sequence[int]) -> tuple[FloatArray, FloatArray]:
    """How much of each of the B blocks, and of its section, is heard anywhere: of its informative words' weight, 0..1.

    All words count in a block without informative ones. A section of such blocks has a share of one half.
    """
    single = np.array([is_word(key) for key in counts.index], dtype=np.bool_)
    heard = counts.fuzzy.max().clip(0, 1)
    informative = (single & (counts.rarity >= MIN_INFORMATIVE_RARITY)).astype(np.float64)
    found, total = counts.weights.dot(informative * heard), counts.weights.dot(informative)
    of_all_words = counts.weights.dot(single * heard) / np.maximum(counts.weights.dot(single.astype(np.float64)), 1e-6)
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


def idf(counts: SparseRows, units: Units) -> Float32Array:
    """Rarity of each term in this transcript: ln(1 + (N - df + .5) / (df + .5)) over N minutes. A V-vector."""
    minutes, minute = np.unique(units.start // DOCUMENT_SECONDS, return_inverse=True)
    row, unit, _ = counts.entries(np.arange(len(counts)))
    df = np.bincount(np.unique(row * len(minutes) + minute[unit]) // len(minutes), minlength=len(counts))
    rarity: Float32Array = np.log1p((len(minutes) - df + 0.5) / (df + 0.5)).astype(np.float32)
    return rarity


def term_weights(
    mentions: Sequence[Mapping[int, int]],
    excluded: Sequence[bool],
    index: Mapping[str, int],
    importance: Float32Array,
) -> SparseRows:
    """B × V: `importance` of each term × its rarity among the blocks × √(at most two mentions).

    The second factor takes out what every block says ("EIP", "group"): it does not distinguish them.
    """
    block = np.repeat(np.arange(len(mentions)), [len(terms) for terms in mentions])
    term = np.fromiter(chain.from_iterable(sorted(terms) for terms in mentions), dtype=np.int64)
    count = np.fromiter((terms[v] for terms in mentions for v in sorted(terms)), dtype=np.float32)
    n = len(mentions)
    spread = np.log1p(n / np.maximum(np.bincount(term, minlength=len(index)), 1)) / np.log1p(max(n, 1))
    overlap = np.array([_overlap_weight(key) for key in index])
    counted = ~np.array(excluded, dtype=np.bool_)[block]
    weights = np.sqrt(np.minimum(count, 2)) * importance[term] * spread[term] * overlap[term] * counted
    return SparseRows.of(block, term, weights, (n, len(index)))


def _overlap_weight(key: str) -> float:
    if " " in key:
        return PAIR_WEIGHT
    return NGRAM_WEIGHT if unspaced.is_in(key) else 1.0


def add_mishearings(exact: SparseRows, words: Mapping[str, tuple[int, ...]], units: Units) -> SparseRows:
    """`exact` plus soft counts 0..1 where one to three heard words, joined, look or sound like a rare word.

    `words` are the folded words and names of the notes with their rows. "get a DNS" is heard for `getaddrinfo`, "ketch
    ack" for keccak.
    """
    max_units = max(MIN_HEARD_UNITS, MAX_HEARD_SHARE * len(units))
    sought = {
        word: rows
        for word, rows in words.items()
        if len(word) >= MIN_SOUGHT_LETTERS and not word.isdigit() and _units_heard(exact, rows) <= max_units
    }
    if not sought:
        return exact
    places, scores = array("q"), array("f")  # row and column in one number
    width = len(units)
    stream = _WordStream(units)
    for initial, group in _by_initial(sought).items():
        ngrams, units_of = stream.ngrams(initial)
        heard = [ngram for ngram in dict.fromkeys(ngrams) if MIN_NGRAM_LETTERS <= len(ngram) <= MAX_NGRAM_LETTERS]
        pairs = list(misheard_pairs(group, heard))
        found: dict[str, list[int]] = {ngram: [] for _, ngram, _ in pairs}
        for ngram, t in zip(ngrams, units_of, strict=True):
            if ngram in found:
                found[ngram].append(t)
        for word, ngram, score in pairs:
            if stream.mentions.get(ngram, 0) > MAX_COMMON_MENTIONS and ngram != word:
                score *= COMMON_FACTOR
            for v in sought[word]:
                places.extend([v * width + t for t in found[ngram]])
                scores.extend([score] * len(found[ngram]))
    return _with_soft(exact, np.array(places, dtype=np.int64), np.array(scores, dtype=np.float32))


def _units_heard(exact: SparseRows, rows: Sequence[int]) -> int:
    """In how many units all these terms are heard."""
    first, *others = (exact.row(v)[0] for v in rows)
    for other in others:
        first = np.intersect1d(first, other, assume_unique=True)
    return len(first)


def _with_soft(exact: SparseRows, places: IntArray, scores: Float32Array) -> SparseRows:
    """`exact`, and where it has nothing the best of the `scores` at the `places`: row · T + column."""
    row, unit, count = exact.entries(np.arange(len(exact)))
    heard = row * exact.width + unit
    by_place = np.lexsort((-scores, places))
    soft, first = np.unique(places[by_place], return_index=True)
    new = ~np.isin(soft, heard, assume_unique=True)
    every, score = np.concatenate([heard, soft[new]]), np.concatenate([count, scores[by_place][first][new]])
    order = np.argsort(every)
    return SparseRows.of(*np.divmod(every[order], exact.width), score[order], (len(exact), exact.width))


def join_overlapping(text: str, ranked: Iterable[tuple[float, int, int]]) -> list[tuple[float, int, int]]:
    """Ranks and spans of terms in `text`; those that overlap or touch in a script without spaces as one.

    数据 and 据库 are 数据库. It has the lowest of their ranks.
    """
    joined: list[tuple[float, int, int]] = []
    pieces: list[tuple[float, int, int]] = []
    for rank, start, end in sorted(ranked, key=lambda each: each[1:]):
        if not unspaced.is_in(text[start:end]):
            joined.append((rank, start, end))
        elif pieces and start <= pieces[-1][2]:
            before = pieces.pop()
            pieces.append((min(rank, before[0]), before[1], max(end, before[2])))
        else:
            pieces.append((rank, start, end))
    return joined + pieces


def heard_as(word: str, text: str, following: str = "") -> str | None:
    """The one to three words of `text` that a folded `word` was misheard as, as they are written; None: there are none.

    They begin in `text` and may end in the text `following` it.
    """
    whole = f"{text} {following}"
    found = list(WORD.finditer(unspaced.blank(whole)))
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
    given = list(words)
    for word, key in zip(given, phonetic_keys(given), strict=True):
        groups[key[:1]].append(word)
    return groups


class _WordStream:
    """The heard words in their order; `mentions` counts each.

    Comparing only runs with the same first sound makes the search ten times shorter and loses next to nothing.
    """

    def __init__(self, units: Units) -> None:
        words: list[str] = []
        once: dict[str, str] = {}  # the same word is in memory once
        self._unit = array("l")
        for t, text in enumerate(units.texts):
            said = folded_words(text)
            words += [once.setdefault(word, word) for word in said]
            self._unit.extend([t] * len(said))
        self.mentions = Counter(words)
        initials = dict(zip(self.mentions, (key[:1] for key in phonetic_keys(list(self.mentions))), strict=True))
        self._places: dict[str, array[int]] = defaultdict(lambda: array("l"))
        for i, word in enumerate(words):
            self._places[initials[word]].append(i)
        self._joined = [words]  # from each word on, one, two and more words in one
        for number in range(1, MAX_JOINED_WORDS):
            following = chain(words[number:], repeat(""))
            self._joined.append([run + word for run, word in zip(self._joined[-1], following, strict=False)])

    def ngrams(self, initial: str) -> tuple[list[str], list[int]]:
        """Joined runs of one to three words that begin with this sound, and the units they start in."""
        places = self._places.get(initial, ())
        found = [run[i] for run in self._joined for i in places]
        return found, [self._unit[i] for i in places] * MAX_JOINED_WORDS

"""What speaks for and against a term having been said where other words were heard."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from pipeline.arrays import Float32Array
from pipeline.language import word_forms
from pipeline.language.similarity import spelling_similarity
from pipeline.language.terms import TermExtractor
from pipeline.language.words import folded_words
from pipeline.misheard import phonetics
from pipeline.misheard.candidates import HeardWord, JargonTerm, Ngram, SimilarPair
from pipeline.records import Alignment, FurtherMoment, Notes


class Evidence(NamedTuple):
    """What speaks for or against a term at one place."""

    phonetic_similarity: float  # 0..1
    spelling_similarity: float  # 0..1
    term_weight: float  # how much of the term there is to hear
    same_letters: float  # but for the spaces
    is_compound: float  # the term, of everyday words
    is_acronym: float
    expected_here: float  # a block that has the term was found here, 0..1
    heard_rarity: float  # of the heard words in the language, 0..1
    common_words: float  # everyday words are meant as they are written, all the more if they are said often
    recogniser_doubt: float  # about the word it doubts most, 0..1
    only_part_heard: float  # an everyday part of the term is there, the rest is not: "a query", 0..1
    heard_in_notes: float  # share of the heard words that the notes have, too, 0..1


WEIGHTS = Evidence(
    phonetic_similarity=12.43,
    spelling_similarity=2.07,
    term_weight=0.08,
    same_letters=3.22,
    is_compound=-0.24,
    is_acronym=-1.54,
    expected_here=4.93,
    heard_rarity=1.69,
    common_words=-3.17,
    recogniser_doubt=0.88,
    only_part_heard=-0.08,
    heard_in_notes=-0.87,
)
"""Of the logistic regression."""

BIAS = -15.61

EXPECTED_FADE_SECONDS = 45.0  # scale in which a block's words are expected less, away from its moment
FADED_SECONDS = 20 * EXPECTED_FADE_SECONDS  # away, at which they are no longer expected
KEPT_ROWS = 16  # terms whose expectation at every word is kept in memory
MAX_PRECISE_SECONDS = 120.0  # a longer block makes its words less expected at each moment of it
MAX_TERM_WEIGHT = 6.0  # more to hear proves no more
MIN_MISSPELLING_SIMILARITY = 0.8  # of the spelling, from which a term may be a misspelt everyday word
MIN_PART_LETTERS = 3  # of a heard word that may be a part of the term
MIN_REST_WEIGHT = 0.3  # of the term without that part
UNKNOWN = 0.5  # for what is not known of a word: how rare it is, or how sure the recogniser was


@dataclass(frozen=True, slots=True)
class MeetingWords:
    """What is known of the words of a meeting."""

    words: Sequence[HeardWord]
    extractor: TermExtractor
    in_notes: frozenset[str]  # folded
    _rarities: dict[str, float]  # of the words asked for so far

    @classmethod
    def gather(cls, notes: Notes, words: Sequence[HeardWord], extractor: TermExtractor) -> MeetingWords:
        in_notes = frozenset(word for block in notes.blocks for word in folded_words(block.text))
        return cls(words, extractor, in_notes, {})

    def evidence(self, term: JargonTerm, ngram: Ngram, pair: SimilarPair, spelling: float) -> Evidence:
        """The evidence for `term`, but for what depends on the place: `expected_here` and `recogniser_doubt` are 0."""
        rarity = sum(self._rarity(word) for word in ngram.folded) / len(ngram.folded)
        return Evidence(
            phonetic_similarity=pair.similarity,
            spelling_similarity=spelling,
            term_weight=min(pair.term_weight, MAX_TERM_WEIGHT),
            same_letters=float(ngram.letters == term.letters),
            is_compound=float(term.score == word_forms.COMPOUND_SCORE),
            is_acronym=float(term.score == word_forms.ACRONYM_SCORE),
            expected_here=0.0,
            heard_rarity=rarity,
            common_words=math.log(len(ngram.at)) * (1 - rarity),
            recogniser_doubt=0.0,
            only_part_heard=_only_part_heard(term, ngram, pair),
            heard_in_notes=self._share_in_notes(term, ngram),
        )

    def is_misspelling(self, term: JargonTerm, ngram: Ngram) -> bool:
        """Whether the notes misspell an everyday word, which was heard right."""
        core = ngram.core(self.extractor.language)
        if len(core) > 1 or self._rarity(core[0]) == 1:
            return False
        return bool(spelling_similarity([term.letters], [core[0]])[0] >= MIN_MISSPELLING_SIMILARITY)

    def doubt(self, at: int, length: int) -> float:
        """The recogniser's doubt about the word it doubts most, 0..1."""
        known = [word.probability for word in self.words[at : at + length] if word.probability is not None]
        return 1 - min(known) if known else UNKNOWN

    def _rarity(self, word: str) -> float:
        if not self.extractor.language.rarity:
            return UNKNOWN
        if word not in self._rarities:
            self._rarities[word] = float(self.extractor.rarity([self.extractor.stem(word)])[0])
        return self._rarities[word]

    def _share_in_notes(self, term: JargonTerm, ngram: Ngram) -> float:
        """Share of the heard words, without stop words, that the notes have and that are no part of the term."""
        informative = [word for word in ngram.folded if word not in self.extractor.language.stop_words]
        known = sum(word in self.in_notes and word not in term.letters for word in informative)
        return known / len(informative) if informative else 0.0


def _only_part_heard(term: JargonTerm, ngram: Ngram, pair: SimilarPair) -> float:
    """How much less alike the two are without the part of the term that was heard as it is written, 0..1."""
    parts = [word for word in ngram.folded if len(word) >= MIN_PART_LETTERS and word in term.letters]
    if not parts:
        return 0.0
    part_weight = float(phonetics.weight([phonetics.read(max(parts, key=len))])[0])
    rest = max(pair.term_weight - part_weight, MIN_REST_WEIGHT)
    return max(pair.similarity - max(1 - pair.distance / rest, 0.0), 0.0)


class ExpectedNear:
    """How much each term of these notes is to be expected at each word, because a block that has it was found there."""

    def __init__(
        self, notes: Notes, alignments: Iterable[Alignment], terms: Sequence[JargonTerm], words: Sequence[HeardWord]
    ) -> None:
        self._time = np.array([word.start for word in words], dtype=np.float64)
        # Of words that are said at once, the times do not rise. All words before have begun, all words after begin:
        self._latest_before = np.maximum.accumulate(self._time)
        self._earliest_after = np.minimum.accumulate(self._time[::-1])[::-1]
        self._moments: dict[int, list[Alignment | FurtherMoment]] = defaultdict(list)  # of the blocks that have a term
        self._rows: dict[int, Float32Array] = {}  # of the last terms that were asked for
        placed = {alignment.block_id: alignment for alignment in alignments}
        own = {term.folded: t for t, term in enumerate(terms) if term.own}
        lengths: dict[str, set[int]] = defaultdict(set)  # of the terms that begin with a word
        for folded in own:
            lengths[folded[0]].add(len(folded))
        for block in notes.blocks:
            if (alignment := placed.get(block.id)) is None or block.template:
                continue
            block_words = tuple(folded_words(block.text))
            in_block = {
                own[block_words[at : at + length]]
                for at, word in enumerate(block_words)
                for length in lengths.get(word, ())
                if block_words[at : at + length] in own
            }
            for t in in_block:
                self._moments[t] += (alignment, *alignment.also)

    def at(self, term: int, place: int) -> float:
        return float(self._row(term)[place])

    def most(self, term: int, places: Sequence[int]) -> float:
        """At that of the words where it is to be expected most."""
        return float(self._row(term)[places].max())

    def _row(self, term: int) -> Float32Array:
        if (row := self._rows.get(term)) is None:
            if len(self._rows) >= KEPT_ROWS:
                self._rows.clear()
            row = self._rows[term] = np.zeros(len(self._time), dtype=np.float32)
            for moment in self._moments.get(term, ()):
                first = int(np.searchsorted(self._latest_before, moment.start - FADED_SECONDS))
                here = slice(first, int(np.searchsorted(self._earliest_after, moment.end + FADED_SECONDS, "right")))
                away = np.maximum(np.maximum(moment.start - self._time[here], self._time[here] - moment.end), 0.0)
                precision = min(MAX_PRECISE_SECONDS / max(moment.end - moment.start, MAX_PRECISE_SECONDS), 1.0) ** 0.5
                expected = (moment.confidence * precision * np.exp(-away / EXPECTED_FADE_SECONDS)).astype(np.float32)
                row[here] = np.maximum(row[here], expected)
        return row

"""Which words of the notes were said where the transcript has others: `osquery` as "Oscar a".

Every run of one to four heard words is compared with every word of the notes that is not plain English, by sound and by
spelling (`candidates`). Whether a run that sounds like a term is that term, or was meant as it is written, is a
logistic regression on the `evidence` for either. `tests/bench/misheard.py` measures it, `misheard_fit.py` beside it
fits the weights.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.arrays import FloatArray, logistic
from pipeline.language import word_lists
from pipeline.language.similarity import spelling_similarity
from pipeline.language.terms import TermExtractor
from pipeline.misheard import candidates
from pipeline.misheard.candidates import HeardWord, JargonTerm, Ngram
from pipeline.misheard.evidence import BIAS, WEIGHTS, Evidence, ExpectedNear, MeetingWords
from pipeline.records import Alignment, Mishearing, Notes, Transcript

__all__ = ["find_mishearings"]

MIN_MISHEARING_CONFIDENCE = 0.4
"""A mishearing is returned from here up."""

MIN_SECONDS_FROM_WRITTEN = 4.0  # closer to a term as it is written, no mishearing of it is looked for
MAX_CANDIDATES = 500_000  # places that are weighed; a day of speech has some thousands
CONFIDENCE_DECIMALS = 1  # to which confidences count as the same

_MARKS = ".,;:!?…\"'“”‘’()[]-–— "


@dataclass(frozen=True, slots=True)
class MishearingCandidate:
    """A place where a term may have been said, from the word with the index `at`."""

    term: JargonTerm
    ngram: Ngram
    at: int
    evidence: Evidence


def find_mishearings(
    notes: Notes, transcript: Transcript, alignments: Iterable[Alignment], *, others: Iterable[str] = ()
) -> tuple[Mishearing, ...]:
    """The moments in which a term of the notes was probably said, but the transcript has other words.

    `alignments` are where the blocks of the notes were found; `others` is the Markdown of the other notes of the
    folder, whose terms take clearer evidence. In time order, never overlapping, from MIN_MISHEARING_CONFIDENCE up.
    """
    words = list(candidates.heard_words(transcript))
    found = find_candidates(notes, words, alignments, others=others)
    if not found:
        return ()
    evidence = np.array([candidate.evidence for candidate in found])
    probability = confidence(evidence)
    by_sound = [-candidate.evidence.phonetic_similarity for candidate in found]
    by_length = [-len(candidate.term.letters) for candidate in found]
    by_place = [candidate.at for candidate in found]
    mishearings = []
    free = np.ones(len(words), dtype=np.bool_)
    # Of several that are equally sure, the one that sounds most alike, then the longest: "OS query D" is osqueryd.
    for row in np.lexsort(np.array([by_place, by_length, by_sound, -probability.round(CONFIDENCE_DECIMALS)])):
        candidate = found[row]
        here = slice(candidate.at, candidate.at + candidate.ngram.length)
        if probability[row] >= MIN_MISHEARING_CONFIDENCE and free[here].all():
            free[here] = False
            mishearings.append(_mishearing(candidate.term, words[here], float(probability[row])))
    return tuple(sorted(mishearings, key=lambda mishearing: mishearing.start))


def confidence(evidence: FloatArray) -> FloatArray:
    """How probable it is that each term was said, 0..1. `evidence` has a row for each, with the columns of Evidence."""
    return logistic(evidence @ np.array(WEIGHTS) + BIAS)


def _mishearing(term: JargonTerm, words: Sequence[HeardWord], probability: float) -> Mishearing:
    heard = " ".join(word.text for word in words).strip(_MARKS)
    return Mishearing(words[0].start, words[-1].end, term.text, heard, round(probability, 3))


def find_candidates(
    notes: Notes, words: Sequence[HeardWord], alignments: Iterable[Alignment], *, others: Iterable[str] = ()
) -> list[MishearingCandidate]:
    """Every place that sounds at all like a term, with the evidence for and against it."""
    extractor = TermExtractor(word_lists.detect_language(word.text for word in words))
    terms = candidates.limited(candidates.jargon_terms(notes, others, extractor.language), len(words))
    if not terms:
        return []
    written = candidates.find_written(words, terms, extractor)
    written_places = {at for places in written for place in places for at in place}
    ngrams = candidates.find_ngrams(words, terms, written_places, extractor.language)
    expected = ExpectedNear(notes, alignments, terms, words)
    pairs = candidates.find_similar_pairs(terms, ngrams, expected, extractor.language)
    meeting = MeetingWords.gather(notes, words, extractor)
    spelling = spelling_similarity([terms[p.term].letters for p in pairs], [ngrams[p.ngram].letters for p in pairs])
    written_at = [sorted(words[place.start].start for place in places) for places in written]
    found: list[MishearingCandidate] = []
    for pair, letters in zip(pairs, spelling.tolist(), strict=True):
        term, ngram = terms[pair.term], ngrams[pair.ngram]
        if ngram.letters != term.letters and meeting.is_misspelling(term, ngram):
            continue
        shared = meeting.evidence(term, ngram, pair, letters)
        for at in ngram.at[: MAX_CANDIDATES - len(found)]:
            if _seconds_from(written_at[pair.term], words[at].start) >= MIN_SECONDS_FROM_WRITTEN:
                near = expected.at(pair.term, at) if term.own else 0.0
                evidence = shared._replace(expected_here=near, recogniser_doubt=meeting.doubt(at, ngram.length))
                found.append(MishearingCandidate(term, ngram, at, evidence))
    return found


def _seconds_from(times: Sequence[float], moment: float) -> float:
    """How far the nearest of the rising `times` is."""
    after = bisect_left(times, moment)
    return min((abs(moment - time) for time in times[max(after - 1, 0) : after + 1]), default=math.inf)

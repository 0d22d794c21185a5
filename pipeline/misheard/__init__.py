"""Which words of the notes were said where the transcript has others: `osquery` as "Oscar a".

Every run of one to four heard words is compared with every word of the notes that is not plain English, by sound and by
spelling (`candidates`). Whether a run that sounds like a term is that term, or is meant as it stands, is a logistic
regression on what speaks for either. `tests/bench/misheard.py` measures it, `misheard_fit.py` beside it fits it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.align import lexical
from pipeline.language import jargon, word_lists
from pipeline.language.terms import Normalizer
from pipeline.language.word_lists import WORD, fold
from pipeline.misheard import candidates, phonetics
from pipeline.misheard.candidates import Heard, Nearness, Pair, Run, Term
from pipeline.records import Alignment, FurtherMoment, Mishearing, Notes, Transcript

Array = NDArray[np.float64]

WORTH_SHOWING = 0.4
"""From this confidence on a hearing is returned."""

FADES = 45.0  # seconds beside the moment of a block in which its words still are to be expected
SPAN = 120.0  # seconds a block may be long before it tells less of any moment in it
STANDS = 4.0  # seconds from where a term stands as it is written: there nothing else is looked for
HEAVY = 6.0  # weight of a term from which more of it proves no more
SLIP = 0.8  # likeness of the spelling from which a term may be a slip of the pen
PART = 3  # letters of a word that may be a part of a term
UNKNOWN = 0.5  # what is not known of a word: how rare it is, or how sure the recogniser was

WEIGHTS = {
    "sound": 12.43,  # 0..1
    "letters": 2.07,  # likeness of the spelling, 0..1
    "weight": 0.08,  # of the term: how much there is to hear
    "joined": 3.22,  # the same letters, but for the spaces
    "compound": -0.24,  # of everyday words
    "acronym": -1.54,
    "near": 4.93,  # a block that has the term was found here, 0..1
    "rarity": 1.69,  # of the heard words in the language, 0..1
    "often": -3.17,  # heard words that are everyday words are meant as they stand, all the more if said often
    "doubt": 0.88,  # of the recogniser about the word it doubts most, 0..1
    "hollow": -0.08,  # an everyday part of the term is there, the rest is not: "a query", 0..1
    "written": -0.87,  # heard words that the notes have too, 0..1
}
"""Of the logistic regression; the names are those of the evidence."""

BIAS = -15.61

_MARKS = ".,;:!?…\"'“”‘’()[]-–— "


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where a term may have been said: that of the first word of the run. `evidence` in order of WEIGHTS."""

    term: Term
    run: Run
    at: int
    evidence: tuple[float, ...]


def find_mishearings(
    notes: Notes, transcript: Transcript, alignments: Iterable[Alignment], *, others: Iterable[str] = ()
) -> tuple[Mishearing, ...]:
    """The moments in which a term of the notes was probably said, but other words stand in the transcript.

    `alignments` are where the blocks of the notes were found; `others` is the Markdown of the other notes of the
    folder, whose terms take clearer evidence. In time order, never overlapping, each at least WORTH_SHOWING sure.
    """
    words = list(candidates.words(transcript))
    found = find_candidates(notes, words, alignments, others=others)
    if not found:
        return ()
    evidence = np.array([candidate.evidence for candidate in found])
    sure = confidence(evidence)
    sound, letters = -evidence[:, 0], [-len(candidate.term.letters) for candidate in found]
    places = [candidate.at for candidate in found]
    hearings = []
    free = np.ones(len(words), dtype=np.bool_)
    # Of several that are sure, the one that sounds most alike, and of those the longest: "OS query D" is osqueryd.
    for row in np.lexsort(np.array([places, letters, sound, -sure.round(1)])):
        candidate = found[row]
        here = slice(candidate.at, candidate.at + candidate.run.length)
        if sure[row] >= WORTH_SHOWING and free[here].all():
            free[here] = False
            hearings.append(_hearing(candidate.term, words[here], float(sure[row])))
    return tuple(sorted(hearings, key=lambda hearing: hearing.start))


def confidence(evidence: Array) -> Array:
    """How probable it is that each term was said. `evidence` has a row for each, with columns as WEIGHTS."""
    sure: Array = 1 / (1 + np.exp(-(evidence @ np.array(list(WEIGHTS.values())) + BIAS)))
    return sure


def _hearing(term: Term, words: Sequence[Heard], sure: float) -> Mishearing:
    heard = " ".join(word.text for word in words).strip(_MARKS)
    return Mishearing(words[0].start, words[-1].end, term.text, heard, round(sure, 3))


def find_candidates(
    notes: Notes, words: Sequence[Heard], alignments: Iterable[Alignment], *, others: Iterable[str] = ()
) -> list[Candidate]:
    """Every place that sounds at all like a term, with what speaks for and against it."""
    normalizer = Normalizer(word_lists.detect(word.text for word in words))
    terms = candidates.terms(notes, others, normalizer.language)
    stands = candidates.standing(words, terms, normalizer)
    taken = {at for places in stands for place in places for at in place}
    runs = candidates.runs(words, taken, normalizer.language)
    near = _nearness(notes, alignments, terms, words)
    pairs = candidates.pairs(terms, runs, near, normalizer.language)
    evidence = _Evidence.gather(notes, words, normalizer)
    letters = lexical.spelled_alike([terms[p.term].letters for p in pairs], [runs[p.run].letters for p in pairs])
    found = []
    for pair, spelling in zip(pairs, letters.tolist(), strict=True):
        term, run = terms[pair.term], runs[pair.run]
        if run.letters != term.letters and evidence.slip(term, run):
            continue
        shared = evidence.of_pair(term, run, pair, spelling)
        written = [words[place.start].start for place in stands[pair.term]]
        for at in run.at:
            if all(abs(words[at].start - time) >= STANDS for time in written):
                expected = float(near[pair.term, at]) if term.own else 0.0
                row = shared | {"near": expected, "doubt": evidence.doubt(at, run.length)}
                found.append(Candidate(term, run, at, tuple(row[name] for name in WEIGHTS)))
    return found


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What is known of a meeting's words."""

    words: Sequence[Heard]
    normalizer: Normalizer
    written: frozenset[str]  # the words of the notes
    rarities: dict[str, float]  # of the words asked for so far

    @classmethod
    def gather(cls, notes: Notes, words: Sequence[Heard], normalizer: Normalizer) -> _Evidence:
        written = frozenset(token for block in notes.blocks for token in WORD.findall(fold(block.text)))
        return cls(words, normalizer, written, {})

    def of_pair(self, term: Term, run: Run, pair: Pair, spelling: float) -> dict[str, float]:
        rarity = sum(self._rarity(token) for token in run.tokens) / len(run.tokens)
        return {
            "sound": pair.sound,
            "letters": spelling,
            "weight": min(pair.weight, HEAVY),
            "joined": float(run.letters == term.letters),
            "compound": float(term.worth == jargon.WORTH_COMPOUND),
            "acronym": float(term.worth == jargon.WORTH_ACRONYM),
            "rarity": rarity,
            "often": math.log(len(run.at)) * (1 - rarity),
            "hollow": _hollow(term, run, pair),
            "written": self._written(term, run),
        }

    def slip(self, term: Term, run: Run) -> bool:
        """Whether the notes misspell an everyday word: it was heard right."""
        core = run.core(self.normalizer.language)
        if len(core) > 1 or self._rarity(core[0]) == 1:
            return False
        return bool(lexical.spelled_alike([term.letters], [core[0]])[0] >= SLIP)

    def doubt(self, at: int, length: int) -> float:
        """The recogniser's doubt about the word it doubts most, 0..1."""
        known = [word.probability for word in self.words[at : at + length] if word.probability is not None]
        return 1 - min(known) if known else UNKNOWN

    def _rarity(self, token: str) -> float:
        if not self.normalizer.language.rarity:
            return UNKNOWN
        if token not in self.rarities:
            self.rarities[token] = float(self.normalizer.rarity([self.normalizer.stem(token)])[0])
        return self.rarities[token]

    def _written(self, term: Term, run: Run) -> float:
        """Share of the telling heard words that stand in the notes and are no part of the term."""
        telling = [token for token in run.tokens if token not in self.normalizer.language.stop]
        known = sum(token in self.written and token not in term.letters for token in telling)
        return known / len(telling) if telling else 0.0


def _hollow(term: Term, run: Run, pair: Pair) -> float:
    """How much less alike the two are without the part of the term that stands in the run as it is written, 0..1."""
    part = max((token for token in run.tokens if len(token) >= PART and token in term.letters), key=len, default="")
    if not part:
        return 0.0
    left = max(pair.weight - float(phonetics.weight([phonetics.read(part)])[0]), 0.3)
    return max(pair.sound - max(1 - pair.distance / left, 0.0), 0.0)


def _nearness(notes: Notes, alignments: Iterable[Alignment], terms: Sequence[Term], words: Sequence[Heard]) -> Nearness:
    """How much each term these notes have is to be expected at each word: a block that has it was found there."""
    time = np.array([word.start for word in words], dtype=np.float64)
    near = np.zeros((sum(term.own for term in terms), len(words)), dtype=np.float32)
    placed = {alignment.block_id: alignment for alignment in alignments}
    beginning: dict[str, list[int]] = defaultdict(list)
    for t, term in enumerate(terms[: len(near)]):
        beginning[term.tokens[0]].append(t)
    for block in notes.blocks:
        if (alignment := placed.get(block.id)) is None or block.template:
            continue
        tokens = tuple(WORD.findall(fold(block.text)))
        named = {
            t
            for at, token in enumerate(tokens)
            for t in beginning.get(token, ())
            if tokens[at : at + len(terms[t].tokens)] == terms[t].tokens
        }
        moments: tuple[Alignment | FurtherMoment, ...] = (alignment, *alignment.also)
        for moment in moments if named else ():
            away = np.maximum(np.maximum(moment.start - time, time - moment.end), 0.0)
            narrow = min(SPAN / max(moment.end - moment.start, SPAN), 1.0) ** 0.5
            expected = (moment.confidence * narrow * np.exp(-away / FADES)).astype(np.float32)
            for t in named:
                near[t] = np.maximum(near[t], expected)
    return near

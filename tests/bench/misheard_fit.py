"""Fit the weights of `pipeline/misheard/evidence.py`: what speaks for a misheard term, and how much.

Run as `python -m tests.bench.misheard_fit --notes FOLDER --cases FOLDER [--cache FOLDER]`; prints WEIGHTS and BIAS.
Right examples come from the readings of `tests/bench/misheard.py`. Wrong ones come from there too, and from real
meetings (`<set>/<meeting>/{notes.md, transcript.vtt}`), every other one: in their notes each term is exchanged for one
of the office hours, after aligning. Nobody said it, and yet it stands in a block that was found.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from pipeline import align, cues
from pipeline import notes as reader
from pipeline.arrays import FloatArray, logistic
from pipeline.language import jargon
from pipeline.language.words import folded_words
from pipeline.misheard import MishearingCandidate, candidates, find_candidates
from pipeline.misheard.evidence import Evidence
from pipeline.records import Notes, Transcript
from tests.bench.misheard import SAID_RADIUS_SECONDS, SETS, letters_of, readings, said

REAL_MEETING_WEIGHT = 0.2
"""What an example of a real meeting counts: in a reading, terms fall twenty times as often."""

RIDGE = 1e-4

Example = tuple[Evidence, float, float]
"""Evidence, whether the term was said (1 or 0), what the example counts."""


def of_readings(folder: Path, cache: Path) -> Iterator[Example]:
    """Of the runs around a moment in which a term was said, only the one most like it is the term."""
    for reading in readings(folder, SETS["tune"], cache):
        words = list(candidates.heard_words(reading.transcript))
        alignments = align.align(reading.notes, reading.transcript).alignments
        found = find_candidates(reading.notes, words, alignments, others=reading.others)
        moments = defaultdict(list)
        for one in said(reading, {letters_of(candidate.term.text) for candidate in found}):
            moments[one.term].append(one.at)
        around: dict[tuple[str, float], list[MishearingCandidate]] = defaultdict(list)
        for candidate in found:
            at, term = words[candidate.at].start, letters_of(candidate.term.text)
            nearest = min(moments[term], key=lambda moment: abs(moment - at), default=None)
            if nearest is None or abs(nearest - at) > SAID_RADIUS_SECONDS:
                yield candidate.evidence, 0.0, 1.0
            else:
                around[term, nearest].append(candidate)
        for several in around.values():
            yield max(several, key=_similarity).evidence, 1.0, 1.0


def _similarity(candidate: MishearingCandidate) -> float:
    return candidate.evidence.phonetic_similarity + 0.5 * candidate.evidence.spelling_similarity


def of_meetings(cases: Path, terms: dict[str, float]) -> Iterator[Example]:
    """All wrong, but for what has the same letters by chance."""
    chance = random.Random(5)
    for path in sorted(cases.glob("*/*/notes.md"))[::2]:
        notes, transcript = reader.read(path), cues.read(path.with_name("transcript.vtt"))
        alignments = align.align(notes, transcript).alignments
        words = list(candidates.heard_words(transcript))
        for candidate in find_candidates(_exchanged(notes, transcript, terms, chance), words, alignments):
            if candidate.ngram.letters != candidate.term.letters:
                yield candidate.evidence, 0.0, REAL_MEETING_WEIGHT


def _exchanged(notes: Notes, transcript: Transcript, terms: dict[str, float], chance: random.Random) -> Notes:
    """`notes` with another term of the same worth for each of theirs."""
    heard = {token for segment in transcript.heard for token in folded_words(segment.text)}
    unheard = defaultdict(list)
    for term, worth in terms.items():
        if not heard.issuperset(folded_words(term)):
            unheard[worth].append(term)
    other = {term: chance.choice(unheard[worth]) for term, worth in jargon.find_jargon(notes).items() if unheard[worth]}
    if not other:
        return notes
    any_term = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(other, key=len, reverse=True)))})\b")
    sections = tuple(
        replace(
            section,
            blocks=tuple(
                replace(block, text=any_term.sub(lambda term: other[term[0]], block.text), speaker=None)
                for block in section.blocks
            ),
        )
        for section in notes.sections
    )
    return replace(notes, sections=sections)


def fit(examples: list[Example]) -> tuple[FloatArray, float]:
    """Logistic regression on standardised evidence."""
    table = np.array([evidence for evidence, _, _ in examples])
    right, share = (np.array(column) for column in list(zip(*examples, strict=True))[1:])
    share /= share.sum()
    mean, spread = share @ table, np.maximum(table.std(axis=0), 1e-6)
    table = (table - mean) / spread

    def loss(flat: FloatArray) -> tuple[float, FloatArray]:
        score = table @ flat[:-1] + flat[-1]
        pull = share * (logistic(score) - right)
        value = share @ (np.logaddexp(0, score) - right * score) + RIDGE * (flat[:-1] @ flat[:-1])
        return float(value), np.append(pull @ table + 2 * RIDGE * flat[:-1], pull.sum())

    best = minimize(loss, np.zeros(table.shape[1] + 1), jac=True, method="L-BFGS-B").x
    weights = best[:-1] / spread
    return weights, float(best[-1] - weights @ mean)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=Path, required=True)
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--cache", type=Path)
    options = parser.parse_args()
    terms = {
        term: worth
        for path in sorted(options.notes.glob("2*.md"))
        for term, worth in jargon.find_jargon(reader.read(path)).items()
    }
    with tempfile.TemporaryDirectory() as scratch:
        examples = [*of_readings(options.notes, options.cache or Path(scratch)), *of_meetings(options.cases, terms)]
    print(f"{len(examples)} examples, {sum(right for _, right, _ in examples):.0f} right")
    weights, bias = fit(examples)
    for name, weight in zip(Evidence._fields, weights, strict=True):
        print(f"    {name}={weight:.2f},")
    print(f"BIAS = {bias:.2f}")


if __name__ == "__main__":
    main()

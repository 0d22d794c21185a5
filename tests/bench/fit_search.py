"""Fits the weights of the search's ranking, and says what they do for kinds of meetings they were not fitted on.

    python -m tests.bench.fit_search CASES [--without SETS] [--rounds N]

Queries and answers are those of `tests.bench.relevance`. For each query the features of everything that matches are
taken from the index once; the weights are then moved one by one, as long as recall@5 and MRR, over all three kinds of
queries, get better (coordinate ascent; D. Metzler, W. B. Croft, "Linear feature-based models for information
retrieval", 2007). Printed are these figures with all sets, and with weights that were fitted without the set that is
asked for. `heading`, `notes` and `recent` are not in these meetings, and stay as they are.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline import evaluate
from pipeline.arrays import FloatArray
from pipeline.config import Settings
from pipeline.errors import InvalidQuery
from pipeline.refresh import Archive
from pipeline.search import (
    BATCH_PASSAGES,
    DEDUPE_SECONDS,
    MAX_PARTIAL,
    MIN_EXACT_HITS,
    READ_PARTIAL,
    READ_PASSAGES,
    RELATIVE_CUTOFF,
    Ranking,
)
from pipeline.search.index import Snapshot
from pipeline.search.match import CompiledQuery, compile_query
from pipeline.search.query import parse_words
from pipeline.search.ranking import (
    MAX_WORDS,
    MIN_IDF,
    PARTIAL,
    TOGETHER,
    Features,
    RankingWeights,
    WordDensity,
    WordsAround,
    scored,
)
from tests.bench.relevance import MAX_MOMENTS, Asked, Windows, load, queries

FITTED = ("share", "near", "further", "meeting", "closeness")
"""Features whose weights are moved; `own` is the unit."""

STEPS = (0.0, 0.7, 1.4)
ADDED = (0.2,)
MIN_GAIN = 0.0005

_TEXT_FEATURES = [Features._fields.index(name) for name in ("share", "closeness", "heading")]


class Tier(NamedTuple):
    """What matches: features, meetings and moments, whether that is right, and whether it has all of the words."""

    features: FloatArray
    moments: Sequence[tuple[str, float, bool, bool]]


class Case(NamedTuple):
    """A query of a kind and a set, and what the index has for it."""

    kind: str
    group: str
    together: Tier
    partial: Tier


def collect(archive: Archive, windows: Windows, asked: Sequence[Asked]) -> list[Case]:
    """The features of everything that matches, for every query."""
    cases = []
    with archive.index.reading() as snapshot:
        for kind, able, typed in queries(asked, windows):
            for one, text in zip(able, typed, strict=True):
                try:
                    query = compile_query(snapshot, parse_words(f"{text} in:transcript"))
                except InvalidQuery:
                    continue
                if not query.groups:
                    continue
                partial = query.informative(MIN_IDF, MAX_WORDS)
                together = _tier(snapshot, one, query, query, whole=True)
                cases.append(Case(kind, one.group, together, _tier(snapshot, one, partial, query, whole=False)))
            print(f"{kind}: {len(able)} queries", flush=True)
    return cases


def _tier(snapshot: Snapshot, one: Asked, query: CompiledQuery, all_of: CompiledQuery, *, whole: bool) -> Tier:
    match = query.all_in(snapshot) if whole else query.any_in(snapshot)
    found = snapshot.best(match, BATCH_PASSAGES if whole else MAX_PARTIAL)
    ranking, rows, moments = Ranking(snapshot, query), [], []
    for each in scored(snapshot, query, (WordDensity if whole else WordsAround)(snapshot, query), found):
        if read := ranking._read(query, each):
            full, candidate = read
            at = candidate.found[candidate.first].start if candidate.found else 0
            start = candidate.passage.starts[candidate.passage.word_at(at)]
            has = {found.group for found in all_of.finder.find(candidate.passage.text)}
            is_right = candidate.slug == one.slug and evaluate.is_inside(start, one.gold)
            rows.append(full.features)
            moments.append((candidate.slug, start, is_right, len(has) == len(all_of.groups)))
    return Tier(np.array(rows, float).reshape(-1, len(Features._fields)), moments)


def rank(case: Case, together: FloatArray, partial: FloatArray) -> int | None:
    """The rank of the first right moment, from 0 on."""
    seen: list[tuple[str, float]] = []
    for tier, weights, limit, is_partial in (
        (case.together, together, MAX_MOMENTS, False),
        (case.partial, partial, MIN_EXACT_HITS, True),
    ):
        if not len(tier.features):
            continue
        without_text = weights.copy()
        without_text[_TEXT_FEATURES] = 0
        first = np.argsort(-(tier.features @ without_text), kind="stable")[
            : READ_PARTIAL if is_partial else READ_PASSAGES
        ]
        worth = tier.features[first] @ weights
        for at in np.argsort(-worth, kind="stable"):
            slug, start, is_right, has_all = tier.moments[first[at]]
            if len(seen) >= max(limit, 1) or (is_partial and worth[at] < RELATIVE_CUTOFF * worth.max()):
                break
            if (is_partial and has_all) or any(slug == s and abs(start - o) <= DEDUPE_SECONDS for s, o in seen):
                continue
            if is_right:
                return len(seen)
            seen.append((slug, start))
    return None


def figures(cases: Sequence[Case], together: FloatArray, partial: FloatArray) -> dict[str, tuple[float, float]]:
    """recall@5 and MRR of each kind of query, as means over the sets."""
    ranks: dict[str, dict[str, list[int | None]]] = defaultdict(lambda: defaultdict(list))
    for case in cases:
        ranks[case.kind][case.group].append(rank(case, together, partial))
    return {
        kind: (
            statistics.mean(statistics.mean(at is not None and at < 5 for at in ats) for ats in by_set.values()),
            statistics.mean(
                statistics.mean(0.0 if at is None else 1 / (at + 1) for at in ats) for ats in by_set.values()
            ),
        )
        for kind, by_set in ranks.items()
    }


def fit(cases: Sequence[Case], rounds: int) -> tuple[FloatArray, FloatArray]:
    """The weights, for passages with all of the words and for others."""
    weights = [_array(TOGETHER), _array(PARTIAL)]

    def goodness() -> float:
        return sum(sum(pair) for pair in figures(cases, *weights).values())

    best = goodness()
    for _ in range(rounds):
        before = best
        for array in weights:
            for name in FITTED:
                at = Features._fields.index(name)
                known = array[at]
                for value in {*(known * step for step in STEPS), *(known + more for more in ADDED)}:
                    array[at] = value
                    if (found := goodness()) > best + MIN_GAIN:
                        best, known = found, value
                array[at] = known
        if best == before:
            break
    return weights[0], weights[1]


def _array(weights: RankingWeights) -> FloatArray:
    return np.array([getattr(weights, name) for name in Features._fields], float)


def _shown(found: dict[str, tuple[float, float]]) -> str:
    return "  ".join(f"{kind} {recall:.3f}/{mrr:.3f}" for kind, (recall, mrr) in found.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--without", default="", metavar="SETS", help="leave out these sets, separated by commas")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive.open(Settings(data_dir=Path(folder)))
        asked, texts, moments = load(options.cases, archive, without=options.without.split(","))
        cases = collect(archive, Windows(texts, moments, None), asked)
        archive.close()
    print("as it is:     ", _shown(figures(cases, _array(TOGETHER), _array(PARTIAL))), flush=True)
    together, partial = fit(cases, options.rounds)
    print("fitted on all:", _shown(figures(cases, together, partial)), flush=True)
    for name, array in (("TOGETHER", together), ("PARTIAL", partial)):
        print(name, ", ".join(f"{field}={array[at]:.2f}" for at, field in enumerate(Features._fields)), flush=True)
    left_out: dict[str, dict[str, tuple[float, float]]] = {}
    for group in sorted({case.group for case in cases}):
        fitted = fit([case for case in cases if case.group != group], options.rounds)
        left_out[group] = figures([case for case in cases if case.group == group], *fitted)
    means = {
        kind: (
            statistics.mean(each[kind][0] for each in left_out.values()),
            statistics.mean(each[kind][1] for each in left_out.values()),
        )
        for kind in next(iter(left_out.values()))
    }
    print("kinds left out:", _shown(means))


if __name__ == "__main__":
    main()

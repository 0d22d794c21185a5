"""Moments that mean what a query says, in whatever words: found by the sentence model, fused with those of the words.

Both lists count by their ranks, that of the words the less, the less of the query they have (after G. Cormack,
C. Clarke, S. Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning methods", 2009). What
has all of the words never makes room for what the model finds.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from pipeline.meaning.near import Near
from pipeline.records import PassageSource
from pipeline.search.documents import Field, Part, part_of
from pipeline.search.hits import DEDUPE_SECONDS, Candidate, moment_of
from pipeline.search.index import Snapshot
from pipeline.search.match import CompiledQuery
from pipeline.search.snippet import closest

MAX_NEAREST = 40
"""Moments the model is asked for."""

MIN_SIMILARITY = 0.15
"""Cosine, below which a moment has little to do with a query."""

RANK_OFFSET = 60
"""The constant of the fusion: how little the first ranks stand out."""

MIN_WEIGHT = 0.1
"""What a rank of the model's counts, where one of the words counts as much as its share of the query. It counts as much
more as there are words in the query that occur nowhere: then it is probably said in others, or in another language.
"""

_WINDOW_SECONDS = 120  # in which a window of speech begins that has a moment in it
_MAX_WINDOWS = 20


class Nearest(Protocol):
    """Answers with the moments closest in meaning, or None where there is no model."""

    def __call__(self, query: str, limit: int, keys: Collection[str] | None = None, /) -> Sequence[Near] | None: ...


def meant(snapshot: Snapshot, query: CompiledQuery, nearest: Nearest) -> list[Candidate]:
    """The moments of the transcripts that are closest to a query, the closest first."""
    if query.text is None or PassageSource.TRANSCRIPT not in query.sources:
        return []
    near = nearest(query.text, MAX_NEAREST, query.meetings) or ()
    found = (_candidate(snapshot, query, each) for each in near if each.similarity >= MIN_SIMILARITY)
    return [candidate for candidate in found if candidate]


def fused(
    snapshot: Snapshot, by_words: Sequence[Candidate], by_meaning: Sequence[Candidate], unknown: float
) -> Iterator[Candidate]:
    """Both, best first. A moment that both found counts by both ranks, and is shown with its words.

    Args:
        unknown: the share of the query's words that occur nowhere.
    """
    weight = MIN_WEIGHT + unknown
    worth = [each.share / (RANK_OFFSET + rank) for rank, each in enumerate(by_words, start=1)]
    moments = [(each.slug, moment_of(snapshot, each)) for each in by_words]
    found_twice: set[int] = set()
    others: list[tuple[float, Candidate]] = []
    for rank, each in enumerate(by_meaning, start=1):
        value = weight / (RANK_OFFSET + rank)
        same = _same_moment(moments, each.slug, moment_of(snapshot, each))
        if same is None:
            others.append((value, each))
        elif same not in found_twice:
            found_twice.add(same)
            worth[same] += value
    # Of equal ones those with the words come first.
    both = [(-value, 0, number, each) for number, (value, each) in enumerate(zip(worth, by_words, strict=True))]
    both += [(-value, 1, number, each) for number, (value, each) in enumerate(others)]
    yield from (each for *_, each in sorted(both, key=lambda found: found[:3]))


def _same_moment(moments: Sequence[tuple[str, float | None]], slug: str, start: float | None) -> int | None:
    """The first that is in the same meeting and as close as hits that are one."""
    for number, (other, moment) in enumerate(moments):
        if other == slug and start is not None and moment is not None and abs(moment - start) <= DEDUPE_SECONDS:
            return number
    return None


def _candidate(snapshot: Snapshot, query: CompiledQuery, near: Near) -> Candidate | None:
    second = int(near.start)
    of_meeting = snapshot.term(Field.PART, part_of(near.key, Part.TRANSCRIPT))
    windows = snapshot.all_of([of_meeting, snapshot.between(Field.START, max(second - _WINDOW_SECONDS, 0), second)])
    read = (snapshot.passage(address) for _, address in snapshot.best(windows, _MAX_WINDOWS))
    passages = [stored.passage for stored in read if stored]
    if not passages:
        return None
    passage = max(passages, key=lambda passage: passage.starts[0])
    word = max(bisect_right(passage.starts, near.start) - 1, 0)
    if query.excludes(passage.text) or not query.is_said_by_them(passage, word):
        return None
    found = tuple(query.finder.find_in(passage))
    return Candidate(near.key, passage, PassageSource.TRANSCRIPT, found, closest(found)[1], start=near.start)

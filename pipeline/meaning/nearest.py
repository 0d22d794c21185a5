"""The moments of an archive whose next half minute is closest in meaning to what somebody asks for."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator

import numpy as np

from pipeline.arrays import Float32Array, FloatArray
from pipeline.meaning import vector_file
from pipeline.meaning.cache import VectorCache
from pipeline.meaning.near import Near
from pipeline.meaning.vectors import NEXT_30, cosines

MIN_DISTANCE_SECONDS = 30.0  # between answers of one transcript: windows that are closer share words


def nearest(
    cache: VectorCache, encoder: str, query: Float32Array, limit: int, names: Collection[str] | None = None
) -> list[Near]:
    """The closest first, and only moments that are closer than all around them; none that is unlike the query.

    Args:
        encoder: the name of the one that made `query`, a unit vector. Vectors by any other are passed over.
        names: of the transcripts to look in; None: all that are kept.
    """
    kept = cache.names()
    best: list[tuple[float, str, float]] = []  # a heap, the worst on top
    for name in kept if names is None else set(names).intersection(kept):
        found = vector_file.read_window(cache.path(name), NEXT_30, encoder)
        if found is None:
            continue
        start, levels = found
        similarity = cosines(levels, query)
        for moment in peaks(start, similarity):
            answer = (float(similarity[moment]), name, float(start[moment]))
            if len(best) < limit:
                heapq.heappush(best, answer)
            elif answer <= heapq.heappushpop(best, answer):
                break
    return [Near(name, start, similarity) for similarity, name, start in sorted(best, reverse=True)]


def peaks(start: FloatArray, similarity: Float32Array) -> Iterator[int]:
    """Moments that are more similar than all within MIN_DISTANCE_SECONDS, the most similar first; only above 0."""
    for moment in np.argsort(-similarity, kind="stable"):
        if similarity[moment] <= 0:
            return
        first = np.searchsorted(start, start[moment] - MIN_DISTANCE_SECONDS, side="right")
        after = np.searchsorted(start, start[moment] + MIN_DISTANCE_SECONDS, side="left")
        if first + similarity[first:after].argmax() == moment:
            yield int(moment)

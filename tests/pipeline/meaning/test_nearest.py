"""Which moments of which transcripts are answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.meaning.cache import VectorCache
from pipeline.meaning.nearest import nearest, peaks
from pipeline.meaning.vectors import MAX_COMPONENT, MAX_LEVEL
from tests.pipeline.meaning.speech import ENCODER, keep, speech, topic


@pytest.fixture
def cache(tmp_path: Path) -> VectorCache:
    return VectorCache(tmp_path)


def found(cache: VectorCache, limit: int = 10, names: list[str] | None = None) -> list[tuple[str, float, int]]:
    """Name, second and level of the moments nearest to the first topic."""
    near = nearest(cache, ENCODER, topic(0), limit, names)
    return [(each.key, each.start, round(each.similarity * MAX_LEVEL / MAX_COMPONENT)) for each in near]


@pytest.mark.parametrize(
    ("similarity", "expected"),
    [
        ([5, 9, 5, 1, 1, 4, 2], [1, 5]),  # one each 10 s: of a hill only the top
        ([9, 1, 1, 8, 1, 1, 7], [0, 3, 6]),  # 30 s apart
        ([9, 1, 8, 1, 7, 1, 6], [0]),  # each has a higher one within 30 s
        ([9, 8, 7, 6, 5, 4, 3], [0]),  # a slope has no top, however long it is
        ([1, 1, 5, 5, 5, 1, 1], [2]),  # of a plateau the first
        ([0, 0, 0, -5, 0, 0, 0], []),  # unlike
        ([], []),
    ],
)
def test_only_moments_closer_than_all_around_them(similarity: list[int], expected: list[int]) -> None:
    assert list(peaks(np.arange(len(similarity), dtype=np.float64) * 10, np.array(similarity, np.float32))) == expected


def test_the_closest_of_all_transcripts_come_first(cache: VectorCache) -> None:
    """However many moments one of them has."""
    keep(cache, "garden", speech([20, 1, 1, 90, 1, 1, 60, 1, 1, 50]))
    keep(cache, "choir", speech([5, 80, 5]))
    keep(cache, "bees", speech([70, 1, 1, 1], about=1))

    everything = [
        ("garden", 30.0, 90),
        ("choir", 10.0, 80),
        ("garden", 60.0, 60),
        ("garden", 90.0, 50),
        ("garden", 0.0, 20),
    ]
    assert found(cache) == everything
    assert [found(cache, limit) for limit in (1, 2, 3)] == [everything[:1], everything[:2], everything[:3]]


def test_only_the_transcripts_that_are_asked_for(cache: VectorCache) -> None:
    """One that is not kept has no moments."""
    keep(cache, "garden", speech([20]))
    keep(cache, "choir", speech([80]))

    assert found(cache, names=["garden", "missing"]) == [("garden", 0.0, 20)]
    assert found(cache, names=[]) == []


def test_what_cannot_be_compared_is_passed_over(cache: VectorCache) -> None:
    """Another encoder's vectors, and what is no such file."""
    keep(cache, "garden", speech([20]))
    keep(cache, "old", speech([80]), encoder="another 1.0")
    cache.path("torn").write_bytes(cache.path("garden").read_bytes()[:900])
    cache.path("folder").mkdir()

    assert found(cache) == [("garden", 0.0, 20)]


def test_a_cosine_is_that_of_the_vectors(cache: VectorCache) -> None:
    keep(cache, "garden", speech([127]))

    (near,) = nearest(cache, ENCODER, topic(0), 1)

    assert near.similarity == pytest.approx(MAX_COMPONENT)

"""The choice among a block's best places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from pipeline import notes
from pipeline.align.features import FEATURES, TURN_LENGTH
from pipeline.align.outline import Outline, build_outline
from pipeline.align.reranking import MAX_PEAKS, ChoiceWeights, PeakFeature, Peaks, Reranker, choice_probabilities
from pipeline.arrays import Float32Array

TIME = np.arange(0, 900, 10.0)
PLACES = (100.0, 300.0, 500.0)


@dataclass(frozen=True)
class Meeting:
    """Two bullets; each may be at any of PLACES."""

    outline: Outline
    posterior: Float32Array
    table: Float32Array

    @property
    def reranker(self) -> Reranker:
        return Reranker(self.outline, TIME, self.posterior, self.posterior)

    def peaks(self) -> Peaks:
        ((rows, crowd),) = self.reranker.crowds([slice(0, 2)])
        return self.reranker.peaks(rows, crowd, self.table)


@pytest.fixture
def meeting() -> Meeting:
    posterior = np.full((2, len(TIME)), 1e-4, dtype=np.float32)
    for unit, shares in zip(np.searchsorted(TIME, PLACES), [(0.5, 0.2), (0.3, 0.5), (0.2, 0.3)], strict=True):
        posterior[:, unit] = shares
    posterior /= posterior.sum(axis=1, keepdims=True)
    table = np.zeros((len(FEATURES), 2, len(TIME)), dtype=np.float32)
    table[FEATURES.index(TURN_LENGTH), :, np.searchsorted(TIME, 510.0)] = 1.0  # just after the last place
    return Meeting(build_outline(notes.parse("# Call\n\n- Compost\n- Pallets\n", name="a.md")), posterior, table)


def test_peaks_are_the_best_places_apart_from_each_other(meeting: Meeting) -> None:
    """The best first; what is around a peak is not another one."""
    peaks = meeting.peaks()

    assert TIME[peaks.units[0, :3]].tolist() == [100.0, 300.0, 500.0]
    assert TIME[peaks.units[1, :3]].tolist() == [300.0, 500.0, 100.0]
    for row, exists in zip(TIME[peaks.units], peaks.exists, strict=True):
        assert np.diff(np.sort(row[exists])).min() >= 40.0
    assert peaks.units.shape == (2, MAX_PEAKS)


def test_features_are_ranks_among_the_peaks(meeting: Meeting) -> None:
    """Whatever its scale is, a feature is -0.5 at the peak that has least of it and 0.5 at the one that has most."""
    peaks = meeting.peaks()

    turn = peaks.ranks[PeakFeature.TURN_LENGTH][0]
    assert turn[2] == 0.5  # the long turn that begins within seconds of it
    assert np.delete(turn, 2) == pytest.approx(np.full(MAX_PEAKS - 1, -0.1))  # they share a rank
    assert peaks.ranks[PeakFeature.TIME][0, :3].tolist() == sorted(peaks.ranks[PeakFeature.TIME][0, :3].tolist())


def test_a_block_is_in_order_after_the_one_before_it(meeting: Meeting) -> None:
    """The second bullet can hardly be at the first place: the first bullet would have to be even earlier."""
    order = meeting.peaks().ranks[PeakFeature.IN_ORDER][1]

    assert order[2] < order[0] < order[1]


def test_the_chosen_peak_takes_over(meeting: Meeting) -> None:
    """The probability around each peak becomes its new share; rows still sum to 1."""
    peaks, reranker = meeting.peaks(), meeting.reranker
    weights = ChoiceWeights(0.0, {PeakFeature.TURN_LENGTH: 50.0})

    found = reranker.reweighted(slice(0, 2), peaks, weights)

    assert found.sum(axis=1) == pytest.approx([1.0, 1.0])
    assert TIME[found.argmax(axis=1)].tolist() == [500.0, 500.0]
    assert found[:, np.searchsorted(TIME, 500.0)].min() > 0.9


def test_their_worth_alone_keeps_the_order_of_the_peaks(meeting: Meeting) -> None:
    """Without a weight for any rank the choice is what the posterior said."""
    share = choice_probabilities(meeting.peaks(), ChoiceWeights(1.0, {}))

    assert (np.diff(share, axis=1) <= 0).all()
    assert share.sum(axis=1) == pytest.approx([1.0, 1.0])

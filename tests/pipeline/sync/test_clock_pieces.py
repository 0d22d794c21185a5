"""Points on lines that are known, with errors and outliers."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.arrays import FloatArray
from pipeline.sync.clock_pieces import FittedLine, fit_pieces

Lags = FloatArray | float


def points(lag_of: Lags, count: int = 600, outliers: float = 0.1) -> tuple[FloatArray, ...]:
    """Times, lags and doubts of one point every two seconds; some of them are quite wrong."""
    rng = np.random.default_rng(1)
    times = np.linspace(0.0, 2.0 * count - 2.0, count)
    lags: FloatArray = lag_of + rng.normal(0, 0.15, count)
    wrong = rng.random(count) < outliers
    lags = np.asarray(np.where(wrong, rng.uniform(-900, 900, count), lags), dtype=np.float64)
    return times, lags, np.full(count, 0.2)


def fitted(lag_of: Lags, count: int = 600) -> list[FittedLine]:
    return fit_pieces(*points(lag_of, count))


def test_one_lag() -> None:
    (piece,) = fitted(-104.3)
    assert piece.level == pytest.approx(-104.3, abs=0.05)
    assert piece.drift == 0.0


@pytest.mark.parametrize("drift", [0.001, -0.001, 1 / 24, -1 / 25])
def test_a_drift(drift: float) -> None:
    (piece,) = fitted(12.0 + drift * np.linspace(0.0, 3998.0, 2000), 2000)
    assert piece.drift == pytest.approx(drift, abs=2e-5)
    assert piece.lag(2000.0) == pytest.approx(12.0 + drift * 2000.0, abs=0.1)


@pytest.mark.parametrize("drift", [0.0, 1 / 24])
def test_jumps_with_and_without_a_drift(drift: float) -> None:
    times = np.linspace(0.0, 3598.0, 1800)
    pieces = fitted(drift * times - 300.0 * (times >= 1000) - 3.0 * (times >= 2500), 1800)

    assert [round(piece.lag(0.0)) for piece in pieces] == [0, -300, -303]
    assert [times[piece.first] for piece in pieces] == pytest.approx([0, 1000, 2500], abs=10)
    assert [piece.drift for piece in pieces] == pytest.approx([drift] * 3, abs=5e-5)


def test_points_of_much_doubt_make_no_pieces_of_their_own() -> None:
    """In a cue of a minute the words are anywhere; its beginning is right."""
    within: FloatArray = np.arange(600) % 20 * np.float64(1.0)
    times, lags, _ = points(-50.0 + within * 0.4, outliers=0.0)
    pieces = fit_pieces(times, lags, 0.1 + within * 0.25)

    assert len(pieces) == 1
    assert pieces[0].level == pytest.approx(-50.0, abs=0.4)


def test_no_points_and_points_that_agree_on_nothing_are_no_pieces() -> None:
    nothing = np.zeros(0)
    assert fit_pieces(nothing, nothing, nothing) == []
    assert fit_pieces(*points(0.0, 40, outliers=1.0)) == []

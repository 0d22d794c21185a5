"""Which excerpts to listen to next."""

from __future__ import annotations

from itertools import pairwise

from pipeline.records import SpeechActivity
from pipeline.sync.excerpt_plan import EXCERPT_SECONDS, candidates, first_count, next_excerpts, usual_drift
from pipeline.sync.said_places import HeardExcerpt, SaidPlace, Stretch

SPEECH = SpeechActivity(tuple((at, at + 4.0) for at in range(0, 2395, 5)), 2400.0)


def heard(start: float, lag: float | None) -> HeardExcerpt:
    places = () if lag is None else (SaidPlace(start - lag, lag, 0.5, 20.0),)
    return HeardExcerpt((start, start + EXCERPT_SECONDS), 40, 40, places)


def next_of(*excerpts: HeardExcerpt, count: int = 3) -> list[Stretch]:
    return next_excerpts(candidates(SPEECH), excerpts, SPEECH.duration, count)


def test_the_first_ones_are_all_over_the_recording() -> None:
    found = next_of(count=8)
    assert len(found) == 8
    assert max(two - one for (one, _), (two, _) in pairwise(found)) < 360


def test_the_next_ones_are_between_those_that_do_not_agree() -> None:
    excerpts = [heard(float(at), -100.0 if at < 1000 else -160.0) for at in range(150, 2400, 300)]
    found = next_of(*excerpts)
    assert len(found) == 3
    assert all(750 < start < 1050 for start, _ in found)
    assert any(870 < start < 930 for start, _ in found)


def test_an_excerpt_without_a_place_does_not_hide_a_cut() -> None:
    lags = {900: None, **dict.fromkeys(range(50, 900, 170), -100.0), **dict.fromkeys(range(1070, 2400, 170), -160.0)}
    excerpts = [heard(float(at), lag) for at, lag in sorted(lags.items())]
    found = next_of(*excerpts, count=2)
    assert len(found) == 2
    assert all(730 < start < 1070 for start, _ in found)


def test_where_all_agree_there_is_nothing_more_to_hear() -> None:
    assert not next_of(*(heard(float(at), -100.0) for at in range(50, 2400, 150)))


def test_a_cut_is_not_sought_in_less_than_an_excerpt() -> None:
    excerpts = [heard(float(at), -100.0 if at < 1200 else -160.0) for at in range(2, 2380, 20)]
    assert not next_of(*excerpts)


def test_silence_and_stray_sounds_are_no_excerpts() -> None:
    assert candidates(SpeechActivity(((10.0, 11.0), (40.0, 46.0)), 60.0)) == []
    assert candidates(SpeechActivity(((10.0, 18.0),), 60.0))[0] == (10.0, 18.0)
    long = candidates(SpeechActivity(((10.0, 100.0),), 120.0))
    assert long[0] == (10.0, 10.0 + EXCERPT_SECONDS)
    assert len(long) > 10


def test_a_longer_recording_begins_with_more() -> None:
    assert first_count(1200.0) == 8
    assert first_count(5400.0) == 18


def test_a_drift_is_what_neighbours_agree_with() -> None:
    fast = [heard(float(at), -0.04 * at) for at in range(100, 2400, 200)]
    assert abs(usual_drift(fast) + 1 / 24) < 0.002
    cut = [heard(float(at), -100.0 if at < 1000 else -160.0) for at in range(100, 2400, 200)]
    assert usual_drift(cut) == 0.0

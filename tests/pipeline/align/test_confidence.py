"""What the confidence is computed from."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline import notes
from pipeline.align import decode, weights
from pipeline.align.confidence import Signal
from pipeline.align.outline import build_outline
from pipeline.align.units import build_units
from pipeline.arrays import FloatArray
from tests.pipeline.align.meetings import spoken_topics

SIGNALS = list(Signal)


def placed(lines: list[str]) -> tuple[decode.Comparison, decode.Decision]:
    outline = build_outline(notes.parse("# Call\n\n" + "".join(f"- {line}\n" for line in lines), name="a.md"))
    comparison = decode.compare(outline, build_units(spoken_topics()))
    return comparison, decode.decide(comparison, weights.shipped())


def column(decision: decode.Decision, signal: Signal) -> FloatArray:
    return np.asarray(decision.signals[:, SIGNALS.index(signal)])


def test_a_line_that_says_more_has_more_information() -> None:
    """Heard or not: few words fit anywhere."""
    _, decision = placed(["Badgers", "Badgers, and a quarterly ledger that nobody has ever seen"])

    little, much = column(decision, Signal.INFORMATION)

    assert 0 < little < much


def test_the_nearest_neighbour_is_the_one_before_or_after() -> None:
    """Whichever is closer; of a lone line there is none."""
    comparison, decision = placed(["Badgers", "Quarterly ledger", "Something else"])
    starts = comparison.units.start[decision.picks]
    before, after = np.abs(np.diff(starts))

    gaps = column(decision, Signal.GAP_TO_NEAREST)

    assert gaps == pytest.approx(np.log1p([before, min(before, after), after]))
    assert column(placed(["Badgers"])[1], Signal.GAP_TO_NEAREST).tolist() == [0.0]


def test_a_place_where_others_are_is_crowded() -> None:
    """By the mass of unrelated lines there: about one of two alike, next to nothing of a lone one."""
    _, both = placed(["Badgers", "Badgers"])
    _, lone = placed(["Badgers"])

    assert column(both, Signal.CROWD).min() > 0.2
    assert column(lone, Signal.CROWD).tolist() == pytest.approx([0.0], abs=1e-6)

"""A moment that one block has taken is less likely to be another's."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline import notes
from pipeline.align.explaining_away import explain_away
from pipeline.align.outline import Outline, build_outline
from pipeline.arrays import Float32Array

TIME = np.arange(0, 100, 10.0)


def at(*shares: dict[int, float]) -> Float32Array:
    """One row for each block: these shares at these units, and what is left over spread over all."""
    rows = np.zeros((len(shares), len(TIME)), dtype=np.float32)
    for row, share in zip(rows, shares, strict=True):
        for unit, value in share.items():
            row[unit] = value
        row += (1 - row.sum()) / len(TIME)
    return rows


def outline(source: str) -> Outline:
    return build_outline(notes.parse(f"# Call\n\n{source}", name="a.md"))


def test_the_second_best_place_wins_where_the_best_is_taken() -> None:
    """Both bullets fit the first passage; the one that fits nowhere else keeps it."""
    emission = at({2: 0.9}, {2: 0.45, 7: 0.4})

    explained = explain_away(emission, emission, outline("- Compost\n- Pallets\n"), TIME, known=[])

    assert explained[0].argmax() == 2
    assert explained[1].argmax() == 7
    assert explained.sum(axis=1) == pytest.approx([1.0, 1.0])


def test_a_heading_and_its_bullet_share_a_moment() -> None:
    """They are about the same."""
    emission = at({2: 0.9}, {2: 0.45, 7: 0.4})

    explained = explain_away(emission, emission, outline("## Compost\n\n- Pallets\n"), TIME, known=[])

    assert explained == pytest.approx(emission, abs=1e-6)


def test_what_is_known_is_not_moved() -> None:
    """A correction stays where a person put it, whatever else is there."""
    emission = at({2: 0.9}, {2: 0.45, 7: 0.4})

    explained = explain_away(emission, emission, outline("- Compost\n- Pallets\n"), TIME, known=[1])

    assert explained[1] == pytest.approx(emission[1], abs=1e-6)

"""How much probability lies around each unit, of a block and of the blocks that have nothing to do with it."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline import notes
from pipeline.align.masses import unrelated_mass, window_mass
from pipeline.align.outline import Outline, build_outline

SOURCE = "# Call\n\n## Compost\n\n- Two pallets\n  - from the mill\n\n## Bees\n\n- A swarm\n"
TIME = np.array([0.0, 5.0, 20.0, 26.0, 60.0])


@pytest.fixture
def outline() -> Outline:
    return build_outline(notes.parse(SOURCE, name="a.md"))


def test_a_window_has_what_lies_within_its_radius() -> None:
    """On both sides, its edges included."""
    found = window_mass(np.array([[0.1, 0.2, 0.3, 0.15, 0.25]]), TIME, 6.0)

    assert found[0] == pytest.approx([0.3, 0.3, 0.45, 0.45, 0.25])


@pytest.mark.parametrize("parts", [[slice(0, 5)], [slice(0, 2), slice(2, 3), slice(3, 5)]], ids=["whole", "in slabs"])
def test_what_is_above_and_under_a_block_is_no_rival(outline: Outline, parts: list[slice]) -> None:
    """Compost, its bullet and what is under that do not compete with each other; the bees do with all three."""
    mass = np.random.default_rng(3).dirichlet(np.ones(5), size=5).astype(np.float32)
    near = window_mass(mass, TIME, 6.0)

    found = np.empty((5, 5))
    for rows, others in unrelated_mass(mass, outline, TIME, 6.0, parts):
        found[rows] = others

    assert found[:3] == pytest.approx(np.repeat([near[3:].sum(axis=0)], 3, axis=0), abs=1e-6)
    assert found[3:] == pytest.approx(np.repeat([near[:3].sum(axis=0)], 2, axis=0), abs=1e-6)

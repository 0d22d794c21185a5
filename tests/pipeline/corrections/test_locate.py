"""A block is found again in other notes."""

from __future__ import annotations

import pytest

from pipeline.corrections import locate as module
from pipeline.corrections.locate import BlockLocator, locate


def test_of_alike_blocks_each_finds_its_own() -> None:
    """The same words under other headings, twice under one, and reworded: told apart by place, then by order."""
    among = {
        "a": BlockLocator("Demo by Ana", "Compost", 1),
        "b": BlockLocator("Demo by Ana", "Seeds", 1),
        "c": BlockLocator("Demo by Ana", "Seeds", 2),
        "d": BlockLocator("Insurance", "", 1),
    }
    wanted = [
        BlockLocator("Demo by Ana", "Seeds", 2),
        BlockLocator("Demo of Ana", "Compost"),
        BlockLocator("Demo by Ana", "Seeds", 1),
    ]

    assert locate(wanted, among) == ["c", "a", "b"]
    assert locate([BlockLocator("Quite another thing", "Seeds")], among) == [None]
    assert locate([BlockLocator("Insurance"), BlockLocator("insurance")], among) == ["d", None]


def test_the_work_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many corrections, blocks and letters: some reworded lines are not found then, but all equal ones are."""
    compared = []

    def unlike(one: str, other: str) -> float:
        compared.append((one, other))
        return 0.0

    monkeypatch.setattr(module, "_MAX_WORK", 100 * module._PAIR_WORK)
    monkeypatch.setattr(module, "_text_similarity", unlike)

    many = [BlockLocator(f"the roof {number}") for number in range(200)]
    long = [BlockLocator("x" * 10_000)]
    twins = [BlockLocator("yes", "", number) for number in range(1, 200)]
    blocks = {f"b{number}": BlockLocator(f"the glass {number}") for number in range(200)}
    blocks |= {f"t{number}": BlockLocator("yes", "", number) for number in range(1, 200)} | {
        "y": BlockLocator("y" * 9_999)
    }

    assert locate(long + many + twins, blocks)[201:] == [f"t{number}" for number in range(1, 200)]
    assert 0 < len(compared) <= 100

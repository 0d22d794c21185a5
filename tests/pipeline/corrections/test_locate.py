"""A block is found again in other notes."""

from __future__ import annotations

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

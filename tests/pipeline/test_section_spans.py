"""Where a section was discussed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.notes import parse
from pipeline.records import Alignment, FurtherMoment
from pipeline.section_spans import MAX_BREATH_SECONDS, Span, ends_of, spans_of
from tests.headings import notes, placed


def found(*links: Alignment) -> list[Span]:
    section = replace(notes("Hose").sections[0], blocks=tuple(notes("Hose", "Seeds").blocks))
    return spans_of(section, {link.block_id: link for link in links})


def test_further_moments_belong_to_a_section() -> None:
    """In time order."""
    again = replace(placed("Hose", 600, 700), also=(FurtherMoment(100, 200, 0.8),))

    assert found(again) == [(100, 200), (600, 700)]


@pytest.mark.parametrize(
    ("pause", "spans"),
    [
        (-50.0, [(100, 300)]),
        (MAX_BREATH_SECONDS, [(100, 300)]),
        (MAX_BREATH_SECONDS + 1, [(100, 200), (200 + MAX_BREATH_SECONDS + 1, 300)]),
    ],
)
def test_a_breath_between_two_blocks_belongs_to_the_section(pause: float, spans: list[Span]) -> None:
    """A longer pause makes two spans."""
    assert found(placed("Hose", 100, 200), placed("Seeds", 200 + pause, 300)) == spans


def test_a_guess_covers_nothing() -> None:
    """Only links do."""
    assert found(placed("Hose", 100, 200, 0.3)) == []


SOURCE = """# Call

## Hose

- leaks
  - at the tap
- freezes

### Winter

- drain it

## Seeds
"""


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("Hose", 60.0),  # its own subsection does not close it
        ("Winter", 60.0),
        ("leaks", 30.0),  # nor do the items below it
        ("at the tap", 30.0),
        ("Seeds", 90.0),  # with the recording
    ],
)
def test_a_block_ends_when_the_next_of_its_rank_begins(text: str, end: float) -> None:
    """Whatever is below it belongs to it."""
    read = parse(SOURCE, name="call.md")
    order = ["Hose", "leaks", "at the tap", "freezes", "Winter", "drain it", "Seeds"]
    blocks = {block.text: block for block in read.blocks}
    starts = {blocks[name].id: 10.0 * at for at, name in enumerate(order)}

    assert ends_of(read, starts, 90.0)[blocks[text].id] == end

"""From probabilities to moments: where a passage starts, and what is not linked for its position alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline import notes
from pipeline.align import decode, units, weights
from pipeline.align.outline import build_outline
from pipeline.records import Origin, Segment, Transcript


@pytest.mark.parametrize(
    ("times", "sure", "found"),
    [
        ((100.0, 70.0, 130.0), (0.3, 0.8, 0.9), 70.0),  # its first part is sure and just before it
        ((100.0, 70.0, 130.0), (0.9, 0.4, 0.9), 100.0),  # the part is not sure
        ((100.0, 10.0, 130.0), (0.3, 0.8, 0.9), 100.0),  # an earlier mention, not the start
        ((60.0, 70.0, 130.0), (0.3, 0.8, 0.9), 60.0),  # begins before its parts already
    ],
)
def test_a_section_begins_no_later_than_its_sure_parts(
    times: tuple[float, ...], sure: tuple[float, ...], found: float
) -> None:
    """A heading moves back to a sure part of it that is at most a minute ahead."""
    shape = build_outline(notes.parse("# Call\n\n## Compost\n\nTwo pallets.\n\nNew ones.\n", name="a.md"))
    time = np.unique(times)
    picks = np.searchsorted(time, times)

    moved = decode.snap_headings_to_children(shape, picks, np.array(sure), time)

    assert time[moved].tolist() == [found, *times[1:]]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("# Call\n\n- The compost heap leaks.\n- #6183\n- The pallets are broken.\n", 4),
        ("# Call\n\n- The compost heap leaks.\n- osquery/osquery#6183, PR 44\n- The pallets are broken.\n", 4),
        ("# Call\n\n## The compost heap leaks\n\nIt does.\n\n## Insurance\n\n## The broken pallets\n\nMany.\n", 7),
    ],
    ids=["number", "references", "empty section"],
)
def test_what_says_nothing_is_not_linked_for_its_position(source: str, line: int) -> None:
    """Between two blocks that are surely placed, a number nobody says and a section without content get no link."""
    said = ("good evening", "so the compost heap leaks badly", "yes it does", "and the broken pallets", "many of them")
    segments = tuple(Segment(20.0 * i, 20.0 * i + 19, text) for i, text in enumerate(said))
    found_units = units.build_units(Transcript("en", Origin.IMPORT, None, segments, 100.0))
    comparison = decode.compare(build_outline(notes.parse(source, name="a.md")), found_units)
    decision = decode.decide(comparison, weights.shipped())

    certain = replace(decision, confidence=np.ones(len(decision.confidence)))
    lines = {block.id: block.line for block in comparison.outline.blocks}
    found = {lines[link.block_id]: link.confidence for link in decode.to_alignments(comparison, certain)}

    assert found.pop(line) == decode.MAX_POSITION_CONFIDENCE
    assert min(found.values()) == 1.0


@pytest.mark.parametrize(("confidence", "published"), [(0.14, False), (0.16, True)])
def test_what_is_hardly_better_than_chance_is_left_out(confidence: float, published: bool) -> None:
    """Half of the links below 0.15 are more than five minutes off."""
    segments = (Segment(0.0, 9.0, "so the compost heap leaks"), Segment(20.0, 29.0, "yes it does"))
    heard = units.build_units(Transcript("en", Origin.IMPORT, None, segments, 30.0))
    outline = build_outline(notes.parse("# Call\n\n- The compost heap leaks.\n", name="a.md"))
    comparison = decode.compare(outline, heard)
    decision = replace(decode.decide(comparison, weights.shipped()), confidence=np.array([confidence]))

    assert bool(decode.to_alignments(comparison, decision)) is published

"""From probabilities to moments: sections begin no later than their parts, and what nobody says is known by it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline import notes
from pipeline.align import decode, outline, units, weights
from pipeline.language import word_lists
from pipeline.language.terms import Normalizer
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
    shape = outline.outline(notes.parse("# Call\n\n## Compost\n\nTwo pallets.\n\nNew ones.\n", name="a.md"))
    time = np.unique(times)
    picks = np.searchsorted(time, times)

    moved = decode.lead_in(shape, picks, np.array(sure), time)

    assert time[moved].tolist() == [found, *times[1:]]


def test_how_much_of_a_section_is_ever_said() -> None:
    """A section whose telling words are never heard is told from one whose are, whatever its small words do."""
    shape = outline.outline(
        notes.parse(
            "# Call\n\n## Compost\n\nThe broken pallets leak again.\n\n## Insurance\n\nThe policy ends again.\n",
            name="a.md",
        )
    )
    said = ("good evening again", "the compost has broken pallets", "they leak again", "we end here again")
    segments = tuple(Segment(10.0 * i, 10.0 * i + 9, text) for i, text in enumerate(said))
    reading = decode.compare(shape, units.build_units(Transcript("en", Origin.IMPORT, None, segments, 40.0)))

    assert reading.section_ever[:2].min() > reading.section_ever[2:].max()
    assert reading.ever.tolist() == pytest.approx([1, 1, 0, 0.4], abs=0.4)


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
    candidates = units.build_units(Transcript("en", Origin.IMPORT, None, segments, 100.0))
    reading = decode.compare(outline.outline(notes.parse(source, name="a.md")), candidates)
    decision = decode.decide(reading, weights.shipped())

    certain = replace(decision, confidence=np.ones(len(decision.confidence)))
    lines = {block.id: block.line for block in reading.outline.blocks}
    found = {lines[link.block_id]: link.confidence for link in decode.records(reading, certain)}

    assert found.pop(line) == decode.POSITION_SURE
    assert min(found.values()) == 1.0


def test_everyday_words_are_known_by_the_language() -> None:
    """In a short transcript "reason" may be as rare as "milestone"; English knows better, other languages say 1."""
    english = next(language for language in word_lists.languages() if language.code == "en")

    reason, milestone, pair = Normalizer(english).rarity(["reason", "ebpf", "reason ebpf"])

    assert 0 < reason < milestone == 1
    assert pair == pytest.approx((reason + 1) / 2)
    assert Normalizer(word_lists.Language()).rarity(["reason"]).tolist() == [1.0]

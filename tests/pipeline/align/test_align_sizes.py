"""Large meetings are worked on in parts, which changes no answer, and more than there is room for is cut."""

from __future__ import annotations

import random
import tracemalloc

import pytest

from pipeline.align import align
from pipeline.align.features import FEATURES
from pipeline.records import Alignment, Notes, Transcript
from tests.pipeline.align.meetings import heard, written

SYLLABLES = ("ba", "co", "di", "fe", "gra", "hin", "jo", "ker", "lum", "mo", "nes", "pra", "qui", "ro", "sta", "tur")


def meeting(sections: int, items: int, units: int) -> tuple[Notes, Transcript]:
    """Notes of `sections` × `items` blocks, two thirds of whose words are heard, in order."""
    draw = random.Random(3)
    words = ["".join(draw.choices(SYLLABLES, k=3)) for _ in range(700)]
    said = [draw.choices(words, k=12) for _ in range(units)]
    blocks = sections * items

    def text(b: int) -> str:
        nearby = said[b * units // blocks]
        return " ".join(draw.choice(nearby if draw.random() < 2 / 3 else words) for _ in range(8))

    under = [(text(s * items), [text(s * items + i) for i in range(items - 1)]) for s in range(sections)]
    return written(*under), heard(*(" ".join(line) for line in said))


def rounded(found: tuple[Alignment, ...]) -> list[tuple[object, ...]]:
    return [
        (a.block_id, a.start, a.end, round(a.confidence, 3), a.basis, a.evidence, [m.start for m in a.also])
        for a in found
    ]


def test_slabs_give_the_answer_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A heading whose blocks are in other slabs, terms in many parts, and an order model that forgets its rows."""
    notes, transcript = meeting(5, 8, 120)
    whole = align(notes, transcript).alignments

    monkeypatch.setattr("pipeline.align.sparse.SLAB_CELLS", 120 * 3)
    monkeypatch.setattr("pipeline.align.word_evidence.MAX_STEPS", 120)
    monkeypatch.setattr("pipeline.align.onsets.TERM_CELLS", 120 * 5)
    monkeypatch.setattr("pipeline.align.confidence.COMPARED_BLOCKS", 3)
    parts = align(notes, transcript).alignments

    assert len(whole) == 40
    assert rounded(parts) == rounded(whole)


def test_the_features_are_never_all_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Aligning takes less than the features of all blocks and units would."""
    monkeypatch.setattr("pipeline.align.sparse.SLAB_CELLS", 8 * 200)
    monkeypatch.setattr("pipeline.align.feature_table.MAX_KEPT_NUMBERS", 0)
    notes, transcript = meeting(15, 8, 200)
    tracemalloc.start()
    align(notes, transcript)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < len(FEATURES) * 120 * 200 * 4


def test_what_there_is_no_room_for_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first blocks are placed as usual, and it is said from which line on nothing was looked for."""
    notes, transcript = meeting(5, 8, 120)
    monkeypatch.setattr("pipeline.align.MAX_CELLS", 12 * 120)

    found = align(notes, transcript)

    blocks = list(notes.blocks)
    assert found.cut_line == blocks[12].line
    assert {a.block_id for a in found.alignments} <= {block.id for block in blocks[:12]}
    monkeypatch.undo()
    assert align(notes, transcript).cut_line is None

"""What is known besides the words: written times by another clock, typing errors, corrections, chapters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline import notes
from pipeline.align import align, constraints, decode, units, weights
from pipeline.align.constraints import ExternalEvidence
from pipeline.align.outline import build_outline
from pipeline.records import Basis, Chapter
from tests.pipeline.align.meetings import spoken_topics, topic_notes, topic_start


def test_a_mistyped_time_is_outvoted() -> None:
    """One of eight times is ten minutes wrong; its block goes where its words are, and the others keep theirs."""
    times = {i: topic_start(i) for i in range(8)} | {2: topic_start(2) + 600}

    found = align(topic_notes(times), spoken_topics())

    starts = [link.start for link in found.alignments]
    assert starts == pytest.approx([topic_start(i) for i in range(8)], abs=15)
    assert found.alignments[2].basis is not Basis.HINT
    assert found.alignments[3].basis is Basis.HINT


def test_what_stands_out_of_order_is_doubted() -> None:
    """Only where the others rise: in notes by topic every time may be right."""
    rising = constraints.hint_errors({1: 10.0, 2: 20.0, 3: 700.0, 4: 30.0, 5: 40.0})

    assert rising == dict.fromkeys((1, 2, 4, 5), constraints.ORDERED_HINT_ERROR) | {3: constraints.UNORDERED_HINT_ERROR}
    assert set(constraints.hint_errors({1: 50.0, 2: 40.0, 3: 30.0, 4: 20.0}).values()) == {constraints.HINT_ERROR}


def test_a_correction_holds_and_helps() -> None:
    """A block stands where a person set it, to the second, and a block that was not discussed has no link."""
    call = topic_notes({})
    compost, rota = (block.id for block in list(call.blocks)[1:3])

    found = {link.block_id: link for link in align(call, spoken_topics(), pins={compost: 33.3, rota: None}).alignments}

    assert (found[compost].start, found[compost].confidence, found[compost].basis) == (33.3, 1.0, Basis.PINNED)
    assert rota not in found


def test_what_is_known_is_not_chosen_anew() -> None:
    """The choice among a block's best places knows words and order, and neither a person nor a written time."""
    outline, heard = build_outline(topic_notes({1: 130.0, 4: 700.0})), units.build_units(spoken_topics())
    compost = next(b for b, block in enumerate(outline.blocks) if block.text.startswith("The compost"))
    external = ExternalEvidence({outline.blocks[compost].id: 500.0})
    shipped = weights.shipped()
    without = replace(shipped, by_words=replace(shipped.by_words, choice=None))
    compared = decode.compare(outline, heard)

    chosen, ordered = (decode.decide(compared, each, external).order.posterior for each in (shipped, without))

    known = [b == compost or block.hint is not None for b, block in enumerate(outline.blocks)]
    assert sum(known) == 3
    moved = np.abs(chosen - ordered).max(axis=1) > 1e-6
    assert not moved[known].any()
    assert moved[np.logical_not(known)].any()


def test_chapters_of_the_video_are_evidence() -> None:
    """The heading nobody says aloud begins where the chapter of its name does."""
    call = notes.parse(
        "# Call\n\n## Quarterly ledger\n\nMoney.\n\n## Badgers\n\nThey dig under the fence.\n", name="a.md"
    )
    block = next(block for block in call.blocks if block.text == "Quarterly ledger")
    chapters = (Chapter(0, 250, "Hello"), Chapter(250, 700, "Quarterly ledger"), Chapter(700, 960, "Fence"))

    found = {link.block_id: link for link in align(call, spoken_topics(), chapters=chapters).alignments}

    assert found[block.id].start == pytest.approx(250, abs=15)
    assert found[block.id].confidence >= 0.5

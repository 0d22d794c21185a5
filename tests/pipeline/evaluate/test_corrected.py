"""What people corrected is gold, and the links are those that they had not seen."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline import align, cues, notes
from pipeline.errors import AlignError
from pipeline.evaluate import GoldItem
from pipeline.evaluate.corrected import align_uncorrected, corrected_gold
from pipeline.part_clock import notes_on_common_clock
from pipeline.records import Alignment, Basis, Chapter, Correction, Meeting, Recording, RecordingPart, Verdict
from tests.conftest import CALL

READ = notes.parse("# Call\n\n- Pallets\n- Frost\n- Compost heap (2:30)\n- Envelopes\n", name="call.md")
TRANSCRIPT = cues.read(CALL / "garden.vtt")
IDS = {block.text: block.id for block in READ.blocks}


def correction(text: str, verdict: Verdict, start: float | None = None) -> Correction:
    return Correction(1, IDS[text], verdict, start, "Ana", datetime(2024, 3, 6, tzinfo=UTC))


def test_corrections_are_gold_in_the_order_of_the_notes() -> None:
    """A time, or that nobody talked about it; a link that was given back to the aligner is neither."""
    said = [
        correction("Envelopes", Verdict.TIME, 133.5),
        correction("Frost", Verdict.NOT_DISCUSSED),
        correction("Pallets", Verdict.AUTOMATIC),
    ]
    meeting = Meeting(READ, corrections={each.block_id: each for each in said})

    assert corrected_gold(meeting) == (GoldItem(4, None), GoldItem(6, 133.5))


def test_corrections_are_not_known_to_the_links_that_are_measured() -> None:
    """Neither as pins nor in what is stored; chapters are, and a time in the notes counts within its part only."""
    ends = correction("Pallets", Verdict.TIME, 150.0)
    parts = (RecordingPart(0.0, 60.0, "a", ""), RecordingPart(60.0, 105.0, "b", ""))
    chapters = (Chapter(60.0, 110.0, "Compost heap"),)
    stored = {ends.block_id: Alignment(ends.block_id, 150.0, 160.0, 1.0, Basis.PINNED)}
    recording = Recording("a", "", 165.0, parts=parts, chapters=chapters)
    meeting = Meeting(READ, recording, TRANSCRIPT, stored, corrections={ends.block_id: ends})

    found = align_uncorrected(meeting)

    assert found == align.align(notes_on_common_clock(READ, parts), TRANSCRIPT, chapters=chapters)
    assert {link.basis for link in found.alignments} & {Basis.PINNED, Basis.HINT} == set()
    assert found != align.align(notes_on_common_clock(READ, parts), TRANSCRIPT)


def test_a_meeting_without_a_transcript_is_not_aligned() -> None:
    """The error says what to do."""
    with pytest.raises(AlignError, match="has no transcript") as caught:
        align_uncorrected(Meeting(READ))

    assert "jumpnotes run" in caught.value.hint

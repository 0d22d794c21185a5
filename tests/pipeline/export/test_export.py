"""The JSON of meetings, as programs read it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest

from pipeline import export, notes
from pipeline.export import schema
from pipeline.records import Alignment, Basis, BlockKind, Certainty, Correction, Meeting, SectionSpan, Verdict

NOTES = notes.parse("# Call\n\n- Compost heap\n", name="call.md")
(_, BLOCK) = NOTES.blocks


def alignment(confidence: float, basis: Basis = Basis.MATCH) -> Alignment:
    return Alignment(BLOCK.id, 10.0, 60.0, confidence, basis)


def correction(verdict: Verdict, start: float | None = None) -> Correction:
    return Correction(1, BLOCK.id, verdict, start, "Ana", datetime(2027, 1, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("link", "said", "certainty"),
    [
        (alignment(0.9), None, "sure"),
        (alignment(0.6), None, "likely"),
        (alignment(0.4), None, "not found"),
        (None, None, "not found"),
        (alignment(1.0, Basis.PINNED), correction(Verdict.TIME, 10.0), "set by a person"),
        (None, correction(Verdict.NOT_DISCUSSED), "not discussed"),
        (alignment(0.9), correction(Verdict.AUTOMATIC), "sure"),
        (None, correction(Verdict.AUTOMATIC), "not found"),
    ],
)
def test_each_block_says_how_certain_its_moment_is(
    link: Alignment | None, said: Correction | None, certainty: str
) -> None:
    """In the words of the page; "not discussed" is a person's word, "not found" the program's."""
    alignments = {BLOCK.id: link} if link else {}
    meeting = Meeting(NOTES, alignments=alignments, corrections={BLOCK.id: said} if said else {})

    title, block = export.meeting_json(meeting)["blocks"]

    assert block["certainty"] == certainty
    assert title["certainty"] == "not found"


@pytest.mark.parametrize("guess", [None, alignment(0.4)])
def test_a_block_without_a_link_may_have_a_span(guess: Alignment | None) -> None:
    """It is told beside the guess, and whether there is one or not; a block without a span says so."""
    span = SectionSpan(BLOCK.id, 110.004, 253.0, 0.91236)
    meeting = Meeting(NOTES, alignments={BLOCK.id: guess} if guess else {}, within={BLOCK.id: span})

    title, block = export.meeting_json(meeting)["blocks"]

    assert title["within"] is None
    assert block["within"] == {"start": 110.0, "end": 253.0, "confidence": 0.912}
    assert (block["start"], block["certainty"]) == (guess and 10.0, "not found")


def test_the_schema_has_the_words_of_the_records() -> None:
    """What the web API's description lists is what the records can say."""
    assert set(get_args(schema.CertaintyName)) == {certainty.value for certainty in Certainty}
    assert set(get_args(schema.BasisName)) == {basis.value for basis in Basis}
    assert set(get_args(schema.BlockKindName)) == {kind.value for kind in BlockKind}

"""The JSON of meetings, as programs read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from pipeline import export, notes
from pipeline.export import schema
from pipeline.records import (
    Alignment,
    Basis,
    BlockKind,
    Certainty,
    Correction,
    LinkState,
    Meeting,
    SectionSpan,
    Verdict,
)

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


PAGE = "https://garden.example/meetings/call"


@pytest.mark.parametrize(
    ("link", "said", "spanned", "state", "opened"),
    [
        (alignment(0.9), None, False, "sure", "?t=10#"),
        (alignment(0.6), None, False, "likely", "?t=10#"),
        (alignment(0.4), None, True, "within", "?t=110#"),
        (None, None, True, "within", "?t=110#"),
        (alignment(0.4), None, False, "none", "#"),
        (None, None, False, "none", "#"),
        (alignment(1.0, Basis.PINNED), correction(Verdict.TIME, 10.0), False, "set", "?t=10#"),
        (None, correction(Verdict.NOT_DISCUSSED), False, "not_discussed", "#"),
    ],
)
def test_each_block_says_how_far_its_link_is_known_and_where_it_leads(
    link: Alignment | None, said: Correction | None, spanned: bool, state: str, opened: str
) -> None:
    """To its moment, or its span; a guess is no moment."""
    span = SectionSpan(BLOCK.id, 110.0, 253.0, 0.9) if spanned else None

    made = export.moment_json(PAGE, BLOCK.id, link, said, span)

    assert (made["link"], made["url"]) == (state, f"{PAGE}{opened}{BLOCK.id}")


def test_a_meeting_says_where_it_is_shown_and_what_it_belongs_to() -> None:
    """By its page, its series and when it was changed; on no site known, from the root of it."""
    at = datetime(2027, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
    meeting = Meeting(replace(NOTES, title="Garden club 2024-03-05"), updated_at=at)

    made = export.meeting_json(meeting, site="https://garden.example")

    assert (made["url"], made["series"]) == (PAGE, "Garden club")
    assert made["updated_at"] == "2027-01-02T03:04:05+00:00"
    assert {block["url"].partition("#")[0] for block in made["blocks"]} == {PAGE}
    assert export.meeting_json(Meeting(replace(NOTES, title="2024-03-05")))["series"] is None
    assert export.meeting_json(meeting)["url"] == "/meetings/call"


def test_the_schema_has_the_words_of_the_records() -> None:
    """What the web API's description lists is what the records can say."""
    assert set(get_args(schema.LinkName)) == {state.value for state in LinkState}
    assert set(get_args(schema.CertaintyName)) == {certainty.value for certainty in Certainty}
    assert set(get_args(schema.BasisName)) == {basis.value for basis in Basis}
    assert set(get_args(schema.BlockKindName)) == {kind.value for kind in BlockKind}

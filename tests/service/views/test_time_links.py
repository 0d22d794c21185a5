"""The moments of a block in words: how far to trust each, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.records import Alignment, Basis, Block, BlockKind, Correction, FurtherMoment, Verdict
from service.views.moment_links import MomentLinks
from service.views.time_links import TimeLink, time_link

LINKS = MomentLinks("/meetings/call")
BLOCK = Block("b-1", BlockKind.ITEM, 3, 4, "Fix the hose", "Fix the hose")
FOUND = Alignment("b-1", 75.5, 80.0, 0.9, Basis.MATCH, ("hose",))


def linked(found: Alignment, *, text: str = BLOCK.text, correction: Correction | None = None) -> TimeLink:
    return time_link(replace(BLOCK, text=text), found, "#b-1", LINKS, correction)


@pytest.mark.parametrize(
    ("basis", "evidence", "confidence", "why"),
    [
        (Basis.MATCH, ("hose",), 0.9, "sure, heard here: hose"),
        (Basis.MATCH, (), 0.9, "sure"),
        (Basis.HINT, (), 0.9, "sure, the time is written in the notes"),
        (Basis.HINT, ("hose",), 0.9, "sure, the time is written in the notes; heard here: hose"),
        (Basis.NEIGHBOURS, (), 0.6, "likely, placed between its neighbours"),
        (Basis.PATH, ("hose",), 0.6, "likely, heard here: hose"),
        (Basis.PATH, (), 0.2, "not found; best guess, placed by its order in the notes"),
        (Basis.PINNED, ("hose",), 1.0, "set by a person"),
    ],
)
def test_a_link_says_why_it_is_there(basis: Basis, evidence: tuple[str, ...], confidence: float, why: str) -> None:
    """To eyes; also to ears, unless there is no doubt."""
    link = linked(replace(FOUND, basis=basis, evidence=evidence, confidence=confidence))
    spoken = "Play from 1:15: Fix the hose"
    assert link.why == why
    assert link.label == (spoken if why.startswith("sure") else f"{spoken} ({why})")


def test_the_person_who_set_a_moment_is_named() -> None:
    at = datetime(2024, 3, 5, tzinfo=UTC)
    told = Correction(1, "b-1", Verdict.TIME, 75.5, "Ana", at)
    assert linked(replace(FOUND, basis=Basis.PINNED), correction=told).why == "set by Ana, 5 Mar 2024"


@pytest.mark.parametrize(
    ("evidence", "heard"),
    [
        (("UTF8", "8", "encoding"), "UTF8, encoding"),
        (("8", "hose"), "8, hose"),
        (("Hose", "garden", "hosepipe"), "Hose, garden, hosepipe"),
        (tuple("abcdefg"), "a, b, c, d, e"),
    ],
)
def test_the_words_that_say_most_are_named(evidence: tuple[str, ...], heard: str) -> None:
    """A few, without short ones that are part of another."""
    assert linked(replace(FOUND, evidence=evidence)).heard == heard


def test_of_a_long_text_the_beginning_is_read_out() -> None:
    """In whole words."""
    label = linked(FOUND, text="watering  can\n" * 20).label
    assert label == "Play from 1:15: " + "watering can " * 6 + "watering …"


def test_each_further_moment_leads_to_its_block() -> None:
    (further,) = linked(replace(FOUND, also=(FurtherMoment(120.25, 130.0, 0.8),))).further
    assert (further.clock, further.start) == ("2:00", "120.25")
    assert further.href == "/meetings/call?t=120.25#b-1"
    assert further.label == "Also discussed at 2:00: Fix the hose"

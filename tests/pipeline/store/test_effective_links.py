"""Runs and corrections together: what a page shows, and what the next run knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.align import within
from pipeline.records import Basis, Recording, SectionSpan, Verdict
from pipeline.run.plan import Stage
from pipeline.run.runner import RunState
from pipeline.store import AlignmentInputs, Store
from tests.pipeline.garden import SLUG, QuietReporter, block_id, correct, link, run


@pytest.fixture
def store(garden_store: Store) -> Store:
    return garden_store


def test_the_next_run_aligns_anew_around_it_and_nothing_else(store: Store, folder: Path) -> None:
    """A correction is an anchor for its neighbours: the section's items follow their heading."""
    assert run(store, folder)[0].state is RunState.UNCHANGED
    correct(store, "Insurance renewal", 150.0)
    correct(store, "Seed swap", None)

    outcome, stages = run(store, folder)
    settled, _ = run(store, folder)

    assert stages == ["aligning"]
    assert settled.state is RunState.UNCHANGED
    assert outcome.meeting is not None
    found = link(store, "Insurance renewal")
    assert found is not None
    assert (found.start, found.basis) == (150.0, Basis.PINNED)
    assert link(store, "Seed swap") is None
    policy = link(store, "The policy with Harrowgate Mutual ends in May.")
    assert policy is None or policy.start >= 145.0


def test_a_correction_during_a_run_is_not_lost(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run that did not know of it takes nothing away, and the next one aligns with it."""

    def correct_meanwhile(self: QuietReporter, title: str, stage: str, *, unit: str = "") -> None:
        correct(store, "Compost heap", 10.0)

    with monkeypatch.context() as patch:
        patch.setattr(QuietReporter, "stage", correct_meanwhile)
        outcome, _ = run(store, folder, force=Stage.ALIGN)
    after, stages = run(store, folder)

    assert outcome.meeting is not None
    assert [said.start for said in outcome.meeting.corrections.values()] == [10.0]
    assert stages == ["aligning"]
    assert after.meeting is not None
    assert after.meeting.alignments[block_id(store, "Compost heap")].start == 10.0


def test_what_was_found_before_a_run_knew_of_a_correction_comes_back(store: Store, folder: Path) -> None:
    """Back to automatic after a run with the correction: the link is the one from before, not the person's."""
    found = link(store, "Compost heap")
    made = correct(store, "Compost heap", 10.0)
    gone = correct(store, "Seed swap", None)
    seeds = store.meeting(SLUG)
    run(store, folder)

    store.undo(SLUG, made.id, "Ana")
    store.undo(SLUG, gone.id, "Ana")

    assert seeds.alignments != store.meeting(SLUG).alignments
    assert link(store, "Compost heap") == found
    back = link(store, "Seed swap")
    assert back is not None
    assert back.basis is not Basis.PINNED


def test_a_run_stores_the_spans_it_found(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside its links, for pages and exports."""
    title = store.meeting(SLUG).notes.title
    span = SectionSpan(block_id(store, title), 60.0, 90.0, 0.9)
    monkeypatch.setattr(within, "find_spans", lambda *_: (span,))

    run(store, folder, force=Stage.ALIGN)

    assert store.meeting(SLUG).within == {span.block_id: span}


def test_a_span_gives_way_to_a_person(store: Store) -> None:
    """A block that somebody set or marked as not discussed has none; once that is taken back, it has it again."""
    notes, transcript = store.save_notes(store.meeting(SLUG).notes), store.transcript(SLUG)
    assert transcript
    heap, swap, rota = (block_id(store, text) for text in ("Compost heap", "Seed swap", "Watering rota"))
    spans = tuple(SectionSpan(block, 60.0, 90.0, 0.9) for block in (heap, swap, rota))
    store.save_alignments(SLUG, (), AlignmentInputs(notes, transcript.id, "2"), within=spans)

    made = correct(store, "Compost heap", 70.0)
    correct(store, "Seed swap", None)
    corrected = store.meeting(SLUG)
    store.correct(SLUG, heap, Verdict.AUTOMATIC, None, "Ana", seen=made.id)

    assert set(corrected.within) == {rota}
    assert set(store.meeting(SLUG).within) == {heap, rota}


def test_what_was_found_before_has_no_span(store: Store, folder: Path) -> None:
    """A link that comes back from an earlier run is told, and not the span of the later one."""
    found = link(store, "Compost heap")
    made = correct(store, "Compost heap", 10.0)
    run(store, folder)
    notes, transcript = store.save_notes(store.meeting(SLUG).notes), store.transcript(SLUG)
    assert transcript
    inputs = AlignmentInputs(notes, transcript.id, "2", f'{{"{block_id(store, "Compost heap")}": 10.0}}')
    span = SectionSpan(block_id(store, "Compost heap"), 60.0, 90.0, 0.9)
    store.save_alignments(SLUG, (), inputs, within=(span,))

    store.undo(SLUG, made.id, "Ana")

    assert link(store, "Compost heap") == found
    assert store.meeting(SLUG).within == {}


def test_a_correction_does_not_reach_another_recording(store: Store, folder: Path) -> None:
    """A time means nothing there: it is set aside, and holds again when the recording is back."""
    correct(store, "Compost heap", 10.0)
    known = store.recording(SLUG)
    assert known is not None

    store.save_recording(SLUG, Recording("https://youtu.be/gArDenCall1", "New", 999.0), key="youtube gArDenCall1")
    between = store.meeting(SLUG)
    store.save_recording(SLUG, Recording("/media/copy.m4a", "Copy", 165.9), key="/media/copy.m4a 1 2")
    copied = store.meeting(SLUG)

    assert (between.alignments, between.corrections) == ({}, {})
    assert [said.start for said in between.orphans] == [10.0]
    assert [link.start for link in copied.alignments.values()] == [10.0]
    assert copied.orphans == ()

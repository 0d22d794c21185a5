"""A sentence model reaches the meetings that are stored, and leaves them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.meaning import VectorCache
from pipeline.run.plan import ALIGNER, RunOptions
from pipeline.run.runner import Runner, RunOutcome, RunState
from pipeline.store import Store
from tests.pipeline.garden import VTT, QuietReporter


def go(store: Store, settings: Settings, notes: Path, *, meaning: bool) -> tuple[RunOutcome, list[str]]:
    """What comes of it, and the stages it took."""
    heard = QuietReporter()
    (outcome,) = Runner(store, settings, RunOptions(transcript=str(VTT), meaning=meaning), heard).run([notes])
    assert outcome.failure is None, outcome.failure
    return outcome, heard.stages


def test_it_reaches_stored_meetings_and_leaves_them(store: Store, settings: Settings, notes: Path) -> None:
    """Installed, it aligns them anew, once, and keeps their vectors; without it they are as they were."""
    first, _ = go(store, settings, notes, meaning=False)

    _, with_it = go(store, settings, notes, meaning=True)
    _, again = go(store, settings, notes, meaning=True)
    kept = VectorCache(settings.vector_dir).names()
    last, without = go(store, settings, notes, meaning=False)

    assert (with_it, again, without) == (["aligning"], [], ["aligning"])
    assert kept == [first.slug]
    assert first.meeting
    assert last.meeting
    assert last.meeting.alignments == first.meeting.alignments


def test_one_that_cannot_be_used_is_done_without(
    store: Store, settings: Settings, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the links are not taken for some that were found with it."""
    monkeypatch.setattr("pipeline.meaning.load", lambda _: None)

    outcome, _ = go(store, settings, notes, meaning=True)

    assert outcome.state is RunState.LINKED
    assert outcome.slug
    key = store.run_key(outcome.slug)
    assert key
    assert key.aligner == ALIGNER

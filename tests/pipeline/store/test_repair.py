"""What cannot be read is removed before a run, and the run makes it anew."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import MeetingDamaged
from pipeline.records import ClockBasis, TranscriptClock
from pipeline.refresh import Archive
from pipeline.run.runner import RunState
from pipeline.search import search
from pipeline.transcript_clock import shifted
from tests.pipeline.garden import LABELS, SLUG, VTT, correct, link, run

BROKEN_PARTS = '[{"start": -1, "duration": 9, "source": "a", "title": "a"}]'


def damage(archive: Archive, *updates: str) -> None:
    with closing(sqlite3.connect(archive.store.path)) as db:
        for update in updates:
            assert db.execute(f"UPDATE {update}").rowcount > 0
        db.commit()


@pytest.mark.parametrize(
    "updates",
    [
        ("recordings SET duration = 9e999",),
        (f"recordings SET document = json_set(document, '$.parts', json('{BROKEN_PARTS}'))",),
        (
            "recordings SET duration = 1e300, document = json_set(document, '$.duration', -1)",
            "transcripts SET duration = -1",
        ),
        (
            "alignments SET start = 9e999",
            "alignment_runs SET mishearings = '{', pins = 'x'",
            "meetings SET run_key = 'x'",
        ),
        ("notes SET document = 'x', title = CAST(x'ff' AS TEXT)", "meetings SET failure = 'x', linked = 'x'"),
        ("segments SET start = 9e999, words = 'null'",),
        ("segments SET text = CAST(x'ff' AS TEXT)", "recordings SET document = '[]'", "notes SET created_at = 'x'"),
    ],
)
def test_the_next_run_heals_what_is_damaged(file_garden: Archive, folder: Path, updates: tuple[str, ...]) -> None:
    """It is done though the notes are unchanged; then everything is as before, and there is nothing to do any more."""
    store = file_garden.store
    before, hits = store.meeting(SLUG), search(file_garden.index, "compost")
    damage(file_garden, *updates)
    assert not store.is_intact(SLUG)

    outcome, _ = run(store, folder, transcript=VTT)

    assert outcome.state is RunState.LINKED
    assert store.is_intact(SLUG)
    after = store.meeting(SLUG)
    assert (after.notes, after.transcript, after.alignments) == (before.notes, before.transcript, before.alignments)
    assert after.duration == before.duration
    assert [not each.damaged for each in store.meetings()] == [True]
    assert [(hit.slug, hit.start) for hit in search(file_garden.index, "compost")] == [
        (hit.slug, hit.start) for hit in hits
    ]
    assert run(store, folder, transcript=VTT)[0].state is RunState.UNCHANGED


def test_a_damaged_meeting_cannot_be_found_and_others_can(file_garden: Archive) -> None:
    """A rebuild of the index leaves it out, and does not end there."""
    damage(file_garden, "segments SET start = 9e999")
    with pytest.raises(MeetingDamaged, match="transcript"):
        file_garden.store.meeting(SLUG)
    assert [each.damaged for each in file_garden.store.meetings()] == [True]

    assert file_garden.rebuild("english") == 1

    assert search(file_garden.index, "compost") == ()


def test_an_unreadable_correction_costs_itself_alone(file_garden: Archive) -> None:
    """The meeting is whole without it, and so are the other corrections."""
    store = file_garden.store
    found = link(store, LABELS)
    correct(store, "Compost heap", 12.0)
    for column, value in (("start", "9e999"), ("at", "'x'"), ("verdict", "'x'"), ("nth", "'x'"), ("duration", "-1")):
        bad = correct(store, LABELS, 20.0)
        damage(file_garden, f"corrections SET {column} = {value} WHERE id = {bad.id}")

        assert link(store, LABELS) == found
        assert [each.start for each in store.history(SLUG)] == [12.0]
        assert store.is_intact(SLUG)


def test_a_transcript_that_is_gone_is_asked_for_again(file_garden: Archive, folder: Path) -> None:
    """Notes without a link cannot get it back by themselves; the same file given again is taken."""
    store = file_garden.store
    damage(file_garden, "segments SET start = 9e999")
    assert "transcript" in " ".join(store.repair(SLUG))
    key = store.run_key(SLUG)
    assert key is not None
    assert key.transcript is None
    assert store.transcript(SLUG) is None
    assert run(store, folder, transcript=VTT)[0].state is RunState.LINKED


@pytest.mark.parametrize(
    "clock",
    [
        "{",
        "[]",
        '{"basis": "given", "pieces": []}',
        '{"basis": "guessed", "pieces": [{"start": 0, "offset": 1}]}',
        '{"basis": "given", "pieces": [{"start": -1, "offset": 1}]}',
        '{"basis": "given", "pieces": [{"start": 0, "offset": 1e300}]}',
        '{"basis": "given", "pieces": [{"start": 0, "offset": 1, "drift": -2}]}',
    ],
)
def test_a_damaged_clock_is_found_again_and_costs_no_transcript(file_garden: Archive, folder: Path, clock: str) -> None:
    """What was given may be gone by then. An offset that somebody set holds."""
    store = file_garden.store
    key, before = store.run_key(SLUG), store.transcript(SLUG)
    assert key is not None
    assert before is not None
    store.finish(SLUG, replace(key, offset="-1.500"))
    damage(file_garden, f"transcripts SET clock = '{clock}'")
    with pytest.raises(MeetingDamaged, match="clock"):
        store.meeting(SLUG)
    assert [each.damaged for each in store.meetings()] == [True]

    outcome, _ = run(store, folder)

    after = store.transcript(SLUG)
    assert outcome.state is RunState.LINKED
    assert after is not None
    assert after.record.clock == TranscriptClock(ClockBasis.GIVEN, shifted(-1.5))
    assert after.record.segments[0].start == before.record.segments[0].start - 1.5
    assert run(store, folder)[0].state is RunState.UNCHANGED


def test_a_clock_of_bytes_costs_its_own_meeting_only(file_garden: Archive) -> None:
    damage(file_garden, "transcripts SET clock = x'ff'")

    assert [each.damaged for each in file_garden.store.meetings()] == [True]
    assert not file_garden.store.is_intact(SLUG)

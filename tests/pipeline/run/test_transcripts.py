"""Transcripts that people have of a video: its captions are the clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.errors import NoNetwork
from pipeline.records import ClockBasis, Recording
from pipeline.run.runner import RunState
from pipeline.store import Store
from tests.conftest import CALL
from tests.pipeline.run.own_transcripts import (
    AHEAD,
    COMPOST_SECONDS,
    GARDEN,
    TITLE,
    Stand,
    forget_comparison,
    go,
    later,
    of_another,
    offset,
    said,
    saved,
    start_of,
    whole,
)


def test_a_transcript_of_another_clock_is_put_right_by_the_captions(
    store: Store, settings: Settings, notes: Path, youtube: Stand
) -> None:
    """It is told in one line, kept as it was given, and asked for once."""
    file = saved(notes.with_name("call.vtt"), later(104.0))

    ((outcome,), told) = go(store, settings, notes, transcript=file)
    ((again,), _) = go(store, settings, notes, transcript=file)
    as_given = store.transcript(outcome.slug or "", as_given=True)

    assert f"{TITLE}: call.vtt {AHEAD} (found by its words)" in told.said
    assert len(told.said) == 1
    assert start_of(whole(outcome)) == COMPOST_SECONDS
    assert whole(outcome).duration == 170.0
    assert as_given
    assert as_given.record.segments[0].start == 108.0
    assert again.state is RunState.UNCHANGED
    assert youtube.asked == ["https://youtu.be/gArDenCall0"]


@pytest.mark.parametrize("known", ["beside them", "in them"])
def test_a_transcript_beside_the_notes_or_in_them_is_put_right(
    store: Store, settings: Settings, notes: Path, youtube: Stand, known: str
) -> None:
    """As one that is given by name."""
    if known == "beside them":
        saved(notes.with_suffix(".vtt"), later(104.0))
    else:
        lines = [f"[{each.start // 60:02.0f}:{each.start % 60:02.0f}] Ana: {each.text}" for each in later(104.0)]
        notes.write_text(notes.read_text() + "\n## Transcript\n\n" + "\n".join(lines) + "\n")

    ((outcome,), told) = go(store, settings, notes)

    assert offset(whole(outcome)) == pytest.approx(-104.0, abs=0.7)
    assert start_of(whole(outcome)) == COMPOST_SECONDS
    assert [AHEAD in text for text in told.said] == [True]


def test_a_transcript_of_the_recordings_own_clock_is_left_as_it_is(
    store: Store, settings: Settings, notes: Path, youtube: Stand
) -> None:
    """Nothing is said; the page can tell that they agree."""
    ((outcome,), told) = go(store, settings, notes, transcript=str(CALL / "garden.vtt"))

    clock = said(whole(outcome)).clock
    assert clock is not None
    assert (clock.basis, clock.is_recordings, told.said) == (ClockBasis.WORDS, True, [])
    assert [s.start for s in said(whole(outcome)).segments] == [s.start for s in GARDEN.segments]


def test_what_is_not_clear_is_left_alone_and_doubted(
    store: Store, settings: Settings, notes: Path, youtube: Stand
) -> None:
    """By the length of the video. Once somebody says the offset, though the file is gone, the doubt goes; the offset
    holds for edited notes and another file, until it is taken back.
    """
    youtube.answer = lambda source: (Recording(source, TITLE, 170.0, video_id=source[-11:]), None)
    file = Path(saved(notes.with_name("call.vtt"), later(3600.0)))
    ((unclear,), told) = go(store, settings, notes, transcript=str(file))
    file.unlink()
    ((by_hand,), heard) = go(store, settings, notes, offset="-3600")
    asked = len(youtube.asked)
    notes.write_text(notes.read_text() + "\n## Fox\n\nSleeps behind the bean poles.\n")
    ((edited,), _) = go(store, settings, notes)
    other = saved(notes.with_name("other.vtt"), later(3600.0, GARDEN.segments[:-1]))
    ((changed,), _) = go(store, settings, notes, transcript=other)
    assert len(youtube.asked) == asked
    ((replaced,), _) = go(store, settings, notes, offset="-3590.5")
    ((taken_back,), _) = go(store, settings, notes, offset="auto")

    assert said(whole(unclear)).clock is None
    assert len(said(whole(unclear)).doubts) == 1
    assert f"{TITLE}: call.vtt: {said(whole(unclear)).doubts[0]}" in told.said
    assert f"{TITLE}: the transcript runs 1:00:00 ahead of the recording, so its times were moved (set by hand)" in (
        heard.said
    )
    for outcome in (by_hand, edited, changed):
        assert offset(whole(outcome)) == -3600.0
        assert said(whole(outcome)).doubts == ()
        assert start_of(whole(outcome)) == COMPOST_SECONDS
    assert offset(whole(replaced)) == -3590.5
    assert said(whole(taken_back)).clock is None
    assert len(said(whole(taken_back)).doubts) == 1


def test_an_offset_never_cuts_off_what_a_video_of_unknown_length_has(
    store: Store, settings: Settings, notes: Path, youtube: Stand
) -> None:
    """Its length is not taken for that of the transcript; nothing is asked of its host."""
    ((outcome,), _) = go(store, settings, notes, transcript=str(CALL / "garden.vtt"), offset="60")

    assert len(said(whole(outcome)).segments) == len(GARDEN.segments)
    assert whole(outcome).duration == pytest.approx(60.0 + (GARDEN.duration or 0.0))
    assert youtube.asked == []


def test_a_network_that_is_gone_is_told_of_once(store: Store, settings: Settings, notes: Path, youtube: Stand) -> None:
    """Both meetings are imported; the second asks for nothing."""

    def gone(source: str) -> None:
        raise NoNetwork(source, "there is no network")

    youtube.answer = gone
    other = notes.with_name("other.md")
    other.write_text(notes.read_text().replace("gArDenCall0", "gArDenCall1").replace("2024-03-05", "2024-03-12"))
    for file in (notes, other):
        saved(file.with_suffix(".vtt"), GARDEN.segments)

    outcomes, told = go(store, settings, notes, other)

    assert [outcome.state for outcome in outcomes] == [RunState.LINKED] * 2
    assert len(youtube.asked) == 1
    assert [text for text in told.said if "not compared" in text] == told.said
    assert len(told.said) == 1


def test_the_transcript_of_another_meeting_is_refused(
    store: Store, settings: Settings, notes: Path, tape: str, youtube: Stand
) -> None:
    """What was there stays, its recording too; other meetings are run; whoever knows better says so."""
    ((before,), _) = go(store, settings, notes, transcript=str(CALL / "garden.vtt"))
    wrong = saved(notes.with_suffix(".vtt"), of_another())
    other = notes.with_name("other.md")
    other.write_text("# Planning\n\nNo link here.\n")

    ((refused, after), _) = go(store, settings, notes, other)
    kept = store.meeting(before.slug or "")
    ((insisted,), _) = go(store, settings, notes, transcript=wrong, offset="0")

    assert refused.failure is not None
    assert "does not fit the recording" in refused.failure.message
    assert "--offset 0" in (refused.failure.hint or "")
    assert after.state is RunState.NO_RECORDING
    assert (kept.transcript, kept.alignments, kept.recording) == (
        whole(before).transcript,
        whole(before).alignments,
        whole(before).recording,
    )
    assert said(whole(insisted)).segments[0].text == of_another()[0].text


def test_a_video_given_by_its_address_is_kept_and_not_fetched(
    store: Store, settings: Settings, notes: Path, youtube: Stand
) -> None:
    """Its captions say all that is asked of it."""
    notes.write_text(notes.read_text().replace("Recording: https://youtu.be/gArDenCall0\n", ""))
    file = saved(notes.with_name("call.vtt"), later(104.0))

    ((outcome,), _) = go(store, settings, notes, transcript=file, media="https://youtu.be/gArDenCall0")

    recording = whole(outcome).recording
    assert recording is not None
    assert recording.video_id == "gArDenCall0"
    assert offset(whole(outcome)) == pytest.approx(-104.0, abs=0.5)


def test_the_length_of_a_video_is_not_taken_for_that_of_its_first_transcript(
    store: Store, settings: Settings, notes: Path, youtube: Stand
) -> None:
    """A longer one would seem to end after the recording."""

    def gone(source: str) -> None:
        raise NoNetwork(source, "there is no network")

    youtube.answer = gone
    go(store, settings, notes, transcript=saved(notes.with_name("short.vtt"), GARDEN.segments[:9]))
    ((outcome,), _) = go(store, settings, notes, transcript=str(CALL / "garden.vtt"))

    assert said(whole(outcome)).doubts == ()


def test_after_an_upgrade_no_host_is_asked(store: Store, settings: Settings, notes: Path, youtube: Stand) -> None:
    """There may be a thousand videos."""
    file = str(CALL / "garden.vtt")
    ((outcome,), _) = go(store, settings, notes, transcript=file)
    forget_comparison(store, outcome.slug or "")
    ((upgraded,), _) = go(store, settings, notes, transcript=file)

    assert upgraded.state is RunState.LINKED
    assert len(youtube.asked) == 1

"""Transcripts that people have of a recording that is here, or was heard here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline import fetch, transcribe
from pipeline.config import Settings
from pipeline.errors import AudioUnreadable
from pipeline.records import ClockBasis, Origin, Recording, Segment
from pipeline.run.plan import Stage
from pipeline.run.runner import RunState
from pipeline.store import Store
from tests.conftest import ROOT
from tests.pipeline.run.own_transcripts import (
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

ELEPHANTS = "\n\n".join(
    f"{who}: Elephants {number} paraded through Hamburg yesterday, trumpeting loudly."
    for number in range(30)
    for who in ("Ana", "Ben")
)


def test_what_was_once_heard_is_the_clock_though_its_sound_is_gone(
    store: Store, settings: Settings, notes: Path, tape: str, recogniser: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither is it fetched, nor listened to, nor are its captions asked for."""
    monkeypatch.setattr(fetch, "captions", lambda *_args, **_options: pytest.fail("captions were asked for"))
    fetched = Recording("https://youtu.be/gArDenCall0", TITLE, 170.0, tape, "gArDenCall0")
    monkeypatch.setattr(fetch, "recording", lambda *_args, **_options: fetched)
    go(store, settings, notes)
    Path(tape).unlink()
    monkeypatch.setattr(fetch, "recording", lambda *_args, **_options: pytest.fail("the sound was fetched"))
    shifted = saved(notes.with_name("call.vtt"), later(104.0))
    text = notes.with_name("call.txt")
    text.write_text("\n\n".join(f"{each.speaker}: {each.text}" for each in GARDEN.segments))

    ((imported,), _) = go(store, settings, notes, transcript=shifted)
    ((timed,), _) = go(store, settings, notes, transcript=str(text))

    assert offset(whole(imported)) == pytest.approx(-104.0, abs=0.5)
    assert start_of(whole(timed)) == COMPOST_SECONDS
    assert len(recogniser.asked) == 1


def test_a_text_without_times_is_timed_by_its_words(
    store: Store, settings: Settings, notes: Path, tape: str, recogniser: Stand
) -> None:
    """What was heard is kept apart for the next text; speakers stay; a second run does nothing."""
    text = notes.with_name("call.txt")
    text.write_text("\n\n".join(f"{each.speaker}: {each.text}" for each in GARDEN.segments))
    wrong = notes.with_name("wrong.txt")
    wrong.write_text(ELEPHANTS)

    ((outcome,), told) = go(store, settings, notes, transcript=str(text), media=tape)
    ((again,), quiet) = go(store, settings, notes, transcript=str(text), media=tape)
    ((refused,), _) = go(store, settings, notes, transcript=str(wrong))
    kept = store.meeting(outcome.slug or "")
    ((heard,), _) = go(store, settings, notes, model="tiny.en")

    transcript = said(whole(outcome))
    assert f"{TITLE}: call.txt has no times, so they were found by its words" in told.said
    assert transcript.origin is Origin.IMPORT
    assert [s.speaker for s in transcript.segments][:2] == ["Ana", "Tomasz"]
    assert start_of(whole(outcome)) == COMPOST_SECONDS
    assert (again.state, quiet.stages) == (RunState.UNCHANGED, [])
    assert refused.failure is not None
    assert "does not fit" in refused.failure.message
    assert kept.transcript == transcript
    assert kept.alignments == whole(outcome).alignments
    assert said(whole(heard)).origin is Origin.ASR
    assert len(recogniser.asked) == 1


def test_a_text_without_times_needs_a_recording(store: Store, settings: Settings, notes: Path) -> None:
    """The error says how it could be used."""
    notes.write_text("# Planning\n\n- Buy hoses\n")
    text = notes.with_name("call.txt")
    text.write_text("\n\n".join(f"{each.speaker}: {each.text}" for each in GARDEN.segments))

    ((outcome,), _) = go(store, settings, notes, transcript=str(text))

    assert outcome.failure is not None
    assert "--media" in (outcome.failure.hint or "")


@pytest.mark.parametrize("by_hand", [False, True])
def test_rough_times_are_refined_unless_somebody_says_which_clock_they_are(
    store: Store, settings: Settings, notes: Path, tape: str, recogniser: Stand, *, by_hand: bool
) -> None:
    """With times to the minute a link would be a minute early."""
    rough = tuple(
        Segment(60.0 * at, 60.0 * at + 60.0, " ".join(s.text for s in GARDEN.segments if s.start // 60 == at))
        for at in range(3)
    )
    file = saved(notes.with_name("call.vtt"), rough)

    options = {"offset": "0"} if by_hand else {}
    ((outcome,), told) = go(store, settings, notes, transcript=file, media=tape, **options)

    starts = [segment.start for segment in said(whole(outcome)).segments]
    assert ("better ones were found" in "".join(told.said)) is not by_hand
    assert (starts[:2] == [0.0, 60.0]) is by_hand
    assert len(recogniser.asked) == (0 if by_hand else 1)


def test_sound_that_cannot_be_read_does_not_stop_an_import(
    store: Store, settings: Settings, notes: Path, tape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said, and what looks wrong without it."""

    def broken(media: Path, **_options: object) -> None:
        raise AudioUnreadable(media, "it breaks off")

    monkeypatch.setattr(transcribe, "speech_activity", broken)
    file = saved(notes.with_name("call.vtt"), later(104.0))

    ((outcome,), told) = go(store, settings, notes, transcript=file, media=tape)

    first, second = said(whole(outcome)).doubts
    assert first == "was not compared with the recording, whose sound cannot be used (it breaks off)"
    assert "after the recording" in second
    assert f"{TITLE}: call.vtt: {first}" in told.said


def test_the_transcript_of_an_older_jumpnotes_is_compared_once_and_never_refused(
    store: Store, settings: Settings, notes: Path, tape: str, recogniser: Stand
) -> None:
    """With what is here; its links are there, whatever is found."""
    go(store, settings, notes, media=tape)
    shifted, wrong = saved(notes.with_name("a.vtt"), later(104.0)), saved(notes.with_name("b.vtt"), of_another())
    ((imported,), _) = go(store, settings, notes, transcript=shifted)
    slug = imported.slug or ""
    Path(tape).unlink()
    forget_comparison(store, slug)
    ((compared,), told) = go(store, settings, notes, transcript=shifted)
    ((again,), _) = go(store, settings, notes, transcript=shifted)
    go(store, settings, notes, transcript=wrong, offset="0")
    forget_comparison(store, slug)
    ((doubted,), _) = go(store, settings, notes, transcript=wrong)

    assert told.stages == ["comparing transcript and recording", "aligning"]
    assert offset(whole(compared)) == pytest.approx(-104.0, abs=0.5)
    assert again.state is RunState.UNCHANGED
    assert said(whole(doubted)).clock is None
    assert "does not fit" in said(whole(doubted)).doubts[0]


def test_an_offset_is_ignored_for_what_was_made_from_the_recording(
    store: Store, settings: Settings, notes: Path, tape: str, recogniser: Stand
) -> None:
    """It is said, and not kept for a transcript that may follow."""
    ((outcome,), told) = go(store, settings, notes, media=tape, offset="-104")
    ((stored,), again) = go(store, settings, notes, offset="-104")
    key = store.run_key(outcome.slug or "")

    for heard in (told, again):
        assert [text for text in heard.said if "--offset is ignored" in text]
    assert said(whole(stored)).clock is None
    assert key is not None
    assert key.offset is None


def test_an_offset_is_forgotten_with_the_recording(
    store: Store, settings: Settings, notes: Path, tape: str, youtube: Stand, recogniser: Stand
) -> None:
    """It was said of the other one."""
    file = saved(notes.with_name("call.vtt"), later(104.0))
    ((before,), _) = go(store, settings, notes, transcript=file, offset="-50")
    ((after,), _) = go(store, settings, notes, transcript=file, media=tape, force=Stage.TRANSCRIBE)

    key = store.run_key(after.slug or "")
    assert offset(whole(before)) == -50.0
    assert key is not None
    assert key.offset is None


def test_a_recording_nobody_has_heard_tells_the_clock_by_its_sound(
    store: Store, settings: Settings, notes: Path
) -> None:
    """The re-enactment, of which an hour-old timeline is known."""
    told = json.loads((ROOT / "seeds" / "reenactment.gold.json").read_text(encoding="utf-8"))["utterances"]
    segments = tuple(Segment(each["start"] + 3600.0, each["end"] + 3600.0, each["text"]) for each in told)
    file = saved(notes.with_name("call.vtt"), segments)
    media = str(ROOT / "seeds" / "reenactment.m4a")

    ((outcome,), heard) = go(store, settings, notes, transcript=file, media=media)

    clock = said(whole(outcome)).clock
    assert clock is not None
    assert clock.basis is ClockBasis.SOUND
    assert offset(whole(outcome)) == pytest.approx(-3600.0, abs=0.3)
    assert [text for text in heard.said if text.endswith("(found by its sound)")]


def test_what_is_heard_for_a_text_that_is_refused_replaces_nothing(
    store: Store, settings: Settings, notes: Path, tape: str, recogniser: Stand
) -> None:
    """Though it was heard for the first time."""
    given = saved(notes.with_name("call.vtt"), GARDEN.segments)
    ((before,), _) = go(store, settings, notes, transcript=given, media=tape, offset="0")
    wrong = notes.with_name("wrong.txt")
    wrong.write_text(ELEPHANTS)

    ((refused,), _) = go(store, settings, notes, transcript=str(wrong))

    assert refused.failure is not None
    assert "does not fit" in refused.failure.message
    assert len(recogniser.asked) == 1
    assert store.meeting(before.slug or "").transcript == whole(before).transcript

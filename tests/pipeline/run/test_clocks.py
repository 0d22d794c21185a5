"""A transcript is compared with what is here of its recording."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import sync, transcribe
from pipeline.errors import ModelUnavailable
from pipeline.records import ClockBasis, Origin, Recording, Segment, SpeechActivity, Transcript, TranscriptClock
from pipeline.run import clocks
from pipeline.sync import ClockFinding
from pipeline.transcript_clock import shifted


def test_without_a_model_that_works_the_sound_alone_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Damaged weights are no reason to refuse a transcript that somebody has."""
    media = tmp_path / "call.wav"
    media.touch()
    by_sound = TranscriptClock(ClockBasis.SOUND, shifted(-9.0), 0.9)

    def fail(*_: object, **__: object) -> ClockFinding:
        raise ModelUnavailable("tiny", "its weights are damaged", hint="Install it again.")

    monkeypatch.setattr(transcribe, "speech_activity", lambda *_, **__: SpeechActivity(((1.0, 5.0),), 60.0))
    monkeypatch.setattr(transcribe, "excerpt_recogniser", lambda *_, **__: fail)
    monkeypatch.setattr(sync, "find_by_sound", lambda *_: ClockFinding(by_sound))
    monkeypatch.setattr(sync, "find_by_excerpts", fail)
    given = Transcript("en", Origin.IMPORT, None, (Segment(10.0, 14.0, "We begin."),), 14.0)

    found = clocks.compare(
        given,
        Recording(str(media), "Call", 60.0, str(media)),
        None,
        track=None,
        model_dir=None,
        begin=lambda: None,
    )

    assert found.clock == by_sound
    assert "compared by pauses alone" in caplog.text

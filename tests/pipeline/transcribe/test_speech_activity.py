"""Where somebody speaks, without what is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.errors import AudioUnreadable
from pipeline.transcribe import speech_activity
from tests.bench.vocabulary import SEEDS


@pytest.mark.model
def test_speech_of_the_reenactment_is_found_where_it_was_laid() -> None:
    steps: list[tuple[float, float]] = []
    found = speech_activity(SEEDS / "reenactment.m4a", progress=lambda done, total: steps.append((done, total)))
    utterances = json.loads((SEEDS / "reenactment.gold.json").read_text(encoding="utf-8"))["utterances"]
    assert found.duration == pytest.approx(823.47, abs=0.1)
    assert all(one[0] < one[1] < two[0] for one, two in zip(found.stretches, found.stretches[1:], strict=False))
    starts = [start for start, _ in found.stretches]
    near = [min(abs(start - each["start"]) for start in starts) < 0.15 for each in utterances]
    assert sum(near) > 0.9 * len(near)
    within = sum(end - start for start, end in found.stretches)
    assert within == pytest.approx(sum(each["end"] - each["start"] for each in utterances), rel=0.25)
    assert steps[-1][0] == found.duration
    assert steps[-1][1] >= found.duration
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)


def test_what_is_no_sound_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.wav").write_text("no sound")
    with pytest.raises(AudioUnreadable):
        speech_activity(tmp_path / "notes.wav")

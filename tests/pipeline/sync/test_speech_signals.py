"""Speech and cues as signals."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.records import Segment, SpeechActivity, Word
from pipeline.sync.speech_signals import STEP_SECONDS, cue_signal, fast_size, speech_signal
from tests import growth


def test_cues_and_the_speech_they_tell_of_agree_at_the_right_offset() -> None:
    starts = [10.0, 17.0, 31.0, 38.5, 52.0, 58.0]
    speech = speech_signal(SpeechActivity(tuple((start, start + 3.0) for start in starts), 80.0))
    cues = cue_signal([Segment(start, start + 3.0, "eight words " * 4) for start in starts], 0.0, 80.0)
    products = np.correlate(speech, cues, "full")
    assert (int(products.argmax()) - len(cues) + 1) * STEP_SECONDS == pytest.approx(0.0, abs=STEP_SECONDS)


def test_a_cue_that_stays_on_is_not_speech_to_its_end() -> None:
    short = cue_signal([Segment(10.0, 12.0, "four words in all")], 0.0, 60.0)
    long = cue_signal([Segment(10.0, 40.0, "four words in all")], 0.0, 60.0)
    assert np.allclose(short, long, atol=0.1)


def test_a_stray_sound_in_a_silence_stays_small() -> None:
    talk = tuple((start, start + 2.0) for start in np.arange(0.0, 600.0, 4.0))
    signal = speech_signal(SpeechActivity((*talk, (900.0, 900.3)), 1200.0))
    talking = np.abs(signal[: round(600 / STEP_SECONDS)]).max()
    assert np.abs(signal[round(880 / STEP_SECONDS) :]).max() < 2 * talking


def test_long_cues_and_words_cost_no_more_than_short_ones() -> None:
    def crowded(count: int) -> list[Segment]:
        return [
            Segment(
                900.0 * n / count, 900.0 * n / count + 80_000.0, "word", (Word(900.0 * n / count, 80_000.0, "word"),)
            )
            for n in range(count)
        ]

    assert growth.measure(crowded, lambda cues: cue_signal(cues, 0.0, 1000.0), 2000).exponent < growth.NEAR_LINEAR


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 1000, 65_537, 1_000_000])
def test_fast_sizes_are_a_little_larger(size: int) -> None:
    assert size <= fast_size(size) <= max(1.34 * size, 256)

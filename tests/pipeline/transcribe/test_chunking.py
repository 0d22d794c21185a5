"""Cutting a stream of sound into chunks, on constructed sounds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from pipeline.audio import SAMPLE_RATE, Samples
from pipeline.transcribe import chunking
from pipeline.transcribe.chunking import Chunk, Region, pack_windows, speech_outside, split_into_chunks


@pytest.fixture(autouse=True)
def _short_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute instead of minutes: the rules are the same."""
    monkeypatch.setattr(chunking, "MAX_CHUNK_SAMPLES", 60 * SAMPLE_RATE)


def loud(samples: Samples) -> list[Region]:
    """Speech is what is louder than 0.1: a stand-in for the detector whose truth is known."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (np.abs(samples) > 0.1).astype(np.int8), [0]])))
    return [(int(first), int(after)) for first, after in zip(edges[::2], edges[1::2], strict=True)]


def talk(*lengths: float) -> Samples:
    """Sound and silence in turn, in seconds, beginning with sound."""
    return np.concatenate(
        [np.full(round(length * SAMPLE_RATE), 0.5 * (at % 2 == 0), np.float32) for at, length in enumerate(lengths)]
    )


def blocks(samples: Samples, size: int = 70_001) -> Iterator[Samples]:
    return (samples[at : at + size] for at in range(0, len(samples), size))


TALK = talk(*(length for at in range(40) for length in (2 + at % 7, 0.2 + 0.3 * (at % 5))))


def test_nothing_is_lost_and_nothing_heard_twice() -> None:
    """The chunks follow each other and together are the recording."""
    found = list(split_into_chunks(blocks(TALK), loud))

    assert len(found) > 3
    assert [chunk.start for chunk in found[1:]] == [chunk.end for chunk in found[:-1]]
    assert np.array_equal(np.concatenate([chunk.samples for chunk in found]), TALK)
    assert all(len(chunk.samples) <= chunking.MAX_CHUNK_SAMPLES for chunk in found)


def test_a_chunk_ends_in_a_silence() -> None:
    """The cut is in the middle of the longest silence within reach."""
    first, *_ = split_into_chunks(blocks(talk(25, 0.3, 10, 1.4, 10, 0.5, 20, 1, 10)), loud)

    assert first.end == pytest.approx((25 + 0.3 + 10 + 0.7) * SAMPLE_RATE, abs=SAMPLE_RATE * 0.01)
    assert first.speech[-1][1] <= len(first.samples)


@pytest.mark.parametrize("size", [997, 70_001, 10**7])
def test_chunks_do_not_depend_on_where_one_starts(size: int) -> None:
    """From any finished chunk on, and with blocks of any size, the later chunks are the same."""
    found = list(split_into_chunks(blocks(TALK), loud))

    again = list(split_into_chunks(blocks(TALK, size), loud, skip=found[1].end))

    assert [(chunk.start, chunk.end, chunk.speech) for chunk in again] == [
        (chunk.start, chunk.end, chunk.speech) for chunk in found[2:]
    ]


def test_speech_without_a_pause_is_cut_at_its_quietest_point() -> None:
    """When nobody draws breath, the cut is where it does least harm."""
    sound = talk(90)
    quiet = 41 * SAMPLE_RATE
    sound[quiet : quiet + SAMPLE_RATE // 10] = 0.2

    first, *_ = split_into_chunks(blocks(sound), loud)

    assert quiet <= first.end <= quiet + SAMPLE_RATE // 10


def test_a_forced_cut_moves_to_a_quieter_point() -> None:
    """Two stretches of speech without a pause between them meet where it is quietest."""
    sound = talk(20)
    quiet = round(9.2 * SAMPLE_RATE)
    sound[quiet : quiet + SAMPLE_RATE // 10] = 0.2

    (chunk,) = split_into_chunks(blocks(sound), lambda _: [(0, 10 * SAMPLE_RATE), (10 * SAMPLE_RATE, 20 * SAMPLE_RATE)])

    (_, first_end), (second_start, _) = chunk.speech
    assert first_end == second_start
    assert quiet <= first_end <= quiet + SAMPLE_RATE // 10


def test_speech_is_widened_at_most_to_the_middle_of_a_silence() -> None:
    """Soft sounds around speech are kept, but never twice."""
    (chunk,) = split_into_chunks(blocks(talk(2, 0.2, 2, 3, 2, 1)), loud)

    edges = [sample / SAMPLE_RATE for region in chunk.speech for sample in region]
    assert edges == pytest.approx([0, 2.1, 2.1, 4.6, 6.8, 9.6])


def test_silence_is_cut_into_chunks_too() -> None:
    """An hour of nothing is chunks without speech."""
    found = list(split_into_chunks(blocks(np.zeros(150 * SAMPLE_RATE, np.float32)), loud))

    assert all(chunk.speech == () for chunk in found)
    assert found[-1].end == 150 * SAMPLE_RATE


def test_no_sound_is_no_chunk() -> None:
    """Nothing in, nothing out."""
    nothing: list[Chunk] = list(split_into_chunks([], loud))

    assert nothing == []


def test_windows_have_what_the_model_hears_at_a_time() -> None:
    """Windows are filled in order, never beyond 30 s."""
    second = SAMPLE_RATE
    regions = [(0, 14 * second), (15 * second, 31 * second), (40 * second, 41 * second), (50 * second, 80 * second)]

    windows = pack_windows(regions)

    assert windows == [regions[:2], regions[2:3], regions[3:]]
    assert pack_windows([]) == []


def test_speech_without_words_is_found() -> None:
    """Before the first word, between words and after the last: what was passed over, pauses left out."""
    regions = [(0, 100), (150, 300), (400, 500)]

    assert speech_outside(regions, [], min_samples=1) == [regions]
    assert speech_outside(regions, [(40, 60), (260, 280)], min_samples=41) == [
        [(60, 100), (150, 260)],
        [(280, 300), (400, 500)],
    ]
    assert speech_outside(regions, [(0, 170), (170, 290), (295, 495)], min_samples=11) == []

"""A real speech model on the re-enacted meeting in `seeds/`, whose words and times are known."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from pipeline.audio import SAMPLE_RATE, Samples
from pipeline.errors import AudioUnreadable
from pipeline.records import Origin, Transcript
from pipeline.transcribe import chunking
from tests.bench.vocabulary import SEEDS, measure
from tests.pipeline.transcribe.recordings import LENGTH, MODEL, heard, save

pytestmark = pytest.mark.model


JARGON = ("osquery", "sccache", "gethostbyname", "codecvt", "CMake", "Stefano", "getaddrinfo")


@dataclass(frozen=True)
class Utterance:
    start: float
    end: float
    text: str


UTTERANCES = [
    Utterance(line["start"], line["end"], line["text"])
    for line in json.loads((SEEDS / "reenactment.gold.json").read_text())["utterances"]
]


@pytest.fixture(scope="session")
def ticks() -> list[tuple[float, float]]:
    """What `progress` was called with in making `transcript`."""
    return []


@pytest.fixture(scope="session")
def transcript(talk: Path, ticks: list[tuple[float, float]]) -> Transcript:
    return heard(talk, progress=lambda done, total: ticks.append((done, total)))


def said(until: float) -> Iterable[Utterance]:
    return (utterance for utterance in UTTERANCES if utterance.end < until)


def test_the_words_are_found(transcript: Transcript) -> None:
    """Four of five words are right even with the smallest model."""
    words = " ".join(utterance.text for utterance in said(LENGTH))

    assert measure(words, " ".join(segment.text for segment in transcript.heard), ()).word_error_rate < 0.2
    assert transcript.language == "en"
    assert transcript.origin is Origin.ASR
    assert transcript.model == MODEL
    assert transcript.duration == pytest.approx(LENGTH + 10)


def test_times_are_where_the_words_are_said(transcript: Transcript) -> None:
    """Utterances begin where a word begins: mostly within a quarter of a second, also after ten seconds of silence."""
    starts = [word.start for segment in transcript.segments for word in segment.words]
    misses = [min(abs(start - utterance.start - 10) for start in starts) for utterance in said(LENGTH)]

    assert median(misses) < 0.25
    assert starts[0] == pytest.approx(UTTERANCES[0].start + 10, abs=0.5)


def test_words_are_in_order_and_inside_their_segment(transcript: Transcript) -> None:
    """Time never turns back, and segments are short."""
    words = [word for segment in transcript.segments for word in segment.words]

    assert all(word.start <= word.end for word in words)
    assert all(left.end <= right.start for left, right in pairwise(words))
    for segment in transcript.segments:
        assert (segment.start, segment.end) == (segment.words[0].start, segment.words[-1].end)
        assert segment.end - segment.start <= 15
        assert segment.text == " ".join(word.text for word in segment.words)


def test_hotwords_repair_jargon(meeting: Samples, tmp_path: Path) -> None:
    """What the model mishears on its own it spells as the notes do when given as hotwords."""
    chosen = [utterance for utterance in UTTERANCES if any(term in utterance.text for term in JARGON)][:6]
    sound = [meeting[round((u.start - 0.2) * SAMPLE_RATE) : round((u.end + 0.5) * SAMPLE_RATE)] for u in chosen]
    media = save(tmp_path / "jargon.wav", np.concatenate(sound))
    words = " ".join(utterance.text for utterance in chosen)

    without = measure(words, " ".join(segment.text for segment in heard(media).heard), JARGON)
    told = measure(words, " ".join(segment.text for segment in heard(media, hotwords=JARGON).heard), JARGON)

    assert without.jargon_recall < 0.5
    assert told.jargon_heard >= without.jargon_heard + 2
    assert told.word_error_rate <= without.word_error_rate


@pytest.mark.parametrize("level", [0.0, 0.02], ids=["silence", "noise"])
def test_no_speech_is_no_segments(tmp_path: Path, level: float) -> None:
    """Nobody speaks: an empty transcript of the right length, nothing invented, no error."""
    noise = np.random.default_rng(0).normal(0, 1, 45 * SAMPLE_RATE).clip(-3, 3) / 3 * level

    result = heard(save(tmp_path / "quiet.wav", noise.astype(np.float32)))

    assert list(result.heard) == []
    assert result.duration == 45


def test_progress_counts_seconds_of_sound(transcript: Transcript, ticks: list[tuple[float, float]]) -> None:
    """It comes several times a minute, never goes back, and ends at the whole."""
    assert len(ticks) > 3
    assert all(left[0] <= right[0] for left, right in pairwise(ticks))
    assert {round(total) for _, total in ticks} == {LENGTH + 10}
    assert ticks[-1][0] == transcript.duration


RUN = """
import sys
from pathlib import Path
from pipeline.transcribe import chunking
from pipeline.transcribe import transcribe
chunking.MAX_CHUNK_SAMPLES = 45 * 16000
transcribe(Path(sys.argv[1]), model="tiny.en", model_dir=None, checkpoint=Path(sys.argv[2]),
           progress=lambda done, total: print(done, flush=True))
"""


def test_a_killed_run_resumes(talk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`kill -9` costs the current chunk; the transcript is the very one of a run that was left alone."""
    monkeypatch.setattr(chunking, "MAX_CHUNK_SAMPLES", 45 * SAMPLE_RATE)
    checkpoint = tmp_path / "checkpoint.jsonl"
    with subprocess.Popen(
        [sys.executable, "-c", RUN, str(talk), str(checkpoint)], stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout
        for line in run.stdout:
            if float(line) > 46:  # the first chunk is done, the second has begun
                run.kill()
                break
    kept = [json.loads(line) for line in checkpoint.read_text().splitlines()[1:]]
    with checkpoint.open("ab") as file:
        file.write(b'{"end": 99')  # as if killed while writing
    done: list[float] = []
    lines: list[tuple[float, str]] = []

    resumed = heard(
        talk,
        checkpoint=checkpoint,
        progress=lambda second, _: done.append(second),
        heard=lambda start, text: lines.append((start, text)),
    )

    assert run.returncode == -signal.SIGKILL
    assert kept
    assert min(done) >= kept[-1]["end"] / SAMPLE_RATE
    assert resumed == heard(talk)
    told = [(segment["words"][0][0], segment["text"]) for line in kept for segment in line["segments"]]
    assert lines[: len(told)] == told
    assert lines[-1][0] > kept[-1]["end"] / SAMPLE_RATE


def test_another_recording_does_not_resume_from_it(talk: Path, tmp_path: Path) -> None:
    """A checkpoint belongs to one recording, one model and one set of options."""
    checkpoint = tmp_path / "checkpoint.jsonl"
    quiet = save(tmp_path / "quiet.wav", np.zeros(SAMPLE_RATE, np.float32))
    heard(quiet, checkpoint=checkpoint)
    kept = checkpoint.read_text()

    assert heard(quiet, checkpoint=checkpoint).duration == 1
    assert checkpoint.read_text() == kept
    heard(quiet, checkpoint=checkpoint, hotwords=("osquery",))
    assert checkpoint.read_text() != kept


def test_the_form_of_a_checkpoint_stays(tmp_path: Path) -> None:
    """What an earlier version began, a later one finishes: neither the version nor any field has changed."""
    checkpoint = tmp_path / "checkpoint.jsonl"
    heard(save(tmp_path / "quiet.wav", np.zeros(SAMPLE_RATE, np.float32)), checkpoint=checkpoint, hotwords=("osquery",))

    header, line = map(json.loads, checkpoint.read_text().splitlines())
    assert list(header) == [
        *("jumpnotes", "version", "media", "model", "weights", "compute", "beam", "batch", "language", "hotwords")
    ]
    assert (header["jumpnotes"], header["version"], header["model"]) == ("transcription", 1, MODEL)
    assert line == {"end": SAMPLE_RATE, "language": None, "segments": []}


MEMORY = """
import resource, sys
from pathlib import Path
from pipeline.transcribe import transcribe
transcribe(Path(sys.argv[1]), model="tiny.en", model_dir=None)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak_memory(media: Path) -> float:
    """MiB of a process that transcribes `media`."""
    done = subprocess.run([sys.executable, "-c", MEMORY, str(media)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return int(done.stdout) / 1024


def test_memory_does_not_grow_with_the_recording(tmp_path: Path) -> None:
    """Twenty-five minutes take no more room than five: the sound alone would be 73 MiB more."""
    minute = np.random.default_rng(0).normal(0, 0.005, 60 * 8000).astype(np.float32)

    short = peak_memory(save(tmp_path / "short.wav", np.tile(minute, 5), rate=8000))
    long = peak_memory(save(tmp_path / "long.wav", np.tile(minute, 25), rate=8000))

    assert long - short < 25


def test_a_file_that_is_no_sound(tmp_path: Path) -> None:
    """The file is looked at before the model is loaded."""
    broken = tmp_path / "broken.m4a"
    broken.write_bytes(b"\x00" * 100)

    with pytest.raises(AudioUnreadable):
        heard(broken, model="no-such-model")


def test_unasked_the_installed_model_stands_in(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Without a network and a choice, what is installed is used, with a warning, and named in the transcript."""
    with caplog.at_level(logging.WARNING):
        result = heard(save(tmp_path / "quiet.wav", np.zeros(SAMPLE_RATE, np.float32)), model=None)

    assert result.model == MODEL
    assert "using the installed model" in caplog.text

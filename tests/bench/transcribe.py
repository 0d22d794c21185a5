"""What streaming, checkpoints and second listening cost: our time over that of faster-whisper's own batched pipeline.

Run as `python -m tests.bench.transcribe [--rounds N] [--model NAME]`. Both transcribe the same ten minutes with one
model, one batch size, threads, beam, word times, VAD and hotwords, each in a process of its own, taking turns at going
first. Loading the model is part of the time. On a busy machine trust the processor's time more than the clock's.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np

from pipeline import notes
from pipeline.audio import SAMPLE_RATE, open_sound
from pipeline.language import jargon
from pipeline.transcribe import models
from tests.bench.vocabulary import SEEDS

BATCH = 4  # ours on a CPU
CONTESTANTS = ("ours", "bare")


def ours(media: Path, model: str, hotwords: Sequence[str]) -> int:
    """Words heard by jumpnotes, with a checkpoint as in real use."""
    from pipeline.transcribe import transcribe

    checkpoint = media.with_suffix(f".{os.getpid()}.jsonl")
    found = transcribe(
        media, model=model, model_dir=_model_dir(), hotwords=hotwords, language="en", checkpoint=checkpoint
    )
    return sum(len(segment.words) for segment in found.segments)


def bare(media: Path, model: str, hotwords: Sequence[str]) -> int:
    """Words heard by faster-whisper alone."""
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    machine = models.hardware()
    folder = str(models.find_weights(model, _model_dir()))
    loaded = WhisperModel(folder, device="cpu", compute_type=machine.compute_type, cpu_threads=machine.cores)
    found, _ = BatchedInferencePipeline(loaded).transcribe(
        str(media), language="en", beam_size=5, batch_size=BATCH, word_timestamps=True, hotwords=", ".join(hotwords)
    )
    return sum(len(segment.words or ()) for segment in found)


def _model_dir() -> Path | None:
    folder = os.environ.get("JUMPNOTES_MODEL_DIR")
    return Path(folder) if folder else None


def ten_minutes(path: Path) -> Path:
    """The first ten minutes of the re-enactment."""
    with open_sound(SEEDS / "reenactment.m4a") as sound, wave.open(str(path), "wb") as file:
        samples = np.concatenate(list(sound.blocks))[: 600 * SAMPLE_RATE]
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((samples * 32767).astype(np.int16).tobytes())
    return path


def measure(contestant: str, media: Path, model: str) -> None:
    """Run one contestant in this process and print its figures as JSON."""
    hotwords = jargon.hotwords(notes.read(SEEDS / "000_d54e42ad7e88ce35.txt"))
    started = time.perf_counter()
    words = (ours if contestant == "ours" else bare)(media, model, hotwords)
    wall = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    figures = {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "mib": used.ru_maxrss / 1024, "words": words}
    print(json.dumps(figures))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--model", default="tiny.en")
    parser.add_argument("--one", nargs=2, metavar=("CONTESTANT", "MEDIA"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measure(options.one[0], Path(options.one[1]), options.model)
        return
    rounds = []
    with tempfile.TemporaryDirectory() as folder:
        media = ten_minutes(Path(folder) / "ten_minutes.wav")
        for number in range(options.rounds):
            figures = {}
            for contestant in CONTESTANTS[:: -1 if number % 2 else 1]:
                command = [
                    sys.executable,
                    "-m",
                    __spec__.name,
                    "--model",
                    options.model,
                    "--one",
                    contestant,
                    str(media),
                ]
                figures[contestant] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
                shown = "  ".join(f"{name} {value:7.1f}" for name, value in figures[contestant].items())
                print(f"round {number + 1}  {contestant}  {shown}", flush=True)
            rounds.append(figures)
    for name in ("wall", "cpu", "mib"):
        ratio = median(figures["ours"][name] / figures["bare"][name] for figures in rounds)
        print(f"ours / bare, median {name:4} ratio: {ratio:.3f}")


if __name__ == "__main__":
    main()

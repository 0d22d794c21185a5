"""Workers of several machines on one archive in PostgreSQL: each in this process, with a data folder of its own."""

from __future__ import annotations

import wave
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np

from pipeline.audio import SAMPLE_RATE, open_sound
from pipeline.config import Settings
from pipeline.jobs.worker import Worker, working
from pipeline.records import RunStage
from tests.conftest import ROOT

MODEL = "tiny.en"

SHORT_CHUNKS = (
    "from pipeline.transcribe import chunking; "
    "chunking.MAX_CHUNK_SAMPLES = 10 * 16_000; chunking._CUT_REACH_SAMPLES = 3 * 16_000; "
)
"""What the process of a job does first where recordings are to be cut into several pieces."""


def machine(folder: Path, name: str, url: str, exchange: Path | None) -> Settings:
    """The settings of a machine, with a network of its own."""
    folder = folder / name
    folder.mkdir(parents=True, exist_ok=True)
    if exchange:
        exchange.mkdir(exist_ok=True)
    return Settings(
        data_dir=folder,
        database=url,
        exchange=str(exchange) if exchange else None,
        network=name,
        model=MODEL,
        allow_hosts=frozenset({"127.0.0.1"}),
        meaning=False,
    )


@contextmanager
def at_work(*machines: tuple[Settings, Sequence[RunStage]]) -> Iterator[tuple[Worker, ...]]:
    """Their workers, each with the parts of runs that it takes."""
    made = tuple(Worker(settings, stages=tuple(stages)) for settings, stages in machines)
    with ExitStack() as stack:
        for each in made:
            stack.enter_context(working(each))
        yield made


def talk(path: Path, seconds: int) -> Path:
    """The first seconds of the re-enacted meeting."""
    blocks, needed = [], seconds * SAMPLE_RATE
    with open_sound(ROOT / "seeds" / "reenactment.m4a") as sound:
        for block in sound.blocks:
            blocks.append(block)
            if (needed := needed - len(block)) <= 0:
                break
    samples = np.concatenate(blocks)[: seconds * SAMPLE_RATE]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path

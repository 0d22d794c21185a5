"""Transcripts of the garden club's call as people have them, and runs that use them."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from pipeline import cues
from pipeline.config import Settings
from pipeline.records import Meeting, Segment, Transcript
from pipeline.run.plan import RunOptions
from pipeline.run.runner import Runner, RunOutcome
from pipeline.store import Store
from tests.conftest import CALL
from tests.pipeline.garden import QuietReporter

GARDEN = cues.read(CALL / "garden.vtt")
TITLE = "Community garden call"
COMPOST = "Compost heap"
COMPOST_SECONDS = pytest.approx(66.25, abs=10)
AHEAD = "runs 1:44 ahead of the recording, so its times were moved"


@dataclass
class Stand:
    """Stands in for a third party, or for what takes long; keeps what it was asked for."""

    answer: Callable[[str], object]
    asked: list[str] = field(default_factory=list)

    def __call__(self, source: str | Path, **_options: object) -> object:
        self.asked.append(str(source))
        return self.answer(str(source))


def go(store: Store, settings: Settings, *paths: Path, **options: object) -> tuple[list[RunOutcome], QuietReporter]:
    told = QuietReporter()
    return list(Runner(store, settings, RunOptions(**options), told).run(paths)), told  # type: ignore[arg-type]


def whole(outcome: RunOutcome) -> Meeting:
    assert outcome.meeting is not None, outcome.failure
    return outcome.meeting


def said(meeting: Meeting) -> Transcript:
    assert meeting.transcript is not None
    return meeting.transcript


def offset(meeting: Meeting) -> float:
    clock = said(meeting).clock
    assert clock is not None
    (piece,) = clock.pieces
    return piece.offset


def start_of(meeting: Meeting, text: str = COMPOST) -> float:
    return next(meeting.alignments[b.id].start for b in meeting.notes.blocks if b.text == text)


def later(seconds: float, segments: tuple[Segment, ...] = GARDEN.segments) -> tuple[Segment, ...]:
    return tuple(replace(each, start=each.start + seconds, end=each.end + seconds) for each in segments)


def saved(file: Path, segments: tuple[Segment, ...]) -> str:
    file.write_text(cues.write(replace(GARDEN, segments=segments), "vtt"))
    return str(file)


def of_another() -> tuple[Segment, ...]:
    """A transcript in which the same words say something else."""
    words = " ".join(each.text for each in GARDEN.segments).split()
    random.Random(5).shuffle(words)
    share = len(words) // len(GARDEN.segments) + 1
    texts = [" ".join(words[at : at + share]) for at in range(0, len(words), share)]
    return tuple(replace(each, text=text) for each, text in zip(GARDEN.segments, texts, strict=False))


def forget_comparison(store: Store, slug: str) -> None:
    """Leave the meeting as a jumpnotes left it that compared nothing."""
    key = store.run_key(slug)
    assert key is not None
    store.finish(slug, replace(key, aligner="5", offset=None))
    with closing(sqlite3.connect(store.path)) as db:
        db.execute("UPDATE transcripts SET clock = NULL, doubts = '[]'")
        db.commit()

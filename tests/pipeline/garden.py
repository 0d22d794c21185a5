"""The garden club's call: its notes run, edited and corrected."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from pipeline import notes as reader
from pipeline.config import Settings
from pipeline.records import Alignment, Correction, Meeting, Verdict
from pipeline.run.plan import RunOptions
from pipeline.run.runner import Runner, RunOutcome
from pipeline.store import Store
from tests.conftest import CALL

VTT = str(CALL / "garden.vtt")
SLUG = "community-garden-call-2024-03-05"
LABELS = "Bring labelled envelopes, no hybrid varieties"
HOSE = "The hose by the greenhouse leaks"


class QuietReporter:
    """Keeps what a run says."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.said: list[str] = []

    def begin(self, path: Path) -> None: ...

    def stage(self, title: str, stage: str, *, unit: str = "") -> None:
        self.stages.append(stage)

    def progress(self, done: float, total: float) -> None: ...

    def heard(self, start: float, text: str) -> None: ...

    def say(self, text: str) -> None:
        self.said.append(text)

    warn = say


def run(
    store: Store, folder: Path, *, reporter: QuietReporter | None = None, **options: object
) -> tuple[RunOutcome, list[str]]:
    """Run the garden's notes; the outcome, and the stages it took."""
    reporter = reporter or QuietReporter()
    runner = Runner(store, Settings(data_dir=folder / "data"), RunOptions(**options), reporter)  # type: ignore[arg-type]
    (outcome,) = runner.run([folder / "2024-03-05-garden.md"])
    assert outcome.failure is None, outcome.failure
    return outcome, reporter.stages


def move(data: Path, notes: Path) -> None:
    """The meeting in a copied data folder is known by the copied notes."""
    with closing(sqlite3.connect(data / "jumpnotes.db")) as db, db:
        db.execute("UPDATE meetings SET path = ?", (str(notes.resolve()),))


def edit(store: Store, folder: Path, old: str, new: str) -> Meeting:
    """Store the notes with `old` replaced."""
    path = folder / "2024-03-05-garden.md"
    source = path.read_text()
    assert old in source
    path.write_text(source.replace(old, new))
    store.save_notes(replace(reader.read(path), slug=SLUG))
    return store.meeting(SLUG)


def block_id(store: Store, text: str) -> str:
    return next(block.id for block in store.meeting(SLUG).notes.blocks if block.text == text)


def correct(
    store: Store, text: str, start: float | None, *, seen: int | None = None, author: str = "Ana"
) -> Correction:
    """Set the start of a block; None: not discussed."""
    verdict = Verdict.NOT_DISCUSSED if start is None else Verdict.TIME
    return store.correct(SLUG, block_id(store, text), verdict, start, author, seen=seen)


def link(store: Store, text: str) -> Alignment | None:
    return store.meeting(SLUG).alignments.get(block_id(store, text))

"""Somebody who writes to three meetings, whatever comes to mind.

    python -m tests.pipeline.random_writes DATA SEED [STEPS]

writes without an end, or so many times.
"""

from __future__ import annotations

import random
import sys
from datetime import date
from itertools import count
from pathlib import Path

from pipeline.config import Settings
from pipeline.errors import ConflictError, CorrectionNotFound, InvalidCorrection
from pipeline.records import (
    Alignment,
    Basis,
    Block,
    BlockKind,
    Mishearing,
    Notes,
    Origin,
    Recording,
    Section,
    Segment,
    Transcript,
    Verdict,
)
from pipeline.refresh import Archive
from pipeline.store import AlignmentInputs, Store

WORDS = ("the", "schedule", "of", "a", "release", "and", "its", "probes", "Häuser", "tables")
DAYS = (None, date(2024, 1, 1), date(2024, 1, 2))
SPEAKERS = (None, "Ana", "Ben Ito")


class Writer:
    """The meetings share days and words."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store = store
        self.chance = random.Random(seed)
        self.notes: dict[str, tuple[int, Notes]] = {}
        self.heard: dict[str, tuple[int, Transcript]] = {}
        for slug in "abc":
            store.claim(f"/{slug}.md", slug)

    def step(self) -> str | None:
        """What was written; None where it was refused."""
        slug = self.chance.choice("abc")
        writes = (self.write, self.fetch, self.transcribe, self.align, self.correct, self.undo)
        try:
            return self.chance.choice(writes if slug in self.notes else (self.write,))(slug)
        except (ConflictError, CorrectionNotFound, InvalidCorrection):
            return None

    def write(self, slug: str) -> str:
        ids = sorted(self.chance.sample("pqrstu", self.chance.randrange(6)))
        head = Block("h", BlockKind.HEADING, 1, 2, "Topic", "Topic", depth=2)
        items = (Block(one, BlockKind.ITEM, at, at + 1, self.words(), "", depth=1) for at, one in enumerate(ids, 2))
        section = Section("h", "Topic", 2, 1, (head, *items))
        notes = Notes(slug, slug + self.chance.choice("xy"), self.chance.choice(DAYS), None, (section,), "")
        self.notes[slug] = (self.store.save_notes(notes), notes)
        return "write"

    def fetch(self, slug: str) -> str:
        length = self.chance.choice((None, 90.0, 500.0))
        self.store.save_recording(slug, Recording("u", "t", length), key=self.chance.choice("kl"))
        return "fetch"

    def transcribe(self, slug: str) -> str:
        segments = tuple(
            Segment(at * 5.0, at * 5.0 + 5, self.words(), (), self.chance.choice(SPEAKERS))
            for at in range(self.chance.randrange(30))
        )
        transcript = Transcript("en", Origin.ASR, None, segments, 500.0)
        self.heard[slug] = (self.store.save_transcript(slug, transcript, key="k"), transcript)
        return "transcribe"

    def align(self, slug: str) -> str:
        if slug in self.heard:
            (run, transcript), (notes_id, notes) = self.heard[slug], self.notes[slug]
            links = tuple(
                Alignment(block.id, at, at + 9, self.chance.choice((0.2, 0.9)), Basis.MATCH)
                for block in notes.blocks
                for at in [self.chance.uniform(0, 80)]
            )
            mishearings = tuple(
                Mishearing(one.start, one.start + 0.5, "Tetragon", "the", 0.9) for one in transcript.segments[::7]
            )
            self.store.save_alignments(slug, links, AlignmentInputs(notes_id, run, "1"), mishearings)
        return "align"

    def correct(self, slug: str) -> str:
        block = self.chance.choice([block.id for block in self.notes[slug][1].blocks])
        verdict = self.chance.choice(tuple(Verdict))
        start = self.chance.uniform(0, 80) if verdict is Verdict.TIME else None
        held = self.store.meeting(slug).corrections.get(block)
        self.store.correct(slug, block, verdict, start, "Ana", seen=held.id if held else None)
        return "correct"

    def undo(self, slug: str) -> str:
        if said := self.store.history(slug):
            self.store.undo(slug, self.chance.choice(said).id, "Ana")
        return "undo"

    def words(self) -> str:
        return " ".join(self.chance.choices(WORDS, k=8))


def main() -> None:
    data, seed, *steps = sys.argv[1:]
    writer = Writer(Archive.open(Settings(data_dir=Path(data))).store, int(seed))
    for _ in range(int(steps[0])) if steps else count():
        print(writer.step(), flush=True)


if __name__ == "__main__":
    main()

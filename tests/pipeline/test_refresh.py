"""What is derived for the search is, after every write, what `rebuild` would make."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

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
from pipeline.search.passage_ids import DAY, UNDATED
from pipeline.search.passages import Source
from pipeline.store import MadeFrom, Store

WORDS = ("the", "schedule", "of", "a", "release", "and", "its", "probes", "Häuser", "tables")
DAYS = (None, date(2024, 1, 1), date(2024, 1, 2))
STEPS = 20

Derived = tuple[list[tuple[object, ...]], list[tuple[object, ...]], dict[str, set[int]]]


class Writer:
    """Somebody who writes to three meetings, whatever comes to mind; meetings share days."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store = store
        self.chance = random.Random(seed)
        self.notes: dict[str, tuple[int, Notes]] = {}
        self.heard: dict[str, tuple[int, Transcript]] = {}
        for slug in "abc":
            store.claim(f"/{slug}.md", slug)

    def step(self) -> str:
        slug = self.chance.choice("abc")
        if slug not in self.notes:
            return self.write(slug)
        return self.chance.choice((self.write, self.fetch, self.transcribe, self.align, self.correct, self.undo))(slug)

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
        segments = tuple(Segment(at * 5.0, at * 5.0 + 5, self.words()) for at in range(self.chance.randrange(30)))
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
            hearings = tuple(
                Mishearing(one.start, one.start + 0.5, "Tetragon", "the", 0.9) for one in transcript.segments[::7]
            )
            self.store.save_alignments(slug, links, MadeFrom(notes_id, run, "1"), hearings)
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


def derived(store: Store) -> Derived:
    """Passages and outlines but for their numbers, and the days in these; a day without a date may be any of those."""
    with store.reading() as db:
        passages = db.execute(sa.text("SELECT slug, kind, block_id, text, terms, marks, id FROM passages ORDER BY id"))
        found = sorted(map(tuple, passages), key=lambda row: (row[1], row[0], row[6]))
        outlines = db.execute(sa.text("SELECT slug, document, said, noted FROM outlines ORDER BY slug")).all()
    days: dict[str, set[int]] = {}
    for row in found:
        days.setdefault(row[0], set()).add(min(row[6] >> DAY, UNDATED))
    return [row[:6] for row in found], [tuple(row) for row in outlines], days


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "jumpnotes.db")
    yield opened
    opened.close()


@pytest.mark.parametrize("seed", range(3))
def test_every_write_leaves_what_a_reindex_would_make(store: Store, seed: int) -> None:
    """Whatever was written in whatever order: nothing is stale, and the index has the very texts there are."""
    writer = Writer(store, seed)
    if seed % 2:
        store.reindex("german")
    for _ in range(STEPS):
        try:
            done = writer.step()
        except (ConflictError, CorrectionNotFound, InvalidCorrection):
            continue
        copy = store.path.with_name("copy.db")
        with closing(sqlite3.connect(store.path)) as one, closing(sqlite3.connect(copy)) as other:
            one.backup(other)
            for source in Source:
                # With a rank the texts are read too: https://www.sqlite.org/fts5.html#the_integrity_check_command
                other.execute(f"INSERT INTO {source}_fts({source}_fts, rank) VALUES ('integrity-check', 1)")
        anew = Store.open(copy)
        anew.reindex()
        assert derived(anew) == derived(store), done
        anew.close()

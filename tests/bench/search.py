"""How fast a search is in archives of 10 thousand, 100 thousand and 1 million windows of speech, beside plain FTS5.

    python -m tests.bench.search [WINDOWS ...] [--json FILE]

`--json` also writes the figures to a file, as `docs/tables.py` reads them.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.config import Settings
from pipeline.records import Alignment, Basis, Block, BlockKind, Notes, Origin, Section, Segment, Transcript
from pipeline.refresh import Archive
from pipeline.search import SearchIndex, search
from pipeline.search.passages import STRIDE_WORDS
from pipeline.search.spelling import suggest
from pipeline.store import AlignmentInputs, Store

SIZES = (10_000, 100_000, 1_000_000)
MEETING_WINDOWS = 770
"""In a meeting of a little over an hour."""

CUE_WORDS = 12
VOCABULARY_WORDS = 200_000
MAX_HITS = 50
"""Asked for, of either search."""

QUERIES = 100
"""Of a class."""

SLOW_MS = 100.0
"""A slower query is asked only once: other work on the machine matters little then."""

GOAL_MS = 10.0
"""For the 95th percentile."""

Timing = tuple[float, float]
"""Median and 95th percentile in milliseconds."""

# fmt: off
_COMMON = (
    "the", "to", "and", "i", "of", "you", "a", "that", "it", "we", "in", "is", "so", "this", "for", "have", "on",
    "be", "but", "what", "with", "are", "do", "as", "if", "or", "can", "just", "not", "there", "like", "they",
    "yeah", "at", "think", "know", "about", "one", "was", "all", "would", "from", "right", "going", "get", "some",
    "more", "how", "which", "my", "then", "because",
)
# fmt: on


class Speech:
    """Text with the frequencies of speech: Zipf's law over a large vocabulary, every meeting with words of its own."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self.words = [*_COMMON, *_invented(VOCABULARY_WORDS - len(_COMMON), random.Random(seed))]
        weight = 1 / (np.arange(VOCABULARY_WORDS) + 2.7) ** 1.07
        self._below = np.cumsum(weight / weight.sum())

    def meeting(self, count: int) -> list[str]:
        topic = self._random.integers(300, VOCABULARY_WORDS, 40)
        picks = np.minimum(np.searchsorted(self._below, self._random.random(count)), VOCABULARY_WORDS - 1)
        of_topic = self._random.random(count) < 0.05
        picks[of_topic] = self._random.choice(topic, int(of_topic.sum()))
        return [self.words[pick] for pick in picks]


def _invented(count: int, chance: random.Random) -> list[str]:
    """Words that can be pronounced, short ones first, as frequent words are."""
    syllables = [c + v + e for c in "bcdfghklmnprstvw" for v in "aeiou" for e in ("", "n", "r", "s", "t", "l")]
    found = {"".join(chance.choices(syllables, k=1 + (number > 200) + (number > 3_000))) for number in range(3 * count)}
    return sorted(found - set(_COMMON), key=lambda word: (len(word), hash_of(word)))[:count]


def hash_of(word: str) -> int:
    """The same order on every run, and not that of the alphabet."""
    return int.from_bytes(word.encode()[::-1], "big") % 1_000_003


def build(store: Store, windows: int) -> list[str]:
    """Fill a store with about `windows` windows; returns the vocabulary, the most frequent first."""
    speech = Speech(windows)
    for number in range(max(windows // MEETING_WINDOWS, 1)):
        fill(store, speech, number)
    return speech.words


def fill(store: Store, speech: Speech, number: int) -> None:
    """Add a meeting with its notes, its transcript and links of its sections."""
    words = speech.meeting(STRIDE_WORDS * (MEETING_WINDOWS + 1))
    slug = f"call-{number}"
    store.claim(f"/{slug}.md", slug)
    text = [" ".join(words[first : first + 6]) for first in range(0, 120, 6)]
    blocks = tuple(
        Block(f"b{i}", BlockKind.HEADING if i % 5 == 0 else BlockKind.ITEM, i + 1, i + 2, line, line)
        for i, line in enumerate(text)
    )
    sections = tuple(Section(blocks[i].id, blocks[i].text, 2, i + 1, blocks[i : i + 5]) for i in range(0, 20, 5))
    day = date(2015, 1, 1) + timedelta(days=number % 3_000)
    notes_id = store.save_notes(Notes(slug, f"Call {number}", day, None, sections, ""))
    cues = (" ".join(words[first : first + CUE_WORDS]) for first in range(0, len(words), CUE_WORDS))
    segments = tuple(Segment(5.0 * at, 5.0 * at + 5.0, cue) for at, cue in enumerate(cues))
    run = store.save_transcript(slug, Transcript("en", Origin.ASR, None, segments, 5.0 * len(segments)), key=slug)
    links = tuple(Alignment(f"b{i}", 300.0 * i, 300.0 * i + 300, 0.9, Basis.MATCH) for i in range(20))
    store.save_alignments(slug, links, AlignmentInputs(notes_id, run, "1"))


def queries(words: list[str], texts: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Classes of queries, QUERIES of each."""
    chance = random.Random(7)
    rare, common = words[20_000:100_000], words[100:1_000]
    spoken = [text.split() for text in texts]

    def run(size: int) -> list[str]:
        held = chance.choice(spoken)
        first = chance.randrange(max(len(held) - size, 1))
        return held[first : first + size]

    def times(make: Callable[[], str]) -> list[str]:
        return [make() for _ in range(QUERIES)]

    yield "rare word", times(lambda: chance.choice(rare))
    yield "common word", times(lambda: chance.choice(common))
    yield "very common word", times(lambda: chance.choice(_COMMON[:10]))
    yield "phrase", times(lambda: f'"{" ".join(run(chance.choice((2, 3, 4))))}"')
    yield "prefix", times(lambda: chance.choice(words[:5_000])[: chance.choice((2, 3, 4))] + "*")
    yield "three words said together", times(lambda: " ".join(chance.sample(run(12), 3)))
    yield "no hit", times(lambda: "qx" + chance.choice(rare))


def measured(ask: Callable[[str], object], asked: list[str]) -> Timing:
    """A query counts by the fastest of three times, a slow one by its only time."""
    took = []
    for query in asked:
        fastest = SLOW_MS
        for _ in range(3):
            start = time.perf_counter()
            ask(query)
            last = 1000 * (time.perf_counter() - start)
            fastest = last if fastest == SLOW_MS else min(fastest, last)
            if last > SLOW_MS:
                break
        took.append(fastest)
    return statistics.median(took), statistics.quantiles(took, n=20)[-1]


def plain(path: Path, index: Path) -> sqlite3.Connection:
    """The texts of the index in an FTS5 table as the manual has it."""
    db = sqlite3.connect(path)
    db.execute("CREATE VIRTUAL TABLE passages USING fts5(text)")
    db.execute("ATTACH ? AS ours", (str(index),))
    texts = "SELECT id, text FROM ours.passages WHERE source IN ('transcript', 'notes')"
    db.execute(f"INSERT INTO main.passages (rowid, text) {texts}")
    db.commit()
    db.execute("DETACH ours")
    return db


def _as_fts5(query: str) -> str:
    if query.startswith('"'):
        return query
    return " ".join(f'"{word[:-1]}"*' if word.endswith("*") else f'"{word}"' for word in query.split())


def compare(folder: Path, windows: int) -> dict[str, Any]:
    """Measure an archive of one size."""
    settings = Settings(data_dir=folder)
    archive = Archive.open(settings)
    start = time.perf_counter()
    words = build(archive.store, windows)  # the index with it, in the parts in which it grows
    built = time.perf_counter() - start
    other = plain(folder / "plain.db", settings.search_index)
    megabytes = settings.search_index.stat().st_size / 1e6
    print(f"{windows:,} windows: built in {built:.0f} s, index {megabytes:.0f} MB")
    print(f"  {'':<26}{'median':>9}{'p95':>9}   plain: median{'p95':>9}   (ms; goal: p95 ≤ {GOAL_MS:.0f})")
    classes = [*beside_plain(archive.index, other, words, windows), *ours_only(archive.index, words)]
    added = add_meeting(archive, words)
    archive.close()
    other.close()
    return {"windows": windows, "index_mb": megabytes, "classes": classes, "added": added}


def beside_plain(
    index: SearchIndex, other: sqlite3.Connection, words: list[str], windows: int
) -> Iterator[dict[str, Any]]:
    """Each class of queries, asked of the search and of plain FTS5."""
    step = max(windows // 500, 1)
    texts = [text for (text,) in other.execute("SELECT text FROM passages WHERE rowid % ? = 0", (step,))]
    best = (
        "SELECT rowid, snippet(passages, 0, '', '', '', 20) FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?"
    )
    for name, asked in queries(words, texts):
        ours = measured(lambda query: search(index, query, limit=MAX_HITS), asked)
        theirs = measured(lambda query: other.execute(best, (_as_fts5(query), MAX_HITS)).fetchall(), asked[:40])
        print(f"  {name:<26}{ours[0]:9.2f}{ours[1]:9.2f}{theirs[0]:16.2f}{theirs[1]:9.2f}", flush=True)
        yield {"query": name, "ours": ours, "plain": theirs}


def ours_only(index: SearchIndex, words: list[str]) -> Iterator[dict[str, Any]]:
    """What plain FTS5 does not do."""
    chance = random.Random(6)
    apart = [" ".join(chance.sample(words[200:20_000], 3)) for _ in range(QUERIES)]
    early = [f"{word} before:2016" for word in words[100:140]]
    typed = [word[:-2] + word[-1] + word[-2] for word in random.Random(5).sample(words[500:20_000], 20)]
    for name, ask, asked in (
        ("three words said apart", lambda query: search(index, query, limit=MAX_HITS), apart),
        ("a word before a day", lambda query: search(index, query, limit=MAX_HITS), early),
        ("did you mean", lambda query: suggest(index, query), typed),
    ):
        timing = measured(ask, asked)
        print(f"  {name:<26}{timing[0]:9.2f}{timing[1]:9.2f}", flush=True)
        yield {"query": name, "ours": timing, "plain": None}


def add_meeting(archive: Archive, words: list[str]) -> dict[str, float]:
    """One more meeting, while somebody else searches all the time."""
    speech, done, took = Speech(1), threading.Event(), []

    def ask() -> None:
        for word in itertools.cycle(words[100:1_000]):
            start = time.perf_counter()
            search(archive.index, word, limit=MAX_HITS)
            took.append(1000 * (time.perf_counter() - start))
            if done.is_set():
                return

    asking = threading.Thread(target=ask)
    asking.start()
    start = time.perf_counter()
    fill(archive.store, speech, 1_000_000_000)
    seconds = time.perf_counter() - start
    done.set()
    asking.join()
    p95 = statistics.quantiles(took, n=20)[-1]
    print(f"  one more meeting could be searched after {seconds:.2f} s;", end=" ")
    print(f"p95 of {len(took)} searches meanwhile: {p95:.1f} ms")
    return {"seconds": seconds, "searches": len(took), "p95": p95}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("windows", type=int, nargs="*", default=SIZES)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file as well")
    options = parser.parse_args()
    sizes = []
    for windows in options.windows:
        with tempfile.TemporaryDirectory() as folder:
            sizes.append(compare(Path(folder), windows))
    if options.json:
        found = {"command": "python -m tests.bench.search --json docs/figures/search_speed.json", "sizes": sizes}
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()

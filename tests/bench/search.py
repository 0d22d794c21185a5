"""How fast a search is in archives of 10 thousand, 100 thousand and 1 million windows of speech, beside plain FTS5.

Give numbers of windows as arguments to measure others.
"""

from __future__ import annotations

import itertools
import random
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from pipeline.config import Settings
from pipeline.records import Alignment, Basis, Block, BlockKind, Notes, Origin, RunKey, Section, Segment, Transcript
from pipeline.refresh import Archive
from pipeline.search import search
from pipeline.search.passages import STRIDE_WORDS
from pipeline.search.spelling import suggest
from pipeline.store import AlignmentInputs

SIZES = (10_000, 100_000, 1_000_000)
WINDOWS = 770
"""In a meeting of an hour and a bit."""

CUE = 12
"""Words."""

VOCABULARY = 200_000
SHOWN = 50
"""Hits asked for, of either search."""

ROUNDS = 100
"""Queries of a class."""

SLOW = 100.0
"""Milliseconds; other work on the machine does not matter then."""

GOAL = 10.0
"""Milliseconds, of the 95th percentile."""

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
        self.words = [*_COMMON, *_invented(VOCABULARY - len(_COMMON), random.Random(seed))]
        weight = 1 / (np.arange(VOCABULARY) + 2.7) ** 1.07
        self._below = np.cumsum(weight / weight.sum())

    def meeting(self, count: int) -> list[str]:
        topic = self._random.integers(300, VOCABULARY, 40)
        picks = np.minimum(np.searchsorted(self._below, self._random.random(count)), VOCABULARY - 1)
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


def build(archive: Archive, windows: int) -> list[str]:
    """Fill an archive with about `windows` windows; returns the vocabulary, the most frequent first."""
    speech = Speech(windows)
    for number in range(max(windows // WINDOWS, 1)):
        fill(archive, speech, number)
    return speech.words


def fill(archive: Archive, speech: Speech, number: int) -> None:
    """Add a meeting with its notes, its transcript and links of its sections."""
    words = speech.meeting(STRIDE_WORDS * (WINDOWS + 1))
    slug = f"call-{number}"
    archive.store.claim(f"/{slug}.md", slug)
    text = [" ".join(words[first : first + 6]) for first in range(0, 120, 6)]
    blocks = tuple(
        Block(f"b{i}", BlockKind.HEADING if i % 5 == 0 else BlockKind.ITEM, i + 1, i + 2, line, line)
        for i, line in enumerate(text)
    )
    sections = tuple(Section(blocks[i].id, blocks[i].text, 2, i + 1, blocks[i : i + 5]) for i in range(0, 20, 5))
    day = date(2015, 1, 1) + timedelta(days=number % 3_000)
    notes_id = archive.store.save_notes(Notes(slug, f"Call {number}", day, None, sections, ""))
    cues = (" ".join(words[first : first + CUE]) for first in range(0, len(words), CUE))
    segments = tuple(Segment(5.0 * at, 5.0 * at + 5.0, cue) for at, cue in enumerate(cues))
    run = archive.store.save_transcript(
        slug, Transcript("en", Origin.ASR, None, segments, 5.0 * len(segments)), key=slug
    )
    links = tuple(Alignment(f"b{i}", 300.0 * i, 300.0 * i + 300, 0.9, Basis.MATCH) for i in range(20))
    archive.store.save_alignments(slug, links, AlignmentInputs(notes_id, run, "1"))
    archive.store.finish(slug, RunKey())


def queries(words: list[str], texts: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Classes of queries, with as many as ROUNDS of each."""
    chance = random.Random(7)
    rare, common = words[20_000:100_000], words[100:1_000]
    spoken = [text.split() for text in texts]

    def run(size: int) -> list[str]:
        held = chance.choice(spoken)
        first = chance.randrange(max(len(held) - size, 1))
        return held[first : first + size]

    def times(make: Callable[[], str]) -> list[str]:
        return [make() for _ in range(ROUNDS)]

    yield "rare word", times(lambda: chance.choice(rare))
    yield "common word", times(lambda: chance.choice(common))
    yield "very common word", times(lambda: chance.choice(_COMMON[:10]))
    yield "phrase", times(lambda: f'"{" ".join(run(chance.choice((2, 3, 4))))}"')
    yield "prefix", times(lambda: chance.choice(words[:5_000])[: chance.choice((2, 3, 4))] + "*")
    yield "AND of three", times(lambda: " ".join(chance.sample(run(12), 3)))
    yield "no hit", times(lambda: "qx" + chance.choice(rare))


def measured(ask: Callable[[str], object], asked: list[str]) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds; a query counts by the fastest of three times, a slow one by one."""
    took = []
    for query in asked:
        fastest = SLOW
        for _ in range(3):
            start = time.perf_counter()
            ask(query)
            last = 1000 * (time.perf_counter() - start)
            fastest = last if fastest == SLOW else min(fastest, last)
            if last > SLOW:
                break
        took.append(fastest)
    return statistics.median(took), statistics.quantiles(took, n=20)[-1]


def plain(path: Path, source: Path) -> sqlite3.Connection:
    """The same texts in an FTS5 table as the manual has it."""
    db = sqlite3.connect(path)
    db.execute("CREATE VIRTUAL TABLE said USING fts5(text)")
    db.execute("ATTACH ? AS archive", (str(source),))
    db.execute(
        "INSERT INTO said (rowid, text) SELECT id, text FROM archive.passages WHERE source IN ('notes', 'transcript')"
    )
    db.commit()
    return db


def _as_fts5(query: str) -> str:
    if query.startswith('"'):
        return query
    return " ".join(f'"{word[:-1]}"*' if word.endswith("*") else f'"{word}"' for word in query.split())


def compare(folder: Path, windows: int) -> None:
    start = time.perf_counter()
    archive = Archive.open(Settings(data_dir=folder / str(windows)))
    path = archive.index.path
    words = build(archive, windows)
    built = time.perf_counter() - start
    start = time.perf_counter()
    other = plain(folder / f"{windows}.plain.db", path)
    copied = time.perf_counter() - start
    report(archive, other, words, windows, path, built, copied)
    others(archive, words)
    archive.close()
    other.close()


def report(
    archive: Archive, other: sqlite3.Connection, words: list[str], windows: int, path: Path, built: float, copied: float
) -> None:
    step = max(windows // 500, 1)
    texts = [text for (text,) in other.execute("SELECT text FROM said WHERE rowid % ? = 0", (step,))]
    size = (path.stat().st_size + archive.store.path.stat().st_size) / 1e6
    print(f"{windows:,} windows: built in {built:.0f} s, index {index_size(path):.0f} MB of {size:.0f} MB;", end=" ")
    print(f"plain FTS5 in {copied:.0f} s")
    print(f"  {'':<18}{'median':>9}{'p95':>9}   plain: median{'p95':>9}   (ms; goal: p95 ≤ {GOAL:.0f})")
    best = "SELECT rowid, snippet(said, 0, '', '', '', 20) FROM said WHERE said MATCH ? ORDER BY rank LIMIT ?"
    for name, asked in queries(words, texts):
        ours = measured(lambda query: search(archive.index, query, limit=SHOWN), asked)
        theirs = measured(lambda query: other.execute(best, (_as_fts5(query), SHOWN)).fetchall(), asked[:40])
        print(f"  {name:<18}{ours[0]:9.2f}{ours[1]:9.2f}{theirs[0]:16.2f}{theirs[1]:9.2f}")


def others(archive: Archive, words: list[str]) -> None:
    """What a search does besides finding, and what is done beside it."""
    typed = [word[:-2] + word[-1] + word[-2] for word in random.Random(5).sample(words[500:20_000], 20)]
    median, high = measured(lambda query: suggest(archive.index, query), typed)
    print(f"  did you mean      {median:9.2f}{high:9.2f}")
    wide = [f"{word} before:2016" for word in words[100:140]]
    median, high = measured(lambda query: search(archive.index, query, limit=SHOWN), wide)
    print(f"  before: a day     {median:9.2f}{high:9.2f}")
    chance = random.Random(6)
    apart = [" ".join(chance.sample(words[200:20_000], 3)) for _ in range(ROUNDS)]
    median, high = measured(lambda query: search(archive.index, query, limit=SHOWN), apart)
    print(f"  three words apart {median:9.2f}{high:9.2f}")
    added(archive, words)


def added(archive: Archive, words: list[str]) -> None:
    """One more meeting, while somebody else searches all the time."""
    speech, done, took = Speech(1), threading.Event(), []

    def ask() -> None:
        for word in itertools.cycle(words[100:1_000]):
            start = time.perf_counter()
            search(archive.index, word, limit=SHOWN)
            took.append(1000 * (time.perf_counter() - start))
            if done.is_set():
                return

    asking = threading.Thread(target=ask)
    asking.start()
    start = time.perf_counter()
    fill(archive, speech, 1_000_000_000)
    seconds = time.perf_counter() - start
    done.set()
    asking.join()
    high = statistics.quantiles(took, n=20)[-1]
    print(f"  one more meeting could be searched after {seconds:.2f} s;", end=" ")
    print(f"p95 of {len(took)} searches meanwhile: {high:.1f} ms")


def index_size(path: Path) -> float:
    """Megabytes of the full-text index without the texts."""
    db = sqlite3.connect(path)
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE name GLOB '*_fts_data'")]
    total = sum(db.execute(f"SELECT coalesce(sum(length(block)), 0) FROM {name}").fetchone()[0] for name in tables)
    db.close()
    return float(total) / 1e6


def main() -> None:
    for windows in [int(number) for number in sys.argv[1:]] or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            compare(Path(folder), windows)


if __name__ == "__main__":
    main()

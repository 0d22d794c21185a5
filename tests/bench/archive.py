"""An archive of meetings to measure with: made up, of real sizes, and the same on every run.

    python -m tests.bench.archive FOLDER [--meetings N] [--words N]

It uses only what every version of jumpnotes has, so that an earlier one can make its own from this file.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from pipeline.config import Settings
from pipeline.records import (
    Alignment,
    Basis,
    Block,
    BlockKind,
    Notes,
    Origin,
    Recording,
    Section,
    Segment,
    Transcript,
    Word,
)
from pipeline.refresh import Archive
from pipeline.store import AlignmentInputs, Store

MEETINGS = 200
WORDS = 9_000
"""Of a meeting: an hour."""

BLOCKS = 60
SECTION_BLOCKS = 6
SEGMENT_WORDS = 12
WORD_SECONDS = 0.4
SPEAKERS = ("Ana", "Bogdan", "Chidi", "Dara", "Emre")
VOCABULARY_WORDS = 20_000

# fmt: off
_COMMON = (
    "the", "to", "and", "of", "you", "that", "it", "we", "in", "is", "so", "this", "for", "have", "on", "be", "but",
    "what", "with", "are", "do", "as", "if", "or", "can", "just", "not", "there", "like", "they", "yeah", "at",
    "think", "know", "about", "one", "was", "all", "would", "from", "right", "going", "get", "some", "more", "how",
)
# fmt: on


class Speech:
    """Text with the frequencies of speech: Zipf's law over a vocabulary of words that can be pronounced."""

    def __init__(self, seed: int = 1) -> None:
        self._chance = random.Random(seed)
        syllables = [c + v + e for c in "bcdfghklmnprstvw" for v in "aeiou" for e in ("", "n", "r", "s", "t", "l")]
        invented = {
            "".join(self._chance.choices(syllables, k=2 + number % 2)) for number in range(3 * VOCABULARY_WORDS)
        }
        self.words = [*_COMMON, *self._chance.sample(sorted(invented - set(_COMMON)), VOCABULARY_WORDS - len(_COMMON))]
        self._below = list(accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY_WORDS)))

    def text(self, count: int) -> list[str]:
        """So many words."""
        return self._chance.choices(self.words, cum_weights=self._below, k=count)


def fill(store: Store, speech: Speech, number: int, words: int = WORDS) -> str:
    """Add a meeting with notes, a transcript and links; returns its slug."""
    slug = f"call-{number}"
    store.claim(f"/notes/{slug}.md", slug)
    length = words * WORD_SECONDS
    day = date(2018, 1, 1) + timedelta(days=7 * (number % 400))
    notes = Notes(slug, f"Call {number}", day, None, tuple(_sections(speech)), "")
    notes_id = store.save_notes(notes)
    url = f"https://www.youtube.com/watch?v=c{number:010d}"
    store.save_recording(slug, Recording(url, f"Call {number}", length, video_id=f"c{number:010d}"), key=url)
    transcript = Transcript("en", Origin.ASR, "small.en", tuple(_segments(speech, words)), length)
    run = store.save_transcript(slug, transcript, key=slug)
    links = tuple(
        Alignment(block.id, at * length / BLOCKS, (at + 1) * length / BLOCKS, 0.3 + 0.6 * (at % 5 > 0), Basis.MATCH)
        for at, block in enumerate(notes.blocks)
    )
    store.save_alignments(slug, links, AlignmentInputs(notes_id, run, "1"))
    return slug


def _sections(speech: Speech) -> Iterator[Section]:
    for first in range(0, BLOCKS, SECTION_BLOCKS):
        blocks = tuple(
            _block(speech, number, heading=number == first) for number in range(first, first + SECTION_BLOCKS)
        )
        yield Section(blocks[0].id, blocks[0].text, 2, first + 1, blocks)


def _block(speech: Speech, number: int, *, heading: bool) -> Block:
    text = " ".join(speech.text(3 if heading else 14)).capitalize()
    kind = BlockKind.HEADING if heading else BlockKind.ITEM
    return Block(f"block-{number}", kind, number + 1, number + 2, text, text, depth=2 if heading else 1)


def _segments(speech: Speech, words: int) -> Iterator[Segment]:
    for first in range(0, words, SEGMENT_WORDS):
        spoken = speech.text(min(SEGMENT_WORDS, words - first))
        times = [(first + at) * WORD_SECONDS for at in range(len(spoken))]
        timed = tuple(Word(start, start + 0.3, word, 0.9) for start, word in zip(times, spoken, strict=True))
        speaker = SPEAKERS[first // (SEGMENT_WORDS * 7) % len(SPEAKERS)]
        yield Segment(times[0], times[-1] + 0.3, " ".join(spoken), timed, speaker)


def build(folder: Path, meetings: int = MEETINGS, words: int = WORDS) -> None:
    """Make the archive in a data folder."""
    archive = Archive.open(Settings(data_dir=folder))
    speech = Speech()
    for number in range(meetings):
        fill(archive.store, speech, number, words)
    archive.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--meetings", type=int, default=MEETINGS)
    parser.add_argument("--words", type=int, default=WORDS)
    options = parser.parse_args()
    build(options.folder, options.meetings, options.words)


if __name__ == "__main__":
    main()

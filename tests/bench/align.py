"""How long aligning takes, and how much memory: a one-hour and a three-hour synthetic meeting.

    python -m tests.bench.align

The naive aligner beside it is the obvious one: rapidfuzz's token_set_ratio of every block with every minute of speech.
Both run in this process on the same meeting, so the ratio holds on any machine.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable

from rapidfuzz import fuzz, process

from pipeline.align import align, windows
from pipeline.records import Block, Kind, Notes, Origin, Section, Segment, Transcript

WORDS = 6000  # in use in a meeting; how often follows Zipf's law
CUE = 5.0  # seconds
PER_CUE = 12  # words, that is 144 a minute
PER_SECTION = 6  # blocks


def meeting(hours: float, blocks: int, *, seed: int = 1) -> tuple[Notes, Transcript]:
    """Made-up speech, and notes whose blocks quote it in order, one word in three misheard or paraphrased."""
    draw = random.Random(seed)
    syllables = [
        "ba",
        "co",
        "di",
        "fe",
        "gra",
        "hin",
        "jo",
        "ker",
        "lum",
        "mo",
        "nes",
        "pra",
        "qui",
        "ro",
        "sta",
        "tur",
    ]
    words = ["".join(draw.choices(syllables, k=draw.randint(2, 4))) for _ in range(WORDS)]
    frequency = [1 / rank for rank in range(1, WORDS + 1)]
    cues = [draw.choices(words, frequency, k=PER_CUE) for _ in range(round(hours * 3600 / CUE))]
    segments = [
        Segment(i * CUE, (i + 1) * CUE, " ".join(cue), (), f"Speaker {i // 9 % 5}") for i, cue in enumerate(cues)
    ]
    made: list[Block] = []
    for b in range(blocks):
        nearby = cues[b * len(cues) // blocks : b * len(cues) // blocks + 4]
        said = [word for cue in nearby for word in cue]
        text = " ".join(draw.choice(said if draw.random() < 2 / 3 else words) for _ in range(12))
        heading = b % PER_SECTION == 0
        kind = Kind.HEADING if heading else Kind.ITEM
        parent = None if heading else f"b{b - b % PER_SECTION}"
        made.append(Block(f"b{b}", kind, b + 1, b + 2, text, "", 2 if heading else 1, parent))
    sections = [
        Section(made[at].id, made[at].text, 2, at + 1, tuple(made[at : at + PER_SECTION]))
        for at in range(0, blocks, PER_SECTION)
    ]
    transcript = Transcript("en", Origin.ASR, None, tuple(segments), hours * 3600)
    return Notes("bench", "Bench", None, None, tuple(sections), ""), transcript


def naive(notes: Notes, transcript: Transcript) -> list[float]:
    """The start of the minute of speech most like each block."""
    units = windows.units(transcript)
    minutes = [
        " ".join(text for text, at in zip(units.texts, units.start, strict=True) if start <= at < start + 60)
        for start in units.start
    ]
    best = process.cdist([block.text for block in notes.blocks], minutes, scorer=fuzz.token_set_ratio).argmax(axis=1)
    return [float(units.start[unit]) for unit in best]


def seconds(run: Callable[[], object], *, times: int = 3) -> float:
    """The shortest of some runs: the one the rest of the machine disturbed least."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return min(taken)


def measure(hours: float, blocks: int) -> str:
    """One line of figures. The first run includes what is loaded once."""
    notes, transcript = meeting(hours, blocks)
    first = seconds(lambda: align(notes, transcript), times=1)
    ours = seconds(lambda: align(notes, transcript))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    theirs = seconds(lambda: naive(notes, transcript))
    return (
        f"{hours:.0f} h × {blocks} blocks: {ours:.2f} s (first run {first:.2f} s), naive {theirs:.2f} s, "
        f"ratio {ours / theirs:.2f}, peak memory so far {memory:.0f} MB"
    )


def main() -> None:
    for hours, blocks in ((1.0, 60), (3.0, 300)):
        print(measure(hours, blocks))


if __name__ == "__main__":
    main()

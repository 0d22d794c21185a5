"""How long aligning takes, how it grows, and how much memory it needs: synthetic meetings of 15 minutes to 10 hours.

    python -m tests.bench.align

The naive aligner beside it is the obvious one: rapidfuzz's token_set_ratio of every block with every minute of speech.
Both run on the same meeting in the same process, so the ratio holds on any machine. Each size has a process of its own,
so that the peak memory is its own; what that needs before the first meeting is the start-up.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable

from rapidfuzz import fuzz, process

from pipeline.align import align, units
from pipeline.records import Block, BlockKind, Notes, Origin, Section, Segment, Transcript
from tests import growth

VOCABULARY_WORDS = 6000  # in use in a meeting; how often follows Zipf's law
CUE_SECONDS = 5.0
WORDS_PER_CUE = 12  # words, that is 144 a minute
BLOCKS_PER_SECTION = 6  # blocks


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
    words = ["".join(draw.choices(syllables, k=draw.randint(2, 4))) for _ in range(VOCABULARY_WORDS)]
    frequency = [1 / rank for rank in range(1, VOCABULARY_WORDS + 1)]
    cues = [draw.choices(words, frequency, k=WORDS_PER_CUE) for _ in range(round(hours * 3600 / CUE_SECONDS))]
    segments = [
        Segment(i * CUE_SECONDS, (i + 1) * CUE_SECONDS, " ".join(cue), (), f"Speaker {i // 9 % 5}")
        for i, cue in enumerate(cues)
    ]
    made: list[Block] = []
    for b in range(blocks):
        nearby = cues[b * len(cues) // blocks : b * len(cues) // blocks + 4]
        said = [word for cue in nearby for word in cue]
        text = " ".join(draw.choice(said if draw.random() < 2 / 3 else words) for _ in range(12))
        heading = b % BLOCKS_PER_SECTION == 0
        kind = BlockKind.HEADING if heading else BlockKind.ITEM
        parent = None if heading else f"b{b - b % BLOCKS_PER_SECTION}"
        made.append(Block(f"b{b}", kind, b + 1, b + 2, text, "", 2 if heading else 1, parent))
    sections = [
        Section(made[at].id, made[at].text, 2, at + 1, tuple(made[at : at + BLOCKS_PER_SECTION]))
        for at in range(0, blocks, BLOCKS_PER_SECTION)
    ]
    transcript = Transcript("en", Origin.ASR, None, tuple(segments), hours * 3600)
    return Notes("bench", "Bench", None, None, tuple(sections), ""), transcript


def naive(notes: Notes, transcript: Transcript) -> list[float]:
    """The start of the minute of speech most like each block."""
    found = units.build_units(transcript)
    minutes = [
        " ".join(text for text, at in zip(found.texts, found.start, strict=True) if start <= at < start + 60)
        for start in found.start
    ]
    best = process.cdist([block.text for block in notes.blocks], minutes, scorer=fuzz.token_set_ratio).argmax(axis=1)
    return [float(found.start[unit]) for unit in best]


def seconds(run: Callable[[], object], *, times: int = 3) -> float:
    """The shortest of some runs: the one the rest of the machine disturbed least."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return min(taken)


def memory() -> float:
    """Peak resident memory of this process so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(hours: float, blocks: int) -> str:
    """One row of the table. The first run includes what is loaded once."""
    notes, transcript = meeting(hours, blocks)
    first = seconds(lambda: align(notes, transcript), times=1)
    ours = seconds(lambda: align(notes, transcript))
    peak = memory()  # before the naive one adds its own
    theirs = seconds(lambda: naive(notes, transcript), times=1)
    return (
        f"{hours:>6g} h{blocks:>8}{first:>9.2f} s{ours:>8.2f} s{1000 * ours / hours / blocks:>11.2f} ms"
        f"{peak:>8.0f} MB{theirs:>9.2f} s{ours / theirs:>8.2f}"
    )


def start_up() -> float:
    """Seconds from nothing to a loaded aligner, the interpreter included."""
    code = "from pipeline import notes, cues; from pipeline.align import align, weights; weights.shipped()"
    return seconds(lambda: subprocess.run([sys.executable, "-c", code], check=True))


def growth_row(name: str, make: Callable[[int], tuple[Notes, Transcript]], n: int) -> str:
    """Processor seconds at n, 2n and 4n of something, and the exponent: 1 is linear."""
    grown = growth.measure(make, lambda made: align(*made), n)
    times = "".join(f"{each:>9.2f} s" for each in grown.seconds)
    return f"{name:>16}{times}{grown.exponent:>8.2f}"


SIZES = ((0.25, 15), (1.0, 60), (3.0, 180), (10.0, 600), (3.0, 300))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", nargs=2, metavar=("HOURS", "BLOCKS"), help="measure this size only")
    args = parser.parse_args()
    if args.size:
        print(measure(float(args.size[0]), int(args.size[1])))
        return
    print(f"start-up {start_up():.2f} s")
    print(
        f"{'length':>8}{'blocks':>8}{'first':>11}{'then':>10}{'/ h × block':>14}{'peak':>11}{'naive':>11}{'ratio':>8}"
    )
    for hours, blocks in SIZES:
        size = [str(hours), str(blocks)]
        subprocess.run([sys.executable, "-m", "tests.bench.align", "--size", *size], check=True)
    print("growth, in processor time")
    print(growth_row("250 blocks, 1 h", lambda n: meeting(1.0, n), 250))
    print(growth_row("60 blocks, 1 h", lambda n: meeting(float(n), 60), 1))


if __name__ == "__main__":
    main()

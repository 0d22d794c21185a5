"""How well transcripts are put on a recording's clock by their words, on real ones with constructed clocks.

python -m tests.bench.forced CASES [--seed 1] [--json FILE]

For every transcript under CASES: its words share their cue's time; a quarter of them is misheard, with times that are
off by up to 0.3 s. The transcript is given clocks: its `own`, with an `offset`, with a `drift`, or that of a recording
with a `cut`; `another` is the transcript of the next meeting. `text` is its text without times, a fifth of the words
changed: the share within a second of its cue.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from pipeline import cues, transcript_clock
from pipeline.records import Transcript
from pipeline.sync import align_text, find_by_words
from tests.pipeline.sync import speech

RIGHT_SECONDS = 0.5
LONGEST_CUE_SECONDS = 30.0  # a longer one says too little about when its words were said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file as well")
    args = parser.parse_args()
    meetings = [said(cues.read(path)) for path in sorted(args.cases.rglob("transcript.*"))]
    shares: dict[str, list[float]] = defaultdict(list)
    seconds = 0.0
    for number, words in enumerate(meetings):
        heard = speech.heard_transcript(speech.misheard(words, args.seed + number), duration=words[-1].end)
        began = time.process_time()
        for kind, share in measured(words, heard, meetings[number - 1], random.Random(args.seed + number)):
            shares[kind].append(share)
        seconds += time.process_time() - began
    print(f"{len(meetings)} transcripts, {seconds:.0f} s of processor time")
    kinds = {
        kind: {"mean": fmean(found), "good": fmean(share >= 0.95 for share in found), "least": min(found)}
        for kind, found in shares.items()
    }
    for kind, figures in kinds.items():
        mean, good, least = figures.values()
        print(f"{kind:8} mean {mean:.3f}  95 % right in {good:.3f} of them  least {least:.3f}")
    if args.json:
        command = "python -m tests.bench.forced CASES --json docs/figures/forced.json"
        found = {"command": command, "transcripts": len(meetings), "kinds": kinds}
        args.json.write_text(json.dumps(found, indent=1) + "\n")


def said(transcript: Transcript) -> list[speech.SaidWord]:
    return [
        word
        for number, segment in enumerate(transcript.heard)
        if segment.end - segment.start <= LONGEST_CUE_SECONDS
        for word in speech.evenly(segment.text.split(), segment.start, segment.end, number)
    ]


def measured(
    words: Sequence[speech.SaidWord], heard: Transcript, other: Sequence[speech.SaidWord], rng: random.Random
) -> Iterator[tuple[str, float]]:
    """Kind of clock, and the share of the cues that are in place; of another meeting, whether it was refused."""
    offset, ratio = rng.uniform(0.0, 7200.0), rng.choice([25 / 24, 24 / 25, 1.001])
    begin, pause = rng.uniform(0.2, 0.8) * words[-1].end, rng.choice([10.0, 60.0, 600.0])
    clocks: dict[str, Callable[[float], float]] = {
        "own": lambda at: at,
        "offset": lambda at: at + offset,
        "drift": lambda at: at * ratio + offset,
        "cut": lambda at: at if at < begin else at + pause,
    }
    for kind, clock in clocks.items():
        yield kind, in_place(speech.cues(words, clock), speech.cues(words), heard)
    yield "another", float(find_by_words(speech.cues(other), heard).is_of_another)
    given = speech.utterances(words, rng.randrange(10_000), changed=0.2)
    found = align_text(given, heard)
    yield "text", speech.share_in_place(words, given, found) if found else 0.0


def in_place(given: Transcript, true: Transcript, heard: Transcript) -> float:
    clock = find_by_words(given, heard).clock
    if clock is None:
        return 0.0
    numbered = [replace(segment, speaker=str(number)) for number, segment in enumerate(given.segments)]
    placed = transcript_clock.apply(replace(given, segments=tuple(numbered)), clock)
    starts = {segment.speaker: segment.start for segment in placed.segments}
    near = (abs(starts.get(str(at), -9.0) - segment.start) <= RIGHT_SECONDS for at, segment in enumerate(true.segments))
    return sum(near) / len(true.segments)


if __name__ == "__main__":
    main()

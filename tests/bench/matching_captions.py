"""How well captions tell the recording of a meeting from those of others.

python -m tests.bench.matching_captions CASES

Up to ten meetings of each set are compared with their own transcript and with those of four other meetings of the set,
of the same series as far as there are. Printed are the share of the meetings for which the right one was decided, those
for which another was, and those for which another was where the right one was not among them.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from pipeline import cues
from pipeline import notes as reader
from pipeline.matching import by_captions
from tests.bench.fitting import series

MEETINGS, OTHERS = 10, 4
SEED = 1

Folders = tuple[Path, Path]
"""Of the notes, and of the transcript that they are compared with."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    compared = list(pairs(args.cases))
    with ProcessPoolExecutor(args.jobs) as pool:
        found = dict(zip(compared, pool.map(score, compared, chunksize=4), strict=True))
    counts: Counter[str] = Counter()
    meetings = {notes for notes, _ in compared}
    for notes in meetings:
        scores = {str(transcript): found[notes, transcript] for own, transcript in compared if own == notes}
        decided = by_captions.decided(scores)
        counts["right"] += decided == str(notes)
        counts["wrong"] += decided not in (str(notes), None)
        del scores[str(notes)]
        counts["wrong, without the right one"] += by_captions.decided(scores) is not None
    print(f"{len(meetings)} meetings: {counts['right'] / len(meetings):.0%} decided")
    print(f"wrong: {counts['wrong']}; without the right one: {counts['wrong, without the right one']}")
    for is_right, name in ((True, "right"), (False, "wrong")):
        values = [each or 0.0 for pair, each in found.items() if (pair[0] == pair[1]) is is_right]
        differ = sum(each < by_captions.DIFFERS for each in values) / len(values)
        print(f"{name} pairs: {len(values)}, {differ:.1%} below {by_captions.DIFFERS}")


def pairs(folder: Path) -> Iterator[Folders]:
    chance = random.Random(SEED)
    by_set: dict[str, list[Path]] = defaultdict(list)
    for notes in sorted(folder.glob("*/*/notes.md")):
        by_set[notes.parent.parent.name].append(notes.parent)
    for meetings in by_set.values():
        for notes in meetings if len(meetings) <= MEETINGS else chance.sample(meetings, MEETINGS):
            yield notes, notes
            others = [other for other in meetings if other != notes]
            chance.shuffle(others)
            others.sort(key=lambda other: series(other.name) != series(notes.name))
            yield from ((notes, other) for other in others[:OTHERS])


def score(folders: Folders) -> float | None:
    notes, transcript = folders
    return by_captions.score(reader.read(notes / "notes.md"), cues.read(transcript / "transcript.vtt"))


if __name__ == "__main__":
    main()

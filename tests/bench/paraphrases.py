"""How many questions find their answer that share no content word with it: by the words, and by meaning, too.

    python -m tests.bench.paraphrases [--folder FOLDER]

The questions stand in paraphrases.json beside this file, each with the seconds in which its answer is said in a meeting
of tests/fixtures/cases; some are in another language than the meeting. All of these meetings are one archive, of which
only what was said is in it. A hit is right from half a minute before the answer, as so much is what a moment stands
for. Printed is the rank of the first right hit, without the sentence model and with it. `--folder` keeps its vectors.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from pipeline import cues, evaluate
from pipeline.config import Settings
from pipeline.records import Hit, Notes
from pipeline.refresh import Archive
from pipeline.search import search
from pipeline.search.by_meaning import Nearest
from tests.bench.languages import OUR_CASES
from tests.bench.vectors import NearestInProcess

QUESTIONS = Path(__file__).with_name("paraphrases.json")

FIRST = 5
"""Hits that count."""

EARLY_SECONDS = 30.0


class Paraphrase(msgspec.Struct, frozen=True):
    """A question, and when it is answered in a meeting, which is named as its folder is."""

    question: str
    meeting: str
    start: float
    end: float

    @property
    def slug(self) -> str:
        return self.meeting.replace("/", "-")

    def is_answered_by(self, hit: Hit) -> bool:
        if hit.slug != self.slug or hit.start is None:
            return False
        return self.start - EARLY_SECONDS <= hit.start <= self.end


def questions() -> list[Paraphrase]:
    return msgspec.json.decode(QUESTIONS.read_bytes(), type=list[Paraphrase])


@contextmanager
def conversations(vectors: Path) -> Iterator[tuple[Archive, NearestInProcess]]:
    """Everything said in our meetings as an archive, and what is close in meaning in it."""
    nearest = NearestInProcess(vectors)
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive.open(Settings(data_dir=Path(folder)))
        for case in evaluate.find_cases(OUR_CASES):
            transcript = cues.read(case.transcript)
            slug = archive.store.claim(f"/{case.group}/{case.name}.md", f"{case.group}-{case.name}")
            archive.store.save_notes(Notes(slug, case.name, None, None, (), ""))
            archive.store.save_transcript(slug, transcript, key=slug)
            nearest.keep(slug, transcript)
        yield archive, nearest
        archive.close()


def ranks(archive: Archive, nearest: Nearest | None = None) -> list[int | None]:
    """Of the first right hit of each question, from 1 on; None: it is not among the first FIRST."""
    return [_rank(asked, search(archive.index, asked.question, limit=FIRST, nearest=nearest)) for asked in questions()]


def _rank(asked: Paraphrase, hits: Sequence[Hit]) -> int | None:
    return next((rank for rank, hit in enumerate(hits, start=1) if asked.is_answered_by(hit)), None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where the vectors are kept, so that they are made once")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, conversations(options.folder or Path(folder)) as (archive, nearest):
        by_words, by_meaning = ranks(archive), ranks(archive, nearest)
    for asked, *found in zip(questions(), by_words, by_meaning, strict=True):
        print("".join(f"{rank or '–':>4}" for rank in found), f"  {asked.question} ({asked.meeting})")
    counts = (sum(rank is not None for rank in of_way) for of_way in (by_words, by_meaning))
    print("".join(f"{count:>4}" for count in counts), f"  of {len(by_words)} are among the first {FIRST}")


if __name__ == "__main__":
    main()

"""How good the first ten hits are: nDCG@10 on questions whose answers a person graded.

    python -m tests.bench.judged FOLDERS… [--json FILE] [--name NAME] [--pool FILE]

FOLDERS hold either notes (*.md) or meetings with a transcript, as `jumpnotes evaluate` reads them; the first are the
archive "notes", the others "calls". The questions and what was judged stand in judged.json beside this file: of each
document (the name of its file or folder) the blocks of its notes as [line, grade] and what was said as
[from, to, grade] in seconds. Grade 3 is the place that answers, 2 is about it, 1 touches it, 0 does not. What nobody
judged counts as 0. Printed are means for this search and for plain BM25 over the same passages, and how many of the
first ten nobody judged; `--pool` writes those with their text to a file, to be judged. What was judged are the first
ten of this search, of an earlier one, of BM25 in several variants and of a sentence model, and what a person found
besides.

nDCG as Järvelin & Kekäläinen (2002) defined it, with the gain 2^grade - 1 of Burges et al. (2005).
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from pipeline import cues, evaluate
from pipeline import notes as reader
from pipeline.config import Settings
from pipeline.errors import InvalidQuery
from pipeline.records import Notes
from pipeline.refresh import Archive
from pipeline.search import DEDUPE_SECONDS, search
from pipeline.search.passages import notes_passages, transcript_passages
from tests.bench.relevance import Windows

DEPTH = 10
"""Hits that somebody looks at."""

JUDGED = Path(__file__).with_name("judged.json")

POOL_SECONDS = 15.0
"""Of speech, before and after an unjudged moment, that `--pool` shows to be judged."""


class Found(NamedTuple):
    """A block of the notes of a document, or a moment of what was said."""

    slug: str
    line: int | None = None  # of the notes
    start: float | None = None  # in seconds; None for a block


class Place(NamedTuple):
    """A block, or a stretch of speech, and how well it answers: 0 to 3."""

    slug: str
    grade: int
    line: int | None = None
    start: float = 0.0
    end: float = 0.0

    def has(self, found: Found) -> bool:
        """Whether this is what was found."""
        if found.start is None or self.line is not None:
            return (found.slug, found.line) == (self.slug, self.line)
        return found.slug == self.slug and self.start <= found.start <= self.end


@dataclass(frozen=True)
class Question:
    """What somebody types, and what was judged."""

    text: str
    archive: str
    kind: str
    places: tuple[Place, ...]

    @cached_property
    def answers(self) -> tuple[tuple[Place, ...], ...]:
        """The places that count; stretches of speech so near that a search shows one of them count once, together."""
        joined: list[list[Place]] = []
        for place in sorted(self.places, key=lambda each: (each.slug, each.line or 0, each.start)):
            if place.grade and joined and _is_near(joined[-1], place):
                joined[-1].append(place)
            elif place.grade:
                joined.append([place])
        return tuple(map(tuple, joined))

    def grade(self, found: Found) -> int | None:
        """The best of the places it is at; None if nobody judged it."""
        return max((place.grade for place in self.places if place.has(found)), default=None)


def _is_near(stretches: Sequence[Place], place: Place) -> bool:
    """Whether a stretch of speech begins at most DEDUPE_SECONDS after the end of others in its document."""
    if place.line is not None or stretches[0].line is not None or stretches[0].slug != place.slug:
        return False
    return place.start - max(each.end for each in stretches) <= DEDUPE_SECONDS


class _Asked(msgspec.Struct):
    text: str
    archive: str
    kind: str
    judged: dict[str, list[tuple[float, ...]]]


def read(path: Path = JUDGED) -> tuple[Question, ...]:
    """The questions in a file of the form above.

    Raises:
        msgspec.DecodeError: it does not have this form.
    """
    return tuple(
        Question(asked.text, asked.archive, asked.kind, tuple(_places(asked.judged)))
        for asked in msgspec.json.decode(path.read_bytes(), type=list[_Asked])
    )


def _places(judged: Mapping[str, Sequence[tuple[float, ...]]]) -> Iterator[Place]:
    for slug, places in judged.items():
        for *at, grade in places:
            if len(at) == 1:
                yield Place(slug, int(grade), line=int(at[0]))
            else:
                start, end = at
                yield Place(slug, int(grade), start=start, end=end)


def ndcg(question: Question, found: Sequence[Found]) -> float:
    """nDCG@10, 0 to 1, of what was found, best first. Each answer is worth something the first time only."""
    left, gains = list(question.answers), []
    for each in found[:DEPTH]:
        grades = [max((place.grade for place in answer if place.has(each)), default=0) for answer in left]
        best = max(grades, default=0)
        gains.append(_gain(best))
        if best:
            del left[grades.index(best)]
    ideal = sorted((_gain(max(place.grade for place in places)) for places in question.answers), reverse=True)
    return _dcg(gains) / _dcg(ideal[:DEPTH])


def _gain(grade: int) -> float:
    return 2.0**grade - 1


def _dcg(gains: Iterable[float]) -> float:
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))


class Documents:
    """The notes and transcripts of folders, as this search and as BM25 find them."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._passages: list[tuple[Found, str]] = []
        self._lines: dict[tuple[str, str], int] = {}  # by document and block
        self.names: set[str] = set()
        self._windows: Windows | None = None

    def add_notes(self, path: Path, slug: str) -> None:
        """Store a file of notes."""
        self.names.add(slug)
        notes: Notes = replace(reader.read(path), slug=self.archive.store.claim(str(path), slug))
        self.archive.store.save_notes(notes)
        self._lines |= {(slug, block.id): block.line for block in notes.blocks}
        for passage in notes_passages(notes):
            assert passage.block_id is not None
            self._passages.append((Found(slug, line=self._lines[slug, passage.block_id]), passage.text))

    def add_meeting(self, case: evaluate.Case) -> None:
        """Store the notes and the transcript of a meeting, unless one of its name is there."""
        if case.name in self.names:
            return
        transcript = cues.read(case.transcript)
        self.add_notes(case.notes, case.name)
        self.archive.store.save_transcript(case.name, transcript, key=case.name)
        for window in transcript_passages(transcript):
            middle = window.starts[len(window.starts) // 2]
            self._passages.append((Found(case.name, start=middle), window.text))

    def searched(self, text: str) -> list[Found]:
        """What this search finds."""
        try:
            hits = search(self.archive.index, text, limit=DEPTH)
        except InvalidQuery:
            return []
        return [
            Found(hit.slug, line=self._lines[hit.slug, hit.block_id])
            if hit.block_id
            else Found(hit.slug, start=hit.start)
            for hit in hits
        ]

    def by_bm25(self, text: str) -> list[Found]:
        """What BM25 finds; a moment near a better one left out, as the search does."""
        self._windows = self._windows or Windows([passage for _, passage in self._passages], [], None)
        scores = self._windows.bm25(text)
        found: list[Found] = []
        for at in np.argsort(-scores, kind="stable"):
            each = self._passages[at][0]
            if len(found) == DEPTH or scores[at] <= 0:
                break
            if not any(_are_near(each, other) for other in found):
                found.append(each)
        return found

    def text(self, found: Found) -> str:
        """A block, or what was said around a moment."""
        return " … ".join(
            text
            for place, text in self._passages
            if place.slug == found.slug
            and (place.line == found.line if found.start is None else _are_near(place, found, POOL_SECONDS))
        )


def _are_near(one: Found, other: Found, seconds: float = DEDUPE_SECONDS) -> bool:
    if one.start is None or other.start is None:
        return False
    return one.slug == other.slug and abs(one.start - other.start) <= seconds


def fill(documents: Mapping[str, Documents], folders: Iterable[Path]) -> None:
    """Put the folders' notes and meetings into the archives "notes" and "calls"."""
    cases = []
    for folder in folders:
        files = sorted(path for path in folder.glob("*.md") if path.stem != "README")
        if not files or (folder / "gold.json").exists():
            cases += evaluate.find_cases(folder)
            continue
        for path in files:
            documents["notes"].add_notes(path, path.stem)
    for case in sorted(cases, key=lambda each: (each.group, each.name)):
        documents["calls"].add_meeting(case)


def figures(questions: Sequence[Question], answers: Sequence[Sequence[Found]]) -> dict[str, Any]:
    """Mean nDCG@10: of all, by archive, by kind, and of each; and how many of the first ten nobody judged."""
    values = [ndcg(question, found) for question, found in zip(questions, answers, strict=True)]

    def means(part: Callable[[Question], str]) -> dict[str, float]:
        parts: dict[str, list[float]] = defaultdict(list)
        for question, value in zip(questions, values, strict=True):
            parts[part(question)].append(value)
        return {name: round(statistics.mean(of_part), 3) for name, of_part in parts.items()}

    pairs = [(question, each) for question, found in zip(questions, answers, strict=True) for each in found[:DEPTH]]
    return {
        "ndcg@10": round(statistics.mean(values), 3),
        "archives": means(lambda question: question.archive),
        "kinds": means(lambda question: question.kind),
        "found": len(pairs),
        "unjudged": sum(question.grade(each) is None for question, each in pairs),
        "questions": {question.text: round(value, 3) for question, value in zip(questions, values, strict=True)},
    }


def pool(
    questions: Sequence[Question], ways: Sequence[Sequence[Sequence[Found]]], documents: Mapping[str, Documents]
) -> str:
    """What was found and nobody judged, once each, by question: where it is, as judged.json has it, and its text."""
    lines: list[str] = []
    for question, *answers in zip(questions, *ways, strict=True):
        unjudged = dict.fromkeys(each for found in answers for each in found if question.grade(each) is None)
        if not unjudged:
            continue
        lines.append(f"## {question.text}")
        for each in sorted(unjudged, key=lambda found: (found.slug, found.line or 0, found.start or 0.0)):
            at = f"{each.line}"
            if each.start is not None:
                at = f"{max(each.start - POOL_SECONDS, 0):.0f}, {each.start + POOL_SECONDS:.0f}"
            lines.append(f'"{each.slug}": [[{at}, ?]]  {documents[question.archive].text(each)}')
    return "\n".join(lines) + "\n"


def show(questions: Sequence[Question], found: Mapping[str, dict[str, Any]]) -> None:
    """Print the figures of each way to search, as a table."""
    places = sum(len(question.places) for question in questions)
    print(
        f"{len(questions)} questions, {places} judged places\n\n{'nDCG@10':20}" + "".join(f"{way:>12}" for way in found)
    )
    first = next(iter(found.values()))
    rows = {"all": [each["ndcg@10"] for each in found.values()]}
    for part in ("archives", "kinds"):
        rows |= {name: [each[part][name] for each in found.values()] for name in first[part]}
    for name, values in rows.items():
        print(f"{name:20}" + "".join(f"{value:12.3f}" for value in values))
    shares = (f"{each['unjudged']}/{each['found']}" for each in found.values())
    print(f"{'unjudged':20}" + "".join(f"{share:>12}" for share in shares))
    one, other = (each["questions"] for each in found.values())
    gains = [one[question.text] - other[question.text] for question in questions]
    error = statistics.stdev(gains) / math.sqrt(len(gains))
    print(f"\nDifference {statistics.mean(gains):+.3f}, with a standard error of {error:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--json", type=Path, metavar="FILE", help="add the figures to this file as well")
    parser.add_argument("--name", default="search", help="what this search is called there")
    parser.add_argument("--pool", type=Path, metavar="FILE", help="write what nobody judged to this file")
    options = parser.parse_args()
    questions = read()
    with tempfile.TemporaryDirectory() as folder:
        documents = {
            name: Documents(Archive.open(Settings(data_dir=Path(folder) / name))) for name in ("notes", "calls")
        }
        fill(documents, options.folders)
        judged = {place.slug for question in questions for place in question.places}
        if lacking := judged - documents["notes"].names - documents["calls"].names:
            parser.error(f"no folder has {', '.join(sorted(lacking))}")
        answers = {
            options.name: [documents[question.archive].searched(question.text) for question in questions],
            "bm25": [documents[question.archive].by_bm25(question.text) for question in questions],
        }
        if options.pool:
            options.pool.write_text(pool(questions, tuple(answers.values()), documents))
        for each in documents.values():
            each.archive.close()
    found = {way: figures(questions, answer) for way, answer in answers.items()}
    show(questions, found)
    if options.json:
        known = json.loads(options.json.read_text()) if options.json.exists() else {}
        known["command"] = "python -m tests.bench.judged FOLDERS --json docs/figures/judged.json --name NAME"
        known["questions"] = len(questions)
        known["places"] = sum(len(question.places) for question in questions)
        options.json.write_text(json.dumps(known | found, indent=1) + "\n")


if __name__ == "__main__":
    main()

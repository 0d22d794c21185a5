"""How well a search finds the moment a note is about: the words of the note are the query, its true time the answer.

    python -m tests.bench.relevance CASES [--without SETS] [--model FOLDER] [--meaning FOLDER] [--json FILE]

CASES are meetings with gold times, as `jumpnotes evaluate` reads them. All their transcripts are one archive, and only
what was said is searched, as a note would find itself. A query is a whole note, or some of its informative words.
Printed are, as means over the sets, the share of queries with the right moment among the first five (recall@5) and the
mean of one over the rank of the first right one (MRR), for this search, for the same without moments that lack a word,
for BM25, for a sentence model (`--model` is a folder with model.onnx and tokenizer.json, such as all-MiniLM-L6-v2) and
for a blend of the last two. With `--meaning` this search is measured with the model of `pipeline.meaning`, too, whose
vectors are kept in that folder; then the figures of each set are printed as well. `--json` also writes the figures to a
file, as `docs/tables.py` reads them.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime
import Stemmer
from numpy.typing import NDArray
from scipy import sparse
from tokenizers import Tokenizer

from pipeline import cues, evaluate
from pipeline import notes as reader
from pipeline.config import Settings
from pipeline.errors import InvalidQuery
from pipeline.records import Notes
from pipeline.refresh import Archive
from pipeline.search import DEDUPE_SECONDS, search
from pipeline.search.by_meaning import Nearest
from pipeline.search.passages import transcript_passages
from tests.bench.vectors import NearestInProcess

MAX_MOMENTS = 50
"""Of an answer, that are looked at."""

MIN_IDF = 3.0
"""Of a word somebody may type."""

K1, B = 1.2, 0.75
"""The usual parameters of BM25."""

Array = NDArray[np.float32]
Moment = tuple[str, float]
"""Name of a transcript, and seconds."""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A note, and when it was discussed in which transcript."""

    group: str
    text: str
    slug: str
    gold: evaluate.GoldItem

    def answered(self, found: Iterable[Moment]) -> int | None:
        """The rank of the first right moment, from 0 on."""
        ranks = (
            rank for rank, (slug, at) in enumerate(found) if slug == self.slug and evaluate.is_inside(at, self.gold)
        )
        return next(ranks, None)


class Windows:
    """All that was said, and how BM25 and a sentence model rank it."""

    def __init__(self, texts: Sequence[str], moments: Sequence[Moment], model: Path | None) -> None:
        self.moments = moments
        self._vocabulary: dict[str, int] = {}
        counts = self._counts(texts, grow=True)
        having = np.asarray((counts > 0).sum(axis=0)).ravel()
        self.idf = np.log1p((len(texts) - having + 0.5) / (having + 0.5))
        length = np.asarray(counts.sum(axis=1)).ravel()
        norm = K1 * (1 - B + B * length / length.mean())
        rows = np.repeat(np.arange(len(texts)), np.diff(counts.indptr))
        counts.data = counts.data * (K1 + 1) / (counts.data + norm[rows])
        self._weights = (counts @ sparse.diags(self.idf)).T.tocsr()
        self._sentences = Sentences(model) if model else None
        self._vectors = self._sentences.vectors(texts) if self._sentences else None

    def informative(self, text: str) -> list[str]:
        """Words of a text, the rarest in the archive first."""
        rarity = {word: self.idf[at] for word in _WORD.findall(text) if (at := self._vocabulary.get(_stem(word)))}
        return sorted((word for word, idf in rarity.items() if idf >= MIN_IDF), key=lambda word: -rarity[word])

    def bm25(self, text: str) -> Array:
        asked = self._counts([text], grow=False)
        asked.data[:] = 1
        asked.resize((1, self._weights.shape[0]))
        return np.asarray((asked @ self._weights).todense(), dtype=np.float32).ravel()

    def alike(self, text: str) -> Array:
        assert self._sentences is not None
        assert self._vectors is not None
        scores: Array = self._vectors @ self._sentences.vectors([text])[0]
        return scores

    def blend(self, text: str) -> Array:
        words = self.bm25(text)
        both: Array = words / max(float(words.max()), 1e-6) + self.alike(text)
        return both

    def best(self, scores: Array) -> list[Moment]:
        """Moments, best first; those near a better one left out, as the search does."""
        found: list[Moment] = []
        for at in np.argsort(-scores, kind="stable")[: 8 * MAX_MOMENTS]:
            slug, start = self.moments[at]
            if not any(slug == other and abs(start - near) <= DEDUPE_SECONDS for other, near in found):
                found.append((slug, start))
        return found[:MAX_MOMENTS]

    def _counts(self, texts: Sequence[str], *, grow: bool) -> sparse.csr_matrix:
        rows, columns = [], []
        for row, text in enumerate(texts):
            for word in _WORD.findall(text):
                stem = _stem(word)
                at = self._vocabulary.setdefault(stem, len(self._vocabulary)) if grow else self._vocabulary.get(stem)
                if at is not None:
                    rows.append(row)
                    columns.append(at)
        shape = (len(texts), len(self._vocabulary))
        return sparse.csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=shape)


class Sentences:
    """A sentence model: the mean of its tokens' vectors, of length one."""

    def __init__(self, folder: Path) -> None:
        self._session = onnxruntime.InferenceSession(str(folder / "model.onnx"))
        self._tokens = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokens.no_padding()
        self._tokens.enable_truncation(128)

    def vectors(self, texts: Sequence[str], batch: int = 32) -> Array:
        found: list[Array] = [np.zeros(0, np.float32)] * len(texts)
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))  # texts of a length need no padding
        for first in range(0, len(order), batch):
            some = order[first : first + batch]
            encoded = self._tokens.encode_batch([texts[at] for at in some])
            longest = max(len(one.ids) for one in encoded)
            ids = np.array([one.ids + [0] * (longest - len(one.ids)) for one in encoded])
            mask = np.array([[1] * len(one.ids) + [0] * (longest - len(one.ids)) for one in encoded])
            fed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            hidden = self._session.run(None, fed)[0]
            mean = (hidden * mask[:, :, None]).sum(axis=1)
            for at, vector in zip(some, mean / np.linalg.norm(mean, axis=1, keepdims=True), strict=True):
                found[at] = vector
        return np.stack(found)


@cache
def _stem(word: str) -> str:
    return str(_PORTER.stemWord(word.lower()))


_PORTER = Stemmer.Stemmer("porter")


def load(
    folder: Path, archive: Archive, *, without: Sequence[str] = (), meaning: NearestInProcess | None = None
) -> tuple[list[Asked], list[str], list[Moment]]:
    """The notes with a time, and all windows of speech, which are in the archive then. A transcript counts once.

    Sets in `without` are left out. `meaning` keeps the vectors of the transcripts.
    """
    slugs: dict[str, str] = {}
    asked: list[Asked] = []
    texts: list[str] = []
    moments: list[Moment] = []
    for case in (case for case in evaluate.find_cases(folder) if case.group not in without):
        transcript = cues.read(case.transcript)
        said = " ".join(segment.text for segment in transcript.segments)
        if said not in slugs:
            slugs[said] = slug = archive.store.claim(f"/{case.group}/{case.name}.md", f"{case.group}-{case.name}")
            day = date(2000, 1, 1) + timedelta(days=len(slugs))
            archive.store.save_notes(Notes(slug, case.name, day, None, (), ""))
            archive.store.save_transcript(slug, transcript, key=slug)
            if meaning:
                meaning.keep(slug, transcript)
            for window in transcript_passages(transcript):
                texts.append(window.text)
                moments.append((slug, window.starts[len(window.starts) // 2]))
        blocks = {block.line: block.text for block in reader.read(case.notes).blocks}
        asked += [
            Asked(case.group, blocks[gold.line], slugs[said], gold)
            for gold in evaluate.read_gold(case.gold)
            if gold.start is not None and blocks.get(gold.line)
        ]
    return asked, texts, moments


def figures(
    asked: Sequence[Asked], find: Callable[[str], Iterable[Moment]], texts: Sequence[str]
) -> dict[str, tuple[float, float]]:
    """recall@5 and MRR of each set."""
    ranks: dict[str, list[int | None]] = defaultdict(list)
    for one, text in zip(asked, texts, strict=True):
        ranks[one.group].append(one.answered(find(text)))
    return {
        group: (
            statistics.mean(rank is not None and rank < 5 for rank in of_set),
            statistics.mean(0.0 if rank is None else 1 / (rank + 1) for rank in of_set),
        )
        for group, of_set in ranks.items()
    }


def searched(archive: Archive, text: str, *, whole: bool = False, nearest: Nearest | None = None) -> list[Moment]:
    try:
        hits = search(archive.index, f"{text} in:transcript", limit=MAX_MOMENTS, whole=whole, nearest=nearest)
    except InvalidQuery:
        return []
    return [(hit.slug, hit.start) for hit in hits if hit.start is not None]


def compare(
    asked: Sequence[Asked],
    texts: Sequence[str],
    archive: Archive,
    windows: Windows,
    *,
    model: bool,
    meaning: Nearest | None = None,
) -> dict[str, tuple[float, float]]:
    """recall@5 and MRR of each way to search, as means over the sets."""
    ways: dict[str, Callable[[str], Iterable[Moment]]] = {
        "this search": lambda text: searched(archive, text),
        "all words together": lambda text: searched(archive, text, whole=True),
        "BM25": lambda text: windows.best(windows.bm25(text)),
    }
    if meaning:
        ways["this search, by meaning, too"] = lambda text: searched(archive, text, nearest=meaning)
    if model:
        ways["the sentence model"] = lambda text: windows.best(windows.alike(text))
        ways["BM25 and the model, half and half"] = lambda text: windows.best(windows.blend(text))
    found = {}
    for name, find in ways.items():
        by_set = figures(asked, find, texts)
        found[name] = recall, mrr = _means(by_set.values())
        print(f"  {name:36}{recall:10.3f}{mrr:8.3f}", flush=True)
        if meaning:
            print("".join(f"    {group} {recall:.3f}/{mrr:.3f}" for group, (recall, mrr) in by_set.items()))
    return found


def _means(pairs: Iterable[tuple[float, float]]) -> tuple[float, float]:
    first, second = zip(*pairs, strict=True)
    return statistics.mean(first), statistics.mean(second)


def queries(asked: Sequence[Asked], windows: Windows) -> Iterator[tuple[str, list[Asked], list[str]]]:
    """Each kind of query by its name: the notes that have one, and their queries."""
    yield "whole note", list(asked), [one.text for one in asked]
    chance = random.Random(1)
    for words in (2, 3):
        able = [(one, few) for one in asked if len(few := windows.informative(one.text)[:6]) >= words]
        typed = [" ".join(chance.sample(few, words)) for _, few in able]
        yield f"{words} words", [one for one, _ in able], typed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--without", default="", metavar="SETS", help="leave out these sets, separated by commas")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--meaning", type=Path, metavar="FOLDER", help="measure with the sentence model, too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file as well")
    options = parser.parse_args()
    results: dict[str, object] = {}
    meaning = NearestInProcess(options.meaning) if options.meaning else None
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive.open(Settings(data_dir=Path(folder)))
        asked, texts, moments = load(options.cases, archive, without=options.without.split(","), meaning=meaning)
        windows = Windows(texts, moments, options.model)
        print(f"{len(asked)} notes, {len(texts)} windows{'':20}recall@5     MRR")
        for name, able, typed in queries(asked, windows):
            print(f"{name}, of {len(able)} notes")
            results[name] = compare(able, typed, archive, windows, model=bool(options.model), meaning=meaning)
        archive.close()
    if options.json:
        command = "python -m tests.bench.relevance CASES --model FOLDER --json docs/figures/relevance.json"
        found = {"command": command, "notes": len(asked), "windows": len(texts), "queries": results}
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()

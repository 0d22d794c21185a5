"""How good links are: alignments against gold times. Everything here counts; what counts is defined once, here.

A case is a folder with `notes.md`, a transcript and `gold.json`, which says when some blocks were really discussed:

    {"items": [{"line": 12, "start": "12:34", "spans": [["12:34", "15:00"]]}, {"line": 20, "start": null}]}

`line` is where the block starts in the notes, 1-based. `start` is in seconds or written as a clock; null marks a
*foreign* block, one that nobody mentioned. `spans` are the passages in which the block was discussed, where known.

An answer is *inside*, that is right, if it lies in a gold span widened by 15 s, or, where gold has no span, within
60 s of the gold start. It is *linked* if a page would show it as a link.
"""

from __future__ import annotations

import json
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from pipeline import export, timecode
from pipeline.errors import GoldError, TranscriptError
from pipeline.records import LINK_CONFIDENCE, SURE_CONFIDENCE, Alignment, Block, Notes

CLOSE = 30.0  # seconds from the gold start: the link starts where the topic starts
MARGIN = 15.0  # seconds before and after a gold span that still are inside
SPANLESS = 60.0  # seconds from the gold start that are inside where gold has no span
FAR = 300.0  # seconds from the gold start, and not inside: elsewhere in the meeting

FIGURES = ("start30", "inside", "median", "placed", "far", "auc", "foreign", "sure", "right")
"""The figures of a set, in the order of the table."""

TENTHS = tuple(tenth / 10 for tenth in range(11))
LEVELS = (0.0, LINK_CONFIDENCE, SURE_CONFIDENCE, 1.0)
LEVEL_NAMES = ("unsure", "likely", "sure")
"""What a page does with a confidence between two of LEVELS: no link, a link with a question mark, a link."""

ENOUGH = 50  # answers in a bin, below which its gap is mostly chance

_TRANSCRIPTS = ("transcript.vtt", "transcript.srt", "transcript.json")


@dataclass(frozen=True, slots=True)
class Case:
    """A folder whose true times are known. `group` is the set it belongs to."""

    group: str
    name: str
    folder: Path

    @property
    def notes(self) -> Path:
        return self.folder / "notes.md"

    @property
    def gold(self) -> Path:
        return self.folder / "gold.json"

    @property
    def transcript(self) -> Path:
        """The first of transcript.vtt, .srt and .json that is there.

        Raises:
            TranscriptError: there is none.
        """
        for name in _TRANSCRIPTS:
            if (self.folder / name).exists():
                return self.folder / name
        raise TranscriptError(self.folder / _TRANSCRIPTS[0], "does not exist, nor does an .srt or .json of that name")


@dataclass(frozen=True, slots=True)
class Gold:
    """When the block that starts on `line` was discussed, in seconds. `start` None: nobody mentioned it."""

    line: int
    start: float | None
    spans: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A gold time beside what was answered. `answer` None: not placed; `block` None: none starts on the gold line."""

    case: Case
    gold: Gold
    block: Block | None
    answer: Alignment | None

    @property
    def foreign(self) -> bool:
        return self.gold.start is None

    @property
    def error(self) -> float | None:
        """Seconds between answer and gold start, where there are both."""
        if self.answer is None or self.gold.start is None:
            return None
        return abs(self.answer.start - self.gold.start)

    @property
    def close(self) -> bool:
        return self.error is not None and self.error <= CLOSE

    @property
    def inside(self) -> bool:
        return self.answer is not None and inside(self.answer.start, self.gold.start, self.gold.spans)

    @property
    def far(self) -> bool:
        return self.error is not None and self.error > FAR and not self.inside

    @property
    def linked(self) -> bool:
        return self.answer is not None and self.answer.confidence >= LINK_CONFIDENCE


@dataclass(frozen=True, slots=True)
class Figures:
    """What the table shows of a set. Shares lie in 0..1; None: there was nothing to take it of.

    start30, inside, placed and far are shares of the `items`, the gold times. `median` is the median distance to the
    gold start over the placed ones, in seconds. `auc` is how well the confidence tells answers inside from answers
    elsewhere and from foreign blocks (0.5: no better than chance). `foreign` is the share of foreign blocks that are
    linked, `sure` the share of items that are, and `right` the share of those that lie inside.
    """

    items: int
    start30: float | None
    inside: float | None
    median: float | None
    placed: float | None
    far: float | None
    auc: float | None
    foreign: float | None
    sure: float | None
    right: float | None


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers with a confidence in [low, high), the last bin with its upper edge."""

    low: float
    high: float
    count: int
    confidence: float | None  # mean; None where the bin is empty
    right: float | None  # share inside

    @property
    def gap(self) -> float | None:
        """Share inside less mean confidence: below 0, the confidence promises too much."""
        return None if self.right is None or self.confidence is None else self.right - self.confidence


def find(root: Path) -> list[Case]:
    """The cases in `root`, by set and name: folders of sets, folders of cases, or `root` itself is one.

    Raises:
        GoldError: there is no gold.json.
    """
    home = root.resolve()
    if (home / "gold.json").exists():
        return [Case(home.parent.name, home.name, root)]
    cases = [Case(home.name, gold.parent.name, gold.parent) for gold in root.glob("*/gold.json")]
    cases += [Case(gold.parts[-3], gold.parts[-2], gold.parent) for gold in root.glob("*/*/gold.json")]
    if not cases:
        raise GoldError(root / "gold.json", "does not exist, nor is there one in the folders below")
    return sorted(cases, key=lambda case: (case.group, case.name))


_Time = Annotated[float, msgspec.Meta(ge=0, lt=1e9)] | str


class _Item(msgspec.Struct):
    line: Annotated[int, msgspec.Meta(ge=1)]
    start: _Time | None
    spans: list[tuple[_Time, _Time]] | None = None


class _File(msgspec.Struct):
    items: Annotated[list[_Item], msgspec.Meta(min_length=1)]


def read_gold(path: Path) -> tuple[Gold, ...]:
    """The gold times in the file `path`, in its order.

    Raises:
        GoldError: it is not there, not JSON, or a value is not of the form above.
    """
    try:
        file = msgspec.convert(json.loads(path.read_text(encoding="utf-8-sig")), _File)
    except OSError as error:
        raise GoldError(path, f"cannot be opened ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise GoldError(path, "is not text in UTF-8") from error
    except json.JSONDecodeError as error:
        raise GoldError(path, f"is broken JSON ({error.msg})", line=error.lineno) from error
    except RecursionError as error:
        raise GoldError(path, "is JSON nested too deeply for gold times") from error
    except msgspec.ValidationError as error:
        raise GoldError(path, str(error)) from error
    return tuple(_gold(path, item) for item in file.items)


def _gold(path: Path, item: _Item) -> Gold:
    def seconds(time: float | str) -> float:
        found = timecode.parse(time) if isinstance(time, str) else time
        if found is None:
            raise GoldError(path, f"{time!r}, of notes line {item.line}, is not a time")
        return found

    spans = tuple((seconds(start), seconds(end)) for start, end in item.spans or ())
    if any(end < start for start, end in spans):
        raise GoldError(path, f"a span of notes line {item.line} ends before it starts")
    return Gold(item.line, None if item.start is None else seconds(item.start), spans)


def judge(case: Case, gold: Iterable[Gold], notes: Notes, alignments: Iterable[Alignment]) -> list[Judged]:
    """Each gold time beside the answer to its block, taken in the digits in which it is published."""
    blocks = {block.line: block for block in notes.blocks}
    answers = {alignment.block_id: export.rounded(alignment) for alignment in alignments}
    judged = []
    for item in gold:
        block = blocks.get(item.line)
        judged.append(Judged(case, item, block, answers.get(block.id) if block else None))
    return judged


def inside(at: float, start: float | None, spans: Sequence[tuple[float, float]]) -> bool:
    """Whether the second `at` is right for a block discussed from `start`, in `spans` where they are known."""
    if start is None:
        return False
    if spans:
        return any(low - MARGIN <= at <= high + MARGIN for low, high in spans)
    return abs(at - start) <= SPANLESS


def by_set(judged: Iterable[Judged]) -> dict[str, list[Judged]]:
    """The answers of each set, the sets in the order in which they come."""
    sets: dict[str, list[Judged]] = {}
    for row in judged:
        sets.setdefault(row.case.group, []).append(row)
    return sets


def figures(judged: Sequence[Judged]) -> Figures:
    """The figures of one set."""
    items = [row for row in judged if not row.foreign]
    foreign = [row for row in judged if row.foreign]
    linked = [row for row in items if row.linked]
    errors = [row.error for row in items if row.error is not None]
    return Figures(
        items=len(items),
        start30=_share([row.close for row in items]),
        inside=_share([row.inside for row in items]),
        median=statistics.median(errors) if errors else None,
        placed=_share([row.answer is not None for row in items]),
        far=_share([row.far for row in items]),
        auc=auc(
            [row.answer.confidence for row in items if row.answer and row.inside],
            [row.answer.confidence for row in items if row.answer and not row.inside]
            + [row.answer.confidence if row.answer else 0.0 for row in foreign],
        ),
        foreign=_share([row.linked for row in foreign]),
        sure=_share([row.linked for row in items]),
        right=_share([row.inside for row in linked]),
    )


def mean(sets: Mapping[str, Figures]) -> Figures:
    """The plain mean of each figure over the sets that have it, so that no large set decides; items are added."""

    def over(name: str) -> float | None:
        values = [value for row in sets.values() if (value := getattr(row, name)) is not None]
        return statistics.fmean(values) if values else None

    return Figures(sum(row.items for row in sets.values()), *map(over, FIGURES))


def auc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Area under the ROC curve from the rank sum (Mann-Whitney U), ties counted half; None without both kinds."""
    if not positive or not negative:
        return None
    ordered = sorted(negative)
    wins = sum(bisect_left(ordered, value) + bisect_right(ordered, value) for value in positive) / 2
    return wins / (len(positive) * len(negative))


def bins(judged: Iterable[Judged], edges: Sequence[float]) -> tuple[Bin, ...]:
    """The placed answers by confidence, one bin between two edges. Those to foreign blocks are among them, as wrong."""
    found: list[list[tuple[float, bool]]] = [[] for _ in edges[1:]]
    for row in judged:
        if row.answer:
            place = bisect_right(edges, row.answer.confidence, hi=len(found)) - 1
            found[place].append((row.answer.confidence, row.inside))
    return tuple(
        Bin(
            low,
            high,
            len(rows),
            statistics.fmean(confidence for confidence, _ in rows) if rows else None,
            _share([right for _, right in rows]),
        )
        for low, high, rows in zip(edges[:-1], edges[1:], found, strict=True)
    )


def largest_gap(found: Iterable[Bin]) -> Bin | None:
    """The bin whose confidence is furthest from the truth, among those with at least ENOUGH answers."""
    enough = [(abs(gap), part) for part in found if part.count >= ENOUGH and (gap := part.gap) is not None]
    return max(enough, key=lambda pair: pair[0])[1] if enough else None


def worst(judged: Iterable[Judged], count: int) -> list[Judged]:
    """The `count` wrong answers given with the most confidence, foreign blocks among them."""
    wrong = [(row.answer.confidence, row) for row in judged if row.answer and not row.inside]
    return [row for _, row in sorted(wrong, key=lambda pair: -pair[0])[:count]]


def _share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None

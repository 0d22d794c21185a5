"""How good links are: alignments against gold times. What counts as right is defined once, here.

An answer is *inside*, that is right, if it lies in a gold span widened by 15 s, or, where gold has no span, within
60 s of the gold start. It is *linked* if a page would show it as a link.
"""

from __future__ import annotations

import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline import export
from pipeline.evaluate.cases import GoldItem, GoldMeeting
from pipeline.records import LINK_CONFIDENCE, SURE_CONFIDENCE, Alignment, Block, Certainty, Notes, SectionSpan

CLOSE_SECONDS = 30.0  # from the gold start: the link starts where the topic starts
HEARD_AT_ONCE_SECONDS = 10.0  # from the gold start: whoever listens need not look for it
SPAN_MARGIN_SECONDS = 15.0  # before and after a gold span, that still are inside
SPANLESS_RADIUS_SECONDS = 60.0  # from the gold start, that are inside where gold has no span
FAR_SECONDS = 300.0  # from the gold start, and not inside: elsewhere in the meeting

METRIC_NAMES = ("start30", "start10", "any30", "inside", "median", "placed", "far", "auc", "foreign", "sure", "right")
"""The metrics of a set, in the order of the table."""

TENTHS = tuple(tenth / 10 for tenth in range(11))
LEVEL_EDGES = (0.0, LINK_CONFIDENCE, SURE_CONFIDENCE, 1.0)
LEVEL_NAMES = (Certainty.NOT_FOUND.value, Certainty.LIKELY.value, Certainty.SURE.value)
"""How a page shows a confidence between two of LEVEL_EDGES: no link, a link with a question mark, a link."""

MIN_BIN_ANSWERS = 50  # below it the gap of a bin is mostly chance


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """A gold time beside its answer. `answer` None: not placed; `block` None: no block starts on the gold line."""

    case: GoldMeeting
    gold: GoldItem
    block: Block | None
    answer: Alignment | None
    span: SectionSpan | None = None  # told instead of a link

    @property
    def unmentioned(self) -> bool:
        """Nobody talked about the block."""
        return self.gold.start is None

    @property
    def error(self) -> float | None:
        """Seconds between answer and gold start, where there are both."""
        if self.answer is None or self.gold.start is None:
            return None
        return abs(self.answer.start - self.gold.start)

    @property
    def close(self) -> bool:
        return self.error is not None and self.error <= CLOSE_SECONDS

    @property
    def heard_at_once(self) -> bool:
        return self.error is not None and self.error <= HEARD_AT_ONCE_SECONDS

    @property
    def close_to_any(self) -> bool:
        """Whether it is close to where a passage about the block begins, the first one or any other."""
        if self.answer is None or self.gold.start is None:
            return False
        starts = (self.gold.start, *(start for start, _ in self.gold.spans))
        return any(abs(self.answer.start - start) <= CLOSE_SECONDS for start in starts)

    @property
    def inside(self) -> bool:
        return self.answer is not None and is_inside(self.answer.start, self.gold)

    @property
    def far(self) -> bool:
        return self.error is not None and self.error > FAR_SECONDS and not self.inside

    @property
    def linked(self) -> bool:
        return self.answer is not None and self.answer.confidence >= LINK_CONFIDENCE


@dataclass(frozen=True, slots=True)
class Metrics:
    """What the table shows of a set. Shares lie in 0..1; None: there was nothing to compute it from.

    start30, start10, any30, inside, placed and far are shares of the `items`, the gold times: start10 counts what is
    within 10 s of the gold start, any30 what is within 30 s of the start of any gold span. `median` is the median
    distance to the gold start over the placed ones, in seconds. `auc` is how well the confidence separates answers
    inside from all others, those to unmentioned blocks included (0.5: no better than chance). `foreign` is the share of
    unmentioned blocks that are linked, `sure` the share of items that are, and `right` the share of those that lie
    inside.
    """

    items: int
    start30: float | None
    start10: float | None
    any30: float | None
    inside: float | None
    median: float | None
    placed: float | None
    far: float | None
    auc: float | None
    foreign: float | None
    sure: float | None
    right: float | None


@dataclass(frozen=True, slots=True)
class ConfidenceBin:
    """The answers with a confidence in [low, high); the last bin includes its upper edge."""

    low: float
    high: float
    count: int
    confidence: float | None  # mean; None if the bin is empty
    right: float | None  # share inside

    @property
    def gap(self) -> float | None:
        """Share inside less mean confidence: below 0, the confidence promises too much."""
        return None if self.right is None or self.confidence is None else self.right - self.confidence


def score_items(
    case: GoldMeeting,
    gold: Iterable[GoldItem],
    notes: Notes,
    alignments: Iterable[Alignment],
    within: Iterable[SectionSpan] = (),
) -> list[ScoredItem]:
    """Each gold time beside the answer for its block, rounded as it is published, and the span that is told of it."""
    blocks = {block.line: block for block in notes.blocks}
    answers = {alignment.block_id: export.rounded(alignment) for alignment in alignments}
    spans = {span.block_id: span for span in within}
    scored = []
    for item in gold:
        block = blocks.get(item.line)
        answer, span = (answers.get(block.id), spans.get(block.id)) if block else (None, None)
        scored.append(ScoredItem(case, item, block, answer, span))
    return scored


def is_inside(start: float, gold: GoldItem) -> bool:
    """Whether a link to the second `start` is right."""
    if gold.start is None:
        return False
    if gold.spans:
        return any(low - SPAN_MARGIN_SECONDS <= start <= high + SPAN_MARGIN_SECONDS for low, high in gold.spans)
    return abs(start - gold.start) <= SPANLESS_RADIUS_SECONDS


def group_by_set(scored: Iterable[ScoredItem]) -> dict[str, list[ScoredItem]]:
    """The items of each set, in the order in which the sets first come."""
    sets: dict[str, list[ScoredItem]] = {}
    for item in scored:
        sets.setdefault(item.case.group, []).append(item)
    return sets


def compute_metrics(scored: Sequence[ScoredItem]) -> Metrics:
    """The metrics of one set."""
    items = [item for item in scored if not item.unmentioned]
    unmentioned = [item for item in scored if item.unmentioned]
    linked = [item for item in items if item.linked]
    errors = [item.error for item in items if item.error is not None]
    return Metrics(
        items=len(items),
        start30=_share([item.close for item in items]),
        start10=_share([item.heard_at_once for item in items]),
        any30=_share([item.close_to_any for item in items]),
        inside=_share([item.inside for item in items]),
        median=statistics.median(errors) if errors else None,
        placed=_share([item.answer is not None for item in items]),
        far=_share([item.far for item in items]),
        auc=auc(
            [item.answer.confidence for item in items if item.answer and item.inside],
            [item.answer.confidence for item in items if item.answer and not item.inside]
            + [item.answer.confidence if item.answer else 0.0 for item in unmentioned],
        ),
        foreign=_share([item.linked for item in unmentioned]),
        sure=_share([item.linked for item in items]),
        right=_share([item.inside for item in linked]),
    )


def mean_metrics(sets: Mapping[str, Metrics]) -> Metrics:
    """The plain mean of each metric over the sets that have it, so that no large set decides; items are added."""

    def over(name: str) -> float | None:
        values = [value for metrics in sets.values() if (value := getattr(metrics, name)) is not None]
        return statistics.fmean(values) if values else None

    return Metrics(sum(metrics.items for metrics in sets.values()), *map(over, METRIC_NAMES))


def auc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Area under the ROC curve from the rank sum (Mann-Whitney U), ties counted half; None without both kinds."""
    if not positive or not negative:
        return None
    ordered = sorted(negative)
    wins = sum(bisect_left(ordered, value) + bisect_right(ordered, value) for value in positive) / 2
    return wins / (len(positive) * len(negative))


def confidence_bins(scored: Iterable[ScoredItem], edges: Sequence[float]) -> tuple[ConfidenceBin, ...]:
    """The answers by confidence, one bin between two edges. Answers to unmentioned blocks count as wrong."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in edges[1:]]
    for item in scored:
        if item.answer:
            place = bisect_right(edges, item.answer.confidence, hi=len(bins)) - 1
            bins[place].append((item.answer.confidence, item.inside))
    return tuple(
        ConfidenceBin(
            low,
            high,
            len(answers),
            statistics.fmean(confidence for confidence, _ in answers) if answers else None,
            _share([right for _, right in answers]),
        )
        for low, high, answers in zip(edges[:-1], edges[1:], bins, strict=True)
    )


def largest_gap(bins: Iterable[ConfidenceBin]) -> ConfidenceBin | None:
    """The bin whose confidence is furthest from the truth, among those with at least MIN_BIN_ANSWERS answers."""
    counted = [(abs(gap), part) for part in bins if part.count >= MIN_BIN_ANSWERS and (gap := part.gap) is not None]
    return max(counted, key=lambda pair: pair[0])[1] if counted else None


def surest_errors(scored: Iterable[ScoredItem], count: int) -> list[ScoredItem]:
    """The `count` wrong answers with the highest confidence, those to unmentioned blocks included."""
    wrong = [(item.answer.confidence, item) for item in scored if item.answer and not item.inside]
    return [item for _, item in sorted(wrong, key=lambda pair: -pair[0])[:count]]


def _share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None


# -- spans that are told of blocks without a link ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpanMetrics:
    """How many spans are `told` of blocks without a link, and the share 0..1 of them that hold the true moment."""

    told: int
    within: float | None


def lies_within(gold: GoldItem, start: float, end: float) -> bool:
    """Whether a block was discussed in a span: its gold start lies in it, give or take 15 s."""
    return gold.start is not None and start - SPAN_MARGIN_SECONDS <= gold.start <= end + SPAN_MARGIN_SECONDS


def compute_span_metrics(scored: Iterable[ScoredItem]) -> SpanMetrics:
    """The spans of all gold items, unmentioned blocks among them: any span of theirs is wrong."""
    told = [(item.gold, item.span) for item in scored if item.span]
    return SpanMetrics(len(told), _share([lies_within(gold, span.start, span.end) for gold, span in told]))

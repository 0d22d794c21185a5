"""How good links are: alignments against gold times of meetings whose true times are known.

cases          where gold is, read and written
metrics        what counts as right
corrected      stored meetings, whose gold is what people corrected
contribution   such a meeting as a case for others
people         who is named in it
masking        their names, masked
"""

from pipeline.evaluate.cases import Case, GoldItem, GoldMeeting, find_cases, gold_json, read_gold
from pipeline.evaluate.metrics import (
    LEVEL_EDGES,
    LEVEL_NAMES,
    METRIC_NAMES,
    MIN_BIN_ANSWERS,
    TENTHS,
    ConfidenceBin,
    Metrics,
    ScoredItem,
    SpanMetrics,
    auc,
    compute_metrics,
    compute_span_metrics,
    confidence_bins,
    group_by_set,
    is_inside,
    largest_gap,
    lies_within,
    mean_metrics,
    score_items,
    surest_errors,
)

__all__ = [
    "LEVEL_EDGES",
    "LEVEL_NAMES",
    "METRIC_NAMES",
    "MIN_BIN_ANSWERS",
    "TENTHS",
    "Case",
    "ConfidenceBin",
    "GoldItem",
    "GoldMeeting",
    "Metrics",
    "ScoredItem",
    "SpanMetrics",
    "auc",
    "compute_metrics",
    "compute_span_metrics",
    "confidence_bins",
    "find_cases",
    "gold_json",
    "group_by_set",
    "is_inside",
    "largest_gap",
    "lies_within",
    "mean_metrics",
    "read_gold",
    "score_items",
    "surest_errors",
]

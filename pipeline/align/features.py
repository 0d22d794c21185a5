"""Blocks × units: everything that speaks for or against a block starting at a unit, as F matrices of B × T."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from pipeline.align.lexical import DOCUMENT_SECONDS, TermCounts
from pipeline.align.outline import Outline
from pipeline.align.units import Units
from pipeline.arrays import Float32Array
from pipeline.language.terms import TermExtractor
from pipeline.language.word_lists import Language
from pipeline.language.words import fold, folded_words

# Counts in a window saturate as 1 - exp(-count / scale): the second mention in 15 s says little, in 5 min much.
SATURATION_COUNTS = {15: 0.7, 30: 0.7, 60: 1.0, 120: 1.5, 300: 3.0, 600: 4.0}
EVIDENCE_SCALE = 10.0  # brings summed weights to the order of 1
ONSET_SECONDS = 15.0  # after the start of a unit, in which words count as its beginning
BURST_GAP_SECONDS = 120.0  # without a word that make its next mention a burst
MAX_ANNOUNCEMENT_WORDS = 30  # a topic is announced in its first words
TILE_SECONDS = 120.0  # on either side of a possible topic boundary (Hearst, "TextTiling", 1997)
SPEAKER_SECONDS = 60.0  # after a unit, in which somebody the block names may speak
EDGE_SECONDS = 30.0  # scale of the distance from the start of the recording
EDGE_EXPONENT = 8  # of the share of the recording that is over: makes it count near the end only
MAX_EDGE_HEADING_WORDS = 4  # of a heading about the start or the end of the meeting
SHORT_UNIT_WORDS = 6  # a unit with fewer is short
MAX_PAUSE_SECONDS, MAX_TURN_SECONDS = 5.0, 60.0  # a longer pause, or turn, counts no more


class FeatureGroup(StrEnum):
    """What a feature looks at."""

    WORDS = "words"  # of the block itself
    STRUCTURE = "structure"  # the words of the blocks above, under and beside it
    ONSET = "onset"  # somebody begins, after a pause, with "next up"
    PEOPLE = "people"  # somebody the block names is speaking
    POSITION = "position"  # first, last, opening, closing


class Matching(StrEnum):
    EXACT = "exact"
    FUZZY = "fuzzy"  # misheard words count, too


class Measure(StrEnum):
    EVIDENCE = "evidence"  # the weight of the block's terms that are heard
    COVERAGE = "coverage"  # its share of the weight of all the block's terms
    RELATIVE = "relative"  # its share of that in the block's best window


class Side(StrEnum):
    NEXT = "next"  # from the start of the unit on
    PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class Window:
    """The block's words that are heard within some seconds of a unit's start."""

    matching: Matching
    measure: Measure
    side: Side
    seconds: int


@dataclass(frozen=True, slots=True)
class Feature:
    """One row of the feature table. `window` is None where the feature is not simply the words in a window."""

    name: str
    group: FeatureGroup
    window: Window | None = None


def window_feature(matching: Matching, measure: Measure, side: Side, seconds: int) -> Feature:
    """The feature of a window, named like `exact_coverage_next_30s`."""
    name = f"{matching}_{measure}_{side}_{seconds}s"
    return Feature(name, FeatureGroup.WORDS, Window(matching, measure, side, seconds))


BURST = Feature("burst_next_15s", FeatureGroup.WORDS)
FIRST_MENTION = Feature("first_mention_next_15s", FeatureGroup.WORDS)
DESCENDANTS_60S = Feature("descendants_next_60s", FeatureGroup.STRUCTURE)
DESCENDANTS_300S = Feature("descendants_next_300s", FeatureGroup.STRUCTURE)
FIRST_CHILD = Feature("first_child_next_30s", FeatureGroup.STRUCTURE)
WITH_HEADINGS = Feature("with_headings_next_60s", FeatureGroup.STRUCTURE)
HEADINGS_AROUND = Feature("headings_around_300s", FeatureGroup.STRUCTURE)
COMPETITION = Feature("share_among_blocks_next_60s", FeatureGroup.STRUCTURE)
CROWD = Feature("crowd_next_60s", FeatureGroup.STRUCTURE)
FIRST_BLOCK = Feature("first_block_elapsed", FeatureGroup.POSITION)
LAST_BLOCK = Feature("last_block_near_end", FeatureGroup.POSITION)
OPENING_HEADING = Feature("opening_heading_near_start", FeatureGroup.POSITION)
CLOSING_HEADING = Feature("closing_heading_near_end", FeatureGroup.POSITION)
NEW_SPEAKER = Feature("new_speaker", FeatureGroup.ONSET)
SHORT_UNIT = Feature("short_unit", FeatureGroup.ONSET)
TOPIC_PHRASE = Feature("topic_phrase", FeatureGroup.ONSET)
PAUSE = Feature("pause_before", FeatureGroup.ONSET)
CUE_START = Feature("cue_start", FeatureGroup.ONSET)
TURN_LENGTH = Feature("turn_length", FeatureGroup.ONSET)
QUESTION = Feature("question", FeatureGroup.ONSET)
SENTENCE_START = Feature("sentence_start", FeatureGroup.ONSET)
NAMED_SPEAKER = Feature("named_speaker_next_60s", FeatureGroup.PEOPLE)
TOPIC_BOUNDARY = Feature("topic_boundary", FeatureGroup.ONSET)

FEATURES: tuple[Feature, ...] = (
    window_feature(Matching.EXACT, Measure.EVIDENCE, Side.NEXT, 15),
    window_feature(Matching.EXACT, Measure.EVIDENCE, Side.NEXT, 60),
    window_feature(Matching.EXACT, Measure.EVIDENCE, Side.NEXT, 300),
    window_feature(Matching.EXACT, Measure.EVIDENCE, Side.PREVIOUS, 120),
    window_feature(Matching.EXACT, Measure.RELATIVE, Side.NEXT, 15),
    window_feature(Matching.EXACT, Measure.RELATIVE, Side.NEXT, 60),
    window_feature(Matching.EXACT, Measure.RELATIVE, Side.NEXT, 120),
    window_feature(Matching.EXACT, Measure.COVERAGE, Side.NEXT, 30),
    window_feature(Matching.EXACT, Measure.COVERAGE, Side.NEXT, 120),
    window_feature(Matching.FUZZY, Measure.EVIDENCE, Side.NEXT, 60),
    window_feature(Matching.FUZZY, Measure.EVIDENCE, Side.NEXT, 15),
    window_feature(Matching.FUZZY, Measure.COVERAGE, Side.NEXT, 30),
    window_feature(Matching.FUZZY, Measure.RELATIVE, Side.NEXT, 60),
    window_feature(Matching.FUZZY, Measure.RELATIVE, Side.NEXT, 15),
    window_feature(Matching.FUZZY, Measure.RELATIVE, Side.PREVIOUS, 30),
    *(BURST, FIRST_MENTION),
    *(DESCENDANTS_60S, DESCENDANTS_300S, FIRST_CHILD, WITH_HEADINGS, HEADINGS_AROUND, COMPETITION, CROWD),
    *(FIRST_BLOCK, LAST_BLOCK, OPENING_HEADING, CLOSING_HEADING),
    *(NEW_SPEAKER, SHORT_UNIT, TOPIC_PHRASE, PAUSE, CUE_START, TURN_LENGTH, QUESTION, SENTENCE_START),
    *(NAMED_SPEAKER, TOPIC_BOUNDARY),
)
"""The rows of the feature table, in its order."""


class WindowSums:
    """Sums over time windows, from cumulative counts: each window costs one subtraction."""

    def __init__(self, counts: TermCounts, units: Units) -> None:
        heard = counts.fuzzy.any(axis=1)  # the other terms count in the total alone
        self._time = units.start
        self._weights = counts.weights[:, heard]
        self._total = np.maximum(counts.weights.sum(axis=1, keepdims=True), 1e-6)
        self._sums = {
            Matching.EXACT: _cumulate(counts.exact[heard]),
            Matching.FUZZY: _cumulate(counts.fuzzy[heard]),
        }
        self._evidence: dict[tuple[Matching, float, float], Float32Array] = {}

    def values(self, window: Window) -> Float32Array:
        """B × T: the feature of the window."""
        seconds = float(window.seconds)
        before, after = (0.0, seconds) if window.side is Side.NEXT else (seconds, 0.0)
        if window.measure is Measure.EVIDENCE:
            return self.evidence(window.matching, before, after) / EVIDENCE_SCALE
        if window.measure is Measure.COVERAGE:
            return self.coverage(window.matching, before, after)
        return self.relative(window.matching, before, after)

    def counts(self, matching: Matching, before: float, after: float) -> Float32Array:
        """V × T counts in [t - before, t + after)."""
        sums = self._sums[matching]
        low = np.searchsorted(self._time, self._time - before)
        high = np.searchsorted(self._time, self._time + after)
        return sums[:, high] - sums[:, low]

    def evidence(self, matching: Matching, before: float, after: float) -> Float32Array:
        """B × T: weight of the block's terms in the window, each saturated."""
        key = (matching, before, after)
        if key not in self._evidence:
            scale = SATURATION_COUNTS[round(before + after)]
            heard = np.subtract(1, np.exp(self.counts(matching, before, after) / -scale), dtype=np.float32)
            self._evidence[key] = self._weights @ heard
        return self._evidence[key]

    def coverage(self, matching: Matching, before: float, after: float) -> Float32Array:
        """B × T: share 0..1 of the block's weight that is in the window."""
        return np.asarray(self.evidence(matching, before, after) / self._total)

    def relative(self, matching: Matching, before: float, after: float) -> Float32Array:
        """B × T: the evidence as a share of that in the block's best window."""
        return _relative(self.evidence(matching, before, after))

    def burst(self) -> Float32Array:
        """B × T: share of the weight that is heard at the onset and was not in the two minutes before."""
        new = (self.counts(Matching.EXACT, 0, ONSET_SECONDS) > 0) & (
            self.counts(Matching.EXACT, BURST_GAP_SECONDS, 0) == 0
        )
        return np.asarray(self._weights @ new.astype(np.float32) / self._total)

    def first_mention(self) -> Float32Array:
        """B × T: share of the weight that is heard at the onset for the first time at all."""
        new = (self.counts(Matching.EXACT, 0, ONSET_SECONDS) > 0) & (self._sums[Matching.EXACT][:, :-1] == 0)
        return np.asarray(self._weights @ new.astype(np.float32) / self._total)


def build_feature_table(outline: Outline, counts: TermCounts, units: Units, extractor: TermExtractor) -> Float32Array:
    """F × B × T in the order of FEATURES."""
    sums = WindowSums(counts, units)
    made: dict[Feature, Callable[[], Float32Array]] = {
        BURST: sums.burst,
        FIRST_MENTION: sums.first_mention,
        NAMED_SPEAKER: lambda: _named_speakers(outline, units),
    }
    table = {feature: make() for feature, make in made.items()}
    table |= {feature: sums.values(feature.window) for feature in FEATURES if feature.window}
    table |= _structure(outline, sums) | _position(outline, units, extractor.language)
    of_any_block = _onset(units, extractor.language) | {TOPIC_BOUNDARY: _topic_boundaries(units, extractor)}
    out = np.empty((len(FEATURES), len(outline), len(units)), dtype=np.float32)
    for f, feature in enumerate(FEATURES):
        out[f] = of_any_block[feature] if feature in of_any_block else table[feature]
    return out


def _structure(outline: Outline, sums: WindowSums) -> dict[Feature, Float32Array]:
    """The words of related blocks speak for a block; a moment that fits every block speaks for none."""
    exact, fuzzy = Matching.EXACT, Matching.FUZZY
    relative, coverage = sums.relative(exact, 0, 60), sums.coverage(exact, 0, 60)
    wide, near, around = (sums.evidence(exact, *sides) for sides in ((0, 300), (0, 60), (300, 300)))
    opening, with_headings = sums.coverage(fuzzy, 0, 30), sums.evidence(fuzzy, 0, 60)
    descendants, descendants_near, above, first_child = (np.zeros_like(wide) for _ in range(4))
    own = with_headings.copy()
    for b in range(len(outline)):
        if (parent := outline.parent[b]) is not None and parent == b - 1:
            first_child[parent] = opening[b]
        for ancestor in outline.ancestors(b):
            descendants[ancestor] += wide[b]
            descendants_near[ancestor] += near[b]
            if outline.is_heading[ancestor]:
                above[b] += around[ancestor]
                with_headings[b] += own[ancestor] / 2
    attraction = 6 * relative * np.minimum(1, 2 * coverage)
    softmax = np.exp(attraction - attraction.max(axis=0, initial=0.0))
    crowd = (relative > 0.8).mean(axis=0) if len(relative) else 0.0
    return {
        DESCENDANTS_60S: _relative(descendants_near),
        DESCENDANTS_300S: _relative(descendants),
        FIRST_CHILD: first_child,
        WITH_HEADINGS: _relative(with_headings),
        HEADINGS_AROUND: _relative(above),
        COMPETITION: (softmax / np.maximum(softmax.sum(axis=0), 1e-6)).astype(np.float32),
        CROWD: np.where(relative > 0.5, crowd, 0).astype(np.float32),  # the agenda is being read out
    }


def _position(outline: Outline, units: Units, language: Language) -> dict[Feature, Float32Array]:
    """The first block comes early, the last one late, and some headings are about the start or the end itself."""
    shape = (len(outline), len(units))
    out = {
        feature: np.zeros(shape, dtype=np.float32)
        for feature in (FIRST_BLOCK, LAST_BLOCK, OPENING_HEADING, CLOSING_HEADING)
    }
    span = max(units.duration - float(units.start[0]), 1.0)
    elapsed = (units.start - units.start[0]) / span
    out[FIRST_BLOCK][0] = elapsed
    out[LAST_BLOCK][-1] = elapsed**EDGE_EXPONENT
    for b, block in enumerate(outline.blocks):
        words = folded_words(block.text) if outline.is_heading[b] else []
        if 0 < len(words) <= MAX_EDGE_HEADING_WORDS:
            if language.opening_words.intersection(words):
                out[OPENING_HEADING][b] = np.exp((units.start[0] - units.start) / EDGE_SECONDS)
            if language.closing_words.intersection(words):
                out[CLOSING_HEADING][b] = elapsed**EDGE_EXPONENT
    return out


def _onset(units: Units, language: Language) -> dict[Feature, Float32Array]:
    """Where a topic may begin, whichever it is: T-vectors."""
    lengths = np.array([len(text.split()) for text in units.texts])
    beginnings = [" ".join(fold(text).split()[:MAX_ANNOUNCEMENT_WORDS]) for text in units.texts]
    phrases = [len(language.topic_phrases.findall(text)) if language.topic_phrases else 0 for text in beginnings]
    turn = np.minimum(units.turn_seconds, MAX_TURN_SECONDS) / MAX_TURN_SECONDS
    after_sentence = [not before or before[-1] in ".!?…" for before in ("", *units.texts[:-1])]
    return {
        NEW_SPEAKER: units.new_speaker.astype(np.float32),
        SHORT_UNIT: (lengths < SHORT_UNIT_WORDS).astype(np.float32),
        TOPIC_PHRASE: (np.minimum(phrases, 2) / 2).astype(np.float32),
        PAUSE: (np.minimum(units.pause, MAX_PAUSE_SECONDS) / MAX_PAUSE_SECONDS).astype(np.float32),
        CUE_START: units.starts_cue.astype(np.float32),
        TURN_LENGTH: np.where(units.new_speaker, turn, 0).astype(np.float32),
        QUESTION: np.array(["?" in text for text in units.texts], dtype=np.float32),
        SENTENCE_START: np.array(after_sentence, dtype=np.float32),
    }


def _named_speakers(outline: Outline, units: Units) -> Float32Array:
    """Share of the units of the next minute that are spoken by somebody the block names."""
    out = np.zeros((len(outline), len(units)), dtype=np.float32)
    low = np.arange(len(units))
    high = np.searchsorted(units.start, units.start + SPEAKER_SECONDS)
    for speaker in sorted({speaker for speaker in units.speakers if speaker}):
        names = {name for name in folded_words(speaker) if len(name) > 2}
        spoken = np.concatenate([[0], np.cumsum([other == speaker for other in units.speakers])])
        share = (spoken[high] - spoken[low]) / (high - low)
        for b, block in enumerate(outline.blocks):
            if names.intersection(folded_words(f"{block.text} {block.speaker or ''}")):
                out[b] += share
    return np.minimum(out, 1)


def _topic_boundaries(units: Units, extractor: TermExtractor) -> Float32Array:
    """T-vector 0..1: how little the words of the next two minutes share with those of the last two."""
    index: dict[str, int] = {}
    cells = [
        (index.setdefault(extractor.stem(word), len(index)), t)
        for t, text in enumerate(units.texts)
        for word in folded_words(text)
        if len(word) > 2 and word not in extractor.language.stop_words
    ]
    counts = np.zeros((len(index) + 1, len(units)), dtype=np.float32)
    if cells:
        np.add.at(counts, tuple(np.array(cells).T), 1)
    counts = counts[(counts > 0).sum(axis=1) > 1]  # a word said once links nothing
    minutes = np.unique(units.start // DOCUMENT_SECONDS).size
    weight = np.log1p(minutes / np.maximum((counts > 0).sum(axis=1), 1)).astype(np.float32)[:, None]
    sums = _cumulate(counts)
    middle = np.arange(len(units))
    after = np.sqrt(sums[:, np.searchsorted(units.start, units.start + TILE_SECONDS)] - sums[:, middle]) * weight
    before = np.sqrt(sums[:, middle] - sums[:, np.searchsorted(units.start, units.start - TILE_SECONDS)]) * weight
    norm = np.linalg.norm(after, axis=0) * np.linalg.norm(before, axis=0)
    cosine = (after * before).sum(axis=0) / np.maximum(norm, 1e-6)
    boundary = np.where(norm > 0, 1 - cosine, np.nan)
    mean = float(np.nanmean(boundary)) if (norm > 0).any() else 0.0
    # The first minutes have too little before them to compare with.
    known = np.minimum(1, (units.start - units.start[0]) / TILE_SECONDS)
    return np.asarray(mean + (np.where(norm > 0, boundary, mean) - mean) * known, dtype=np.float32)


def _cumulate(counts: Float32Array) -> Float32Array:
    return np.concatenate([np.zeros((len(counts), 1), dtype=np.float32), np.cumsum(counts, axis=1)], axis=1)


def _relative(evidence: Float32Array) -> Float32Array:
    """Each row as a share of its own maximum; a row of zeros stays zero."""
    return np.asarray(evidence / np.maximum(evidence.max(axis=1, keepdims=True, initial=0.0), 1e-6))

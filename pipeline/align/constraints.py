"""What is known of a meeting besides its words: times in the notes, corrections by a person, the video's chapters.

Before decoding they are evidence: they change rows of the emission, and the order model learns which blocks are placed
by more than their words. After decoding they are facts: the start a person set, the time that was written down.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from pipeline.align import time_offset
from pipeline.align.hmm import MISS_PROBABILITY
from pipeline.align.outline import Outline
from pipeline.align.time_offset import OffsetEstimate, SpeechOnsets
from pipeline.align.units import Units
from pipeline.arrays import Float32Array, FloatArray
from pipeline.language import word_lists
from pipeline.language.terms import TermExtractor
from pipeline.records import Chapter

PIN_SECONDS = 2.0  # scale of the distance from a correction
UNIFORM_SHARE = 0.05  # of a block's own evidence, spread over all units before other evidence is combined with it
HINT_SECONDS = 10.0  # scale of the distance from a written time
HINT_ERROR = 0.4  # probability that a written time is wrong ...
ORDERED_HINT_ERROR = 0.12  # ... in notes whose times mostly rise, of one that rises with them ...
UNORDERED_HINT_ERROR = 0.9  # ... and of one that does not
MIN_ORDERED_SHARE = 0.6  # of the times, that rise with the notes where they mostly do
HINT_CONFIDENCE = 0.95  # of a written time that words and order do not contradict
HINT_TOLERANCE_SECONDS = 45.0  # from a written time that still agree with it
CHAPTER_SECONDS = 10.0  # scale of the distance from a chapter's start
CHAPTER_TOLERANCE_SECONDS = 45.0  # from a chapter's start that still agree with it
MIN_TITLE_SIMILARITY, SAME_TITLE_SIMILARITY = 0.3, 0.7  # from here up a title says something, and is the same
CHAPTER_CONFIDENCE = 0.9  # of a chapter with the same title
INSIDE_CHAPTER_PROBABILITY = 0.6  # of a block under a heading, that it lies within the chapter of the same title
CHAPTER_START_BONUS = 2.0  # how much likelier a heading begins where any chapter does


@dataclass(frozen=True, slots=True)
class ExternalEvidence:
    """`pins` maps block ids to the second a person set; None: not discussed. `onsets`: where speech begins."""

    pins: Mapping[str, float | None] = field(default_factory=lambda: MappingProxyType({}))
    chapters: tuple[Chapter, ...] = ()
    onsets: SpeechOnsets | None = None  # None: at every unit


NO_EXTERNAL_EVIDENCE = ExternalEvidence()


@dataclass(frozen=True, slots=True)
class ConstrainedEvidence:
    """The emission with all external evidence in it. Keys are block indices, times seconds of the recording."""

    emission: Float32Array  # B × T
    error: Mapping[int, float]  # of the blocks placed by more than words: probability that this is wrong
    pins: Mapping[int, float | None]
    hint_starts: Mapping[int, float]  # written times by the recording's clock, those within it
    chapter_starts: Mapping[int, float]  # of the chapters with the blocks' titles
    offset: OffsetEstimate | None  # None: the notes have no times

    def resolve(self, starts: FloatArray) -> Constraints:
        """Which of it the decoded `starts` of the B blocks, in seconds, confirm."""
        tolerance = HINT_TOLERANCE_SECONDS + (self.offset.rounding if self.offset else 0.0)
        hints = frozenset(
            b for b, at in self.hint_starts.items() if b not in self.pins and abs(starts[b] - at) <= tolerance
        )
        fixed = {b: self.hint_starts[b] for b in hints if self.offset and self.offset.is_exact}
        fixed |= {b: at for b, at in self.pins.items() if at is not None}
        chapters = {
            b: 1 - self.error[b]
            for b, at in self.chapter_starts.items()
            if b not in self.pins and abs(starts[b] - at) <= CHAPTER_TOLERANCE_SECONDS
        }
        known = self.offset is not None and self.offset.is_known and len(hints) >= time_offset.MIN_TIMES
        offset = round(self.offset.offset, 1) if self.offset and known else None
        return Constraints(self.pins, hints, chapters, fixed, offset)


@dataclass(frozen=True, slots=True)
class Constraints:
    """What is known for certain. Keys are block indices, times seconds of the recording."""

    pins: Mapping[int, float | None]
    confirmed_hints: frozenset[int]  # blocks at their written time
    confirmed_chapters: Mapping[int, float]  # blocks at the chapter of their title, and how sure it is theirs
    fixed_starts: Mapping[int, float]  # known better than to a unit
    offset: float | None  # seconds to add to the notes' times to get the recording's; None: unknown

    def apply_to_starts(self, starts: FloatArray) -> FloatArray:
        """`starts` of the B blocks, in seconds, with those that are fixed."""
        out = starts.copy()
        for b, at in self.fixed_starts.items():
            out[b] = at
        return out

    def apply_to_confidence(self, confidence: FloatArray) -> FloatArray:
        """`confidence` (0..1) of the B blocks, with what a person or the notes say."""
        out = confidence.copy()
        for b in self.confirmed_hints:
            out[b] = max(out[b], HINT_CONFIDENCE)
        for b, of_chapter in self.confirmed_chapters.items():
            out[b] = max(out[b], of_chapter)
        for b, at in self.pins.items():
            out[b] = 0.0 if at is None else 1.0
        return out


def apply_constraints(
    emission: Float32Array, heard_anywhere: FloatArray, outline: Outline, units: Units, external: ExternalEvidence
) -> ConstrainedEvidence:
    """Combine what is known with `emission`, that by words alone: B × T, rows sum to 1. It is changed in place.

    `heard_anywhere` is the share 0..1 of each block that is heard at all.
    """
    index = {block.id: b for b, block in enumerate(outline.blocks)}
    pins = {index[block]: at for block, at in external.pins.items() if block in index}
    error, chapter_starts = {}, {}
    written = {b: block.hint.start for b, block in enumerate(outline.blocks) if block.hint}
    onsets = external.onsets or SpeechOnsets(units.start, np.ones(len(units)))
    offset = time_offset.estimate_offset(emission, written, units, onsets)  # by words alone
    for b, row, chapter in apply_chapters(emission, outline, units, external.chapters):
        emission[b] = row
        if chapter is not None:
            chapter_starts[b], error[b] = chapter
    hint_starts = {b: at + offset.offset for b, at in written.items() if 0 <= at + offset.offset <= units.duration}
    uniform = np.full(len(units), 1 / len(units))
    lateness = _Lateness(offset) if hint_starts else None
    for b, hint_error in hint_errors(written).items():
        if lateness and b in hint_starts:
            # If nothing is heard, nothing contradicts the time.
            own = emission[b] if heard_anywhere[b] > 0 else uniform
            emission[b] = _combine(own, lateness.likelihood(units.start - written[b]), hint_error)
            error[b] = min(hint_error, MISS_PROBABILITY)
    for b, start in pins.items():
        emission[b] = uniform if start is None else _at_pin(units.start, start)
        error[b] = 0.0
    return ConstrainedEvidence(emission, error, pins, hint_starts, chapter_starts, offset if written else None)


def hint_errors(written: Mapping[int, float]) -> dict[int, float]:
    """How probable it is that each of the times `written` at blocks, in seconds, is wrong.

    A typing error is likeliest where one time is out of the order of the others. The order is the longest rising
    subsequence, found by patience sorting (M. Fredman, "On computing the length of longest increasing subsequences",
    1975).
    """
    blocks = sorted(written)
    ends: list[int] = []  # the block with the least time that ends a rising sequence of each length
    previous: dict[int, int] = {}
    for b in blocks:
        length = bisect_right(ends, written[b], key=written.__getitem__)
        if length:
            previous[b] = ends[length - 1]
        ends[length : length + 1] = [b]
    if len(ends) < MIN_ORDERED_SHARE * len(blocks):
        return dict.fromkeys(blocks, HINT_ERROR)
    ordered, at = set(), ends[-1] if ends else None
    while at is not None:
        ordered.add(at)
        at = previous.get(at)
    return {b: ORDERED_HINT_ERROR if b in ordered else UNORDERED_HINT_ERROR for b in blocks}


class _Lateness:
    """How likely a block begins so many seconds after the time that was written for it, whatever the offset is.

    The offsets lie in steps, and away from each its likelihood falls exponentially on both sides: their sum at any
    moment is two running sums and what lies within the rounding.
    """

    def __init__(self, offset: OffsetEstimate) -> None:
        likely = offset.probability > 1e-3 * offset.probability.max()
        self._offsets, self._rounding, probability = offset.offsets[likely], offset.rounding, offset.probability[likely]
        self._sums = np.concatenate([[0.0], np.cumsum(probability)])
        fade = np.exp(-np.diff(self._offsets) / HINT_SECONDS)
        self._before, self._after = (np.zeros(len(probability) + 1) for _ in range(2))
        for i in range(len(probability)):  # of the offsets up to this one, at this one
            self._before[i + 1] = self._before[i] * (fade[i - 1] if i else 0.0) + probability[i]
        for i in range(len(probability) - 1, -1, -1):
            self._after[i] = self._after[i + 1] * (fade[i] if i < len(fade) else 0.0) + probability[i]

    def likelihood(self, late: FloatArray) -> FloatArray:
        """Of each of these seconds after the written time."""
        earliest, latest = late - self._rounding, late + self._rounding / 2  # offsets that agree with it
        low = np.searchsorted(self._offsets, earliest, side="left")
        high = np.searchsorted(self._offsets, latest, side="right")
        last, following = np.maximum(low - 1, 0), np.minimum(high, len(self._offsets) - 1)
        before = self._before[low] * np.exp(np.minimum(self._offsets[last] - earliest, 0.0) / HINT_SECONDS)
        after = self._after[high] * np.exp(np.minimum(latest - self._offsets[following], 0.0) / HINT_SECONDS)
        return np.asarray(before + self._sums[high] - self._sums[low] + after)


def _at_pin(time: FloatArray, at: float) -> FloatArray:
    """T-vector that sums to 1: the unit in which `at` lies, and next to nothing around it."""
    unit = max(int(np.searchsorted(time, at, side="right")) - 1, 0)
    row = np.exp(-np.minimum(np.abs(time - time[unit]) / PIN_SECONDS, 600))
    return np.asarray(row / row.sum())


def _combine(own: FloatArray | Float32Array, other: FloatArray, error: float) -> FloatArray:
    """The row by words times `other` evidence of the place, which is wrong with a probability of `error`."""
    count = len(own)
    share = (other + 1e-12) / (other + 1e-12).sum()
    row = ((1 - UNIFORM_SHARE) * own + UNIFORM_SHARE / count) * ((1 - error) * share + error / count)
    return np.asarray(row / row.sum())


# -- chapters ----------------------------------------------------------------------------------------------------------


def apply_chapters(
    emission: Float32Array, outline: Outline, units: Units, chapters: Sequence[Chapter]
) -> Iterator[tuple[int, FloatArray, tuple[float, float] | None]]:
    """The rows that change; for blocks with the title of a chapter also its start, and the probability that it errs."""
    chapters = [chapter for chapter in chapters if 0 <= chapter.start < units.duration]
    if not chapters:
        return
    similarity = title_similarity([block.text for block in outline.blocks], [c.title for c in chapters], units)
    scaled = (similarity - MIN_TITLE_SIMILARITY) / (SAME_TITLE_SIMILARITY - MIN_TITLE_SIMILARITY)
    same = CHAPTER_CONFIDENCE * np.clip(scaled, 0, 1)
    at_start = np.stack([np.exp(-np.abs(units.start - chapter.start) / CHAPTER_SECONDS) for chapter in chapters])
    inside = np.stack([(units.start >= c.start - CHAPTER_SECONDS) & (units.start < c.end) for c in chapters]) + 1e-9
    # The first chapter has to begin at 0, whatever is said there.
    bonus = 1 + CHAPTER_START_BONUS * at_start[[chapter.start > 0 for chapter in chapters]].max(axis=0, initial=0.0)
    for b in range(len(outline)):
        own, chapter = emission[b].astype(np.float64), None
        row = own
        best = int(same[b].argmax())
        if same[b, best] > 0:
            chapter = chapters[best].start, 1 - float(same[b, best])
            row = _combine(row, at_start[best], chapter[1])
        elif outline.is_heading[b]:
            row = row * bonus / (row * bonus).sum()
        for parent in outline.ancestors(b)[:1]:
            above = int(same[parent].argmax())
            if same[b, best] == 0 and same[parent, above] > 0:
                row = _combine(row, inside[above], 1 - INSIDE_CHAPTER_PROBABILITY * float(same[parent, above]))
        if row is not own:
            yield b, row, chapter


def title_similarity(texts: Sequence[str], titles: Sequence[str], units: Units) -> FloatArray:
    """Texts × titles, 0..1: twice the weight of the words in common over that of both (L. R. Dice, 1945)."""
    extractor = TermExtractor(word_lists.detect_language(units.texts))
    written, called = list(_term_sets(texts, extractor)), list(_term_sets(titles, extractor))
    frequency = Counter(key for terms in (*written, *called) for key in terms)
    weights = {key: np.log1p((len(written) + len(called)) / count) for key, count in frequency.items()}

    def weight(keys: Iterable[str]) -> float:
        return float(sum(weights[key] for key in sorted(keys)))

    titled: dict[str, list[int]] = defaultdict(list)
    for title, terms in enumerate(called):
        for key in terms:
            titled[key].append(title)
    of_title = [weight(terms) for terms in called]
    similarity = np.zeros((len(written), len(called)))
    for row, terms in enumerate(written):
        shared = {title for key in terms for title in titled.get(key, ())}
        own = weight(terms) if shared else 0.0
        for title in shared:
            similarity[row, title] = 2 * weight(terms & called[title]) / max(own + of_title[title], 1e-9)
    return similarity


def _term_sets(texts: Sequence[str], extractor: TermExtractor) -> Iterator[frozenset[str]]:
    for text in texts:
        yield frozenset(term.key for term in extractor.terms(text) if " " not in term.key)

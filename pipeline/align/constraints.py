"""What else is known of a meeting than its words: times in the notes, corrections by a person, the video's chapters.

Before the path they become evidence: rows of the emission are weighed by what is known, and the path learns which of
them stand on their own feet. After it they become facts: the start a person set, the time that was written down.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from pipeline.align import time_offset
from pipeline.align.hmm import MISS
from pipeline.align.outline import Outline
from pipeline.align.time_offset import Clock, Onsets
from pipeline.align.units import Units
from pipeline.language import word_lists
from pipeline.language.terms import Normalizer
from pipeline.records import Chapter

Array = NDArray[np.float64]

PIN_WIDTH = 2.0  # seconds around a correction
DOUBT = 0.05  # share of a block's own evidence that is spread over all units before something else is weighed in
HINT_SPREAD = 10.0  # seconds a written time is usually off by
HINT_WRONG = 0.4  # how lightly a written time is given up when the words disagree, 0..1 ...
IN_ORDER, OUT_OF_ORDER = 0.12, 0.9  # ... where times rise with the notes: for those that do, and those that do not
ORDERED = 0.6  # share of the times that rise with the notes from which they are meant to
HINT_TRUST = 0.95  # confidence of a written time that words and order do not contradict
HINT_CLOSE = 45.0  # seconds from a written time that still agree with it
CHAPTER_SPREAD = 10.0
ALIKE = (0.3, 0.7)  # likeness of a title, 0..1: from here up it says something; from here up it is the same
CHAPTER_TRUST = 0.9  # of a title that is the same
PASSAGE = 0.6  # how often a block under a heading lies within the chapter of the same title
BOUNDARY = 2.0  # how much likelier a heading begins where any chapter does


@dataclass(frozen=True, slots=True)
class Outside:
    """`pins` maps block ids to the second a person set, None: not discussed. `begins`: where speech begins."""

    pins: Mapping[str, float | None] = field(default_factory=lambda: MappingProxyType({}))
    chapters: tuple[Chapter, ...] = ()
    begins: Onsets | None = None  # None: the units'


NOTHING = Outside()


@dataclass(frozen=True, slots=True)
class Told:
    """The evidence with all that is known weighed in. Keys are block indices, times seconds of the recording."""

    emission: Array  # B × T
    misleads: Mapping[int, float]  # blocks whose place is known by more than words: the chance that it is wrong
    pins: Mapping[int, float | None]
    due: Mapping[int, float]  # written times by the recording's clock, those within it
    named: Mapping[int, float]  # where the chapter of the same name begins
    clock: Clock | None  # None: the notes hold no times

    def settle(self, starts: Array) -> Settled:
        """Which of it stands, `starts` being where the path put the B blocks."""
        reach = HINT_CLOSE + (self.clock.grain if self.clock else 0.0)
        agreed = frozenset(b for b, at in self.due.items() if b not in self.pins and abs(starts[b] - at) <= reach)
        held = {b: self.due[b] for b in agreed if self.clock and self.clock.exact}
        held |= {b: at for b, at in self.pins.items() if at is not None}
        heard = self.clock is not None and self.clock.told and len(agreed) >= time_offset.LEAST
        named = frozenset(b for b, at in self.named.items() if abs(starts[b] - at) <= HINT_CLOSE)
        return Settled(self.pins, agreed, named, held, round(self.clock.offset, 1) if self.clock and heard else None)


@dataclass(frozen=True, slots=True)
class Settled:
    """What is known to be so. Keys are block indices."""

    pins: Mapping[int, float | None]
    agreed: frozenset[int]  # blocks whose written time stands
    named: frozenset[int]  # blocks at the chapter of their name
    held: Mapping[int, float]  # starts that are known better than by units
    offset: float | None  # seconds to add to the notes' times to get the recording's; None: not told

    def starts(self, starts: Array) -> Array:
        """`starts` of the B blocks, in seconds, with those that are known."""
        out = starts.copy()
        for b, at in self.held.items():
            out[b] = at
        return out

    def sure(self, confidence: Array) -> Array:
        """`confidence` (0..1) of the B blocks, with what a person or the notes say."""
        out = confidence.copy()
        for b in self.agreed:
            out[b] = max(out[b], HINT_TRUST)
        for b, at in self.pins.items():
            out[b] = 0.0 if at is None else 1.0
        return out


def weigh(own: Array, ever: Array, shape: Outline, units: Units, outside: Outside) -> Told:
    """Weigh what is known into `own`, the B × T emission by words alone, whose rows sum to 1.

    `ever` is the share 0..1 of each block that is heard anywhere.
    """
    index = {block.id: b for b, block in enumerate(shape.blocks)}
    pins = {index[block]: at for block, at in outside.pins.items() if block in index}
    out, misleads, named = own.copy(), {}, {}
    for b, (row, same) in by_chapters(own, shape, units, outside.chapters).items():
        out[b] = row
        if same is not None:
            named[b], misleads[b] = same
    written = {b: block.hint.start for b, block in enumerate(shape.blocks) if block.hint}
    times = _by_clock(written, own, units, outside.begins)
    due = {b: at + times.offset for b, at in written.items() if 0 <= at + times.offset <= units.duration}
    flat = np.full(len(units), 1 / len(units))
    for b, wrong in doubtful(written).items():
        if b in due:
            own_row = out[b] if ever[b] > 0 else flat  # of what nothing is heard, nothing speaks against the time
            out[b] = _mix(own_row, _at(written[b], times, units), wrong)
            misleads[b] = min(wrong, MISS)
    for b, start in pins.items():
        out[b] = flat if start is None else _near(units.start, start, PIN_WIDTH)
        misleads[b] = 0.0
    return Told(out, misleads, pins, due, named, times if written else None)


def doubtful(written: Mapping[int, float]) -> dict[int, float]:
    """How lightly each of the times that blocks have `written`, in seconds, is given up.

    A typing error is likeliest where one time stands out of the order of the others. The order is the longest rising
    subsequence, found by patience sorting (M. Fredman, "On computing the length of longest increasing subsequences",
    1975).
    """
    blocks = sorted(written)
    ends: list[int] = []  # the block with the least time that ends a rising sequence of each length
    before: dict[int, int] = {}
    for b in blocks:
        length = bisect_right(ends, written[b], key=written.__getitem__)
        if length:
            before[b] = ends[length - 1]
        ends[length : length + 1] = [b]
    if len(ends) < ORDERED * len(blocks):
        return dict.fromkeys(blocks, HINT_WRONG)
    rising, at = set(), ends[-1] if ends else None
    while at is not None:
        rising.add(at)
        at = before.get(at)
    return {b: IN_ORDER if b in rising else OUT_OF_ORDER for b in blocks}


def _by_clock(written: Mapping[int, float], own: Array, units: Units, begins: Onsets | None) -> Clock:
    begins = begins or Onsets(units.start, np.ones(len(units)))
    return time_offset.read(own[list(written)], list(written.values()), units, begins)


def _at(written: float, times: Clock, units: Units) -> Array:
    """T-vector: where a block begins whose time was written down as `written`."""
    likely = times.chance > 1e-3 * times.chance.max()
    moments = written + times.shifts[likely]
    late = units.start[:, None] - moments[None, :]
    away = np.maximum(late - times.grain, 0) + np.maximum(-times.grain / 2 - late, 0)
    return np.asarray(np.exp(-away / HINT_SPREAD) @ times.chance[likely])


def _near(time: Array, at: float, width: float) -> Array:
    """T-vector that sums to 1: the unit in which `at` lies, and next to nothing around it."""
    unit = max(int(np.searchsorted(time, at, side="right")) - 1, 0)
    row = np.exp(-np.minimum(np.abs(time - time[unit]) / width, 600))
    return np.asarray(row / row.sum())


def _mix(own: Array, known: Array, wrong: float) -> Array:
    """The words' row times what is `known` of the place, which is `wrong` at this chance."""
    count = len(own)
    share = (known + 1e-12) / (known + 1e-12).sum()
    row = ((1 - DOUBT) * own + DOUBT / count) * ((1 - wrong) * share + wrong / count)
    return np.asarray(row / row.sum())


# -- chapters ----------------------------------------------------------------------------------------------------------


def by_chapters(
    own: Array, shape: Outline, units: Units, chapters: Sequence[Chapter]
) -> dict[int, tuple[Array, tuple[float, float] | None]]:
    """The rows that change, and for blocks that a chapter names its start, and the chance that it is not theirs."""
    chapters = [chapter for chapter in chapters if 0 <= chapter.start < units.duration]
    if not chapters:
        return {}
    alike = likeness([block.text for block in shape.blocks], [chapter.title for chapter in chapters], units)
    same = CHAPTER_TRUST * np.clip((alike - ALIKE[0]) / (ALIKE[1] - ALIKE[0]), 0, 1)
    begins = np.stack([np.exp(-np.abs(units.start - chapter.start) / CHAPTER_SPREAD) for chapter in chapters])
    inside = np.stack([(units.start >= c.start - CHAPTER_SPREAD) & (units.start < c.end) for c in chapters]) + 1e-9
    # The first chapter has to begin at 0, whatever is said there.
    bonus = 1 + BOUNDARY * begins[[chapter.start > 0 for chapter in chapters]].max(axis=0, initial=0.0)
    found: dict[int, tuple[Array, tuple[float, float] | None]] = {}
    for b in range(len(shape)):
        row, of = own[b], None
        best = int(same[b].argmax())
        if same[b, best] > 0:
            of = chapters[best].start, 1 - float(same[b, best])
            row = _mix(row, begins[best], of[1])
        elif shape.heading[b]:
            row = row * bonus / (row * bonus).sum()
        for up in shape.ancestors(b)[:1]:
            above = int(same[up].argmax())
            if same[b, best] == 0 and same[up, above] > 0:
                row = _mix(row, inside[above], 1 - PASSAGE * float(same[up, above]))
        if row is not own[b]:
            found[b] = row, of
    return found


def likeness(texts: Sequence[str], titles: Sequence[str], units: Units) -> Array:
    """Texts × titles, 0..1: twice the weight of the words in common against that of both (L. R. Dice, 1945)."""
    normalizer = Normalizer(word_lists.detect(units.texts))
    written, called = list(_bags(texts, normalizer)), list(_bags(titles, normalizer))
    seen = Counter(key for bag in (*written, *called) for key in bag)
    weight = {key: np.log1p((len(written) + len(called)) / count) for key, count in seen.items()}

    def heavy(keys: frozenset[str]) -> float:
        return float(sum(weight[key] for key in keys))

    return np.array([[2 * heavy(a & b) / max(heavy(a) + heavy(b), 1e-9) for b in called] for a in written])


def _bags(texts: Sequence[str], normalizer: Normalizer) -> Iterator[frozenset[str]]:
    for text in texts:
        yield frozenset(term.key for term in normalizer.terms(text) if " " not in term.key)

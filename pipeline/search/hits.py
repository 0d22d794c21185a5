"""The best of the passages that match, as hits: each at its moment, none beside a better one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from pipeline.records import Hit, PassageSource
from pipeline.search.hit_context import HitContext
from pipeline.search.index.reader import MATCH_START, IndexReader, MarkedPassage
from pipeline.search.passages import Mark
from pipeline.search.snippet import closest_matches, match_offset, snippet, without_marks

DEDUPE_SECONDS = 60.0
"""Seconds within which hits in one meeting are one."""

_MEAN_PASSAGE_CHARS = 240
"""Characters of a window of speech; a longer text needs more matches to be as good."""

_HALF_NEARNESS_CHARS = 40
"""Characters between matching words that halve the score of their nearness."""


class Candidate(NamedTuple):
    """A passage that matches, how well among its like, and which of its matches starts the best of them."""

    score: float
    passage: MarkedPassage
    source: PassageSource
    first: int = 0
    missing: tuple[str, ...] = ()


def candidate(passage: MarkedPassage, source: PassageSource, terms: int) -> Candidate:
    """A passage that has all of so many terms."""
    count = passage.text.count(MATCH_START)
    gap, first = closest_matches(passage.text, terms) if terms > 1 else (0, 0)
    # The saturation of BM25 (k1 = 1.2, b = 0.75) without its rarities: all candidates hold all words.
    frequency = 2.2 * count / (count + 1.2 * (0.25 + 0.75 * len(passage.text) / _MEAN_PASSAGE_CHARS))
    nearness = _HALF_NEARNESS_CHARS / (_HALF_NEARNESS_CHARS + gap)
    return Candidate(frequency + nearness, passage, source, first)


@dataclass(slots=True)
class HitList:
    """The hits so far, best first."""

    index: IndexReader
    skip: int = 0  # hits that nobody wants to see
    count: int = 0  # with these
    hits: list[Hit] = field(default_factory=list)
    moments: dict[str, list[float]] = field(default_factory=dict)  # seconds, by meeting
    untimed: set[int] = field(default_factory=set)  # blocks without a moment
    contexts: dict[str, HitContext] = field(default_factory=dict)

    def add(self, batch: Iterable[Candidate], limit: int) -> bool:
        """Add the best that are not at the moment of a hit; whether there are as many hits as the limit then."""
        ordered = sorted(batch, key=lambda each: (-each.score, each.passage.id))
        for position, each in enumerate(ordered):
            if self.count >= limit:
                return True
            slug, passage_id = each.passage.slug, each.passage.id
            if slug not in self.contexts:  # of the next few at once
                self.look_up({other.passage.slug for other in ordered[position : position + limit]})
            context = self.contexts.get(slug)
            marks = each.passage.marks if each.passage.block_id is None else None
            if context is None or not (marks or each.passage.block_id):
                continue  # damaged, until its meeting is run again
            start, heard = _moment(each, marks or [], context)
            others = self.moments.setdefault(slug, [])
            if start is None and passage_id in self.untimed:
                continue
            if start is None:
                self.untimed.add(passage_id)
            elif any(abs(start - other) <= DEDUPE_SECONDS for other in others):
                continue
            else:
                others.append(start)
            self.count += 1
            if self.count > self.skip:
                self.hits.append(_hit(each, context, start, heard))
        return self.count >= limit

    def look_up(self, slugs: set[str]) -> None:
        """Read what the hits in these meetings are shown with."""
        self.contexts |= self.index.contexts(slugs - self.contexts.keys())

    def with_speakers(self) -> tuple[Hit, ...]:
        """The hits, with who spoke."""
        moments = {
            number: (hit.slug, hit.start)
            for number, hit in enumerate(self.hits)
            if hit.source is PassageSource.TRANSCRIPT and hit.start is not None
        }
        speakers = self.index.speakers(moments)
        return tuple(
            replace(hit, speaker=speakers[number]) if number in speakers else hit
            for number, hit in enumerate(self.hits)
        )


def _hit(found: Candidate, context: HitContext, start: float | None, heard: str | None) -> Hit:
    block_id = found.passage.block_id
    is_notes = found.source is PassageSource.NOTES
    return Hit(
        slug=found.passage.slug,
        title=context.title,
        date=context.date,
        source=PassageSource.NOTES if is_notes else PassageSource.TRANSCRIPT,
        start=start,
        block_id=block_id,
        snippet=snippet(without_marks(found.passage.text, found.first)),
        section=context.section_at(start or 0.0) if block_id is None else context.section(block_id),
        heard=heard,
        missing=found.missing,
        duration=context.duration,
        part_starts=context.part_starts,
    )


def _moment(found: Candidate, marks: Sequence[Mark], context: HitContext) -> tuple[float | None, str | None]:
    """The seconds of the best match, and what the recogniser heard where a word was put in."""
    if found.passage.block_id is not None:
        return context.start(found.passage.block_id), None
    if found.source is PassageSource.MISHEARD:
        text = without_marks(found.passage.text, found.first)
        ends = [*(mark.offset for mark in marks[1:]), len(text.text) + 1]
        for mark, end in zip(marks, ends, strict=True):
            if mark.heard and any(first < end and mark.offset < last for first, last in text.matches):
                return mark.start, mark.heard
    offset = match_offset(found.passage.text, found.first)
    return marks[max(bisect_right(marks, offset, key=lambda mark: mark.offset) - 1, 0)].start, None

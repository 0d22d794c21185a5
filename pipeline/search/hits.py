"""The best of the passages that match, as hits: each at its moment, none beside a better one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.records import Hit, PassageSource
from pipeline.search.hit_context import HitContext
from pipeline.search.index import Snapshot
from pipeline.search.passages import Passage
from pipeline.search.snippet import snippet
from pipeline.search.terms import Found

DEDUPE_SECONDS = 60.0
"""Seconds within which hits in one meeting are one."""


class Candidate(NamedTuple):
    """A passage that matches: what of it, from which match on it is about the query, and what it lacks."""

    slug: str
    passage: Passage
    source: PassageSource
    found: tuple[Found, ...]
    first: int = 0  # of `found`
    missing: tuple[str, ...] = ()
    share: float = 1.0  # of the query that it has, by how rare the words are
    similar: str | None = None
    start: float | None = None  # the second that was found, where that was not by words


@dataclass(slots=True)
class HitList:
    """The hits so far, best first."""

    snapshot: Snapshot
    skip: int = 0  # hits that nobody wants to see
    count: int = 0  # with those that are skipped
    hits: list[Hit] = field(default_factory=list)
    _moments: dict[str, list[float]] = field(default_factory=dict)  # seconds, by meeting
    _untimed: set[tuple[str, str]] = field(default_factory=set)  # meetings and blocks without a moment

    def add(self, batch: Iterable[Candidate], limit: int) -> bool:
        """Add those that are not at the moment of a hit; whether there are as many hits as the limit then."""
        for each in batch:
            if self.count >= limit:
                return True
            if (context := self.snapshot.context(each.slug)) is None:
                continue
            start, heard = _moment(each, context)
            if start is None:
                block = each.slug, each.passage.block_id or ""
                if block in self._untimed:
                    continue
                self._untimed.add(block)
            else:
                others = self._moments.setdefault(each.slug, [])
                if any(abs(start - other) <= DEDUPE_SECONDS for other in others):
                    continue
                others.append(start)
            self.count += 1
            if self.count > self.skip:
                self.hits.append(_hit(each, context, start, heard))
        return self.count >= limit


def _hit(found: Candidate, context: HitContext, start: float | None, heard: str | None) -> Hit:
    passage, block_id = found.passage, found.passage.block_id
    if found.start is not None:
        word = max(bisect_right(passage.starts, found.start) - 1, 0)
        at = passage.offsets[word]
    else:
        at = found.found[found.first].start if found.found else 0
    return Hit(
        slug=found.slug,
        title=context.title,
        date=context.date,
        source=PassageSource.NOTES if found.source is PassageSource.NOTES else PassageSource.TRANSCRIPT,
        start=start,
        block_id=block_id,
        snippet=snippet(passage.text, found.found, at),
        discussed_block_id=context.block_at(start or 0.0) if block_id is None else None,
        section=context.section_at(start or 0.0) if block_id is None else context.section(block_id),
        speaker=None if block_id else passage.speaker_of(passage.word_at(at)),
        heard=heard,
        similar=found.similar,
        missing=found.missing,
        by_meaning=found.start is not None and not found.found,
        duration=context.duration,
        part_starts=context.part_starts,
    )


def moment_of(snapshot: Snapshot, each: Candidate) -> float | None:
    """The second at which it is shown; None: a block that has no moment."""
    context = snapshot.context(each.slug)
    return _moment(each, context)[0] if context else None


def _moment(each: Candidate, context: HitContext) -> tuple[float | None, str | None]:
    """The seconds of the best match, and what the recogniser heard where a word was put in."""
    passage = each.passage
    if passage.block_id is not None:
        return context.start(passage.block_id), None
    if each.start is not None:
        return each.start, None
    for word, heard in passage.heard.items():
        end = passage.offsets[word + 1] if word + 1 < len(passage.offsets) else len(passage.text) + 1
        if any(found.start < end and passage.offsets[word] < found.end for found in each.found):
            return passage.starts[word], heard
    at = each.found[each.first].start if each.found else 0
    return passage.starts[passage.word_at(at)], None

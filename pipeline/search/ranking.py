"""How much a passage is worth to a query: what it says, what is said around it, where and when.

The features are shares of a query's words, by how rare each is (ln(N / df), K. Spärck Jones, "A statistical
interpretation of term specificity", 1972): of those that stand in the passage itself, in the minute around it, in the
five minutes around it, and anywhere in its meeting. A topic is longer than a window. Beside them count BM25, how close
together the words are, the heading, and a little whether it is a note and how new it is. The weights were fitted on
real meetings, with kinds left out (`tests.bench.fit_search`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, Protocol

from pipeline.records import PassageSource
from pipeline.search.documents import SOURCES, STRETCH_WINDOWS, Field
from pipeline.search.index import Address, Match, Snapshot
from pipeline.search.match import CompiledQuery
from pipeline.search.terms import stems_of

MAX_STRETCHES = 1_000
"""Stretches of speech, sections and meetings that can make a passage with some of the words better."""

MAX_DENSE = 150
"""The same for passages with all of them."""

MAX_WORDS = 12
"""Words of a query that are looked for around a passage, and where none has all of them: its rarest."""

MIN_IDF = 1.9
"""Of a word that tells something about where it stands: ln(1 / 0.15). More passages have any other word."""

MAX_OVERLAP_SECONDS = 30
"""Between the beginnings of windows beside each other that overlap; there is a pause between others."""

NEARBY, FURTHER = 1, 4
"""Stretches before and behind that of a passage, which are about a minute and about five minutes in all."""

HALF_CLOSENESS_CHARS = 40
"""Characters between the words of a query that halve their closeness."""

_DAYS_OF_A_YEAR = 365.25


class RankingWeights(NamedTuple):
    """What each feature counts. Each is from 0 to 1, but for `own`: BM25, as a share of what all words once give."""

    own: float
    share: float
    near: float
    further: float
    meeting: float
    closeness: float
    heading: float
    notes: float = 0.02
    recent: float = 0.03  # for the newest; half of it for what is three years older


TOGETHER = RankingWeights(own=1.0, share=0.0, near=0.3, further=0.0, meeting=0.1, closeness=2.2, heading=0.2)
"""For passages with all of the words."""

PARTIAL = RankingWeights(own=0.5, share=0.3, near=0.4, further=0.3, meeting=0.3, closeness=0.2, heading=0.1)
"""For those with some of them."""


class Features(NamedTuple):
    """Of a passage; the last three are known when its text was read."""

    own: float
    near: float
    further: float
    meeting: float
    notes: float
    recent: float
    share: float = 0.0
    closeness: float = 0.0
    heading: float = 0.0

    def worth(self, weights: RankingWeights) -> float:
        return (
            weights.own * self.own
            + weights.share * self.share
            + weights.near * self.near
            + weights.further * self.further
            + weights.meeting * self.meeting
            + weights.closeness * self.closeness
            + weights.heading * self.heading
            + weights.notes * self.notes
            + weights.recent * self.recent
        )


class Scored(NamedTuple):
    """A passage that matches; `place` is where in its meeting it is, and `start` when its first word was said."""

    features: Features
    meeting: int
    place: int
    start: int
    source: PassageSource
    address: Address

    def order(self, weights: RankingWeights) -> tuple[float, ...]:
        """By what it is sorted, so that equal ones are always in the same order."""
        return -self.features.worth(weights), self.meeting, self.place


class Surroundings(Protocol):
    """What is said and written around passages."""

    def around(self, source: PassageSource, meeting: int, place: int) -> tuple[float, float, float]:
        """How much of the query is nearby, a little further, and in the meeting at all."""


class WordDensity:
    """How much is said of all words around a passage that has all of them: scores of BM25, 0 where they are low.

    A topic is spoken of for a while, and a word that falls in passing is not.
    """

    def __init__(self, snapshot: Snapshot, query: CompiledQuery) -> None:
        is_telling = any(MIN_IDF <= group.idf < math.inf for group in query.groups)
        self._snapshot = snapshot
        self._stems = sorted({stem for group in query.groups for stem in stems_of(snapshot, group) if is_telling})
        self._total = query.total_idf or 1.0

    def around(self, source: PassageSource, meeting: int, place: int) -> tuple[float, float, float]:
        """What is nearby, and in the meeting at all. What is a little further does not count."""
        if source is PassageSource.NOTES:
            near = self._sections.get((meeting, place), 0.0)
        else:
            at = place // STRETCH_WINDOWS
            near = sum(self._stretches.get((meeting, at + step), 0.0) for step in (-1, 0, 1)) / 3
        return near, 0.0, self._meetings.get(meeting, 0.0)

    @cached_property
    def _stretches(self) -> dict[tuple[int, int], float]:
        return self._scores(Field.STRETCH)

    @cached_property
    def _sections(self) -> dict[tuple[int, int], float]:
        return self._scores(Field.SECTION)

    @cached_property
    def _meetings(self) -> dict[int, float]:
        found: dict[int, float] = {}
        for (meeting, _), score in self._scores(Field.WHOLE).items():
            found[meeting] = found.get(meeting, 0.0) + score
        return found

    def _scores(self, field: Field) -> dict[tuple[int, int], float]:
        matches = [self._snapshot.term(field, stem) for stem in self._stems]
        match = self._snapshot.any_of(matches) if matches else None
        return {key: score / self._total for key, score in _by_place(self._snapshot, match, MAX_DENSE)}


class WordsAround:
    """Which words of a query are said and written around its passages.

    The words of a stretch of speech, a section or a meeting are the bits of a number, those of the rarest the highest:
    so one look at the index finds the stretches with the rarest words, and says which they have.
    """

    def __init__(self, snapshot: Snapshot, query: CompiledQuery) -> None:
        informative = query.informative(MIN_IDF, MAX_WORDS).groups if len(query.groups) > 1 else ()
        self._snapshot = snapshot
        self._groups = sorted(informative, key=lambda group: group.idf)
        self._total = sum(group.idf for group in self._groups)
        self._shares: dict[int, float] = {0: 0.0}

    def around(self, source: PassageSource, meeting: int, place: int) -> tuple[float, float, float]:
        """The shares of the words that are nearby, a little further, and in the meeting at all."""
        whole = self._share(self._meetings.get(meeting, 0))
        if source is PassageSource.NOTES:
            section = self._share(self._sections.get((meeting, place), 0))
            return section, section, whole
        at = place // STRETCH_WINDOWS
        near, known = 0, self._stretches
        for step in range(-NEARBY, NEARBY + 1):
            near |= known.get((meeting, at + step), 0)
        further = near
        for step in range(NEARBY + 1, FURTHER + 1):
            further |= known.get((meeting, at - step), 0) | known.get((meeting, at + step), 0)
        return self._share(near), self._share(further), whole

    @cached_property
    def _stretches(self) -> dict[tuple[int, int], int]:
        return self._words(Field.STRETCH)

    @cached_property
    def _sections(self) -> dict[tuple[int, int], int]:
        return self._words(Field.SECTION)

    @cached_property
    def _meetings(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for (meeting, _), words in self._words(Field.WHOLE).items():
            found[meeting] = found.get(meeting, 0) | words
        return found

    def _words(self, field: Field) -> dict[tuple[int, int], int]:
        snapshot = self._snapshot
        matches = [
            snapshot.constant(snapshot.any_of([snapshot.term(field, stem) for stem in stems]), 1 << bit)
            for bit, group in enumerate(self._groups)
            if (stems := stems_of(snapshot, group))
        ]
        match = snapshot.any_of(matches) if matches else None
        return {key: int(score) for key, score in _by_place(snapshot, match, MAX_STRETCHES)}

    def _share(self, words: int) -> float:
        if words not in self._shares:
            idf = sum(group.idf for bit, group in enumerate(self._groups) if words >> bit & 1)
            self._shares[words] = idf / self._total
        return self._shares[words]


def scored(
    snapshot: Snapshot,
    query: CompiledQuery,
    around: Surroundings,
    found: Sequence[tuple[float, Address]],
) -> list[Scored]:
    """What matches, with the features that need no text."""
    newest = snapshot.newest
    total = query.total_idf or 1.0
    addresses = [address for _, address in found]
    fields = (Field.SOURCE, Field.MEETING, Field.PLACE, Field.START, Field.DAY)
    made = []
    for (score, address), number, meeting, place, start, day in zip(
        found, *(snapshot.values(field, addresses) for field in fields), strict=True
    ):
        source = SOURCES[number]
        recent = 3 / (3 + (newest - day) / _DAYS_OF_A_YEAR) if day else 0.0
        is_notes = float(source is PassageSource.NOTES)
        features = Features(score / total, *around.around(source, meeting, place), is_notes, recent)
        made.append(Scored(features, meeting, place, start, source, address))
    return made


def ordered(found: Iterable[Scored], weights: RankingWeights) -> list[Scored]:
    """The best first."""
    return sorted(found, key=lambda each: each.order(weights))


def without_overlapping(ranked: Iterable[Scored]) -> Iterator[Scored]:
    """Of windows of speech that overlap, the best alone: they have the same words."""
    kept: dict[tuple[int, int], int] = {}  # when they start, by meeting and place
    for each in ranked:
        if each.source is PassageSource.TRANSCRIPT:
            beside = (kept.get((each.meeting, each.place + step)) for step in (-1, 1))
            if any(start is not None and abs(start - each.start) <= MAX_OVERLAP_SECONDS for start in beside):
                continue
            kept[each.meeting, each.place] = each.start
        yield each


def _by_place(snapshot: Snapshot, match: Match | None, limit: int) -> Iterator[tuple[tuple[int, int], float]]:
    """The scores of the best stretches, sections or meetings, by meeting and place."""
    found = snapshot.best(match, limit) if match else []
    addresses = [address for _, address in found]
    meetings, places = (snapshot.values(field, addresses) for field in (Field.MEETING, Field.PLACE))
    for meeting, place, (score, _) in zip(meetings, places, found, strict=True):
        yield (meeting, place), score


def closeness(chars: int) -> float:
    """How close together words are that begin within so many characters: 1 at the same place, a half at 40."""
    return HALF_CLOSENESS_CHARS / (HALF_CLOSENESS_CHARS + chars)

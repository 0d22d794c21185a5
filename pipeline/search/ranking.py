"""How much a passage is worth to a query: what it says, what is said around it, where and when.

    worth = w · (own, near, whole, closeness, heading, notes, recent)

The first three are scores of BM25, as shares of what a passage with all of the words once would have: of the passage,
of the minute of speech or the section of the notes it is in, and of its meeting. A topic is longer than a window. The
weights were fitted on real meetings (`tests.bench.fit_search`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.records import PassageSource
from pipeline.search.documents import NEAR_WINDOWS, Field
from pipeline.search.index import Address, Match, Snapshot
from pipeline.search.match import CompiledQuery

MAX_MINUTES = 500
"""Minutes and sections, and as many meetings, that can make a passage better: those that are best themselves."""

MIN_IDF = 1.9
"""Of a word that says something about what is around it: ln(1 / 0.15). More passages have any other word."""

HALF_CLOSENESS_CHARS = 40
"""Characters between the words of a query that halve their closeness."""

DAYS_OF_A_YEAR = 365.25


class Weights(NamedTuple):
    """What each feature counts. All but `recent` are of features from 0 to about 2."""

    own: float = 1.0
    near: float = 0.5
    whole: float = 0.2
    closeness: float = 0.3
    heading: float = 0.2
    notes: float = 0.02
    recent: float = 0.02  # for the newest, half of it for what is three years older


TOGETHER = Weights()
"""For passages with all of the words."""

PARTIAL = Weights(own=1.0, near=0.7, whole=0.3, closeness=0.0, heading=0.1)
"""For those with some of them."""


class Scored(NamedTuple):
    """A passage that matches, and its features but for those that need its text."""

    own: float
    near: float
    whole: float
    day: int
    meeting: int
    place: int
    source: PassageSource
    address: Address

    def worth(self, weights: Weights, newest: int, closeness: float = 0.0, heading: float = 0.0) -> float:
        years = (newest - self.day) / DAYS_OF_A_YEAR if self.day else 100.0
        return (
            weights.own * self.own
            + weights.near * self.near
            + weights.whole * self.whole
            + weights.closeness * closeness
            + weights.heading * heading
            + weights.notes * (self.source is PassageSource.NOTES)
            + weights.recent * 3 / (3 + years)
        )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is said and written around passages: scores of minutes, of sections and of meetings."""

    minutes: dict[tuple[int, int], float]
    sections: dict[tuple[int, int], float]
    meetings: dict[int, float]

    @classmethod
    def of(cls, snapshot: Snapshot, query: CompiledQuery) -> Surroundings:
        """Those that have words of the query; none where it has no informative word."""
        informative = query.informative(MIN_IDF, len(query.groups))
        if not any(group.idf >= MIN_IDF for group in informative.groups):
            return cls({}, {}, {})
        whole: dict[int, float] = {}
        for (meeting, _), score in _scores(snapshot, informative, Field.WHOLE).items():
            whole[meeting] = whole.get(meeting, 0.0) + score
        return cls(_scores(snapshot, informative, Field.NEAR), _scores(snapshot, informative, Field.SECTION), whole)

    def near(self, source: PassageSource, meeting: int, place: int) -> float:
        """Of what is said near a window, between the minutes before and behind its middle; of a block's section."""
        if source is PassageSource.NOTES:
            return self.sections.get((meeting, place), 0.0)
        middle = (place + 0.5) / NEAR_WINDOWS - 0.5
        before = int(middle // 1)
        share = middle - before
        known = self.minutes.get
        return (1 - share) * known((meeting, before), 0.0) + share * known((meeting, before + 1), 0.0)


def scored(
    snapshot: Snapshot,
    query: CompiledQuery,
    around: Surroundings,
    found: Iterable[tuple[PassageSource, Sequence[tuple[float, Address]]]],
) -> list[Scored]:
    """What matches, by source, with its features."""
    total = query.total_idf or 1.0
    fields = (Field.MEETING, Field.PLACE, Field.DAY)
    return [
        Scored(
            score / total,
            around.near(source, meeting, place) / total,
            around.meetings.get(meeting, 0.0) / total,
            day,
            meeting,
            place,
            source,
            address,
        )
        for source, matches in found
        for (score, address), meeting, place, day in zip(
            matches, *(snapshot.values(field, [address for _, address in matches]) for field in fields), strict=True
        )
    ]


def closeness(chars: int) -> float:
    """How close together words are that begin within so many characters: 1 at the same place, a half at 40."""
    return HALF_CLOSENESS_CHARS / (HALF_CLOSENESS_CHARS + chars)


def _scores(snapshot: Snapshot, query: CompiledQuery, field: Field) -> dict[tuple[int, int], float]:
    match: Match | None = query.nearby(snapshot, field)
    if match is None:
        return {}
    found = snapshot.best(match, MAX_MINUTES)
    addresses = [address for _, address in found]
    keys = zip(snapshot.values(Field.MEETING, addresses), snapshot.values(Field.PLACE, addresses), strict=True)
    return {key: score for key, (score, _) in zip(keys, found, strict=True)}

"""Which topics rise, and which have gone quiet.

Both compare the latest meetings with those before by the log-likelihood ratio (T. Dunning, "Accurate methods for the
statistics of surprise and coincidence", Computational Linguistics 19, 1993), which also holds for few of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.records import TopicKind
from pipeline.topics.archive import ArchiveTopics
from pipeline.topics.making import Topic

MIN_MEETINGS = 8
"""With a date: of fewer, nothing can be told."""

MIN_RATIO = 3.84
"""Of the log-likelihoods: chance alone does as much in one topic of twenty."""

_RECENT_SHARE = 0.25  # of the meetings, which are the latest
_QUIET_SHARE = 0.5
_MIN_RISING, _MIN_QUIET = 2, 3  # meetings that name it


@dataclass(frozen=True, slots=True)
class Trend:
    """How a topic has changed: it is named in `recent` of the `latest` meetings, and in `before` of those before."""

    topic: Topic
    recent: int
    latest: int
    before: int
    ratio: float


def rising(topics: ArchiveTopics) -> tuple[Trend, ...]:
    """The topics that are named in more of the latest quarter of the meetings than chance explains."""
    return tuple(
        trend
        for trend in _trends(topics, _RECENT_SHARE)
        if trend.recent >= _MIN_RISING and trend.recent * (1 - _RECENT_SHARE) > trend.before * _RECENT_SHARE
    )


def gone_quiet(topics: ArchiveTopics) -> tuple[Trend, ...]:
    """The topics that no meeting of the latest half names, and several did before."""
    return tuple(trend for trend in _trends(topics, _QUIET_SHARE) if not trend.recent and trend.before >= _MIN_QUIET)


def _trends(topics: ArchiveTopics, share: float) -> Iterator[Trend]:
    dated = topics.dated
    if len(dated) < MIN_MEETINGS:
        return
    places = topics.places
    latest = round(len(dated) * share)
    recent, before = set(dated[-latest:]), set(dated[:-latest])
    found = [_trend(topics, topic, recent, before) for topic in topics.recurring if topic.kind is not TopicKind.VERSION]
    yield from sorted(
        (trend for trend in found if trend.ratio >= MIN_RATIO),
        key=lambda trend: (-trend.ratio, -places[[*trend.topic.mentions][-1]], trend.topic.name.casefold()),
    )


def _trend(topics: ArchiveTopics, topic: Topic, recent: set[str], before: set[str]) -> Trend:
    named = {topics.same[slug] for slug in topic.mentions}
    in_recent, in_before = len(named & recent), len(named & before)
    ratio = _log_likelihood_ratio((in_recent, in_before), (len(recent), len(before)))
    return Trend(topic, in_recent, len(recent), in_before, ratio)


def _log_likelihood_ratio(counts: Sequence[int], sizes: Sequence[int]) -> float:
    """Twice the logarithm of how much likelier the counts are with a rate for each than with one for both."""
    rate = sum(counts) / sum(sizes)
    expected = [size * rate for size in sizes]
    return 2 * sum(count * math.log(count / mean) for count, mean in zip(counts, expected, strict=True) if count)

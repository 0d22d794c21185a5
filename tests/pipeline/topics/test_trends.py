"""What rises and what has gone quiet is told by numbers that chance does not explain."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from pipeline.records import MeetingTopics, Reference, TopicKind, TopicMeeting
from pipeline.topics.archive import ArchiveTopics, topics_of
from pipeline.topics.trends import MIN_MEETINGS, gone_quiet, rising


def archive(meetings: int, named: dict[str, Collection[int]], kind: TopicKind = TopicKind.ISSUE) -> ArchiveTopics:
    """So many meetings, and by its key in which of them a topic is named."""
    found = []
    for number in range(meetings):
        meeting = TopicMeeting(f"m{number:03}", "Call", date(2024, 1, 1) + timedelta(days=number), "Call")
        references = [Reference(kind, key, key, "b") for key, numbers in named.items() if number in numbers]
        found.append((meeting, MeetingTopics(tuple(references))))
    return topics_of(found)


def names(trends: object) -> list[str]:
    return [trend.topic.name for trend in trends]  # type: ignore[attr-defined]


def test_a_topic_of_the_latest_meetings_rises() -> None:
    """One that is named all the time does not, nor one that the same share of earlier meetings named."""
    topics = archive(40, {"g/a/1": {36, 38}, "g/a/2": range(40), "g/a/3": {2, 12, 22, 32}, "g/a/4": {39}})
    (trend,) = rising(topics)
    assert (trend.topic.name, trend.recent, trend.latest, trend.before) == ("g/a/1", 2, 10, 0)
    assert trend.ratio > 5.5  # 2 · 2 · ln 4


def test_a_topic_that_nobody_names_any_more_has_gone_quiet() -> None:
    """Several meetings named it, and none of the latest half does."""
    topics = archive(40, {"g/a/1": {1, 3, 5}, "g/a/2": {1, 3}, "g/a/3": {1, 3, 5, 21}})
    (trend,) = gone_quiet(topics)
    assert (trend.topic.name, trend.recent, trend.latest, trend.before) == ("g/a/1", 0, 20, 3)


def test_the_clearest_trend_is_first() -> None:
    """And of two that are as clear, the one that was named last."""
    topics = archive(40, {"g/a/1": {36, 37}, "g/a/2": {36, 39}, "g/a/3": {35, 36, 37}})
    assert names(rising(topics)) == ["g/a/3", "g/a/2", "g/a/1"]


def test_of_few_meetings_nothing_is_told() -> None:
    """Nor of versions, which come and go by their nature."""
    assert rising(archive(MIN_MEETINGS - 1, {"g/a/1": {5, 6}})) == ()
    assert names(rising(archive(MIN_MEETINGS, {"g/a/1": {6, 7}}))) == ["g/a/1"]
    assert rising(archive(40, {"4.0": {38, 39}}, TopicKind.VERSION)) == ()


def test_what_chance_explains_is_no_trend() -> None:
    """Half as often again as before, in two meetings."""
    assert rising(archive(40, {"g/a/1": {3, 13, 23, 35, 38}})) == ()


def test_two_notes_of_one_meeting_are_one() -> None:
    """Of eight notes of seven meetings nothing is told."""
    notes = [*range(MIN_MEETINGS - 1), MIN_MEETINGS - 2]
    found = []
    for place, number in enumerate(notes):
        meeting = TopicMeeting(f"m{place}", "Call", date(2024, 1, 1) + timedelta(days=number), "Call")
        references = (Reference(TopicKind.ISSUE, "g/a/1", "a#1", "b"),) if number > MIN_MEETINGS - 4 else ()
        found.append((meeting, MeetingTopics(references, recording=f"r{number}")))
    assert rising(topics_of(found)) == ()

"""What other meetings say of the topics of one: each is told once, beside the first block that names it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.records import TopicKind, TopicMeeting
from pipeline.search.index import SearchIndex, Snapshot
from pipeline.topics.archive import ArchiveTopics
from pipeline.topics.making import Topic

MAX_OTHERS = 3
"""Meetings that are told of a topic: the nearest ones, before and after."""

MAX_TOPICS = 3
"""That are told beside a block: numbers of issues and standards before names, names before words."""

MAX_TERM_CHARS = 80
"""Of a block beside which terms are told: a heading or a short line. In a long one they are mentioned by the way."""

_ORDER = tuple(TopicKind)


@dataclass(frozen=True, slots=True)
class OtherMention:
    """The first block of another meeting that names a topic, and its second in the recording, if that is known."""

    meeting: TopicMeeting
    block_id: str
    start: float | None
    part_starts: tuple[float, ...] = ()  # of its recording, where that is in several


@dataclass(frozen=True, slots=True)
class AlsoDiscussed:
    """A topic of a block, and other meetings that name it, in their order; `more` are not told."""

    topic_id: str
    name: str
    others: tuple[OtherMention, ...]
    more: int


def also_discussed(index: SearchIndex, topics: ArchiveTopics, slug: str) -> Mapping[str, tuple[AlsoDiscussed, ...]]:
    """What is told beside the blocks of a meeting, by their ids.

    Raises:
        StoreError: the index cannot be read.
    """
    named = topics.also_discussed(slug)
    if not named:
        return {}
    with index.reading() as snapshot:
        context = snapshot.context(slug)
        beside: dict[str, tuple[AlsoDiscussed, ...]] = {}
        told: set[str] = set()
        for block_id in context.blocks if context else ():  # in the order of the notes
            is_short = len(topics.texts[slug].get(block_id, "")) <= MAX_TERM_CHARS
            new = [
                topic
                for topic in named.get(block_id, ())
                if topic.id not in told and (is_short or topic.kind is not TopicKind.TERM)
            ]
            told.update(topic.id for topic in new)
            first = sorted(new, key=lambda topic: _ORDER.index(topic.kind))
            found = (_told(snapshot, topics, topic, slug) for topic in first)
            if shown := tuple(each for each in found if each.others)[:MAX_TOPICS]:
                beside[block_id] = shown
        return beside


def _told(snapshot: Snapshot, topics: ArchiveTopics, topic: Topic, slug: str) -> AlsoDiscussed:
    places = topics.places
    others = [each for each in topic.mentions if not topics.are_same(each, slug)]
    nearest = sorted(others, key=lambda each: abs(places[each] - places[slug]))[:MAX_OTHERS]
    shown = tuple(_mentions(snapshot, topics, topic, sorted(nearest, key=places.__getitem__)))
    return AlsoDiscussed(topic.id, topic.name, shown, len(others) - len(shown))


def _mentions(snapshot: Snapshot, topics: ArchiveTopics, topic: Topic, slugs: Sequence[str]) -> Iterator[OtherMention]:
    for slug in slugs:
        context = snapshot.context(slug)
        blocks = topic.mentions[slug]
        timed = (block for block in blocks if context and context.start(block) is not None)
        block_id = next(timed, blocks[0])
        start, part_starts = (context.start(block_id), context.part_starts) if context else (None, ())
        yield OtherMention(topics.meetings[slug], block_id, start, part_starts)

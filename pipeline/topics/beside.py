"""What other meetings say of the topics of one: each is told once, beside the first block that names it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.records import TopicKind
from pipeline.search.index import SearchIndex, Snapshot
from pipeline.topics.archive import ArchiveTopics, Topic, TopicMeeting

MAX_OTHERS = 3
"""Meetings that are told of a topic: the nearest ones, before and after."""

MAX_TOPICS = 3
"""That are told beside a block: numbers of issues and standards before names, names before words."""

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
    beside: dict[str, list[Topic]] = {}
    for block_id, named in topics.also_discussed(slug).items():
        new = [topic for topic in named if topic.mentions[slug][0] == block_id]
        if shown := sorted(new, key=lambda topic: _ORDER.index(topic.kind))[:MAX_TOPICS]:
            beside[block_id] = shown
    if not beside:
        return {}
    with index.reading() as snapshot:
        return {
            block_id: tuple(_told(snapshot, topics, topic, slug) for topic in shown)
            for block_id, shown in beside.items()
        }


def _told(snapshot: Snapshot, topics: ArchiveTopics, topic: Topic, slug: str) -> AlsoDiscussed:
    slugs = [*topic.mentions]
    at = slugs.index(slug)
    nearest = sorted((each for each in range(len(slugs)) if each != at), key=lambda each: abs(each - at))[:MAX_OTHERS]
    others = tuple(_mentions(snapshot, topics, topic, [slugs[each] for each in sorted(nearest)]))
    return AlsoDiscussed(topic.id, topic.name, others, len(slugs) - 1 - len(others))


def _mentions(snapshot: Snapshot, topics: ArchiveTopics, topic: Topic, slugs: Sequence[str]) -> Iterator[OtherMention]:
    for slug in slugs:
        context = snapshot.context(slug)
        blocks = topic.mentions[slug]
        timed = (block for block in blocks if context and context.start(block) is not None)
        block_id = next(timed, blocks[0])
        start, part_starts = (context.start(block_id), context.part_starts) if context else (None, ())
        yield OtherMention(topics.meetings[slug], block_id, start, part_starts)

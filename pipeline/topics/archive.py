"""All meetings → the topics that come back, and what was marked in them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

import msgspec

from pipeline.records import Mark, MeetingTopics, Reference, TopicKind, TopicMeeting
from pipeline.search.documents import Entry, Part
from pipeline.search.index import SearchIndex, Snapshot
from pipeline.topics.choosing import choose_terms
from pipeline.topics.kept_views import KeptViews, topic_meeting
from pipeline.topics.resolving import Resolver

MAX_SHARE = 0.2
"""Of the meetings: what more of them name is what the archive is about, and tells nothing beside a block."""

_REFERENCE = re.compile(
    r"https?://\S+|(?:\b(?:prs?|pull requests?|issues?|bugs?)[\s:]*)?[\w./-]*#\d+|\b\d+(?:\.\d+)+\w*|^[\W\d]+",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_decode = msgspec.msgpack.Decoder(MeetingTopics).decode


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that notes name, and the blocks that name it, by meeting: the earliest meeting first.

    `id` is its kind and key: `issue/osquery/osquery/6280`. `url` is where it is published, if that can be told.
    `about` is what the headings over an issue say of it, "" where they say nothing. Where the notes of one meeting are
    there twice, only the first that name it count.
    """

    id: str
    kind: TopicKind
    name: str
    mentions: Mapping[str, tuple[str, ...]]
    url: str | None = None
    about: str = ""

    @property
    def comes_back(self) -> bool:
        """Whether more than one meeting names it."""
        return len(self.mentions) > 1


@dataclass(frozen=True, slots=True)
class FoundMark:
    """A mark, and its meeting."""

    meeting: TopicMeeting
    mark: Mark


@dataclass(frozen=True, slots=True)
class ArchiveTopics:
    """What comes back across some meetings. All of it is in the order of their days; those without a date are last."""

    meetings: Mapping[str, TopicMeeting]
    topics: Mapping[str, Topic]
    marks: tuple[FoundMark, ...]
    texts: Mapping[str, Mapping[str, str]]  # of blocks, by meeting and id
    of_blocks: Mapping[str, Mapping[str, tuple[str, ...]]] = field(repr=False)  # the topics that each names
    same: Mapping[str, str] = field(repr=False)  # of each notes, the first ones that are of the same meeting
    places: Mapping[str, int] = field(repr=False)  # of the meetings in their order

    @property
    def count(self) -> int:
        """How many meetings there are: where the notes of one are there twice, it counts once."""
        return len(set(self.same.values()))

    @property
    def named_most(self) -> tuple[Topic, ...]:
        """All topics, those of the most meetings first."""
        return tuple(
            sorted(self.topics.values(), key=lambda topic: (-len(topic.mentions), topic.name.casefold(), topic.id))
        )

    @property
    def recurring(self) -> tuple[Topic, ...]:
        """The topics of more than one meeting; those of the most meetings first."""
        return tuple(topic for topic in self.named_most if topic.comes_back)

    def named(self, text: str) -> Topic | None:
        """The topic that somebody means who writes its id, its name, or the number of an issue; None: there is none."""
        asked = text.strip().strip("/").casefold()
        if (topic := self.topics.get(asked)) is not None:
            return topic
        names = {asked, f"#{asked}"}
        found = [each for each in self.topics.values() if {each.name.casefold(), _number_of(each)} & names]
        return max(found, key=lambda topic: len(topic.mentions), default=None)

    def are_same(self, slug: str, other: str) -> bool:
        """Whether two notes are of one meeting."""
        return self.same[slug] == self.same[other]

    def is_everywhere(self, topic: Topic) -> bool:
        """Whether so many meetings name it that this tells nothing of any of them."""
        return len(topic.mentions) > max(MAX_SHARE * self.count, 2)

    def also_discussed(self, slug: str) -> Mapping[str, tuple[Topic, ...]]:
        """The topics of other meetings, too, that the blocks of a meeting name, by block id."""
        return {
            block_id: found
            for block_id, ids in self.of_blocks.get(slug, {}).items()
            if (found := tuple(topic for each in ids if self._is_telling(topic := self.topics[each])))
        }

    def _is_telling(self, topic: Topic) -> bool:
        is_exact = topic.kind in {TopicKind.ISSUE, TopicKind.STANDARD}
        return topic.comes_back and (is_exact or not self.is_everywhere(topic))


def topics_of(found: Iterable[tuple[TopicMeeting, MeetingTopics]], *, people: bool = False) -> ArchiveTopics:
    """What comes back across meetings.

    Args:
        people: names of people may be topics, too.
    """
    listed = sorted(found, key=lambda each: (each[0].date or date.max, each[0].title, each[0].slug))
    same = _same_meetings(listed)
    resolver = Resolver.of((meeting.series, each) for meeting, topics in listed for each in topics.references)
    made = _Making(same)
    for meeting, topics in listed:
        for reference in topics.references:
            if (resolved := resolver.resolved(reference, meeting.series)) is not None:
                made.add(meeting.slug, resolved, topics.sections, is_whole=resolved is reference)
    of_meetings: dict[str, list[MeetingTopics]] = defaultdict(list)
    for meeting, topics in listed:
        of_meetings[same[meeting.slug]].append(topics)
    chosen = choose_terms([_as_one(topics) for topics in of_meetings.values()], people=people)
    for meeting, topics in listed:
        for term in topics.terms:
            if (form := chosen.get(term.key)) is not None:
                for block_id in term.block_ids:
                    made.add(meeting.slug, Reference(TopicKind.TERM, term.key, form, block_id))
    return ArchiveTopics(
        {meeting.slug: meeting for meeting, _ in listed},
        made.topics(),
        tuple(FoundMark(meeting, mark) for meeting, topics in listed for mark in topics.marks),
        {meeting.slug: topics.texts for meeting, topics in listed},
        made.of_blocks(),
        same,
        {meeting.slug: place for place, (meeting, _) in enumerate(listed)},
    )


def _same_meetings(listed: Iterable[tuple[TopicMeeting, MeetingTopics]]) -> dict[str, str]:
    """Of each notes, the first that are of the same meeting: of the same day, with the same recording."""
    first: dict[tuple[date | None, str], str] = {}
    return {
        meeting.slug: first.setdefault((meeting.date, topics.recording), meeting.slug)
        if topics.recording
        else meeting.slug
        for meeting, topics in listed
    }


def _as_one(found: Sequence[MeetingTopics]) -> MeetingTopics:
    """What several notes of one meeting name, each term once."""
    if len(found) == 1:
        return found[0]
    terms = {term.key: term for topics in reversed(found) for term in topics.terms}
    references = tuple(each for topics in found for each in topics.references)
    people = tuple(each for topics in found for each in topics.people)
    return MeetingTopics(references, tuple(terms.values()), people=people)


def heading_about(heading: str) -> str:
    """What a heading says beside the numbers and versions in it; "" where that is no more than a word.

    >>> heading_about("Windows UTF8 PR #6190"), heading_about("4.4.0 Release"), heading_about("PRs")
    ('Windows UTF8', '', '')
    """
    said = " ".join(_REFERENCE.sub(" ", heading).split()).strip(" -–—:,;").removesuffix("()").strip()
    return said if len(_WORD.findall(said)) > 1 else ""


def _number_of(topic: Topic) -> str:
    """By which people know an issue, `#6280`; "" of everything else."""
    number = topic.id.rpartition("/")[2]
    return f"#{number}" if topic.kind is TopicKind.ISSUE and number.isdecimal() else ""


class _Making:
    """Topics as they are gathered."""

    def __init__(self, same: Mapping[str, str]) -> None:
        self._same = same
        self._mentions: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._names: dict[str, Counter[str]] = defaultdict(Counter)
        self._kinds: dict[str, TopicKind] = {}
        self._urls: dict[str, Counter[str]] = defaultdict(Counter)
        self._headings: dict[str, Counter[str]] = defaultdict(Counter)

    def add(
        self,
        slug: str,
        reference: Reference,
        sections: Mapping[str, str] = MappingProxyType({}),
        *,
        is_whole: bool = True,
    ) -> None:
        topic_id = f"{reference.kind.value}/{reference.key}"
        blocks = self._mentions[topic_id][slug]
        if reference.block_id not in blocks:
            blocks.append(reference.block_id)
        self._names[topic_id][reference.name] += 1
        self._kinds[topic_id] = reference.kind
        if reference.url:
            self._urls[topic_id][reference.url] += is_whole  # rather one that stands there than one that was made
        if reference.kind is TopicKind.ISSUE and (heading := heading_about(sections.get(reference.block_id, ""))):
            self._headings[topic_id][heading] += 1

    def topics(self) -> dict[str, Topic]:
        return {
            topic_id: Topic(
                topic_id,
                self._kinds[topic_id],
                max(self._names[topic_id].items(), key=lambda item: (item[1], item[0]))[0],
                self._of_each_meeting(mentions),
                next((url for url, _ in self._urls[topic_id].most_common(1)), None),
                next((heading for heading, _ in self._headings[topic_id].most_common(1)), ""),
            )
            for topic_id, mentions in self._mentions.items()
        }

    def _of_each_meeting(self, mentions: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
        first: dict[str, str] = {}
        for slug in mentions:
            first.setdefault(self._same[slug], slug)
        return {slug: tuple(mentions[slug]) for slug in first.values()}

    def of_blocks(self) -> dict[str, dict[str, tuple[str, ...]]]:
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for topic_id, mentions in self._mentions.items():
            for slug, blocks in mentions.items():
                for block_id in blocks:
                    found[slug][block_id].append(topic_id)
        return {slug: {block: tuple(ids) for block, ids in blocks.items()} for slug, blocks in found.items()}


class TopicReader:
    """The topics of an archive, read from its index."""

    def __init__(self, index: SearchIndex, *, people: bool = False) -> None:
        def make(snapshot: Snapshot, shown: Mapping[str, Entry]) -> ArchiveTopics:
            return topics_of(_read(snapshot, shown), people=people)

        self.views = KeptViews(index, lambda entry: entry.notes, make)

    def topics(self, without: frozenset[str] = frozenset()) -> ArchiveTopics:
        """What comes back across all meetings but those `without`.

        Raises:
            StoreError: the index cannot be read.
        """
        return self.views.of(without)


def _read(snapshot: Snapshot, shown: Mapping[str, Entry]) -> Iterator[tuple[TopicMeeting, MeetingTopics]]:
    for slug, entry in shown.items():
        found = MeetingTopics()
        with suppress(msgspec.MsgspecError):
            found = _decode(stored) if (stored := snapshot.stored(slug, Part.TOPICS)) else found
        yield topic_meeting(slug, entry), found

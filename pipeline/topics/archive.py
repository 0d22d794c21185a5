"""All meetings → the topics that come back, and what was marked in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date

import msgspec

from pipeline.language.words import fold
from pipeline.records import Mark, MeetingTopics, TopicKind, TopicMeeting
from pipeline.search.documents import Entry, Part
from pipeline.search.index import SearchIndex, Snapshot
from pipeline.topics.choosing import ChosenTerm, choose_terms
from pipeline.topics.kept_views import KeptViews, topic_meeting
from pipeline.topics.making import Topic, TopicMaking, number_of
from pipeline.topics.mark_repeats import FoundMark, marks_once
from pipeline.topics.resolving import Resolver
from pipeline.topics.terms import words_of

MAX_SHARE = 0.2
"""Of the meetings: what more of them name is what the archive is about, and tells nothing beside a block."""

MIN_ALIKE_CHARS = 3
"""Of a name that others are looked for by."""

_NAMED = frozenset({TopicKind.CODE, TopicKind.TERM})
_decode = msgspec.msgpack.Decoder(MeetingTopics).decode


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
    other_ids: Mapping[str, str] = field(repr=False)  # that topics had, or may be called by

    @property
    def count(self) -> int:
        """How many meetings there are: where the notes of one are there twice, it counts once."""
        return len(set(self.same.values()))

    @property
    def named_most(self) -> tuple[Topic, ...]:
        """All topics, those of the most meetings first."""
        return _by_meetings(self.topics.values())

    @property
    def recurring(self) -> tuple[Topic, ...]:
        """The listed topics of more than one meeting; those of the most meetings first."""
        return tuple(topic for topic in self.named_most if topic.is_listed and topic.comes_back)

    @property
    def newest_first(self) -> tuple[str, ...]:
        """All meetings, the newest first; those without a date are last."""
        return tuple(sorted(self.meetings, key=self.newness))

    def newness(self, slug: str) -> tuple[bool, int]:
        """What meetings are ordered by, to have the newest first."""
        return self.meetings[slug].date is None, -self.places[slug]

    @property
    def dated(self) -> tuple[str, ...]:
        """The meetings with a date, each once, in the order of their days."""
        return tuple(slug for slug, meeting in self.meetings.items() if meeting.date and self.same[slug] == slug)

    def matching(
        self,
        words: str = "",
        kinds: Collection[TopicKind] = (),
        *,
        least: int = 2,
        after: date | None = None,
        before: date | None = None,
    ) -> tuple[Topic, ...]:
        """The topics of `least` meetings whose names have all these words in them; those of the most meetings first.

        Args:
            words: without any, only listed topics are found.
            kinds: of any of these; () for all.
            after: named on this day or later. Topics then have the meetings of that time only.
            before: named before this day.
        """
        asked = fold(words).split()
        found = tuple(
            topic
            for topic in self.named_most
            if len(topic.mentions) >= least
            and (topic.is_listed or asked)
            and (not kinds or topic.kind in kinds)
            and all(word in fold(topic.name) for word in asked)
        )
        if after is None and before is None:
            return found
        in_time = {
            slug
            for slug, meeting in self.meetings.items()
            if meeting.date and (after or date.min) <= meeting.date and not (before and meeting.date >= before)
        }
        kept = (
            replace(topic, mentions={slug: topic.mentions[slug] for slug in topic.mentions if slug in in_time})
            for topic in found
        )
        return _by_meetings(topic for topic in kept if topic.mentions)

    def is_new(self, topic_id: str, since: date) -> bool:
        """Whether no meeting before a day names it, as far as meetings have dates."""
        days = (self.meetings[slug].date for slug in self.topics[topic_id].mentions)
        return all(day is not None and day >= since for day in days)

    def marked(self, topic: Topic) -> Mapping[tuple[str, str], Mark]:
        """What the notes mark of the blocks that name a topic, by meeting and block."""
        return {
            (found.meeting.slug, found.mark.block_id): found.mark
            for found in reversed(self.marks)
            if found.mark.block_id in topic.mentions.get(found.meeting.slug, ())
        }

    def alike(self, topic: Topic) -> tuple[Topic, ...]:
        """The topics of several meetings that have its name in theirs, or theirs in its."""
        name = _letters(topic.name)
        if len(name) < MIN_ALIKE_CHARS or topic.kind not in _NAMED:
            return ()
        return tuple(
            each
            for each in self.named_most
            if each.comes_back
            and each.kind in _NAMED
            and each.id != topic.id
            and len(other := _letters(each.name)) >= MIN_ALIKE_CHARS
            and (name in other or other in name)
        )

    def with_id(self, topic_id: str) -> Topic | None:
        """The topic that has this id, or had it when less was known of it; None: there is none."""
        for each in dict.fromkeys((topic_id, topic_id.lower())):
            if found := self.topics.get(each) or self.topics.get(self.other_ids.get(each, "")):
                return found
        return None

    def named(self, text: str) -> Topic | None:
        """The topic that somebody means who writes its id, its name, or the number of an issue; None: there is none."""
        given = text.strip().strip("/")
        if (topic := self.with_id(given)) is not None:
            return topic
        asked = given.casefold()
        bare = asked.removeprefix("issue/")
        names = {asked, f"#{asked}", f"#{bare}"}
        found = [each for each in self.topics.values() if {each.name.casefold(), number_of(each)} & names]
        if not found:
            return self.with_id(f"term/{_term_id(asked)}")
        return max(found, key=lambda topic: len(topic.mentions))

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
        return topic.is_listed and topic.comes_back and (is_exact or not self.is_everywhere(topic))


def topics_of(found: Iterable[tuple[TopicMeeting, MeetingTopics]], *, people: bool = False) -> ArchiveTopics:
    """What comes back across meetings.

    Args:
        people: names of people may be topics, too.
    """
    listed = sorted(found, key=lambda each: (each[0].date or date.max, each[0].title, each[0].slug))
    same = _same_meetings(listed)
    resolver = Resolver.of((meeting.series, each) for meeting, topics in listed for each in topics.references)
    made = TopicMaking(same)
    for meeting, topics in listed:
        for reference in topics.references:
            if (resolved := resolver.resolved(reference, meeting.series)) is not None:
                made.add(meeting.slug, resolved, topics.sections, is_whole=resolved is reference)
                if resolved is not reference:
                    for key in resolver.other_keys(reference):
                        made.also_known(_topic_id(resolved.kind, resolved.key), _topic_id(reference.kind, key))
    of_meetings: dict[str, list[MeetingTopics]] = defaultdict(list)
    for meeting, topics in listed:
        of_meetings[same[meeting.slug]].append(topics)
    chosen = choose_terms([_as_one(topics) for topics in of_meetings.values()], people=people)
    ids = _term_ids(chosen)
    for key, one in chosen.items():
        for other in (key, *map(_term_id, one.forms)):
            made.also_known(_topic_id(TopicKind.TERM, ids[key]), _topic_id(TopicKind.TERM, other))
    for meeting, topics in listed:
        for term in topics.terms:
            if (known := chosen.get(term.key)) is not None:
                made.add_term(meeting.slug, ids[term.key], known.form, term.block_ids, is_listed=known.is_listed)
    return ArchiveTopics(
        {meeting.slug: meeting for meeting, _ in listed},
        made.topics(),
        marks_once((FoundMark(meeting, mark) for meeting, topics in listed for mark in topics.marks), same),
        {meeting.slug: topics.texts for meeting, topics in listed},
        made.of_blocks(),
        same,
        {meeting.slug: place for place, (meeting, _) in enumerate(listed)},
        made.other_ids(),
    )


def _topic_id(kind: TopicKind, key: str) -> str:
    return f"{kind.value}/{key}"


def _term_id(form: str) -> str:
    """The key of a term in its id: its words, as they are shown."""
    return "-".join(filter(None, words_of(form.lower()))).replace("/", "-")


def _term_ids(chosen: Mapping[str, ChosenTerm]) -> dict[str, str]:
    """Of each key; where two terms are shown alike, the rarer one keeps its key."""
    ids: dict[str, str] = {}
    taken: set[str] = set()
    for key, term in chosen.items():
        shown = _term_id(term.form)
        ids[key] = key if shown in taken else shown
        taken.add(ids[key])
    return ids


def _by_meetings(topics: Iterable[Topic]) -> tuple[Topic, ...]:
    return tuple(sorted(topics, key=lambda topic: (-len(topic.mentions), topic.name.casefold(), topic.id)))


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


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

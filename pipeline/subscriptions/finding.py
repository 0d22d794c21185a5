"""The meetings that are news to a subscription, each with its best moments."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from pipeline.errors import InvalidQuery
from pipeline.records import Hit, MarkKind, MeetingSummary, Subscription, SubscriptionKind
from pipeline.refresh import Archive
from pipeline.search.by_meeting import meetings_having, search_by_meeting
from pipeline.topics.archive import ArchiveTopics
from pipeline.topics.making import Topic
from pipeline.topics.moments import meetings_saying, spoken_in, written_moment

MAX_MOMENTS = 5
"""Of a meeting."""


@dataclass(frozen=True, slots=True)
class DiscussedMeeting:
    """A meeting in which something came up, and where."""

    slug: str
    title: str
    date: date | None
    moments: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class News:
    """What there is to tell of a subscription. `name` is what it follows, in words."""

    subscription: Subscription
    name: str
    meetings: tuple[DiscussedMeeting, ...]


@dataclass(frozen=True, slots=True)
class NewsFinder:
    """An archive at one moment, as those are told of it who are told at all."""

    archive: Archive
    change: int
    """The last change of the archive before it was looked at."""
    ready: Mapping[str, MeetingSummary]
    """What can be told, the oldest meeting first; those without a date last."""
    waiting: int
    """How many can be told as soon as they have been run."""
    without: frozenset[str]
    topics: ArchiveTopics

    @classmethod
    def of(cls, archive: Archive) -> NewsFinder:
        """Look at an archive.

        Meetings whose notes say that they are not to be published are never told. One that has not been run to an end
        waits: its moments are not known yet.

        Raises:
            StoreError: the database or the index cannot be read.
        """
        change = archive.store.last_change()
        without = archive.missing() | archive.store.unpublished()
        run = archive.store.run_keys()
        found = sorted(archive.store.meetings(), key=lambda each: (each.date or date.max, each.title))
        known = [each for each in found if each.slug not in without and not each.damaged]
        ready = {each.slug: each for each in known if each.slug in run or each.failure is not None}
        return cls(archive, change, ready, len(known) - len(ready), without, archive.topics.topics(without))

    def topic(self, about: str) -> Topic | None:
        """The topic that is followed by its id, also after notes told more of it; None: no notes name it (any more)."""
        found = self.topics.named(about)
        if found is None:
            kind, _, key = about.partition("/")
            renamed = self.topics.named(key)
            found = renamed if renamed and renamed.kind.value == kind else None
        return found

    def meetings(self, kind: SubscriptionKind, about: str) -> frozenset[str]:
        """Where something comes up, by slug: what is not ready is not among them."""
        return self._everywhere(kind, about) & self.ready.keys()

    def news(self, subscription: Subscription, told: Collection[str]) -> News:
        """What there is to tell but what was `told`.

        Raises:
            StoreError: the index cannot be read.
        """
        kind, about = subscription.kind, subscription.about
        new = self.meetings(kind, about) - frozenset(told)
        moments = self._moments(kind, about, [slug for slug in self.ready if slug in new])
        meetings = tuple(
            DiscussedMeeting(slug, self.ready[slug].title, self.ready[slug].date, hits)
            for slug, hits in moments.items()
            if hits
        )
        return News(subscription, self.name(subscription), meetings)

    def name(self, subscription: Subscription) -> str:
        """What is followed, in words."""
        match subscription.kind:
            case SubscriptionKind.DECISIONS:
                return "Decisions"
            case SubscriptionKind.TOPIC:
                topic = self.topic(subscription.about)
                return topic.name if topic else subscription.about.partition("/")[2]
            case SubscriptionKind.QUERY:
                return subscription.about

    def _everywhere(self, kind: SubscriptionKind, about: str) -> frozenset[str]:
        match kind:
            case SubscriptionKind.DECISIONS:
                return frozenset(each.meeting.slug for each in self.topics.marks if each.mark.kind is MarkKind.DECISION)
            case SubscriptionKind.TOPIC:
                topic = self.topic(about)
                if topic is None:
                    return frozenset()
                return frozenset(topic.mentions) | meetings_saying(self.archive.index, topic, without=self.without)
            case SubscriptionKind.QUERY:
                return self._having(about)

    def _having(self, query: str) -> frozenset[str]:
        try:
            return meetings_having(self.archive.index, query, without=self.without)
        except InvalidQuery:  # of another version, which read it otherwise
            return frozenset()

    def _moments(self, kind: SubscriptionKind, about: str, slugs: list[str]) -> dict[str, tuple[Hit, ...]]:
        match kind:
            case SubscriptionKind.DECISIONS:
                return self._decided(slugs)
            case SubscriptionKind.TOPIC:
                topic = self.topic(about)
                return self._discussed(topic, slugs) if topic else {}
            case SubscriptionKind.QUERY:
                return self._found(about, slugs)

    def _found(self, query: str, slugs: list[str]) -> dict[str, tuple[Hit, ...]]:
        count = len(slugs)
        index, without = self.archive.index, self.without
        return search_by_meeting(index, query, slugs, meetings=count, moments=MAX_MOMENTS, without=without)

    def _discussed(self, topic: Topic, slugs: list[str]) -> dict[str, tuple[Hit, ...]]:
        """Where it is written, and then where else it was said."""
        spoken = spoken_in(
            self.archive.index, topic, slugs, meetings=len(slugs), moments=MAX_MOMENTS, without=self.without
        )
        found = {}
        with self.archive.index.reading() as snapshot:
            for slug in slugs:
                blocks = topic.mentions.get(slug, ())
                written = [
                    hit
                    for block_id in blocks
                    if (hit := written_moment(snapshot, self.topics, slug, block_id, topic.name)) is not None
                ]
                elsewhere = [hit for hit in spoken.get(slug, ()) if hit.discussed_block_id not in blocks]
                found[slug] = tuple([*written, *elsewhere][:MAX_MOMENTS])
        return found

    def _decided(self, slugs: list[str]) -> dict[str, tuple[Hit, ...]]:
        wanted = frozenset(slugs)
        found: dict[str, list[Hit]] = {slug: [] for slug in slugs}
        for slug, hit in self._decisions(wanted):
            found[slug].append(hit)
        return {slug: tuple(hits) for slug, hits in found.items()}

    def _decisions(self, slugs: Collection[str]) -> Iterator[tuple[str, Hit]]:
        with self.archive.index.reading() as snapshot:
            for each in self.topics.marks:
                slug, mark = each.meeting.slug, each.mark
                if slug in slugs and mark.kind is MarkKind.DECISION:
                    hit = written_moment(snapshot, self.topics, slug, mark.block_id)
                    if hit is not None:
                        yield slug, replace(hit, snippet=((f"{mark.state}: ", True), (mark.text, False)))

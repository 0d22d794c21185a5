"""What an assistant can ask about what comes back across meetings."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline import page_addresses
from pipeline.errors import TopicNotFound
from pipeline.mcp_server import answers
from pipeline.mcp_server.moments import found_moment
from pipeline.records import TopicKind
from pipeline.refresh import Archive
from pipeline.topics.archive import ArchiveTopics
from pipeline.topics.making import Topic
from pipeline.topics.moments import spoken_moments, written_moments


@dataclass(frozen=True, slots=True)
class TopicTools:
    """The topics of an archive to be asked for. `site` is where its pages are served, "" where nobody said so."""

    archive: Archive
    site: str = ""

    def topics(self, words: str, kind: str | None, limit: int, offset: int) -> answers.ListedTopics:
        """Topics that come back, those of the most meetings first."""
        found = self.archive.topics.topics(self.archive.missing())
        listed = found.matching(words, (TopicKind(kind),) if kind else ())
        return answers.ListedTopics(
            topics=[self._listed(found, topic) for topic in listed[offset : offset + limit]],
            next_offset=offset + limit if offset + limit < len(listed) else None,
        )

    def topic(self, name: str, limit: int) -> answers.TopicMoments:
        """The moments of a topic, newest first.

        Raises:
            TopicNotFound: no notes name it.
        """
        missing = self.archive.missing()
        found = self.archive.topics.topics(missing)
        topic = found.named(name)
        if topic is None:
            raise TopicNotFound(name)
        written = written_moments(self.archive.index, found, topic)
        marked = found.marked(topic)
        spoken = spoken_moments(self.archive.index, found, topic, without=missing)
        return answers.TopicMoments(
            topic=self._listed(found, topic),
            written=[
                replace(found_moment(hit, self.site), state=mark.state if mark else None)
                for hit in written[:limit]
                for mark in (marked.get((hit.slug, hit.block_id or "")),)
            ],
            spoken=[found_moment(hit, self.site) for hit in spoken[:limit]],
            more=max(len(written) - limit, 0) + max(len(spoken) - limit, 0),
        )

    def _listed(self, found: ArchiveTopics, topic: Topic) -> answers.ListedTopic:
        days = [day.isoformat() for slug in topic.mentions if (day := found.meetings[slug].date)]
        return answers.ListedTopic(
            id=topic.id,
            kind=topic.kind.value,
            name=topic.name,
            about=topic.about or None,
            meetings=len(topic.mentions),
            first=days[0] if days else None,
            last=days[-1] if days else None,
            tracker=topic.url,
            url=page_addresses.topic_page(topic.id, self.site),
        )

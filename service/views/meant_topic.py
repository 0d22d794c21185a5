"""The topic that a query is the name of: it has a page of its own."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from pipeline.topics.archive import ArchiveTopics
from service.web.language import ngettext


@dataclass(frozen=True, slots=True)
class MeantTopic:
    """A topic, and in how many meetings it came up, in words."""

    href: str
    text: str


def meant_topic(query: str, topics: ArchiveTopics) -> MeantTopic | None:
    """The topic that all of a query names; None where it names none that comes back."""
    topic = topics.named(query.strip('"'))
    if topic is None or not topic.comes_back:
        return None
    count = len(topic.mentions)
    text = ngettext(
        "%(name)s is in the notes of %(num)s meeting",
        "%(name)s is in the notes of %(num)s meetings",
        count,
        name=topic.name,
    )
    return MeantTopic(url_for("topics.topic", topic_id=topic.id), text)

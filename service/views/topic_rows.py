"""Topics as rows of a list: what each is, how often it came back, and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import url_for

from pipeline.records import TopicKind
from pipeline.topics.archive import ArchiveTopics
from pipeline.topics.making import Topic
from service.views.formatting import day, iso_day
from service.web.language import _, ngettext

SPARK_WIDTH, SPARK_HEIGHT = 120, 20
_SPARK_BARS = 24


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One line of a list of topics. `spark` draws in how many meetings it is named, over the life of the archive.

    `order` is what a list can be put in order by, without a server.
    """

    href: str
    name: str
    kind: str
    kind_name: str
    meetings: str
    count: int
    first: str
    last: str
    last_iso: str
    spark: str
    about: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ArchiveDays:
    """From when to when there are meetings."""

    first: int  # as ordinals
    last: int

    @classmethod
    def of(cls, topics: ArchiveTopics) -> ArchiveDays:
        dates = [meeting.date.toordinal() for meeting in topics.meetings.values() if meeting.date]
        return cls(min(dates, default=0), max(dates, default=0))

    def spark(self, days: Sequence[int]) -> str:
        """A path with a bar for each stretch of time, as high as there are meetings."""
        counts = [0] * _SPARK_BARS
        for each in days:
            counts[(each - self.first) * (_SPARK_BARS - 1) // max(self.last - self.first, 1)] += 1
        most, step = max(counts, default=0), SPARK_WIDTH / _SPARK_BARS
        return "".join(
            f"M{at * step + step / 2:g} {SPARK_HEIGHT}v-{max(count / most * SPARK_HEIGHT, 4):.3g}"
            for at, count in enumerate(counts)
            if count
        )


def kind_name(kind: TopicKind) -> str:
    """What topics of a kind are, above a list of them."""
    return {
        TopicKind.ISSUE: _("Issues and pull requests"),
        TopicKind.STANDARD: _("Standards and proposals"),
        TopicKind.REPOSITORY: _("Repositories"),
        TopicKind.VERSION: _("Versions"),
        TopicKind.CODE: _("Names in code"),
        TopicKind.TERM: _("Terms"),
    }[kind]


def one_of_kind(kind: TopicKind) -> str:
    """What a topic of a kind is, beside its name."""
    return {
        TopicKind.ISSUE: _("issue or pull request"),
        TopicKind.STANDARD: _("standard"),
        TopicKind.REPOSITORY: _("repository"),
        TopicKind.VERSION: _("version"),
        TopicKind.CODE: _("in code"),
        TopicKind.TERM: _("term"),
    }[kind]


def topic_rows(topics: ArchiveTopics, listed: Iterable[Topic]) -> tuple[TopicRow, ...]:
    """The rows of some topics."""
    days = ArchiveDays.of(topics)
    return tuple(topic_row(topics, topic, days) for topic in listed)


def topic_row(topics: ArchiveTopics, topic: Topic, days: ArchiveDays, remark: str = "") -> TopicRow:
    """The row of one."""
    dates = [found for slug in topic.mentions if (found := topics.meetings[slug].date)]
    count = len(topic.mentions)
    return TopicRow(
        href=url_for("topics.topic", topic_id=topic.id),
        name=topic.name,
        kind=topic.kind.value,
        kind_name=one_of_kind(topic.kind),
        meetings=ngettext("%(num)s meeting", "%(num)s meetings", count),
        count=count,
        first=day(dates[0]) if dates else "",
        last=day(dates[-1]) if dates else "",
        last_iso=iso_day(dates[-1]) if dates else "",
        spark=days.spark([each.toordinal() for each in dates]),
        about=topic.about,
        remark=remark,
    )

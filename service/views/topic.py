"""The page of one topic: every meeting, section and moment, in the notes and in what was said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from flask import url_for

from pipeline.records import Hit
from pipeline.topics.archive import ArchiveTopics
from pipeline.topics.listed_marks import MarkFilter
from pipeline.topics.making import Topic
from service.views.decisions import state_name
from service.views.formatting import day
from service.views.hit_markers import hit_href
from service.views.search_results import MeetingHits, hits_by_meeting
from service.views.topic_rows import TopicRow, one_of_kind, topic_rows
from service.web.language import _, ngettext
from service.web.site import site

_MAX_BESIDE = 12
_MAX_ALIKE = 8
_MAX_YEARS = 10  # that are named on the timeline; of more, every second, or third, is
_EDGE = 1.0  # percent of the width that stay free at the ends, for half a dot


@dataclass(frozen=True, slots=True)
class TopicDot:
    """A meeting on the timeline of a topic, in percent of its width: in the notes of it, or only said there."""

    x: str
    href: str
    name: str
    only_said: bool


@dataclass(frozen=True, slots=True)
class TopicTimeline:
    """The life of the archive, the meetings with the topic on it, and where years begin."""

    dots: tuple[TopicDot, ...]
    years: tuple[tuple[str, str], ...]
    summary: str


@dataclass(frozen=True, slots=True)
class TopicPage:
    """One topic. `beside` are the topics that the same blocks name, `alike` those with a similar name.

    `published_at` names the host of `url`. `more` says how many meetings are not shown, "" if none.
    """

    id: str
    name: str
    about: str
    kind_name: str
    url: str
    published_at: str
    facts: tuple[str, ...]
    timeline: TopicTimeline | None
    written: tuple[MeetingHits, ...]
    more: str
    spoken: tuple[MeetingHits, ...]
    alike: tuple[TopicRow, ...]
    beside: tuple[TopicRow, ...]
    decisions_href: str
    feed_href: str
    search_href: str


def topic_page(
    topics: ArchiveTopics, topic: Topic, written: Sequence[Hit], spoken: Sequence[Hit], *, more: int = 0
) -> TopicPage:
    """The page of a topic, from the blocks that name it and the moments in which it was said, newest first.

    Args:
        more: the meetings that name it and are not among these.
    """
    return TopicPage(
        id=topic.id,
        name=topic.name,
        about=topic.about,
        kind_name=one_of_kind(topic.kind),
        url=topic.url or "",
        published_at=urlsplit(topic.url).hostname or "" if topic.url else "",
        facts=tuple(_facts(topics, topic, spoken)),
        timeline=_timeline(topics, topic, written, spoken),
        written=_with_states(topics, topic, written),
        more=ngettext("and %(num)s earlier meeting", "and %(num)s earlier meetings", more) if more else "",
        spoken=hits_by_meeting(spoken),
        alike=topic_rows(topics, topics.alike(topic)[:_MAX_ALIKE]),
        beside=topic_rows(topics, often_beside(topics, topic)),
        feed_href=url_for("topics.feed", topic_id=topic.id),
        search_href=url_for("pages.search", q=f'"{topic.name}"'),
        decisions_href=_decisions_href(topics, topic),
    )


def _with_states(topics: ArchiveTopics, topic: Topic, written: Sequence[Hit]) -> tuple[MeetingHits, ...]:
    """By meeting, each block with what the notes mark it with."""
    marked = topics.marked(topic)
    found = ((hit, marked.get((hit.slug, hit.block_id or ""))) for hit in written)
    states = {hit_href(hit): state_name(mark) for hit, mark in found if mark}
    return tuple(
        replace(meeting, hits=tuple(replace(hit, state=states.get(hit.href, "")) for hit in meeting.hits))
        for meeting in hits_by_meeting(written)
    )


def _decisions_href(topics: ArchiveTopics, topic: Topic) -> str:
    """Where what is marked as a decision or an action and has its name is listed; "" where there is none.

    A site of files cannot narrow its list down.
    """
    if site().static:
        return ""
    wanted = MarkFilter(words=topic.name)
    return url_for("decisions.decisions", q=topic.name) if any(map(wanted.allows, topics.marks)) else ""


def _facts(topics: ArchiveTopics, topic: Topic, spoken: Sequence[Hit]) -> list[str]:
    count, said = len(topic.mentions), len({hit.slug for hit in spoken})
    facts = [
        _("in the notes of %(num)s of %(all)s meetings", num=count, all=topics.count)
        if not topic.is_listed and topics.is_everywhere(topic)
        else ngettext("in the notes of %(num)s meeting", "in the notes of %(num)s meetings", count)
    ]
    if said:
        facts.append(ngettext("said in %(num)s meeting", "said in %(num)s meetings", said))
    slugs = {*topic.mentions, *(hit.slug for hit in spoken)}
    dates = sorted(found for slug in slugs if (meeting := topics.meetings.get(slug)) and (found := meeting.date))
    if dates:
        facts.append(_("last on %(day)s", day=day(dates[-1])))
    if len(dates) > 1:
        facts.append(_("first on %(day)s", day=day(dates[0])))
    return facts


def often_beside(topics: ArchiveTopics, topic: Topic) -> list[Topic]:
    """The topics that most of its blocks name, too."""
    counts: Counter[str] = Counter()
    for slug, blocks in topic.mentions.items():
        named = {each for block in blocks for each in topics.of_blocks[slug].get(block, ())}
        counts.update(named - {topic.id})
    found = [topics.topics[each] for each, _ in counts.most_common() if topics.topics[each].comes_back]
    return [each for each in found if each.is_listed and not topics.is_everywhere(each)][:_MAX_BESIDE]


# -- the timeline ------------------------------------------------------------------------------------------------------


def _timeline(
    topics: ArchiveTopics, topic: Topic, written: Sequence[Hit], spoken: Sequence[Hit]
) -> TopicTimeline | None:
    """None where there is nothing to see: fewer than two days."""
    days = sorted(meeting.date for meeting in topics.meetings.values() if meeting.date)
    firsts: dict[str, Hit] = {}
    for hit in (*written, *spoken):
        known = firsts.get(hit.slug)
        if known is None or (known.start is None and hit.start is not None):
            firsts[hit.slug] = hit
    dated = sorted((hit for hit in firsts.values() if hit.date), key=lambda hit: (hit.date or days[0], hit.slug))
    if len(dated) < 2:
        return None
    first, length = days[0].toordinal(), max((days[-1] - days[0]).days, 1)

    def x(ordinal: int) -> float:
        return _EDGE + (ordinal - first) / length * (100 - 2 * _EDGE)

    dots = tuple(
        TopicDot(
            f"{x(hit.date.toordinal()):.2f}",
            hit_href(hit),
            f"{day(hit.date)} · {hit.title}",
            hit.slug not in topic.mentions,
        )
        for hit in dated
        if hit.date
    )
    starts = [
        (str(year), x(days[0].replace(year=year, month=1, day=1).toordinal()))
        for year in range(days[0].year + 1, days[-1].year + 1)
    ]
    step = -(-len(starts) // _MAX_YEARS) or 1
    years = tuple((year, f"{at:.2f}") for number, (year, at) in enumerate(starts) if not number % step)
    summary = ngettext(
        "%(num)s meeting from %(first)s to %(last)s",
        "%(num)s meetings from %(first)s to %(last)s",
        len(dots),
        first=day(dated[0].date),
        last=day(dated[-1].date),
    )
    return TopicTimeline(dots, years, summary)

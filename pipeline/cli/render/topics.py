"""What comes back across meetings, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click

from pipeline import page_addresses, part_clock
from pipeline.cli.render.table import MAX_TITLE_CHARS, shortened, table
from pipeline.file_names import printable
from pipeline.records import TopicKind
from pipeline.topics.archive import ArchiveTopics
from pipeline.topics.making import Topic

MAX_NAME_CHARS = 40
MAX_TEXT_CHARS = 100

_NOUNS = {
    TopicKind.ISSUE: ("issue", "issues"),
    TopicKind.STANDARD: ("numbered document", "numbered documents"),
    TopicKind.REPOSITORY: ("repository", "repositories"),
    TopicKind.VERSION: ("version", "versions"),
    TopicKind.CODE: ("name in code", "names in code"),
    TopicKind.TERM: ("term", "terms"),
}


@dataclass(frozen=True, slots=True)
class TopicPlace:
    """A block of the notes that names a topic. `start` is its moment in seconds, None where it is not known."""

    slug: str
    block_id: str
    line: int
    section: str
    text: str
    path: Path | None = None  # of notes that are in no archive
    start: float | None = None
    part_starts: tuple[float, ...] = ()


def topics_table(topics: Sequence[Topic], found: ArchiveTopics, since: date | None = None) -> str:
    """Topics in columns: what, of what kind, in how many meetings, first and last; which are new `since` a day."""
    rows = [
        (
            shortened(printable(topic.name), MAX_NAME_CHARS),
            topic.kind.value,
            str(len(topic.mentions)),
            *(_day(found, slug) for slug in (next(iter(topic.mentions)), list(topic.mentions)[-1])),
            *(("new" if found.is_new(topic.id, since) else "",) if since else ()),
        )
        for topic in topics
    ]
    head = ("topic", "kind", "meetings", "first", "last", *(("new",) if since else ()))
    return table(head, rows, right=[2])


def topics_summary(topics: Sequence[Topic], found: ArchiveTopics, min_meetings: int) -> Iterator[str]:
    """How many topics of each kind there are, and in how many meetings: `54 issues recur over 54 of 76 meetings`."""
    counts = Counter(topic.kind for topic in topics)
    for kind in (kind for kind in TopicKind if kind in counts):
        count = counts[kind]
        over = {slug for topic in topics if topic.kind is kind for slug in topic.mentions}
        one, many = _NOUNS[kind]
        recur = (
            ("recurs" if count == 1 else "recur") if min_meetings > 1 else ("is named" if count == 1 else "are named")
        )
        where = "over" if min_meetings > 1 else "in"
        yield f"{count} {one if count == 1 else many} {recur} {where} {len(over)} of {found.count} meetings"


def places_text(topic: Topic, found: ArchiveTopics, places: Iterable[TopicPlace]) -> str:
    """Every meeting that names a topic, and below each where it does."""
    count = len(topic.mentions)
    meetings = "1 meeting" if count == 1 else f"{count} meetings"
    lines = [f"{click.style(printable(topic.name), bold=True)}  {topic.kind.value}  {meetings}"]
    lines += [topic.url] if topic.url else []
    last = None
    for place in places:
        if place.slug != last:
            last, meeting = place.slug, found.meetings[place.slug]
            title = shortened(printable(meeting.title), MAX_TITLE_CHARS)
            day = "" if meeting.date is None or meeting.date.isoformat() in title else meeting.date.isoformat()
            where = printable(str(place.path)) if place.path else place.slug
            lines += ["", "  ".join(part for part in (click.style(title, bold=True), day, where) if part)]
        time = "–" if place.start is None else part_clock.clock(place.part_starts, place.start)
        section = "" if place.section == place.text else shortened(printable(place.section), MAX_NAME_CHARS)
        text = shortened(printable(place.text), MAX_TEXT_CHARS)
        lines.append("  ".join(part for part in (f"  {time:>8}", f"line {place.line}", section, text) if part))
    return "\n".join(lines)


def topic_json(
    topic: Topic, found: ArchiveTopics, places: Iterable[TopicPlace], site: str, since: date | None = None
) -> dict[str, Any]:
    """A topic for programs: the meetings that name it, the earliest first, and where they do; is it new `since`?"""
    by_meeting: dict[str, list[TopicPlace]] = {}
    for place in places:
        by_meeting.setdefault(place.slug, []).append(place)
    return {
        "id": topic.id,
        "kind": topic.kind.value,
        "name": topic.name,
        "url": topic.url,
        **({"new": found.is_new(topic.id, since)} if since else {}),
        "meetings": [_meeting_json(found, slug, named, site) for slug, named in by_meeting.items()],
    }


def _meeting_json(found: ArchiveTopics, slug: str, places: Sequence[TopicPlace], site: str) -> dict[str, Any]:
    meeting, path = found.meetings[slug], places[0].path
    page = page_addresses.meeting_page(slug, site)
    return {
        "title": meeting.title,
        "date": meeting.date.isoformat() if meeting.date else None,
        **({"path": str(path)} if path else {"slug": slug}),
        "blocks": [
            {
                "line": place.line,
                "section": place.section or None,
                "text": place.text,
                **({} if path else _moment_json(place, page)),
            }
            for place in places
        ],
    }


def _moment_json(place: TopicPlace, page: str) -> dict[str, Any]:
    address = page_addresses.at_block(page, place.block_id, place.start)
    return {"id": place.block_id, "start": place.start, "page": address}


def _day(found: ArchiveTopics, slug: str) -> str:
    day = found.meetings[slug].date
    return day.isoformat() if day else "–"

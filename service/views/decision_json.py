"""Decisions and actions as the API tells them, as types and as what makes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, TypedDict

from msgspec import Meta

from pipeline.export import schema
from pipeline.page_addresses import at_block, meeting_page
from pipeline.topics.listed_marks import PlacedMark
from service.web.site import site


class MarkJson(TypedDict):
    """What notes mark as decided, or as to be done."""

    slug: schema.Slug
    title: schema.MeetingTitle
    date: schema.MeetingDay
    kind: Annotated[str, Meta(description="decision or action.")]
    state: Annotated[
        str,
        Meta(description="The word that the notes mark it with, as it stands there; open or done for what has a box."),
    ]
    text: Annotated[str, Meta(description="What was decided, or is to be done.")]
    done: Annotated[bool | None, Meta(description="Whether its box is ticked; null: it has none.")]
    people: Annotated[list[str], Meta(description="Whom it names, as the notes write them.")]
    block: Annotated[str, Meta(description="The id of the block of the notes.")]
    section: Annotated[str | None, Meta(description="The heading under which it stands.")]
    moment: Annotated[schema.Seconds | None, Meta(description="When it was discussed, in seconds; null: not found.")]
    url: Annotated[str, Meta(description="The meeting's page at this block, and at its moment.")]


class MarksJson(TypedDict):
    """Decisions and actions, those of the newest meeting first, each in the order of its notes."""

    decisions: Annotated[list[MarkJson], Meta(description="All that were asked for, or a page of them.")]
    total: Annotated[schema.Count, Meta(description="How many there are on all pages.")]
    next: schema.NextUrl


def marks_json(marks: Iterable[PlacedMark], total: int, next_url: str | None) -> MarksJson:
    """A page of marks, out of `total`."""
    return {"decisions": [_mark(each) for each in marks], "total": total, "next": next_url}


def _mark(placed: PlacedMark) -> MarkJson:
    meeting, mark = placed.found.meeting, placed.found.mark
    return {
        "slug": meeting.slug,
        "title": meeting.title,
        "date": meeting.date.isoformat() if meeting.date else None,
        "kind": mark.kind.value,
        "state": mark.state,
        "text": mark.text,
        "done": mark.done,
        "people": list(mark.people),
        "block": mark.block_id,
        "section": placed.section,
        "moment": None if placed.start is None else round(placed.start, 2),
        "url": at_block(meeting_page(meeting.slug, site().address), mark.block_id, placed.start),
    }

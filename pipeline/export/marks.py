"""What notes mark as decided, or as to be done, for programs."""

from __future__ import annotations

from typing import Annotated, TypedDict

from msgspec import Meta

from pipeline.export import schema
from pipeline.page_addresses import at_block, meeting_page
from pipeline.topics.listed_marks import PlacedMark


class MarkFactsJson(TypedDict):
    """What notes mark, and where in them."""

    title: schema.MeetingTitle
    date: schema.MeetingDay
    kind: Annotated[str, Meta(description="decision or action.")]
    state: Annotated[
        str,
        Meta(description="The word that the notes mark it with, as it stands there; open or done for what has a box."),
    ]
    text: Annotated[str, Meta(description="What was decided, or is to be done.")]
    done: Annotated[
        bool | None, Meta(description="Whether its box is ticked, or the notes call it done; null: they do not say.")
    ]
    people: Annotated[list[str], Meta(description="Whom it names, as the notes write them.")]
    block: Annotated[str, Meta(description="The id of the block of the notes.")]
    section: Annotated[str | None, Meta(description="The heading under which it stands.")]


class MarkJson(MarkFactsJson):
    """What notes mark as decided, or as to be done."""

    slug: schema.Slug
    moment: Annotated[schema.Seconds | None, Meta(description="When it was discussed, in seconds; null: not found.")]
    url: Annotated[str, Meta(description="The meeting's page at this block, and at its moment.")]


def mark_facts_json(placed: PlacedMark) -> MarkFactsJson:
    """A mark of notes that need not be in an archive."""
    meeting, mark = placed.found.meeting, placed.found.mark
    return {
        "title": meeting.title,
        "date": meeting.date.isoformat() if meeting.date else None,
        "kind": mark.kind.value,
        "state": mark.state,
        "text": mark.text,
        "done": mark.done,
        "people": list(mark.people),
        "block": mark.block_id,
        "section": placed.section,
    }


def mark_json(placed: PlacedMark, site: str) -> MarkJson:
    """A mark of an archive whose pages are at `site`."""
    slug = placed.found.meeting.slug
    return {
        **mark_facts_json(placed),
        "slug": slug,
        "moment": None if placed.start is None else round(placed.start, 2),
        "url": at_block(meeting_page(slug, site), placed.found.mark.block_id, placed.start),
    }

"""Decisions and actions as the API tells them, as types and as what makes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, TypedDict

from msgspec import Meta

from pipeline.export import schema
from pipeline.export.marks import MarkJson, mark_json
from pipeline.topics.listed_marks import PlacedMark
from service.web.site import site


class MarksJson(TypedDict):
    """Decisions and actions, those of the newest meeting first, each in the order of its notes."""

    decisions: Annotated[list[MarkJson], Meta(description="All that were asked for, or a page of them.")]
    total: Annotated[schema.Count, Meta(description="How many there are on all pages.")]
    next: schema.NextUrl


def marks_json(marks: Iterable[PlacedMark], total: int, next_url: str | None) -> MarksJson:
    """A page of marks, out of `total`."""
    return {"decisions": [mark_json(each, site().address) for each in marks], "total": total, "next": next_url}

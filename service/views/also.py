"""What is told beside a block of other meetings that discussed its topics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request, url_for

from pipeline import page_addresses
from pipeline.topics.beside import AlsoDiscussed, OtherMention
from service.views.formatting import day, moment
from service.web.language import _, ngettext


@dataclass(frozen=True, slots=True)
class OtherView:
    """Another meeting: a link to the moment, or to the block where that is not known."""

    href: str
    day: str
    clock: str
    title: str


@dataclass(frozen=True, slots=True)
class AlsoView:
    """A topic of a block, and where else it was discussed. `more` says how many meetings are not shown, "" if none."""

    name: str
    href: str
    others: tuple[OtherView, ...]
    more: str


def also_views(also: Mapping[str, tuple[AlsoDiscussed, ...]]) -> dict[str, tuple[AlsoView, ...]]:
    """What is told beside each block, by its id."""
    return {block_id: tuple(map(_also_view, found)) for block_id, found in also.items()}


def _also_view(found: AlsoDiscussed) -> AlsoView:
    return AlsoView(
        name=found.name,
        href=url_for("topics.topic", topic_id=found.topic_id),
        others=tuple(map(_other_view, found.others)),
        more=ngettext("and %(num)s more", "and %(num)s more", found.more) if found.more else "",
    )


def _other_view(other: OtherMention) -> OtherView:
    page = page_addresses.meeting_page(other.meeting.slug, request.script_root)
    return OtherView(
        href=page_addresses.at_block(page, other.block_id, other.start),
        day=day(other.meeting.date) or _("No date"),
        clock="" if other.start is None else moment(other.part_starts, other.start),
        title=other.meeting.title,
    )

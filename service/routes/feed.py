"""Feeds of new meetings and of a query, as Atom (RFC 4287), and the search as OpenSearch, for browsers to add."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from flask import Blueprint, Response, render_template, request, url_for

from pipeline.errors import MeetingDamaged, MeetingNotFound
from pipeline.records import MarkKind, MeetingSummary
from pipeline.search.by_meeting import search_by_meeting
from pipeline.topics.listed_marks import PlacedMark
from service.views.decisions import kind_name
from service.views.feed_entries import (
    FeedEntry,
    MeetingEntry,
    feed_entry,
    latest_added,
    mark_entry,
    meeting_entry,
    timestamp,
)
from service.web.caching import cached
from service.web.published import hidden, shown_meetings
from service.web.site import site
from service.web.store import not_searched, search_index, store
from service.web.versions import of_archive, of_program

blueprint = Blueprint("feed", __name__)

_MAX_MEETINGS = 50  # in a feed
_MAX_MOMENTS = 5  # of a meeting
_MAX_NEW = 30
_ATOM = "application/atom+xml"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML 1.0, even escaped


@blueprint.get("/opensearch.xml")
@cached(of_program)
def opensearch() -> Response:
    return _xml("opensearch.xml", "application/opensearchdescription+xml")


@blueprint.get("/feed.atom")
@cached(of_archive)
def new_meetings() -> Response:
    """The meetings that were added last, each with its topics as links to their moments."""
    listed, added = shown_meetings(), store().first_stored()
    added = {each.slug: added[each.slug] for each in listed if each.slug in added}
    entries = list(_new_entries(listed, added))
    return _xml("new_meetings.atom.xml", _ATOM, entries=entries, updated=_latest(added), feed_urn=_urn())


def _new_entries(listed: Sequence[MeetingSummary], added: Mapping[str, datetime]) -> Iterator[MeetingEntry]:
    for summary in latest_added(listed, added, _MAX_NEW):
        with suppress(MeetingDamaged, MeetingNotFound):  # it has nothing to show
            yield meeting_entry(store().meeting(summary.slug, segments=False), added[summary.slug])


@blueprint.get("/search.atom")
@cached(of_archive)
def atom() -> Response:
    """The meetings a query is found in, the latest to be added first, each with its best moments."""
    query = request.args.get("q", "").strip()
    added = added_meetings()
    latest_first = sorted(added, key=added.__getitem__, reverse=True)
    found = search_by_meeting(
        search_index(),
        query,
        latest_first,
        meetings=_MAX_MEETINGS,
        moments=_MAX_MOMENTS,
        without=not_searched() | hidden(),
    )
    entries = [feed_entry(query, slug, added[slug], hits) for slug, hits in found.items()]
    address, page = url_for("feed.atom", q=query), url_for("pages.search", q=query)
    return moments_feed(query, entries, address=address, page=page, added=added)


def moments_feed(
    title: str, entries: Sequence[FeedEntry], *, address: str, page: str, added: Mapping[str, datetime]
) -> Response:
    """The feed of something that was found in meetings, each with its moments.

    Args:
        address: its own.
        page: that of the page that shows the same.
        added: when each meeting was.
    """
    updated = entries[0].updated if entries else _latest(added)
    return _xml(
        "moments.atom.xml",
        _ATOM,
        title=title,
        entries=entries,
        address=address,
        page=page,
        updated=updated,
        feed_urn=uuid5(NAMESPACE_URL, f"{_urn()}{request.path}").urn,
    )


def marks_feed(marks: Sequence[PlacedMark], kind: MarkKind, added: Mapping[str, datetime]) -> Response:
    """The feed of what is marked in the notes, an entry each, for the address that is asked for.

    Args:
        added: when each meeting was.
    """
    entries = [mark_entry(each, added[each.found.meeting.slug]) for each in marks if each.found.meeting.slug in added]
    address = request.full_path.rstrip("?")
    return _xml(
        "decisions.atom.xml",
        _ATOM,
        title=kind_name(kind),
        entries=entries,
        address=f"{request.script_root}{address}",
        page=f"{url_for('decisions.decisions')}{address.removeprefix('/decisions.atom')}",
        updated=max((entry.updated for entry in entries), default=_latest({})),
        feed_urn=uuid5(NAMESPACE_URL, f"{_urn()}{request.path}").urn,
    )


def added_meetings() -> dict[str, datetime]:
    """When each meeting was added, of those that this reader may find."""
    kept_back = hidden()
    return {slug: at for slug, at in store().first_stored().items() if slug not in kept_back}


def _urn() -> str:
    """What the feed of an archive is known by that is served nowhere yet."""
    return uuid5(NAMESPACE_URL, f"jumpnotes:{store().key()}").urn


def _latest(added: Mapping[str, datetime]) -> str:
    """When the last meeting was added: Atom wants every feed to have a date, also where there is none yet."""
    none_yet = datetime.fromtimestamp(0, UTC) if site().static else datetime.now(UTC)
    return timestamp(max(added.values(), default=none_yet))


def _xml(template: str, mimetype: str, **context: object) -> Response:
    return Response(_NOT_XML.sub("", render_template(template, **context)), mimetype=mimetype)

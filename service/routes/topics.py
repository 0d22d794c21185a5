"""What comes back across meetings: all topics, one of them, and its feed."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pipeline.errors import TopicNotFound
from pipeline.topics.archive import ArchiveTopics
from pipeline.topics.making import Topic
from pipeline.topics.moments import spoken_moments, written_moments
from service.routes.feed import added_meetings, moments_feed
from service.views.feed_entries import feed_entry
from service.views.topic import topic_page
from service.views.topics import BY_DAY, BY_NAME, MAX_ROWS, topics_page
from service.web.caching import cached
from service.web.published import hidden
from service.web.request_data import page_number
from service.web.site import site
from service.web.store import not_searched, search_index
from service.web.topics import shown_topics
from service.web.unread import require_index, unread_meetings
from service.web.versions import Version, of_archive

blueprint = Blueprint("topics", __name__, url_prefix="/topics")

MAX_SHOWN = 100
"""Meetings on the page of a topic; a site of files shows all."""

_MAX_MEETINGS = 50  # in a feed
_MAX_STATIC_ROWS = 1_000_000  # no server has another page of them


@blueprint.get("/")
@cached(of_archive)
def topics() -> str:
    order = request.args.get("order", "")
    page = topics_page(
        shown_topics(),
        kind=request.args.get("kind", ""),
        words=request.args.get("q", "").strip(),
        order=order if order in {BY_DAY, BY_NAME} else "",
        number=page_number(),
        max_rows=_MAX_STATIC_ROWS if site().static else MAX_ROWS,
    )
    return render_template("topics.html", page=page, unread=unread_meetings())


def _version(topic_id: str) -> Version:  # noqa: ARG001 - all pages of the archive have the same
    return of_archive()


@blueprint.get("/<path:topic_id>")
def topic(topic_id: str) -> ResponseReturnValue:
    asked = _asked(shown_topics(), topic_id)
    if asked.id != topic_id:  # it was asked for by its name
        return redirect(url_for("topics.topic", topic_id=asked.id))
    return _page(topic_id)


@cached(_version)
def _page(topic_id: str) -> str:
    found = shown_topics()
    asked = _asked(found, topic_id)
    spoken = spoken_moments(search_index(), found, asked, without=not_searched() | hidden())
    newest = sorted(asked.mentions, key=found.newness)
    shown = newest if site().static else newest[:MAX_SHOWN]
    written = written_moments(search_index(), found, asked, shown)
    page = topic_page(found, asked, written, spoken, more=len(newest) - len(shown))
    return render_template("topic.html", page=page)


@blueprint.get("/<path:topic_id>/feed.atom")
@cached(_version)
def feed(topic_id: str) -> Response:
    """The meetings whose notes name a topic, the latest to be added first, each with its moments."""
    found = shown_topics()
    asked = _asked(found, topic_id)
    added = added_meetings()
    named = sorted((slug for slug in asked.mentions if slug in added), key=added.__getitem__, reverse=True)
    hits = written_moments(search_index(), found, asked)
    by_meeting = {slug: [hit for hit in hits if hit.slug == slug] for slug in named[:_MAX_MEETINGS]}
    entries = [
        feed_entry(f"topic {asked.id}", slug, added[slug], found_there)
        for slug, found_there in by_meeting.items()
        if found_there
    ]
    return moments_feed(
        asked.name,
        entries,
        address=url_for("topics.feed", topic_id=asked.id),
        page=url_for("topics.topic", topic_id=asked.id),
        added=added,
    )


def _asked(found: ArchiveTopics, topic_id: str) -> Topic:
    topic = found.named(topic_id)
    if topic is None:
        require_index()
        raise TopicNotFound(topic_id)
    return topic

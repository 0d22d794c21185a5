"""Who speaks across meetings: all of them, one, and another name for one."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pipeline.errors import NobodyOfThatName
from pipeline.speaker_renaming import rename_everywhere
from pipeline.topics.speaker_identity import speaker_id
from pipeline.topics.speakers import ArchiveSpeakers, Speaker
from service.routes.feed import added_meetings, moments_feed
from service.views.feed_entries import feed_entry
from service.views.speaker import speaker_hits, speaker_page
from service.views.speakers import BY_DAY, BY_NAME, BY_TIME, MAX_ROWS, speakers_page
from service.web import auth
from service.web.caching import cached
from service.web.request_data import page_number
from service.web.site import site
from service.web.speakers import reader, shown_speakers
from service.web.store import writing_archive
from service.web.unread import require_index, unread_meetings
from service.web.versions import Version, of_archive

blueprint = Blueprint("speakers", __name__, url_prefix="/speakers")

_MAX_MEETINGS = 50  # in a feed


@blueprint.get("/")
@cached(of_archive)
def speakers() -> str:
    order = request.args.get("order", "")
    page = speakers_page(
        shown_speakers(),
        words=request.args.get("q", "").strip(),
        order=order if order in {BY_DAY, BY_NAME, BY_TIME} else "",
        number=page_number(),
        max_rows=None if site().static else MAX_ROWS,
    )
    return render_template("speakers.html", page=page, unread=unread_meetings())


@blueprint.get("/<name>")
def speaker(name: str) -> ResponseReturnValue:
    if speaker_id(name) not in {"", name}:  # it was asked for by a name
        return redirect(url_for("speakers.speaker", name=_asked(shown_speakers(), name).id))
    return _page(name)


@blueprint.get("/<name>/")
def speaker_folder(name: str) -> ResponseReturnValue:
    """Where the page is on a site of files: links from there lead here, too."""
    return redirect(url_for("speakers.speaker", name=name), 301)


@blueprint.get("/<path:name>")
def speaker_by_name(name: str) -> ResponseReturnValue:
    """A name that has a slash in it, which no id has."""
    return redirect(url_for("speakers.speaker", name=_asked(shown_speakers(), name).id))


def _version(name: str) -> Version:  # noqa: ARG001 - all pages of the archive have the same
    return of_archive()


@cached(_version)
def _page(name: str) -> str:
    asked = _asked(shown_speakers(), name)
    page = speaker_page(asked, reader().moments(asked), for_editors=auth.may_write().allowed)
    return render_template("speaker.html", page=page)


@blueprint.get("/<name>/feed.atom")
@cached(_version)
def feed(name: str) -> Response:
    """The meetings in which somebody speaks, the latest to be added first, each with the first moment."""
    asked, added = _asked(shown_speakers(), name), added_meetings()
    hits = [hit for hit in speaker_hits(asked, reader().moments(asked)) if hit.slug in added]
    hits.sort(key=lambda hit: added[hit.slug], reverse=True)
    entries = [feed_entry(f"speaker {asked.id}", hit.slug, added[hit.slug], [hit]) for hit in hits[:_MAX_MEETINGS]]
    address, page = url_for("speakers.feed", name=asked.id), url_for("speakers.speaker", name=asked.id)
    return moments_feed(asked.name, entries, address=address, page=page, added=added)


@blueprint.post("/<name>")
def rename(name: str) -> ResponseReturnValue:
    """Another name in every meeting, by the form on the page."""
    access = auth.require_write()
    auth.require_own_site()
    given = request.form.get("name", "").strip()
    with writing_archive() as archive:
        rename_everywhere(archive, {name: given}, auth.author_of(access, None))
    return redirect(url_for("speakers.speaker", name=speaker_id(given)) if given else url_for("speakers.speakers"), 303)


def _asked(found: ArchiveSpeakers, name: str) -> Speaker:
    speaker = found.named(name)
    if speaker is None:
        require_index()
        raise NobodyOfThatName(name)
    return speaker

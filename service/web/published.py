"""Which meetings this reader may see: those whose notes say that they are not to be published, only if they may write.

Who may write runs the archive. To everybody else its addresses answer as if there were no such meeting. Where the pages
are written to files, for anybody and for ever, what cannot be read, or went wrong, is left out, too.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Flask, current_app, request

from pipeline.errors import MeetingNotFound
from pipeline.meeting_list import published
from pipeline.records import MeetingSummary
from pipeline.store import Store
from service.web import auth
from service.web.site import site
from service.web.store import store

_KEY = "jumpnotes.unpublished"


def register(app: Flask) -> None:
    """Let `app` answer for a meeting, whatever of it is asked for, only where its sender may see it."""
    app.before_request(_hide_unpublished)


def _hide_unpublished() -> None:
    slug = (request.view_args or {}).get("slug")
    if slug is None or request.method not in ("GET", "HEAD"):  # what is written is refused to whoever may not
        return
    # Where there is no such meeting, too: else one could be told from the other.
    if not store().is_published(slug) and not auth.may_write().allowed:
        raise MeetingNotFound(slug)


def hidden() -> frozenset[str]:
    """The meetings that the sender of this request must not see or find, by slug."""
    unpublished = _unpublished()
    return unpublished if unpublished and not auth.may_write().allowed else frozenset()


def _unpublished() -> frozenset[str]:
    """Those that nobody else is to see: every page asks, and only a write changes it."""
    change = store().last_change()
    known: tuple[int, frozenset[str]] = current_app.extensions.get(_KEY, (-1, frozenset()))
    if known[0] != change:
        known = current_app.extensions[_KEY] = change, store().unpublished()
    return known[1]


def shown_meetings() -> tuple[MeetingSummary, ...]:
    """The meetings that the sender of this request may see, newest first; those without a date last."""
    if site().static:
        return meetings_on_site(store())
    meetings = store().meetings()
    if all(each.published for each in meetings) or auth.may_write().allowed:
        return meetings
    return tuple(each for each in meetings if each.published)


def meetings_on_site(archive: Store) -> tuple[MeetingSummary, ...]:
    """The meetings of which a site of files has a page, newest first; those without a date last."""
    return tuple(replace(each, failure=None) for each in published(archive) if not each.damaged)

"""What the index does not have yet: while it is made anew, nothing is no answer to what meetings have in common."""

from __future__ import annotations

from flask import current_app

from pipeline.errors import IndexUnfinished
from service.web.published import shown_meetings
from service.web.site import site
from service.web.store import archive_of


def unread_meetings() -> int:
    """How many of the meetings that the sender may see are still to be added to the index; nobody is waited for."""
    if site().static:
        return 0
    behind = archive_of(current_app).behind()
    return sum(each.slug in behind for each in shown_meetings()) if behind else 0


def require_index() -> None:
    """Raises IndexUnfinished: there are meetings, and the index has none of them yet."""
    unread = unread_meetings()
    if unread and unread == len(shown_meetings()):
        raise IndexUnfinished(archive_of(current_app).index.path)

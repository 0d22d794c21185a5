"""The list of meetings, narrowed down and in pages, for programs."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from pipeline.errors import MeetingNotFound
from pipeline.records import MeetingSummary
from pipeline.series import series_of

if TYPE_CHECKING:
    from pipeline.store import Store


@dataclass(frozen=True, slots=True)
class MeetingFilter:
    """Which meetings are wanted: those that meet all of it; whatever is None, or "", leaves none out."""

    words: str = ""  # all of them in the title or the date, as 2024-03-05 or 5 March 2024
    series: str | None = None  # as `series_of` has it, in any case
    after: date | None = None  # on this day or later
    before: date | None = None  # before this day
    updated_since: datetime | None = None  # changed then, or later
    has: Literal["recording", "transcript"] | None = None
    slugs: frozenset[str] | None = None  # one of these: those in which somebody speaks

    def matches(self, meeting: MeetingSummary) -> bool:
        """Whether a meeting is wanted."""
        if self.slugs is not None and meeting.slug not in self.slugs:
            return False
        if self.has == "transcript" and not meeting.has_transcript:
            return False
        if self.has == "recording" and not has_recording(meeting):
            return False
        if self.series is not None and series_of(meeting.title).casefold() != self.series.casefold():
            return False
        if self.updated_since and not (meeting.updated_at and meeting.updated_at >= self.updated_since):
            return False
        return self._is_in_time(meeting.date) and self._has_words(meeting)

    def _is_in_time(self, day: date | None) -> bool:
        if self.after is None and self.before is None:
            return True
        return day is not None and (self.after or date.min) <= day and (self.before is None or day < self.before)

    def _has_words(self, meeting: MeetingSummary) -> bool:
        day = meeting.date
        written = f"{day.isoformat()} {day.day} {calendar.month_name[day.month]} {day.year}" if day else ""
        text = f"{meeting.title} {written}".casefold()
        return all(word in text for word in self.words.casefold().split())


@dataclass(frozen=True, slots=True)
class MeetingsPage:
    """Some of the meetings; `cursor` is where the next page begins, None after the last."""

    meetings: tuple[MeetingSummary, ...]
    cursor: str | None = None


def published(store: Store) -> tuple[MeetingSummary, ...]:
    """The meetings that a published site may show, newest first: not those whose notes say `publish: false`."""
    return tuple(each for each in store.meetings() if each.published)


def has_recording(meeting: MeetingSummary) -> bool:
    """Whether there is a recording: linked in the notes, or beside them."""
    return meeting.has_video or meeting.duration is not None


def page_of(
    meetings: Sequence[MeetingSummary], wanted: MeetingFilter, *, limit: int | None = None, cursor: str | None = None
) -> MeetingsPage:
    """The meetings that are wanted, in their order: at most `limit`, from `cursor` of the page before.

    The cursor is the slug of that page's last meeting, so that a meeting that is added meanwhile shifts none.

    Raises:
        MeetingNotFound: the meeting of the cursor is not there any more.
    """
    first = 0
    if cursor is not None:
        places = {meeting.slug: at for at, meeting in enumerate(meetings, 1)}
        if cursor not in places:
            raise MeetingNotFound(cursor)
        first = places[cursor]
    found = [meeting for meeting in meetings[first:] if wanted.matches(meeting)]
    shown = tuple(found[:limit])
    return MeetingsPage(shown, shown[-1].slug if len(shown) < len(found) else None)

"""The words of a digest: its subject and its plain text. Mails are in English; what they quote is as it was written."""

from __future__ import annotations

import calendar
import textwrap
from collections.abc import Iterator
from datetime import date

from pipeline import page_addresses, timecode
from pipeline.records import Hit, SubscriptionKind
from pipeline.subscriptions.finding import DiscussedMeeting, News
from pipeline.subscriptions.messages import Message

MAX_QUOTED_CHARS = 300
_LINE_CHARS = 72
_MAX_SUBJECT_CHARS = 120


def subject(message: Message) -> str:
    """What came up, and in how many meetings."""
    names = listed([heading(each) for each in message.news])
    return shortened(f"{names}: {counted(len(message.slugs))}", _MAX_SUBJECT_CHARS)


def plain_text(message: Message, site: str, archive: str) -> str:
    """The mail for those who read text.

    Args:
        site: where the pages are served.
        archive: what they are called.
    """
    return "\n".join(_lines(message, site, archive)) + "\n"


def _lines(message: Message, site: str, archive: str) -> Iterator[str]:
    yield f"What you follow in {archive} came up in {counted(len(message.slugs))}."
    for news in message.news:
        title = heading(news)
        yield from ("", "", title, "=" * min(len(title), _LINE_CHARS))
        for meeting in news.meetings:
            yield from ("", *_wrapped(called(meeting)), f"  {page_addresses.meeting_page(meeting.slug, site)}")
            for hit in meeting.moments:
                yield from ("", *_wrapped(f"{where(hit)}:"), *_wrapped(f"“{quoted(hit)}”"))
                yield f"  {page_addresses.at_hit(hit, site)}"
    if message.more:
        yield from ("", "", f"{counted(message.more).capitalize()} more will follow in the next mail.")
    yield from ("", "", "-- ", *textwrap.wrap(why(message, archive), _LINE_CHARS))


def _wrapped(text: str) -> list[str]:
    wrap = textwrap.TextWrapper(
        _LINE_CHARS, initial_indent="  ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
    return wrap.wrap(text)


def heading(news: News) -> str:
    """What is followed, as a title."""
    return f"“{news.name}”" if news.subscription.kind is SubscriptionKind.QUERY else news.name


def called(meeting: DiscussedMeeting) -> str:
    """A meeting, with its day where that is known and not in its title."""
    day = day_words(meeting.date)
    is_dated = not meeting.date or day in meeting.title or meeting.date.isoformat() in meeting.title
    return meeting.title if is_dated else f"{meeting.title}, {day}"


def where(hit: Hit) -> str:
    """Where in the meeting: its time, who speaks, the section."""
    time = "Time not known" if hit.start is None else timecode.clock(hit.start)
    return ", ".join(part for part in (time, hit.speaker, hit.section) if part)


def quoted(hit: Hit) -> str:
    """What stands or was said there, on one line, not too long."""
    return shortened(" ".join("".join(piece for piece, _ in hit.snippet).split()), MAX_QUOTED_CHARS)


def why(message: Message, archive: str) -> str:
    """Why somebody gets this mail, and what to do against it."""
    authors = listed(sorted({each.subscription.author for each in message.news}))
    return f"You get this mail because you follow this in {archive} (set up by: {authors}). To get no more, answer it."


def counted(meetings: int) -> str:
    return f"{meetings} meeting{'' if meetings == 1 else 's'}"


def listed(names: list[str]) -> str:
    return ", ".join(names)


def day_words(day: date | None) -> str:
    return f"{day.day} {calendar.month_name[day.month]} {day.year}" if day else ""


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"

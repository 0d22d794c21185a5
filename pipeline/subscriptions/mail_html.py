"""A digest as a page within a mail: one column that fits a phone, no pictures, nothing that is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from pipeline import page_addresses, timecode
from pipeline.records import Hit
from pipeline.subscriptions import mail_text
from pipeline.subscriptions.finding import DiscussedMeeting
from pipeline.subscriptions.messages import Message

# Programs for mail know no style sheets of a site: what little there is stands in the mail itself.
_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 38em; padding: 16px; }
h2 { font-size: 1.25em; margin: 1.5em 0 0; } h3 { font-size: 1em; margin: 1em 0 0; }
ul { padding-left: 1.2em; } li { margin: .5em 0; } li a { font-weight: 600; }
blockquote { margin: .25em 0 0; overflow-wrap: anywhere; }
footer { border-top: 1px solid #8888; font-size: .875em; margin-top: 2em; }
"""


def page(message: Message, site: str, archive: str) -> str:
    """The mail for those who see pages.

    Args:
        site: where the pages are served.
        archive: what they are called.
    """
    title = escape(mail_text.subject(message))
    return "\n".join(
        [
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta name="color-scheme" content="light dark"><title>{title}</title>',
            f"<style>{_STYLE}</style></head><body>",
            *_body(message, site, archive),
            "</body></html>\n",
        ]
    )


def _body(message: Message, site: str, archive: str) -> Iterator[str]:
    count = mail_text.counted(len(message.slugs))
    yield f"<p>What you follow in <bdi>{escape(archive)}</bdi> came up in {count}.</p>"
    for news in message.news:
        yield f'<h2 dir="auto">{escape(mail_text.heading(news))}</h2>'
        for meeting in news.meetings:
            yield from _meeting(meeting, site)
    if message.more:
        yield f"<p>{mail_text.counted(message.more).capitalize()} more will follow in the next mail.</p>"
    yield f"<footer><p>{escape(mail_text.why(message, archive))}</p></footer>"


def _meeting(meeting: DiscussedMeeting, site: str) -> Iterator[str]:
    address = escape(page_addresses.meeting_page(meeting.slug, site))
    yield f'<h3 dir="auto"><a href="{address}">{escape(mail_text.called(meeting))}</a></h3>'
    yield "<ul>"
    yield from (_moment(hit, site) for hit in meeting.moments)
    yield "</ul>"


def _moment(hit: Hit, site: str) -> str:
    link = "In the notes" if hit.start is None else timecode.clock(hit.start)
    beside = [part for part in ("time not known" if hit.start is None else "", hit.speaker, hit.section) if part]
    told = "".join(f", <bdi>{escape(part)}</bdi>" for part in beside)
    address = escape(page_addresses.at_hit(hit, site))
    quoted = f'<blockquote dir="auto">{escape(mail_text.quoted(hit))}</blockquote>'
    return f'<li><a href="{address}">{link}</a>{told}{quoted}</li>'

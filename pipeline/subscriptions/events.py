"""What a webhook is told: everything that a program needs to write it into a chat."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from pipeline import page_addresses, timecode
from pipeline.records import Hit
from pipeline.subscriptions.messages import Message

TOPIC_DISCUSSED = "topic.discussed"


def event(message: Message, site: str) -> bytes:
    """The body of the request.

    Args:
        site: where the pages are served.
    """
    (news,) = message.news
    subscription = news.subscription
    data = {
        "subscription": {
            "id": subscription.id,
            "kind": subscription.kind.value,
            "about": subscription.about,
            "name": news.name,
        },
        "meetings": [
            {
                "slug": meeting.slug,
                "title": meeting.title,
                "date": meeting.date and meeting.date.isoformat(),
                "url": page_addresses.meeting_page(meeting.slug, site),
                "moments": [moment_json(hit, site) for hit in meeting.moments],
            }
            for meeting in news.meetings
        ],
    }
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"type": TOPIC_DISCUSSED, "timestamp": at, "data": data}, ensure_ascii=False).encode(
        errors="replace"
    )


def moment_json(hit: Hit, site: str) -> dict[str, object]:
    """A moment; `start` is in seconds, null where it is not known."""
    return {
        "start": hit.start,
        "time": None if hit.start is None else timecode.clock(hit.start),
        "source": hit.source.value,
        "section": hit.section,
        "speaker": hit.speaker,
        "text": "".join(piece for piece, _ in hit.snippet),
        "url": page_addresses.at_hit(hit, site),
    }

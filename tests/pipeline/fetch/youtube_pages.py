"""Pages of YouTube's lists, constructed: as little of their JSON as yt-dlp reads."""

from __future__ import annotations

import io
import json
from typing import Any

from yt_dlp.networking import Response


def video(number: int, **facts: Any) -> dict[str, Any]:
    return {
        "videoId": f"gArDenCal{number:02}",
        "title": {"runs": [{"text": f"Garden call {number}"}]},
        "lengthText": {"simpleText": "1:00:00"},
        "publishedTimeText": {"simpleText": "3 weeks ago"},
    } | facts


def upcoming(number: int, starts: int) -> dict[str, Any]:
    overlay = {"thumbnailOverlayTimeStatusRenderer": {"style": "UPCOMING"}}
    return video(number, upcomingEventData={"startTime": str(starts)}, thumbnailOverlays=[overlay])


def playlist(*videos: dict[str, Any]) -> bytes:
    items = [{"playlistVideoRenderer": {**each, "lengthSeconds": "3600"}} for each in videos]
    contents = [{"playlistVideoListRenderer": {"playlistId": "PLgarden", "contents": items}}]
    return _page({"sectionListRenderer": {"contents": [{"itemSectionRenderer": {"contents": contents}}]}})


def channel(tab: str, *videos: dict[str, Any]) -> bytes:
    items = [{"richItemRenderer": {"content": {"videoRenderer": each}}} for each in videos]
    return _page({"richGridRenderer": {"contents": items}}, tab)


def response(url: str, page: bytes) -> Response:
    return Response(io.BytesIO(page), url, {"Content-Type": "text/html"})


def _page(content: dict[str, Any], tab: str = "videos") -> bytes:
    endpoint = {"commandMetadata": {"webCommandMetadata": {"url": f"/@garden/{tab}"}}}
    selected = {"selected": True, "title": tab.title(), "endpoint": endpoint, "content": content}
    data = {
        "contents": {"twoColumnBrowseResultsRenderer": {"tabs": [{"tabRenderer": selected}]}},
        "metadata": {"channelMetadataRenderer": {"externalId": f"UC{'a' * 22}", "title": "Garden"}},
    }
    return f"<html><script>var ytInitialData = {json.dumps(data)};</script></html>".encode()

"""The recordings of a list. yt-dlp reads a feed on loopback; YouTube's pages and entries are constructed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.config import Settings
from pipeline.errors import HostNotAllowed, NoNetwork, NotFound, Unsupported
from pipeline.fetch import listing, ytdlp
from pipeline.fetch.failures import error_for
from pipeline.fetch.listing import listed, video_from
from pipeline.records import ListedVideo
from tests.pipeline.fetch import youtube_pages
from tests.pipeline.fetch.host import Host, typed

ITEM = """<item><title>{title}</title><description>About it.</description><guid>{number}</guid>
<pubDate>Tue, 05 Mar 2024 18:00:00 GMT</pubDate><itunes:duration>45:10</itunes:duration>
<enclosure url="{url}" type="audio/ogg" length="1"/></item>"""
PLAYLIST = "https://www.youtube.com/playlist?list=PLgarden"


def feed(*items: str) -> bytes:
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">'
        f"<channel><title>Garden calls</title>{''.join(items)}</channel></rss>"
    ).encode()


def test_a_feed_is_read_whole_and_none_of_its_recordings_is_asked_for(host: Host, settings: Settings) -> None:
    """Forty of them in one request; each is known by its address, whoever serves it."""
    urls = [f"https://cdn.example/call-{number}.ogg" for number in range(40)]
    items = [ITEM.format(title=f"Call {number}", number=number, url=url) for number, url in enumerate(urls)]
    host.answers["/feed.xml"] = typed("application/rss+xml", feed(*items))

    videos = listed([host.url("/feed.xml")], settings=settings)

    assert [video.url for video in videos] == urls
    assert videos[7] == ListedVideo(
        url=urls[7],
        id=urls[7],
        title="Call 7",
        at=datetime(2024, 3, 5, 18, tzinfo=UTC),
        has_time=True,
        duration=2710.0,
        status="recorded",
        description="About it.",
    )
    assert {path for path, _ in host.asked} == {"/feed.xml"}


def test_a_list_is_only_asked_of_a_host_that_is_allowed(host: Host, settings: Settings) -> None:
    """As with recordings; and what is no list is none."""
    with pytest.raises(HostNotAllowed):
        listed([host.url("/feed.xml")], settings=replace(settings, allow_hosts=frozenset()))
    assert host.asked == []
    with pytest.raises(Unsupported, match="is no list"):
        listed([host.url("/talk.ogg")], settings=settings)


def test_youtube_is_asked_for_a_playlist_and_nobody_else(settings: Settings) -> None:
    """No extractor but that for lists, and no other host: here the network is missing, and that is told."""
    with pytest.raises(NoNetwork, match=r"www\.youtube\.com"):
        listed([PLAYLIST], settings=settings)


def test_a_playlist_is_read_whole_and_a_channel_with_its_streams(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not just the first fifteen, one request a list; a stream to come says when."""
    pages = {
        PLAYLIST: youtube_pages.playlist(*map(youtube_pages.video, range(40))),
        "https://www.youtube.com/@garden/videos": youtube_pages.channel("videos", youtube_pages.video(1)),
        "https://www.youtube.com/@garden/streams": youtube_pages.channel(
            "streams", youtube_pages.upcoming(2, 1_709_661_600), youtube_pages.video(1)
        ),
    }
    asked: list[str] = []

    def answered(_downloader: object, request: Any) -> Any:
        asked.append(request.url)
        return youtube_pages.response(request.url, pages[request.url])

    monkeypatch.setattr(ytdlp._Downloader, "urlopen", answered)
    whole = listed([PLAYLIST], settings=settings)
    both = listed([address for address in pages if "@" in address], settings=settings)

    assert [video.id for video in whole] == [f"gArDenCal{number:02}" for number in range(40)]
    assert {video.status for video in whole} == {"recorded"}
    assert [(video.id, video.status) for video in both] == [("gArDenCal01", "recorded"), ("gArDenCal02", "upcoming")]
    assert (both[1].at, both[1].has_time) == (datetime(2024, 3, 5, 18, tzinfo=UTC), True)
    assert asked == list(pages)


ENTRY: dict[str, Any] = {
    "_type": "url",
    "ie_key": "Youtube",
    "id": "gArDenCall0",
    "url": "https://www.youtube.com/watch?v=gArDenCall0",
    "title": "Garden call 12",
    "duration": 3600,
    "live_status": None,
    "timestamp": 1_709_661_600,
    "availability": None,
    "description": None,
}


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({}, "recorded"),
        ({"live_status": "was_live"}, "recorded"),
        ({"live_status": "is_upcoming", "release_timestamp": 1_709_661_600}, "upcoming"),
        ({"live_status": "is_live"}, "live"),
        ({"live_status": "post_live"}, "processing"),
        ({"title": "[Private video]"}, "private"),
        ({"title": "[Deleted video]"}, "unavailable"),
        ({"availability": "subscriber_only"}, "private"),
    ],
)
def test_whether_a_video_can_be_had_is_told_by_its_entry(facts: dict[str, Any], status: str) -> None:
    """Streams to come are listed like all others."""
    video = video_from(ENTRY | facts, on_youtube=True)

    assert video is not None
    assert video.status == status


def test_when_a_video_was_uploaded_is_a_guess_and_when_it_was_streamed_is_not() -> None:
    """YouTube's lists say "3 weeks ago"; the time of a stream to come is exact."""
    uploaded = video_from(ENTRY, on_youtube=True)
    streamed = video_from(ENTRY | {"release_timestamp": 1_709_661_601}, on_youtube=True)
    elsewhere = video_from(
        {"url": "https://cdn.example/a.ogg", "title": "A", "upload_date": "20240305"}, on_youtube=False
    )

    assert uploaded is not None
    assert streamed is not None
    assert elsewhere is not None
    assert (uploaded.url, uploaded.at, uploaded.has_time) == (
        "https://youtu.be/gArDenCall0",
        datetime(2024, 3, 5, 18, tzinfo=UTC),
        False,
    )
    assert (streamed.at, streamed.has_time) == (datetime(2024, 3, 5, 18, 0, 1, tzinfo=UTC), True)
    assert (elsewhere.at, elsewhere.has_time) == (datetime(2024, 3, 5, tzinfo=UTC), False)


@pytest.mark.parametrize(
    "entry",
    [
        {"id": "PLother", "url": "https://www.youtube.com/playlist?list=PLother", "title": "A list"},
        {"id": None, "url": 7, "title": ["x"], "duration": "long", "timestamp": float("nan")},
        {},
    ],
)
def test_what_is_no_video_is_left_out(entry: dict[str, Any]) -> None:
    """Whatever else a list leads to, and whatever a host sends."""
    assert video_from(entry, on_youtube=True) is None
    assert video_from(entry | {"url": "file:///etc/passwd"}, on_youtube=False) is None


def test_facts_that_cannot_be_used_are_not_known() -> None:
    """A length of NaN, a title of a thousand characters, half of a surrogate pair."""
    video = video_from(
        ENTRY | {"duration": float("nan"), "title": "x" * 1000, "timestamp": 1e30, "description": "\ud800"},
        on_youtube=True,
    )

    assert video is not None
    assert (video.duration, len(video.title), video.at, video.description) == (None, 500, None, "")


def test_a_channel_without_streams_has_its_videos(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that a channel does not have is left out; a channel that does not exist is an error. A video is in one."""
    videos = "https://www.youtube.com/@garden/videos"
    streams = "https://www.youtube.com/@garden/streams"
    found = video_from(ENTRY, on_youtube=True)
    missing = error_for(streams, "ERROR: [youtube:tab] @garden: This channel does not have a streams tab")

    def answers(address: str, _settings: Settings) -> list[ListedVideo]:
        if address == streams:
            raise missing
        assert found is not None
        return [found, found]

    monkeypatch.setattr(listing, "_videos", answers)

    assert listed([videos, streams], settings=settings) == (found,)
    with pytest.raises(NotFound):
        listed([streams], settings=settings)

from __future__ import annotations

import pytest

from tests.pipeline.notes.recording.links import ONE, THREE, TWO, ZOOM, found_in

ID = "dQw4w9WgXcQ"
NOTES = f"# Call\n\nCarla's talk: {THREE}\n"


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        *((f"{key}: {ONE} # unlisted", [ONE]) for key in ("media", "youtube_url", "youtubeUrl", "VIDEO", "recording")),
        *((f'{key}: "{ONE}"', [ONE]) for key in ("video-url", "meeting_recording", "vod", "youtube", "recording_link")),
        *((f"{key}: {ID}", [ONE]) for key in ("youtube", "youtube_id", "videoId", "yt", "video")),
        ("video: hello-world", []),
        (f"id: {ID}", []),
        (f"recordings:\n  - {ONE}\n  - {TWO}", [ONE, TWO]),
        (f"recording1: {ONE}\nrecording2: {TWO}", [ONE, TWO]),
        (f"recordings:\n  - {ZOOM}\n  - {ONE}", [ONE]),
        (f"video:\n  url: {ONE}\n  poster: a.png", [ONE]),
        (f"extra:\n  youtube: {ONE}", [ONE]),
        (f"talks:\n  - video: {ONE}", []),
        (f"links:\n  - name: Slides\n    url: {TWO}\n  - name: Recording\n    url: {ONE}", [ONE]),
        (f"resources:\n  - label: Video\n    link: {ONE}", [ONE]),
        (f"links:\n  - name: Ann's talk\n    url: {ONE}\n  - {TWO}", []),
        (f"embed: {ONE}", [ONE]),
        (f"recording: {ZOOM}", [ZOOM]),
        ("audio: ./call.mp3", ["./call.mp3"]),
        ("file: audio/call.ogg", ["audio/call.ogg"]),
        ("file: slides.pdf", []),
        ("enclosure: https://example.org/a.mp3", ["https://example.org/a.mp3"]),
        ("url: https://example.org/a.mp3", ["https://example.org/a.mp3"]),
        ("url: https://example.org/calls/1", []),
        (f"url: https://example.org/a.mp3\nyoutube_url: {ONE}", [ONE]),
        (f"source: {ONE}", [ONE]),
        (f"source: {TWO}\nrecording: {ONE}", [ONE]),
        (f"recording: https://soundcloud.com/garden/call\nvideo: {ONE}", [ONE]),
        (f"media: {TWO}\nvideo: {ONE}", [ONE]),
        ("vimeo: 522345678", ["https://vimeo.com/522345678"]),
        ("vimeo_id: '522345678'", ["https://vimeo.com/522345678"]),
        ("vimeo: garden", []),
        ("link: https://example.org", []),
        ("youtube: https://www.youtube.com/@garden", []),
        ("youtube_channel: gArDenCall9", []),
        ("video_thumbnail: https://example.org/a.mp4", []),
        ("recording: TBD", []),
        ("recording:", []),
    ],
)
def test_what_the_front_matter_names(fields: str, found: list[str]) -> None:
    """The most specific field counts, a vague one only where it leads to sound or video for certain."""
    assert found_in(f"---\n{fields}\n---\n\n{NOTES}") == found


def test_toml_names_it_too() -> None:
    """Also in a table of its own, as Zola has it."""
    assert found_in(f'+++\ntitle = "Call"\n[extra]\nyoutube = "{ONE}"\n+++\n\n{NOTES}') == [ONE]

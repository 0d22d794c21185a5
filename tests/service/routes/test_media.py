"""Recordings come in the pieces a player asks for, over real HTTP."""

from __future__ import annotations

import http.client
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from pipeline.records import Notes, Recording
from service.web.media_files import media_type
from tests.service.meetings import Library


def ask(live: str, method: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """One request for the recording: status, headers, body."""
    connection = http.client.HTTPConnection(urlsplit(live).netloc, timeout=10)
    try:
        connection.request(method, "/media/garden", headers={k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_pieces_over_http(library: Library, full: Notes, live: str, tmp_path: Path) -> None:
    """Whole, first bytes, last bytes and beyond the end are answered as HTTP says, and HEAD sends no body."""
    content = (tmp_path / "garden.wav").read_bytes()
    size = len(content)

    status, headers, body = ask(live, "GET")
    assert (status, body) == (200, content)
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["Content-Type"] == "audio/wav"

    status, headers, body = ask(live, "GET", Range="bytes=100-199")
    assert (status, body) == (206, content[100:200])
    assert headers["Content-Range"] == f"bytes 100-199/{size}"

    status, headers, body = ask(live, "GET", Range="bytes=-10")
    assert (status, body) == (206, content[-10:])

    status, headers, body = ask(live, "GET", Range="bytes=100-")
    assert (status, len(body)) == (206, size - 100)

    status, headers, body = ask(live, "GET", Range=f"bytes={size}-")
    assert status == 416
    assert headers["Content-Range"] == f"bytes */{size}"

    status, headers, body = ask(live, "HEAD")
    assert (status, body, headers["Content-Length"]) == (200, b"", str(size))

    etag = headers["Etag"]  # as waitress spells it
    assert ask(live, "GET", If_None_Match=etag)[0] == 304
    assert ask(live, "GET", Range="bytes=0-9", If_Range=etag)[0] == 206
    assert ask(live, "GET", Range="bytes=0-9", If_Range='"older"')[0] == 200


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.m4a", "audio/mp4"),
        ("a.opus", "audio/ogg"),
        ("a.MP3", "audio/mpeg"),
        ("a.webm", "video/webm"),
        ("a.mp4", "video/mp4"),
        ("a.unheard", "video/mp4"),
    ],
)
def test_media_type(name: str, expected: str) -> None:
    """The type is the one players expect, on every operating system."""
    assert media_type(Recording(name, "", None, name)) == expected


def test_audio_fetched_from_youtube_is_not_served(client: FlaskClient, library: Library, tmp_path: Path) -> None:
    """What was copied from YouTube to be transcribed is not published again."""
    library.notes()
    (tmp_path / "x.m4a").write_bytes(b"audio")
    library.youtube()
    assert client.get("/media/garden").status_code == 404


def test_folder_is_no_recording(client: FlaskClient, library: Library, tmp_path: Path) -> None:
    """Only a file is sent."""
    library.notes()
    library.store.save_recording("garden", Recording("x", "x", 1.0, str(tmp_path)), key="x")
    assert client.get("/media/garden").status_code == 404


def test_captions(client: FlaskClient, full: Notes) -> None:
    """The transcript comes as WebVTT with its speakers."""
    response = client.get("/meetings/garden/transcript.vtt")
    assert response.content_type == "text/vtt; charset=utf-8"
    assert response.text.startswith("WEBVTT\n")
    assert "<v Ana>Good evening everybody." in response.text


def test_no_captions_without_transcript(client: FlaskClient, library: Library) -> None:
    """A missing transcript is a 404, not an empty file."""
    library.notes()
    assert client.get("/meetings/garden/transcript.vtt").status_code == 404


def status(client: FlaskClient) -> int:
    with client.get("/media/garden") as response:
        return response.status_code


@pytest.mark.parametrize("fetched", [False, True])
def test_a_recording_that_became_a_symlink_is_not_sent(
    client: FlaskClient, library: Library, tmp_path: Path, fetched: bool
) -> None:
    """It would publish whatever file somebody made it lead to, of a person's own recording and of a fetched one."""
    library.notes()
    path = library.local()
    if fetched:
        library.store.save_recording("garden", Recording("https://a.example/b", "x", 1.0, str(path)), key="x")
    assert status(client) == 200
    path.unlink()
    (tmp_path / "secret").write_text("the password is hunter2")
    path.symlink_to(tmp_path / "secret")
    assert status(client) == 404
    path.unlink()
    path.symlink_to(path)
    assert status(client) == 404


def test_a_recording_behind_a_folder_that_became_a_symlink_is_not_sent(
    client: FlaskClient, library: Library, tmp_path: Path
) -> None:
    """Neither is a file of the same name in another folder."""
    library.notes()
    (tmp_path / "given").mkdir()
    library.local(file="given/garden.wav")
    assert status(client) == 200
    (tmp_path / "given").rename(tmp_path / "elsewhere")
    (tmp_path / "given").symlink_to(tmp_path / "elsewhere")
    assert status(client) == 404

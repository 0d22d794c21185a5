"""Recordings come in the pieces a player asks for, over real HTTP."""

from __future__ import annotations

import http.client
import json
import random
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from pipeline.config import Settings
from pipeline.records import Notes, Recording
from service import create_app
from service.web.media_files import media_type
from service.web.store import archive_of
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
    assert ask(live, "GET", Range="bytes=0-9", If_None_Match=etag)[0] == 304
    assert ask(live, "GET", Range="bytes=0-9", If_Modified_Since=headers["Last-Modified"])[0] == 304
    assert ask(live, "GET", Range="bytes=0-9", If_None_Match='"older"')[0] == 206
    assert ask(live, "GET", Range="bytes=0-9", If_Range=etag)[0] == 206
    assert ask(live, "GET", Range="bytes=0-9", If_Range='"older"')[0] == 200


def test_every_kind_of_piece_is_the_file_s_own(library: Library, live: str, tmp_path: Path) -> None:
    """One connection asks for one piece after the other: each has its bytes, its length, and nothing after it."""
    library.notes()
    path = library.local()
    path.write_bytes(content := random.Random(1).randbytes(300_000))
    size = len(content)
    pieces = {"0-": (0, size), "0-0": (0, 1), "-1": (size - 1, size), f"-{size}": (0, size), "7-9": (7, 10)}
    pieces |= {"1000-200000": (1000, 200_001), f"{size - 1}-": (size - 1, size), f"5-{size + 99}": (5, size)}
    connection = http.client.HTTPConnection(urlsplit(live).netloc, timeout=10)
    for wanted, (start, end) in pieces.items():
        for method in ("GET", "HEAD"):
            connection.request(method, "/media/garden", headers={"Range": f"bytes={wanted}"})
            answer = connection.getresponse()
            body = answer.read()
            assert (answer.status, answer.headers["Content-Length"]) == (206, str(end - start)), wanted
            assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{size}"
            assert body == (content[start:end] if method == "GET" else b""), wanted
    for whole in (
        "bytes=0-1,5-6",
        "bytes=0-0, -1",
        "items=0-1",
        "bytes=a-b",
        "bytes",
        "0-5",
        f"bytes=-{size + 5}",
        "bytes=5-2",
    ):
        connection.request("GET", "/media/garden", headers={"Range": whole})
        answer = connection.getresponse()
        assert (answer.status, answer.read() == content) == (200, True), whole
    for beyond in (f"{size}-", f"{size + 5}-{size + 9}"):
        connection.request("GET", "/media/garden", headers={"Range": f"bytes={beyond}"})
        answer = connection.getresponse()
        answer.read()
        assert (answer.status, answer.headers["Content-Range"]) == (416, f"bytes */{size}"), beyond
    connection.close()


def test_a_file_that_was_taken_away_is_not_found(
    client: FlaskClient, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recording that was deleted or locked after its meeting was stored is a 404, even at the last moment."""
    library.notes()
    path = library.local()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "is_file", lambda _: True)
        path.unlink()
        gone = client.get("/media/garden")
    assert (gone.status_code, client.get("/media/garden").status_code) == (404, 404)


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


def test_chapters(client: FlaskClient, full: Notes) -> None:
    """The topics come in three formats, and the page leads to the one that podcasts have."""
    podcast = client.get("/meetings/garden/chapters.json")
    captions = client.get("/meetings/garden/chapters.vtt")
    podlove = client.get("/meetings/garden/chapters.xml")

    assert podcast.mimetype == "application/json+chapters"
    assert [each["title"] for each in json.loads(podcast.data)["chapters"]] == ["Watering rota", "Compost heap"]
    assert (captions.mimetype, captions.text[:6]) == ("text/vtt", "WEBVTT")
    assert podlove.mimetype == "application/xml"
    assert 'title="Compost heap"' in podlove.text
    page = client.get("/meetings/garden").text
    assert 'href="/meetings/garden/chapters.json"' in page
    assert "Copy chapters" not in page  # two of them in twenty seconds: YouTube would show none


def test_no_chapters_without_links(client: FlaskClient, library: Library) -> None:
    """They are not found, and the page does not offer them; nor are those of a part that does not exist."""
    library.notes()
    library.local()
    library.transcript()

    for form in ("json", "vtt", "xml"):
        response = client.get(f"/meetings/garden/chapters.{form}")
        assert (response.status_code, "No topic of this recording has a link." in response.text) == (404, True)
    assert client.get("/meetings/garden/chapters.json?part=2").status_code == 404
    assert "chapters.json" not in client.get("/meetings/garden").text


def test_chapters_lead_to_the_pages_of_a_public_site(settings: Settings, full: Notes) -> None:
    """And other sites may read them; no address is made up where the settings have none."""
    app = create_app(replace(settings, site_url="https://garden.example"))
    answer = app.test_client().get("/meetings/garden/chapters.json")
    archive_of(app).close()

    assert json.loads(answer.data)["chapters"][0]["url"].startswith("https://garden.example/meetings/garden?t=4#")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


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

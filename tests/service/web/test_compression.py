"""Text goes compressed, recordings and secrets do not."""

from __future__ import annotations

import gzip

from flask import Flask
from flask.testing import FlaskClient

from pipeline.records import (
    Notes,
)
from tests.service.corrections import csrf_header, log_in
from tests.service.meetings import Library, three_hours


def test_three_hours_are_a_small_page(client: FlaskClient, library: Library) -> None:
    """300 blocks and 30,000 words with their times travel in less than 300 kB, and arrive whole."""
    three_hours(library)
    plain = client.get("/meetings/hours")
    packed = client.get("/meetings/hours", headers={"Accept-Encoding": "gzip, br"})
    assert plain.text.count("data-words=") == 3000
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding, Accept-Language, Cookie"
    assert len(packed.data) < 300_000
    assert gzip.decompress(packed.data) == plain.data


def test_recordings_are_not_compressed(client: FlaskClient, full: Notes) -> None:
    """A player asks for pieces of the file itself."""
    with client.get("/media/garden", headers={"Accept-Encoding": "gzip", "Range": "bytes=0-3"}) as response:
        assert (response.status_code, response.data) == (206, b"RIFF")
        assert "Content-Encoding" not in response.headers


def test_a_page_with_a_secret_is_not_compressed(app: Flask, guarded: Flask, full: Notes) -> None:
    """Whoever can choose what is beside a secret could guess it from the compressed size (BREACH)."""
    asks = {"headers": {"Accept-Encoding": "gzip"}}
    address = "/meetings/garden?t=0:12"
    stranger, member = guarded.test_client(), guarded.test_client()
    log_in(member)
    secret = csrf_header(guarded, member)["X-CSRF-Token"]

    page = member.get(address, **asks)

    assert secret in page.text
    assert "Content-Encoding" not in page.headers
    assert page.headers["Vary"] == "Accept-Encoding, Accept-Language, Cookie"
    assert stranger.get(address, **asks).headers["Content-Encoding"] == "gzip"
    assert app.test_client().get(address, **asks).headers["Content-Encoding"] == "gzip"


def test_styles_and_scripts_are_compressed(client: FlaskClient) -> None:
    """As long as they stay the same they are sent once, in either form; a piece of one is a piece of the file."""
    asks = {"Accept-Encoding": "gzip"}
    for name in ("style.css", "meeting/page.js"):
        with client.get(f"/static/{name}") as plain, client.get(f"/static/{name}", headers=asks) as packed:
            assert len(packed.data) < len(plain.data) / 2
            assert gzip.decompress(packed.data) == plain.data
            assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
            for tag in (plain.headers["ETag"], packed.headers["ETag"]):
                with client.get(f"/static/{name}", headers=asks | {"If-None-Match": tag}) as again:
                    assert (again.status_code, again.data) == (304, b"")
        with client.get(f"/static/{name}", headers=asks | {"Range": "bytes=0-3999"}) as piece:
            assert (piece.status_code, piece.data) == (206, plain.data[:4000])
            assert "Content-Encoding" not in piece.headers

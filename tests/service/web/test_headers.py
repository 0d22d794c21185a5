"""Every answer carries the headers that keep a page to itself."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.records import Notes
from service.web.headers import HEADERS
from service.web.store import archive_of

ADDRESSES = [
    "/",
    "/meetings/garden",
    "/meetings/nobody",
    "/media/garden",
    "/meetings/garden/transcript.vtt",
    "/search?q=rota",
    "/search?q=*",
    "/opensearch.xml",
    "/search.atom?q=rota",
    "/api/v1/meetings",
    "/api/v1/search",
    "/static/style.css",
    "/nowhere",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_headers(client: FlaskClient, full: Notes, address: str) -> None:
    """Pages, files, JSON and errors are all protected."""
    with client.get(address) as response:
        assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


def test_headers_of_a_bug(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a 500 is protected."""
    monkeypatch.setattr(archive_of(app).store, "meetings", None)
    response = app.test_client().get("/")
    assert response.status_code == 500
    assert response.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


def test_policy_allows_the_player_and_no_foreign_script() -> None:
    """YouTube may be framed without cookies, be full screen, and run nothing in our page."""
    policy = dict(part.strip().split(" ", 1) for part in HEADERS["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-src"] == "https://www.youtube-nocookie.com"
    assert policy["frame-ancestors"] == "'none'"
    assert 'fullscreen=(self "https://www.youtube-nocookie.com")' in HEADERS["Permissions-Policy"]

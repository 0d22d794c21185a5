"""Every answer carries the headers that keep a page to itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.config import Settings
from pipeline.records import Notes
from service import create_app
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


@pytest.fixture
def published(settings: Settings, full: Notes) -> Iterator[FlaskClient]:
    """The client of a site whose settings say where it is."""
    app = create_app(replace(settings, site_url="https://garden.example"))
    yield app.test_client()
    archive_of(app).close()


FOR_PROGRAMS = ["/api/v1/meetings", "/api/v1/search", "/meetings/garden/transcript.vtt", "/search.atom?q=rota"]
ORIGIN, PREFLIGHT = "Access-Control-Allow-Origin", "Access-Control-Request-Method"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("address", FOR_PROGRAMS)
def test_other_sites_may_read_what_is_for_programs(published: FlaskClient, address: str, method: str) -> None:
    """Errors, too; never with what a browser knows of its reader."""
    answer = published.open(address, method=method, headers={"Origin": "https://elsewhere.example"})
    assert answer.headers[ORIGIN] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    asked = published.options(address, headers={PREFLIGHT: method})
    assert (asked.status_code, asked.headers[ORIGIN]) == (200, "*")
    assert "If-None-Match" in asked.headers["Access-Control-Allow-Headers"]


def test_other_sites_may_not_write(published: FlaskClient) -> None:
    """Nor ask whether they may."""
    for address in ("/api/v1/meetings/garden/corrections", "/api/v1/meetings/garden/speakers"):
        for method in ("POST", "PUT"):
            assert ORIGIN not in published.open(address, method=method, json={}).headers
            assert ORIGIN not in published.options(address, headers={PREFLIGHT: method}).headers
    assert ORIGIN not in published.get("/meetings/garden").headers


@pytest.mark.parametrize("address", FOR_PROGRAMS)
def test_a_site_that_is_not_public_is_not_opened_to_others(client: FlaskClient, full: Notes, address: str) -> None:
    """Its readers' browsers reach it, and so would every page they open."""
    assert ORIGIN not in client.get(address, headers={"Origin": "https://elsewhere.example"}).headers
    assert ORIGIN not in client.options(address, headers={PREFLIGHT: "GET"}).headers

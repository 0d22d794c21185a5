"""A private archive shows nothing to whoever has not logged in and sends no token."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from pipeline.config import Settings
from pipeline.records import Notes, TokenRole
from service import create_app
from service.web import nearest
from service.web.failed_attempts import MAX_FAILURES
from service.web.store import archive_of
from tests.service.corrections import BASE, TOKEN, correction, csrf_header, log_in

_FOR_ALL = {"/healthz", "/language/en", "/login", "/readyz", "/robots.txt"}
_VALUES = {"slug": "garden", "number": 1, "job": 1, "version": 1, "draft": "x", "role": "notes", "form": "vtt"}
_VALUES |= {
    "code": "en",
    "filename": "style.css",
    "topic": "term/barrel",
    "topic_id": "term/barrel",
    "name": "barrel",
    "subscription": 1,
}


@pytest.fixture
def private(settings: Settings, full: Notes) -> Iterator[Flask]:
    """The app of a private archive that has a token."""
    app = create_app(replace(settings, private=True, token=TOKEN, site_url="https://meetings.example"))
    yield app
    nearest.close(app)
    archive_of(app).close()


@pytest.fixture
def reader(private: Flask) -> str:
    """A token that is for reading."""
    return archive_of(private).store.tokens.add("feeds", TokenRole.READER)[1]


def basic(token: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'anybody:{token}'.encode()).decode()}"}


def addresses(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Each address there is, of the meeting where it is of one."""
    urls = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        yield urls.build(rule.endpoint, {name: _VALUES[name] for name in rule.arguments}), rule


def test_strangers_are_shown_nothing_wherever_they_ask(private: Flask) -> None:
    """Whatever there is or is not at an address; the log-in alone is for all, and says nothing of the meetings."""
    client, asked = private.test_client(), 0
    for address, rule in addresses(private):
        if address.startswith("/static/"):
            continue
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            answer = client.open(address, method=method)
            if address in _FOR_ALL and method != "POST":
                assert answer.status_code in (200, 303), address
            elif address != "/login":
                assert answer.status_code in (303, 401), (method, address)
                asked += 1
            assert not any(word in answer.text for word in ("Garden club", "Seed swap", "hose")), (method, address)
            assert answer.headers["Cache-Control"] == "no-store", address
            assert "Access-Control-Allow-Origin" not in answer.headers
    assert asked > 50
    for nowhere in ("/meetings/nobody", "/nowhere", "/meetings/garden/nowhere"):
        assert client.get(nowhere).headers["Location"] == f"/login?next={nowhere}"
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_who_is_logged_in_reads_everything(private: Flask, reader: str) -> None:
    """From the page on which they were stopped; with a token for reading, nothing is offered for editing."""
    client = private.test_client()
    stopped = client.get("/search?q=hose")
    entered = client.post("/login", data={"token": reader, "next": "/search?q=hose"})

    assert (stopped.status_code, stopped.headers["Location"]) == (303, "/login?next=/search?q%3Dhose")
    assert "Log in to read this site." in client.get("/login").text
    assert entered.headers["Location"] == "/search?q=hose"
    shown = ("/", "/meetings/garden", "/feed.atom", "/media/garden", "/api/v1/meetings/garden", "/search?q=hose")
    for address in shown:
        with client.get(address) as answer:
            assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store"), address
    assert "Edit links" not in client.get("/meetings/garden").text
    assert client.post(BASE, json={}, headers=csrf_header(private, client)).status_code == 403


def test_programs_send_the_token(private: Flask, reader: str) -> None:
    """To the API as elsewhere; those that read feeds or play recordings, as a password, and are asked for one."""
    client = private.test_client()
    for address in ("/feed.atom", "/media/garden", "/meetings/garden/transcript.vtt", "/search.atom?q=hose"):
        asked = client.get(address)
        assert (asked.status_code, asked.headers["WWW-Authenticate"]) == (401, "Basic realm=jumpnotes"), address
        for headers in (basic(reader), {"Authorization": f"Bearer {TOKEN}"}):
            with client.get(address, headers=headers) as answer:
                assert answer.status_code == 200
    assert client.get("/api/v1/meetings").headers["WWW-Authenticate"].startswith("Bearer")
    assert client.get("/api/v1/meetings", headers={"Authorization": f"Bearer {reader}"}).status_code == 200


def test_browsers_ask_for_no_password(private: Flask) -> None:
    """Where a person opens a feed, the log-in comes; where a page's session has ended, its player is refused."""
    client = private.test_client()
    opened = client.get("/feed.atom", headers={"Sec-Fetch-Mode": "navigate"})
    played = client.get("/media/garden", headers={"Sec-Fetch-Mode": "no-cors"})

    assert (opened.status_code, opened.headers["Location"]) == (303, "/login?next=/feed.atom")
    assert (played.status_code, "Basic" in played.headers["WWW-Authenticate"]) == (401, False)


def test_passwords_are_not_guessed(private: Flask, reader: str) -> None:
    """They count as tokens do; on pages they are those of a proxy, and count for nothing."""
    client = private.test_client()
    for _ in range(2 * MAX_FAILURES):
        assert client.get("/", headers=basic("of a proxy")).status_code == 303
    statuses = [client.get("/feed.atom", headers=basic("guess")).status_code for _ in range(MAX_FAILURES)]
    late = client.get("/feed.atom", headers=basic(reader))

    assert statuses == [401] * MAX_FAILURES
    assert late.status_code == 429
    assert 0 < int(late.headers["Retry-After"]) <= 60


def test_without_a_token_only_this_machine_reads(settings: Settings, full: Notes) -> None:
    """Others are told what the owner can do."""
    app = create_app(replace(settings, private=True))
    client = app.test_client()
    elsewhere = client.get("/meetings/garden", environ_overrides={"REMOTE_ADDR": "192.0.2.7"})

    assert client.get("/meetings/garden").status_code == 200
    assert elsewhere.status_code == 403
    assert "jumpnotes token add NAME" in elsewhere.text
    assert "Garden club" not in elsewhere.text
    archive_of(app).close()


def test_editors_of_a_private_archive_write(private: Flask, full: Notes) -> None:
    """And a session that ended in the meantime is told so."""
    client = private.test_client()
    log_in(client)
    token = csrf_header(private, client)
    assert client.post(BASE, json=correction(full), headers=token).status_code == 201
    client.post("/logout", data={"csrf": token["X-CSRF-Token"]})
    assert client.post(BASE, json=correction(full), headers=token).status_code == 401
    assert client.get("/meetings/garden").status_code == 303


def test_a_public_archive_asks_nobody(client: FlaskClient, full: Notes) -> None:
    """As ever."""
    assert client.get("/meetings/garden").status_code == 200


def test_below_another_address_the_log_in_leads_back_to_the_page(private: Flask) -> None:
    """A proxy may have put the pages there."""
    stopped = private.test_client().get("/meetings/garden", environ_overrides={"SCRIPT_NAME": "/notes"})

    assert stopped.headers["Location"] == "/notes/login?next=/notes/meetings/garden"


def test_strangers_are_offered_nothing_to_look_through(private: Flask, reader: str) -> None:
    """Neither by the log-in nor by a page that refuses them, in their language; readers are."""
    client = private.test_client()
    form, refused = client.get("/login"), client.get("/feed.atom", headers={"Accept-Language": "de"})
    for page in (form.text, refused.text):
        assert not any(address in page for address in ('action="/search"', 'href="/meetings/"', "openapi.json"))
    assert "<h1>Anmeldung nötig</h1>" in refused.text
    assert 'href="/login?next=/feed.atom"' in refused.text
    client.post("/login", data={"token": reader})
    assert 'action="/search"' in client.get("/").text


def test_a_page_whose_session_ended_is_told_so(private: Flask) -> None:
    """What its scripts ask for is refused, not sent on to a form."""
    client = private.test_client()

    assert client.post("/logout").status_code == 401
    assert client.get("/jobs/1/words", headers={"Sec-Fetch-Mode": "cors"}).status_code == 401


def test_no_other_site_frames_what_is_private(settings: Settings, full: Notes) -> None:
    """Whatever the settings allow of a public one."""
    shown = replace(settings, site_frames=frozenset({"https://garden.example"}))
    for private_too, expected in ((False, "https://garden.example"), (True, "'none'")):
        app = create_app(replace(shown, private=private_too))
        policy = app.test_client().get("/embed/garden").headers["Content-Security-Policy"]
        assert f"frame-ancestors {expected}" in policy
        archive_of(app).close()

"""People log in with the server's token, once."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.config import Settings
from pipeline.records import Notes
from service import create_app
from service.web.failed_attempts import MAX_FAILURES
from service.web.store import archive_of
from tests.service.corrections import BASE, TOKEN, correction, csrf_header, log_in


def test_who_logged_in_writes_in_their_name(guarded: Flask, full: Notes) -> None:
    """The session's name is the author, whatever the request says; logging out ends it."""
    client = guarded.test_client()
    entered = log_in(client)
    token = csrf_header(guarded, client)
    made = client.post(BASE, json=correction(full, author="Somebody else"), headers=token)
    left = client.post("/logout", data={"csrf": token["X-CSRF-Token"]})
    after = client.post(BASE, json=correction(full), headers=token)

    assert (entered.status_code, entered.headers["Location"]) == (303, "/")
    assert made.get_json()["correction"]["author"] == "Ana"
    assert left.status_code == 303
    assert after.status_code == 401


def test_a_copied_cookie_is_worth_nothing_after_logging_out(guarded: Flask, settings: Settings, full: Notes) -> None:
    """Nor after a restart of the server. Other sessions of the same person go on."""
    client, other = guarded.test_client(), guarded.test_client()
    name, _, value = log_in(client).headers["Set-Cookie"].partition(";")[0].partition("=")
    log_in(other)
    token = csrf_header(guarded, client)
    client.post("/logout", data={"csrf": token["X-CSRF-Token"]})
    restarted = create_app(replace(settings, token=TOKEN))
    for app in (guarded, restarted):
        thief = app.test_client()
        thief.set_cookie(name, value)
        assert thief.post(BASE, json=correction(full), headers=token).status_code == 401
        assert "Log out" not in thief.get("/meetings/garden").text
    archive_of(restarted).close()

    assert other.get(BASE).get_json()["may_write"] is True
    with other.session_transaction() as session:
        del session["id"]  # what cannot be ended is none
    assert other.get(BASE).get_json()["may_write"] is False


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://notes.example"}, 303),  # a proxy that hides its name
        ({"Origin": "https://localhost:8443"}, 303),
        ({}, 303),
    ],
)
def test_another_site_logs_nobody_in(guarded: Flask, headers: dict[str, str], status: int) -> None:
    """Else its visitors would write under a name that it chose."""
    answer = log_in(guarded.test_client(), headers=headers)

    assert answer.status_code == status
    assert ("Set-Cookie" in answer.headers) == (status == 303)


def test_nothing_about_a_session_is_kept_by_caches(guarded: Flask, full: Notes) -> None:
    """Not the way in, nor the way out; a page with the person's name only by their own browser."""
    client = guarded.test_client()
    before = client.get("/meetings/garden")
    way_in, page = log_in(client), client.get("/meetings/garden")
    with client.get("/static/style.css") as style:
        assert "private" not in style.headers["Cache-Control"]
        assert "Cookie" not in style.headers.get("Vary", "")
    assert "private" not in client.get("/feed.atom").headers.get("Cache-Control", "")
    way_out = client.post("/logout", data={"csrf": csrf_header(guarded, client)["X-CSRF-Token"]})

    assert "private" not in before.headers.get("Cache-Control", "")
    assert [answer.headers["Cache-Control"] for answer in (way_in, way_out)] == ["no-store", "no-store"]
    assert page.headers["Cache-Control"] == "no-store"
    assert "Cookie" in page.headers["Vary"]


def test_guessing_is_slowed_down(guarded: Flask) -> None:
    """After ten wrong tokens an address waits, even with the right one; others do not."""
    client = guarded.test_client()
    for _ in range(MAX_FAILURES):
        assert client.post("/login", data={"name": "Eve", "token": "guess"}).status_code == 403

    blocked = log_in(client)
    elsewhere = log_in(client, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})

    assert blocked.status_code == 429
    assert 0 < int(blocked.headers["Retry-After"]) <= 60
    assert elsewhere.status_code == 303


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "/\n/evil", ""])
def test_logging_in_never_leads_to_another_site(guarded: Flask, wanted: str) -> None:
    """A crafted link ends on the first page; an own one where it says."""
    there = guarded.test_client().post("/login", data={"name": "Ana", "token": TOKEN, "next": wanted})
    own = guarded.test_client().post("/login", data={"name": "Ana", "token": TOKEN, "next": "/meetings/garden"})

    assert there.headers["Location"] == "/"
    assert own.headers["Location"] == "/meetings/garden"


def test_the_form_says_what_is_wrong(guarded: Flask, client: FlaskClient) -> None:
    """The server's token is nobody's, so it needs a name. The page never has it; without one there is no form."""
    page = guarded.test_client().post("/login", data={"name": " ", "token": TOKEN})

    assert page.status_code == 422
    assert "Give a name" in page.text
    assert TOKEN not in page.text
    assert re.search(r'<input name="token" type="password"', guarded.test_client().get("/login").text)
    assert client.get("/login").status_code == 404


def test_the_form_speaks_german(guarded: Flask, full: Notes) -> None:
    """With what is wrong in it, and why nothing can be edited before."""
    client = guarded.test_client()
    client.set_cookie("language", "de")
    assert "<h1>Anmelden</h1>" in client.get("/login").text
    assert "Falsches Token." in client.post("/login", data={"name": "Ana", "token": "guess"}).text
    nameless = client.post("/login", data={"name": " ", "token": TOKEN})
    assert (nameless.status_code, "1 bis 80 sichtbare Zeichen" in nameless.text) == (422, True)
    assert "von einer anderen Website" in log_in(client, headers={"Sec-Fetch-Site": "cross-site"}).text
    assert "Diese Seite ist veraltet." in client.post("/logout").text
    for _ in range(MAX_FAILURES):
        blocked = client.post("/login", data={"name": "Eve", "token": "guess"})
    assert "Zu viele falsche Token." in blocked.text

"""People log in with the server's token, once."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.records import Notes
from service.web.auth import MAX_FAILURES
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
    """A name is needed, the token never comes back in the page, and without a token there is no form."""
    page = guarded.test_client().post("/login", data={"name": " ", "token": TOKEN})

    assert page.status_code == 422
    assert "Give a name" in page.text
    assert TOKEN not in page.text
    assert re.search(r'<input name="token" type="password"', guarded.test_client().get("/login").text)
    assert client.get("/login").status_code == 404

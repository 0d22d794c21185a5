"""Links are put right through the API, by those who may."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pipeline.config import Settings
from pipeline.records import Notes
from service import create_app
from service.web.auth import FAILURES, Attempts
from tests.service.conftest import Library

TOKEN = "rain-barrel-and-trowel"
BASE = "/api/v1/meetings/garden/corrections"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def guarded(settings: Settings, full: Notes) -> Iterator[Flask]:
    """The app of a server with a token."""
    app = create_app(replace(settings, token=TOKEN))
    yield app
    app.extensions["jumpnotes.store"].close()


def block(notes: Notes, text: str) -> str:
    return next(block.id for block in notes.blocks if block.text == text)


def said(notes: Notes, text: str = "Seed swap", **more: object) -> dict[str, object]:
    return {"block": block(notes, text), "verdict": "time", "start": 8.25, "seen": None} | more


def log_in(client: FlaskClient, name: str = "Ana", **options: Any) -> TestResponse:
    return client.post("/login", data={"name": name, "token": TOKEN}, **options)


def csrf(app: Flask, client: FlaskClient) -> dict[str, str]:
    with client.session_transaction() as session:
        return {"X-CSRF-Token": session["csrf"]}


def test_a_correction_moves_the_link(client: FlaskClient, full: Notes) -> None:
    """The answer has the new link, and the page, the list and the API show it."""
    response = client.post(BASE, json=said(full))

    answer = response.get_json()
    assert response.status_code == 201
    assert answer["alignment"] == {
        "start": 8.25,
        "end": 12.75,
        "confidence": 1.0,
        "certainty": "set by a person",
        "basis": "pinned",
        "also": [],
    }
    assert answer["correction"]["author"] == "this computer"
    assert answer["correction"]["text"] == "Seed swap"
    shown = {each["text"]: each for each in client.get("/api/v1/meetings/garden").get_json()["blocks"]}
    assert (shown["Seed swap"]["start"], shown["Seed swap"]["basis"]) == (8.25, "pinned")
    assert client.get("/api/v1/meetings").get_json()["meetings"][0]["linked"] == 3
    assert "0:08" in client.get("/meetings/garden").text


def test_not_discussed_takes_the_link_away_and_undo_brings_it_back(client: FlaskClient, full: Notes) -> None:
    """An undo is a correction too: the history has both, and each person's name."""
    made = client.post(BASE, json=said(full, "Compost heap", verdict="not_discussed", start=None, author="Ana"))
    number = made.get_json()["correction"]["id"]
    gone = client.get("/api/v1/meetings").get_json()["meetings"][0]["linked"]

    undone = client.post(f"{BASE}/{number}/undo", json={"author": "Tomasz"})

    assert made.get_json()["alignment"]["start"] is None
    assert gone == 1
    assert undone.status_code == 201
    assert undone.get_json()["correction"]["verdict"] == "automatic"
    assert undone.get_json()["alignment"]["start"] == 12.75
    found = client.get(BASE).get_json()
    assert [(each["author"], each["verdict"], each["current"]) for each in found["corrections"]] == [
        ("Tomasz", "automatic", True),
        ("Ana", "not_discussed", False),
    ]
    assert found["may_write"] is True
    assert found["orphans"] == []


def test_the_second_of_two_editors_hears_of_the_first(client: FlaskClient, full: Notes) -> None:
    """Who did not see the newest correction overwrites nothing, and is told what it says."""
    first = client.post(BASE, json=said(full, author="Ana")).get_json()["correction"]

    second = client.post(BASE, json=said(full, start=3.0, author="Tomasz"))
    again = client.post(BASE, json=said(full, start=3.0, author="Tomasz", seen=first["id"]))

    assert second.status_code == 409
    assert second.get_json()["correction"] == first
    assert "Ana set it to 0:08" in second.get_json()["detail"]
    assert again.status_code == 201


def test_of_editors_at_the_same_instant_one_wins(app: Flask, full: Notes) -> None:
    """Eight at once, none of whom saw another: one row, seven conflicts."""
    barrier, statuses = threading.Barrier(8), []

    def edit(number: int) -> None:
        client = app.test_client()
        barrier.wait()
        statuses.append(client.post(BASE, json=said(full, start=float(number))).status_code)

    editors = [threading.Thread(target=edit, args=(number,)) for number in range(8)]
    for editor in editors:
        editor.start()
    for editor in editors:
        editor.join()

    assert sorted(statuses) == [201] + [409] * 7
    assert len(app.test_client().get(BASE).get_json()["corrections"]) == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"start": 20.0}, 422),
        ({"start": -1}, 422),
        ({"start": None}, 422),
        ({"verdict": "automatic"}, 422),
        ({"verdict": "perhaps", "start": None}, 422),
        ({"block": "nowhere"}, 404),
        ({"author": "x" * 81}, 422),
        ({"start": "8"}, 422),
        ({"extra": 1}, 422),
        ({"author": "x" * 10_001}, 413),
    ],
)
def test_what_cannot_be_is_refused(client: FlaskClient, full: Notes, change: dict[str, object], status: int) -> None:
    """A wrong correction is answered with a sentence and stored nowhere."""
    response = client.post(BASE, json=said(full) | change)

    assert response.status_code == status
    assert response.get_json()["detail"]
    assert client.get(BASE).get_json()["corrections"] == []


def test_what_is_no_json_is_refused(client: FlaskClient, full: Notes) -> None:
    """Another site's form cannot pass for a correction."""
    assert client.post(BASE, data="block=x").status_code == 415
    assert client.post(BASE, data="{", content_type="application/json").status_code == 400
    assert client.post(BASE, json={"block": "x", "verdict": "automatic"}).status_code == 422


def test_what_is_not_there_is_not_found(client: FlaskClient, full: Notes) -> None:
    """A meeting, and a correction, have to exist."""
    assert client.get("/api/v1/meetings/nobody/corrections").status_code == 404
    assert client.post("/api/v1/meetings/nobody/corrections", json=said(full)).status_code == 404
    assert client.post(f"{BASE}/7/undo").status_code == 404


@pytest.mark.parametrize(
    ("environ", "headers"),
    [
        ({"REMOTE_ADDR": "192.0.2.7"}, {}),
        ({}, {"Host": "rebound.example"}),
        ({}, {"Host": "localhost.rebound.example"}),
        ({}, {"Origin": "https://evil.example"}),
        ({}, {"Origin": "null"}),
        ({}, {"Origin": "http://localhost:9999"}),
        ({}, {"X-Forwarded-For": "192.0.2.7"}),
        ({"SERVER_PROTOCOL": "HTTP/1.0"}, {}),  # a proxy that says nothing of whom it asks for
    ],
)
def test_without_a_token_only_this_machine_writes(
    client: FlaskClient, full: Notes, environ: dict[str, str], headers: dict[str, str]
) -> None:
    """Another machine, another name for this one, another site and a proxy are turned away; all may read."""
    response = client.post(BASE, json=said(full), headers=headers, environ_overrides=environ)
    read = client.get(BASE, headers=headers, environ_overrides=environ)

    assert response.status_code == 403
    assert read.status_code == 200
    assert read.get_json()["may_write"] is False
    assert read.get_json()["reason"]
    assert read.get_json()["corrections"] == []


@pytest.mark.parametrize(
    ("address", "host"), [("127.0.0.1", "127.0.0.1:8000"), ("::1", "[::1]:8000"), ("::ffff:127.0.0.1", "localhost")]
)
def test_a_person_at_this_machine_writes(client: FlaskClient, full: Notes, address: str, host: str) -> None:
    """By any loopback name, with the page's own origin."""
    headers = {"Host": host, "Origin": f"http://{host}"}
    response = client.post(BASE, json=said(full), headers=headers, environ_overrides={"REMOTE_ADDR": address})

    assert response.status_code == 201


def test_with_a_token_loopback_is_not_enough(guarded: Flask, full: Notes) -> None:
    """A server with a token asks everybody for it."""
    client = guarded.test_client()
    nothing = client.post(BASE, json=said(full))
    wrong = client.post(BASE, json=said(full), headers={"Authorization": "Bearer guess"})
    right = client.post(BASE, json=said(full), headers=BEARER, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})

    assert (nothing.status_code, wrong.status_code, right.status_code) == (401, 401, 201)
    assert nothing.headers["WWW-Authenticate"].startswith("Bearer")
    assert "/login" in nothing.get_json()["hint"]


def test_tokens_are_not_guessed_by_programs(guarded: Flask, full: Notes) -> None:
    """After ten wrong ones the address waits; the right token still works."""
    client = guarded.test_client()
    guesses = [client.post(BASE, json=said(full), headers={"Authorization": f"Bearer {n}"}) for n in range(12)]

    assert [answer.status_code for answer in guesses] == [401] * 10 + [429] * 2
    assert client.post(BASE, json=said(full), headers=BEARER).status_code == 201


def test_who_logged_in_writes_in_their_name(guarded: Flask, full: Notes) -> None:
    """The session's name is the author, whatever the request says; logging out ends it."""
    client = guarded.test_client()
    entered = log_in(client)
    token = csrf(guarded, client)
    made = client.post(BASE, json=said(full, author="Somebody else"), headers=token)
    left = client.post("/logout", data={"csrf": token["X-CSRF-Token"]})
    after = client.post(BASE, json=said(full), headers=token)

    assert (entered.status_code, entered.headers["Location"]) == (303, "/")
    assert made.get_json()["correction"]["author"] == "Ana"
    assert left.status_code == 303
    assert after.status_code == 401


@pytest.mark.parametrize("headers", [{}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "guess"}, {"X-CSRF-Token": "é"}])
def test_a_session_alone_does_not_write(guarded: Flask, full: Notes, headers: dict[str, str]) -> None:
    """Another site that makes a browser send the cookie cannot know the page's token."""
    client = guarded.test_client()
    log_in(client)

    assert client.post(BASE, json=said(full), headers=headers).status_code == 403
    assert client.post("/logout", headers=headers).status_code == 403
    assert client.get(BASE).get_json()["corrections"] == []


def test_the_cookie_is_kept_from_scripts_and_other_sites(guarded: Flask) -> None:
    """HttpOnly and Lax always, Secure behind https; the token is not in it."""
    plain = log_in(guarded.test_client()).headers["Set-Cookie"]
    secure = log_in(guarded.test_client(), base_url="https://localhost").headers["Set-Cookie"]

    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Secure" not in plain
    assert "Secure" in secure
    assert TOKEN not in plain


def test_a_new_token_ends_every_session(guarded: Flask, settings: Settings, full: Notes) -> None:
    """The key of the sessions comes from the token."""
    client = guarded.test_client()
    cookie = log_in(client).headers["Set-Cookie"].partition(";")[0]
    name, _, value = cookie.partition("=")
    other = create_app(replace(settings, token="another-barrel"))
    visitor = other.test_client()
    visitor.set_cookie(name, value)

    assert client.get(BASE).get_json()["may_write"] is True
    assert visitor.get(BASE).get_json()["may_write"] is False
    other.extensions["jumpnotes.store"].close()


def test_guessing_is_slowed_down(guarded: Flask) -> None:
    """After ten wrong tokens an address waits, even with the right one; others do not."""
    client = guarded.test_client()
    for _ in range(FAILURES):
        assert client.post("/login", data={"name": "Eve", "token": "guess"}).status_code == 403

    blocked = log_in(client)
    elsewhere = log_in(client, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})

    assert blocked.status_code == 429
    assert 0 < int(blocked.headers["Retry-After"]) <= 60
    assert elsewhere.status_code == 303


def test_the_wait_ends() -> None:
    """A minute after the first of ten failures there is one more try."""
    clock = [100.0]
    attempts = Attempts(lambda: clock[0])
    for _ in range(FAILURES):
        attempts.failed("a")
        clock[0] += 1

    assert attempts.wait("a") == 50.0
    assert attempts.wait("b") == 0.0
    clock[0] = 160.0
    assert attempts.wait("a") == 0.0


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


def test_a_template_can_ask_who_may_write(guarded: Flask, full: Notes) -> None:
    """`may_write()` and `csrf_token()` are there for the page's buttons."""
    client = guarded.test_client()
    log_in(client)
    with client:
        client.get("/")
        shown = guarded.jinja_env.from_string("{{ may_write().author }} {{ csrf_token() }}").render()

    assert shown.split() == ["Ana", csrf(guarded, client)["X-CSRF-Token"]]


def test_a_correction_of_lost_text_is_listed(client: FlaskClient, library: Library, full: Notes) -> None:
    """When its block leaves the notes, the correction is shown with the text it was made for."""
    client.post(BASE, json=said(full))
    library.notes(full.source.replace("## Seed swap\n", ""))

    (orphan,) = client.get(BASE).get_json()["orphans"]

    assert (orphan["text"], orphan["start"]) == ("Seed swap", 8.25)

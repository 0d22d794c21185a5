"""Who may write, and how they are known."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.config import Settings
from pipeline.records import Notes
from service import create_app
from service.web.auth import MAX_FAILURES, FailedAttempts
from service.web.store import archive_of
from tests.service.corrections import BASE, BEARER, TOKEN, correction, csrf_header, log_in


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
    response = client.post(BASE, json=correction(full), headers=headers, environ_overrides=environ)
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
    response = client.post(BASE, json=correction(full), headers=headers, environ_overrides={"REMOTE_ADDR": address})

    assert response.status_code == 201


def test_with_a_token_loopback_is_not_enough(guarded: Flask, full: Notes) -> None:
    """A server with a token asks everybody for it."""
    client = guarded.test_client()
    nothing = client.post(BASE, json=correction(full))
    wrong = client.post(BASE, json=correction(full), headers={"Authorization": "Bearer guess"})
    right = client.post(BASE, json=correction(full), headers=BEARER, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})

    assert (nothing.status_code, wrong.status_code, right.status_code) == (401, 401, 201)
    assert nothing.headers["WWW-Authenticate"].startswith("Bearer")
    assert "/login" in nothing.get_json()["hint"]


def test_tokens_are_not_guessed_by_programs(guarded: Flask, full: Notes) -> None:
    """After ten wrong ones the address waits; the right token still works."""
    client = guarded.test_client()
    guesses = [client.post(BASE, json=correction(full), headers={"Authorization": f"Bearer {n}"}) for n in range(12)]

    assert [answer.status_code for answer in guesses] == [401] * 10 + [429] * 2
    assert client.post(BASE, json=correction(full), headers=BEARER).status_code == 201


@pytest.mark.parametrize("headers", [{}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "guess"}, {"X-CSRF-Token": "é"}])
def test_a_session_alone_does_not_write(guarded: Flask, full: Notes, headers: dict[str, str]) -> None:
    """Another site that makes a browser send the cookie cannot know the page's token."""
    client = guarded.test_client()
    log_in(client)

    assert client.post(BASE, json=correction(full), headers=headers).status_code == 403
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
    archive_of(other).close()


def test_the_wait_ends() -> None:
    """A minute after the first of ten failures there is one more try."""
    clock = [100.0]
    attempts = FailedAttempts(lambda: clock[0])
    for _ in range(MAX_FAILURES):
        attempts.add("a")
        clock[0] += 1

    assert attempts.wait("a") == 50.0
    assert attempts.wait("b") == 0.0
    clock[0] = 160.0
    assert attempts.wait("a") == 0.0


def test_a_template_can_ask_who_may_write(guarded: Flask, full: Notes) -> None:
    """`may_write()` and `csrf_token()` are there for the page's buttons."""
    client = guarded.test_client()
    log_in(client)
    with client:
        client.get("/")
        shown = guarded.jinja_env.from_string("{{ may_write().author }} {{ csrf_token() }}").render()

    assert shown.split() == ["Ana", csrf_header(guarded, client)["X-CSRF-Token"]]

"""Who may write, and how they are known."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pipeline.config import Settings
from pipeline.records import Notes
from service import create_app
from service.web.auth import author_in_words, try_token
from service.web.failed_attempts import MAX_FAILURES, MAX_PROXY_FAILURES
from service.web.site import StaticSite
from service.web.store import archive_of
from tests.service.corrections import BASE, BEARER, TOKEN, block_id, correction, csrf_header, log_in

PROXY_SIGNS = [
    *("CF-Connecting-IP", "CF-Ray", "Client-IP", "Fly-Client-IP", "Forwarded", "Tailscale-User-Login"),
    *("True-Client-IP", "Via", "X-Amzn-Trace-Id", "X-Client-IP", "X-Cluster-Client-IP", "X-Envoy-External-Address"),
    *("X-Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix"),
    *("X-Forwarded-Proto", "X-Forwarded-Server", "X-Forwarded-Whatever", "X-Original-Host", "X-Original-URL"),
    *("X-Real-IP", "x-scheme"),
]


@pytest.mark.parametrize(
    ("environ", "headers"),
    [
        ({"REMOTE_ADDR": "192.0.2.7"}, {}),
        ({}, {"Host": "rebound.example"}),
        ({}, {"Host": "localhost.rebound.example"}),
        ({}, {"Origin": "https://evil.example"}),
        ({}, {"Origin": "null"}),
        ({}, {"Origin": "http://localhost:9999"}),
        ({}, {"Sec-Fetch-Site": "cross-site"}),
        ({}, {"Sec-Fetch-Site": "same-site"}),
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


def test_whatever_a_proxy_says_of_itself_gives_it_away(client: FlaskClient, full: Notes) -> None:
    """Each of these headers is enough, whatever it says. A program's own are not."""
    statuses = [client.post(BASE, json=correction(full), headers={sign: "1"}).status_code for sign in PROXY_SIGNS]

    assert statuses == [403] * len(PROXY_SIGNS)
    assert client.post(BASE, json=correction(full), headers={"X-Request-Id": "1", "Priority": "u=1"}).status_code == 201


def test_a_link_on_another_site_leads_to_a_page_that_can_be_edited(client: FlaskClient, full: Notes) -> None:
    """Following it is what a person does; only what other sites send is turned away."""
    visit = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}

    assert "Edit links" in client.get("/meetings/garden", headers=visit).text
    assert client.post(BASE, json=correction(full), headers=visit).status_code == 403
    assert client.post(BASE, json=correction(full), headers={"Sec-Fetch-Site": "same-origin"}).status_code == 201


def test_with_a_token_loopback_is_not_enough(guarded: Flask, full: Notes) -> None:
    """A server with a token asks everybody for it."""
    client = guarded.test_client()
    nothing = client.post(BASE, json=correction(full))
    wrong = client.post(BASE, json=correction(full), headers={"Authorization": "Bearer guess"})
    right = client.post(BASE, json=correction(full), headers=BEARER, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})

    assert (nothing.status_code, wrong.status_code, right.status_code) == (401, 401, 201)
    assert nothing.headers["WWW-Authenticate"].startswith("Bearer")
    assert "/login" in nothing.get_json()["hint"]


def bearer(token: object) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_tokens_are_not_guessed_by_programs(guarded: Flask, full: Notes, method: str) -> None:
    """After ten wrong ones the address waits, whatever it sends: the right token is answered like a wrong one."""
    client = guarded.test_client()

    def send(token: object, address: str = "127.0.0.1") -> TestResponse:
        body = correction(full) if method == "POST" else None
        return client.open(
            BASE, method=method, json=body, headers=bearer(token), environ_overrides={"REMOTE_ADDR": address}
        )

    guesses = [send(number).status_code for number in range(MAX_FAILURES)]
    late_guess, right = send("guess"), send(TOKEN)

    assert guesses == [401 if method == "POST" else 200] * MAX_FAILURES
    with guarded.test_request_context(environ_overrides={"REMOTE_ADDR": "127.0.0.1"}):
        assert try_token(TOKEN).token is None
    assert (late_guess.status_code, right.status_code) == (429, 429)
    assert 0 < int(right.headers["Retry-After"]) <= 60
    assert late_guess.data == right.data
    assert send(TOKEN, "192.0.2.7").status_code in (200, 201)


def test_pages_leave_the_header_to_proxies_that_have_their_own_use_for_it(guarded: Flask, full: Notes) -> None:
    """What such a proxy adds to every request of a reader is no guess."""
    client = guarded.test_client()
    for _ in range(3 * MAX_FAILURES):
        page = client.get("/meetings/garden", headers=bearer("of a proxy"))
        assert (page.status_code, "Log in" in page.text) == (200, True)
    for _ in range(MAX_FAILURES - 1):
        client.get(BASE, headers=bearer("guess"))

    assert client.get(BASE, headers=BEARER).get_json()["may_write"] is True


def test_behind_a_proxy_only_the_guesser_waits(guarded: Flask, full: Notes) -> None:
    """Whom it saw is told apart; made-up addresses before that are not; it has a limit; a session is free."""
    client, member = guarded.test_client(), guarded.test_client()
    log_in(member)

    def get(forwarded: str, token: str = "guess", peer: str = "172.18.0.2") -> int:
        headers = bearer(token) | {"X-Forwarded-For": forwarded}
        return client.get(BASE, headers=headers, environ_overrides={"REMOTE_ADDR": peer}).status_code

    for number in range(MAX_FAILURES):
        assert get(f"198.51.100.{number}, 192.0.2.7") == 200
    assert get("198.51.100.77, 192.0.2.7") == 429
    assert get("192.0.2.8", TOKEN) == 200
    others = [f"192.0.2.{100 + number}" for number in range(MAX_PROXY_FAILURES)]
    assert [get(other) for other in others] == [200] * MAX_PROXY_FAILURES
    assert [get(other) for other in others] == [429] * MAX_PROXY_FAILURES
    assert get("192.0.2.9", TOKEN) == 200  # who has the right token is not kept out by strangers
    assert get("192.0.2.9") == 200
    assert get("192.0.2.9", TOKEN) == 429  # but has one guess
    assert get("192.0.2.9", TOKEN, peer="127.0.0.1") == 200

    headers = csrf_header(guarded, member) | {"X-Forwarded-For": "192.0.2.7"}
    proxied = {"REMOTE_ADDR": "172.18.0.2"}
    assert member.post(BASE, json=correction(full), headers=headers, environ_overrides=proxied).status_code == 201


def test_nobody_names_an_address_of_their_own(guarded: Flask, full: Notes) -> None:
    """From elsewhere than a private network the header counts for nothing, and an IPv6 network counts as one."""
    client = guarded.test_client()
    answers = [
        client.get(
            BASE,
            headers=bearer("guess") | {"X-Forwarded-For": f"192.0.2.{number}"},
            environ_overrides={"REMOTE_ADDR": f"2600:1234:5678:9abc::{number:x}"},
        ).status_code
        for number in range(12)
    ]

    assert answers == [200] * 10 + [429] * 2


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
    other = create_app(replace(settings, token="another-barrel-and-trowel"))
    visitor = other.test_client()
    visitor.set_cookie(name, value)

    assert client.get(BASE).get_json()["may_write"] is True
    assert visitor.get(BASE).get_json()["may_write"] is False
    archive_of(other).close()


def test_a_template_can_ask_who_may_write(guarded: Flask, full: Notes) -> None:
    """`may_write()` and `csrf_token()` are there for the page's buttons."""
    client = guarded.test_client()
    log_in(client)
    with client:
        client.get("/")
        shown = guarded.jinja_env.from_string("{{ may_write().author }} {{ csrf_token() }}").render()

    assert shown.split() == ["Ana", csrf_header(guarded, client)["X-CSRF-Token"]]


@pytest.mark.parametrize(
    ("author", "english", "german"),
    [
        ("this computer", "this computer", "diesem Computer"),
        ("a program", "a program", "einem Programm"),
        ("Ana", "Ana", "Ana"),
        ("Notes", "Notes", "Notes"),
        ("", "", ""),
    ],
)
def test_those_without_a_name_are_named_in_the_language_of_the_reader(
    app: Flask, author: str, english: str, german: str
) -> None:
    """A name is a name, even where it is a word of the interface."""
    for language, expected in (("en", english), ("de", german)):
        with app.test_request_context("/", headers={"Accept-Language": language}):
            assert author_in_words(author) == expected


def test_the_page_names_them_so_and_programs_know_them_by_one_name(client: FlaskClient, full: Notes) -> None:
    """What is stored does not depend on the language in which it was said."""
    german = {"Accept-Language": "de"}
    for changed in (
        {"block": block_id(full, "The hose leaks")},
        {"block": block_id(full, "Compost heap"), "verdict": "not_discussed", "start": None},
    ):
        said = client.post(BASE, json=correction(full, **changed), headers=german)
        assert said.get_json()["correction"]["author"] == "this computer"

    page = client.get("/meetings/garden", headers=german).text
    assert "gesetzt von diesem Computer, " in page
    assert "nicht besprochen, gesetzt von diesem Computer" in page
    assert "von this computer" not in page
    assert "by this computer" not in page


@pytest.mark.parametrize("token", [None, TOKEN])
def test_on_a_site_of_files_nobody_is_an_editor(settings: Settings, full: Notes, token: str | None) -> None:
    """Not even this machine, with the token: what it is shown, everybody will be."""
    app = create_app(replace(settings, token=token), static=StaticSite())
    client = app.test_client()

    assert client.post(BASE, json=correction(full), headers=BEARER).status_code == 403
    assert "Edit links" not in client.get("/meetings/garden", headers=BEARER).text
    archive_of(app).close()

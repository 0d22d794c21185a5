"""Tokens of people and programs: who did what, and what is no good any more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.config import Settings
from pipeline.records import Notes, TokenRole
from pipeline.store import tables
from service import create_app
from service.web.failed_attempts import MAX_FAILURES
from service.web.store import archive_of
from tests.service.corrections import BASE, BEARER, TOKEN, block_id, correction, csrf_header


def given(app: Flask, name: str, role: TokenRole = TokenRole.EDITOR) -> str:
    """A new token, by its text."""
    return archive_of(app).store.tokens.add(name, role)[1]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def enter(client: FlaskClient, token: str, name: str = "") -> int:
    return client.post("/login", data={"name": name, "token": token}).status_code


def test_what_is_written_bears_the_name_of_the_token(app: Flask, full: Notes) -> None:
    """Whatever the request says; by a program, and by a person who logged in with it and gave no name, or another."""
    client, person = app.test_client(), app.test_client()
    bot, ana = given(app, "sync bot"), given(app, "Ana")
    assert enter(person, ana, "Somebody else") == 303
    by_bot = client.post(BASE, json=correction(full, author="Tomasz"), headers=bearer(bot))
    other = correction(full, block=block_id(full, "Compost heap"), author="Tomasz")
    by_ana = person.post(BASE, json=other, headers=csrf_header(app, person))

    assert by_bot.get_json()["correction"]["author"] == "sync bot"
    assert by_ana.get_json()["correction"]["author"] == "Ana"
    assert "Log out Ana" in person.get("/").text


def test_once_there_is_a_token_this_machine_is_not_enough(app: Flask, client: FlaskClient, full: Notes) -> None:
    """A server that has given one away is asked by others; that it was revoked gives nobody more than before."""
    assert client.post(BASE, json=correction(full)).status_code == 201
    given(app, "Ana")
    assert client.post(BASE, json=correction(full)).status_code == 401
    assert client.get("/login").status_code == 200
    archive_of(app).store.tokens.revoke("Ana")
    assert client.post(BASE, json=correction(full)).status_code == 401
    given(app, "Tomasz")
    assert client.get(BASE).get_json()["may_write"] is False


def test_a_revoked_token_is_no_good_at_once(guarded: Flask, full: Notes) -> None:
    """Nor the sessions that began with it; others, and the server's own, go on."""
    ana, tomasz, client = guarded.test_client(), guarded.test_client(), guarded.test_client()
    token = given(guarded, "Ana")
    assert (enter(ana, token), enter(tomasz, given(guarded, "Tomasz"))) == (303, 303)
    headers = csrf_header(guarded, ana)
    assert client.get(BASE, headers=bearer(token)).get_json()["may_write"] is True
    archive_of(guarded).store.tokens.revoke("Ana")

    assert ana.post(BASE, json=correction(full), headers=headers).status_code == 401
    assert "Log out" not in ana.get("/meetings/garden").text
    assert client.get(BASE, headers=bearer(token)).get_json()["may_write"] is False
    assert enter(client, token) == 403
    assert tomasz.get(BASE).get_json()["may_write"] is True
    assert client.get(BASE, headers=BEARER).get_json()["may_write"] is True


def test_a_token_for_reading_does_not_write(app: Flask, full: Notes) -> None:
    """Its owner is told so, and is not asked to log in."""
    client, token = app.test_client(), given(app, "feeds", TokenRole.READER)
    refused = client.post(BASE, json=correction(full), headers=bearer(token))
    assert enter(client, token) == 303
    page = client.get("/new")

    assert (refused.status_code, refused.get_json()["detail"]) == (403, "This token is for reading.")
    assert page.status_code == 403
    assert "This token is for reading." in page.text
    assert "Edit links" not in client.get("/meetings/garden").text
    assert client.post(BASE, json=correction(full), headers=csrf_header(app, client)).status_code == 403


def test_wrong_ones_are_counted_once_a_request(app: Flask, full: Notes) -> None:
    """Whatever a route asks of them; the wait holds for tokens of people as for the server's own."""
    client, token = app.test_client(), given(app, "Ana")
    statuses = [client.get(BASE, headers=bearer("guess")).status_code for _ in range(MAX_FAILURES - 1)]

    assert statuses == [200] * (MAX_FAILURES - 1)
    assert client.get(BASE, headers=bearer(token)).get_json()["may_write"] is True
    assert client.get(BASE, headers=bearer("guess")).status_code == 200
    assert client.get(BASE, headers=bearer(token)).status_code == 429


@pytest.mark.parametrize("own", [None, TOKEN])
def test_sessions_of_a_token_outlive_a_restart(settings: Settings, full: Notes, own: str | None) -> None:
    """Logging in again each time the server is updated would be a nuisance."""
    first = create_app(replace(settings, token=own))
    client, token = first.test_client(), given(first, "Ana")
    answer = client.post("/login", data={"token": token})
    name, _, value = answer.headers["Set-Cookie"].partition(";")[0].partition("=")
    archive_of(first).close()
    second = create_app(replace(settings, token=own))
    again = second.test_client()
    again.set_cookie(name, value)

    assert again.get(BASE).get_json()["may_write"] is True
    archive_of(second).close()


def test_nobody_takes_the_name_of_a_token(guarded: Flask, full: Notes) -> None:
    """Not who has the server's own, by logging in or as a program."""
    given(guarded, "Ana")
    client = guarded.test_client()
    entered = client.post("/login", data={"name": "ana", "token": TOKEN})
    sent = client.post(BASE, json=correction(full, author="ANA"), headers=BEARER)

    assert (entered.status_code, "a token of their own" in entered.text) == (422, True)
    assert (sent.status_code, "token of their own" in sent.get_json()["detail"]) == (422, True)


def test_a_cookie_is_good_for_the_token_it_began_with(app: Flask, full: Notes) -> None:
    """Whatever row has its number: a restored database may have given that to another."""
    client, tokens = app.test_client(), archive_of(app).store.tokens
    assert enter(client, given(app, "intern", TokenRole.READER)) == 303
    with archive_of(app).store._transaction() as db:
        db.execute(tables.tokens.update().values(digest="0" * 64, role=TokenRole.EDITOR, name="Alice"))

    assert tokens.all()[0].name == "Alice"
    assert client.get(BASE).get_json()["may_write"] is False
    assert "Log out" not in client.get("/").text


def test_what_only_some_may_have_is_kept_nowhere(app: Flask, guarded: Flask, full: Notes) -> None:
    """Neither the pages of editors nor what programs ask for with a token; what everybody may have may be kept."""
    local = app.test_client()
    with_token = guarded.test_client()
    for answer in (local.get("/jobs"), local.get("/new"), local.get("/api/v1/jobs")):
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert with_token.get("/api/v1/jobs", headers=BEARER).headers["Cache-Control"] == "no-store"
    assert with_token.get(BASE, headers=BEARER).headers["Cache-Control"] == "no-store"
    assert local.get("/meetings/garden").headers["Cache-Control"] == "no-cache"


def test_the_form_asks_for_a_name_only_where_the_token_has_none(app: Flask, guarded: Flask, full: Notes) -> None:
    """The server's own is shared; with one of their own, people have a name."""
    shared = guarded.test_client().get("/login").text
    given(guarded, "Ana")
    both, own = guarded.test_client().get("/login").text, app.test_client().get("/login").text

    assert '<input name="name" value="" required' in shared
    assert "not needed with a token of your own" in both
    assert '<input name="name" value="" maxlength' in both
    assert '<input name="name"' not in own

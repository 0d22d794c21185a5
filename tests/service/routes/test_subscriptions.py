"""Who may write has people told by mail, from the page of a topic or a search, and through the API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.config import Settings
from pipeline.records import Notes, RunKey, SubscriptionChannel, SubscriptionKind
from service import create_app
from service.web import nearest
from service.web.store import archive_of
from tests.service.corrections import BEARER, csrf_header, log_in
from tests.service.meetings import Library

API = "/api/v1/subscriptions"
SEARCH = "/search?q=pallets"
FORM = {"kind": "query", "about": "pallets", "address": "ana@example.org"}
OWN_SITE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def mailing(settings: Settings, full: Notes, library: Library) -> Iterator[Flask]:
    """The app of a server that has a mail server, and a meeting that was run to its end."""
    library.store.finish("garden", RunKey(notes="n"))
    app = create_app(replace(settings, smtp="smtp://127.0.0.1", mail_from="club@garden.example"))
    yield app
    nearest.close(app)
    archive_of(app).close()


def addresses(library: Library) -> list[str]:
    return [each.address for each in library.store.subscriptions.all()]


def test_a_search_is_followed_by_mail(mailing: Flask, library: Library) -> None:
    """What is found now is known. The list says who is told, and ends it."""
    client = mailing.test_client()
    page = client.get(SEARCH).text
    made = client.post("/subscriptions", data=FORM, headers=OWN_SITE)
    listed = client.get(made.location).text
    (subscription,) = library.store.subscriptions.all()

    assert 'name="about" value="pallets"' in page
    assert (made.status_code, made.headers["Cache-Control"]) == (303, "no-store")
    assert [each.slug for each in library.store.subscriptions.tellings([subscription.id])] == ["garden"]
    assert "ana@example.org" in listed
    assert 'class="made"' in listed
    ended = client.post(f"/subscriptions/{subscription.id}/end", headers=OWN_SITE)
    assert ended.status_code == 303
    assert addresses(library) == []
    assert "Nobody follows anything yet" in client.get(ended.location).text
    assert client.post(f"/subscriptions/{subscription.id}/end", headers=OWN_SITE).status_code == 404


def test_topics_and_decisions_are_followed_too(mailing: Flask, library: Library) -> None:
    """From their pages; what to do is not, as nobody is told of that."""
    library.notes("# April 2024-04-02\n\n## Tools\n\n- `rota_table` is broken\n- Decision: sell it\n", slug="april")
    library.notes("# May 2024-05-07\n\n## Tools\n\n- `rota_table` again\n- Action: Ana sells it\n", slug="may")
    client = mailing.test_client()
    for page, about in (("/topics/code/rota_table", "code/rota_table"), ("/decisions/", "")):
        assert f'name="about" value="{about}"' in client.get(page).text
    assert "Follow by mail" not in client.get("/decisions/?kind=action").text
    for kind, about in (("topic", "code/rota_table"), ("decisions", "")):
        client.post("/subscriptions", data=FORM | {"kind": kind, "about": about}, headers=OWN_SITE)
    listed = client.get("/subscriptions").text
    assert 'href="/topics/code/rota_table" >rota_table<' in listed.replace('">', '" >')
    assert 'href="/decisions/"' in listed


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "ana"},
        {"address": "https://hooks.example/in"},
        {"kind": "x"},
        {"about": ""},
        {"kind": "topic", "about": "6280"},
    ],
)
def test_what_cannot_be_followed_is_said(mailing: Flask, library: Library, wrong: dict[str, str]) -> None:
    """Webhooks are for programs, and for the command line."""
    answer = mailing.test_client().post("/subscriptions", data=FORM | wrong, headers=OWN_SITE)
    assert answer.status_code == 422
    assert addresses(library) == []


def test_without_a_mail_server_nobody_is_asked_for_an_address(client: FlaskClient, full: Notes) -> None:
    page = client.get(SEARCH).text
    assert "Follow by mail" not in page
    assert "Follow this search as a feed" in page
    assert "JUMPNOTES_SMTP=smtp://" in client.get("/subscriptions").text


def test_a_topic_is_listed_by_its_name_and_the_command_line_in_words(client: FlaskClient, library: Library) -> None:
    library.notes("# April 2024-04-02\n\n- https://github.com/club/tools/issues/6280\n", slug="april")
    library.store.subscriptions.add(
        SubscriptionKind.TOPIC, "issue/club/tools/6280", SubscriptionChannel.MAIL, "a@example.org", "command line"
    )
    listed = client.get("/subscriptions", headers={"Accept-Language": "de"}).text
    assert ">tools#6280</a>" in listed
    assert "eingerichtet von der Befehlszeile" in listed
    assert 'href="/subscriptions">' in client.get("/").text


def test_another_site_has_nobody_told(mailing: Flask, library: Library) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert mailing.test_client().post("/subscriptions", data=FORM, headers=headers).status_code == 403
    assert addresses(library) == []


def test_readers_neither_see_nor_change_who_is_told(guarded: Flask, library: Library) -> None:
    """Addresses of people are nobody's business; editors have names, and their page a secret of its own."""
    client = guarded.test_client()
    assert client.get("/subscriptions").status_code == 401
    assert 'href="/subscriptions"' not in client.get("/").text
    assert client.get(API).status_code == 401
    assert client.post(API, json={"kind": "decisions", "address": "a@example.org"}).status_code == 401
    assert client.delete(f"{API}/1").status_code == 401
    assert client.post("/subscriptions", data=FORM).status_code == 401
    log_in(client)
    assert client.post("/subscriptions", data=FORM).status_code == 403
    csrf = csrf_header(guarded, client)["X-CSRF-Token"]
    assert client.post("/subscriptions", data=FORM | {"csrf": csrf}).status_code == 303
    assert [each.author for each in library.store.subscriptions.all()] == ["Ana"]


def test_programs_subscribe_list_and_end_it(guarded: Flask, library: Library, full: Notes) -> None:
    """A webhook's secret is told to nobody; unless all is to be told, what there is is known."""
    library.store.finish("garden", RunKey(notes="n"))
    client, url = guarded.test_client(), "https://hooks.example/s3cret"
    made = client.post(API, json={"kind": "query", "about": "pallets", "address": url, "author": "bot"}, headers=BEARER)
    whole = {"kind": "topic", "about": "term/compost", "address": "ana@example.org", "from_start": True}
    client.post(API, json=whole, headers=BEARER)
    listed = client.get(API, headers=BEARER)
    first, second = listed.get_json()["subscriptions"]

    assert made.status_code == 201
    assert made.get_json() == first
    assert (first["channel"], first["address"], first["author"]) == ("webhook", "https://hooks.example", "bot")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]+\+00:00", first["created_at"])
    assert "s3cret" not in listed.text
    assert [each.subscription for each in library.store.subscriptions.tellings([first["id"], second["id"]])] == [1]
    assert client.delete(f"{API}/{first['id']}", headers=BEARER).get_json() == first
    assert client.delete(f"{API}/{first['id']}", headers=BEARER).status_code == 404
    assert addresses(library) == ["ana@example.org"]
    for wrong in ({"kind": "topic", "about": "6280"}, {"kind": "query"}, {"kind": "decisions", "address": "ana"}):
        asked = {"address": "ana@example.org"} | wrong
        assert client.post(API, json=asked, headers=BEARER).status_code == 422

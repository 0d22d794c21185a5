"""Who speaks across meetings, on the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.config import Settings
from pipeline.records import Notes, Segment
from pipeline.topics.speaker_identity import speaker_id
from service import create_app
from service.web.store import archive_of
from tests.service.corrections import TOKEN, log_in
from tests.service.html_tags import visible
from tests.service.meetings import Library

Open = Callable[[str], str]


@pytest.fixture
def club(full: Notes, library: Library) -> Library:
    """Ana speaks in two meetings, Priya in one, Omar in one that is hidden; Kofi is named by notes alone."""
    april = (Segment(2.5, 5.0, "Hose", speaker="ANA"), Segment(5.0, 6.0, "?", speaker="Speaker 2"))
    may = (Segment(0.0, 5.0, "Money", speaker="Omar"), Segment(5.0, 9.0, "!", speaker="Ana"))
    with library.store.telling_once():
        library.notes("# Garden club 2024-04-02\n\n- Kofi Mensah: hose\n", slug="april", video=False)
        library.local("april", file="april.wav", duration=60.0)
        library.transcript("april", april)
        library.notes("---\npublish: false\n---\n# Secret budget 2024-05-07\n", slug="secret", video=False)
        library.local("secret", file="secret.wav", duration=60.0)
        library.transcript("secret", may)
    return library


@pytest.fixture
def readers(settings: Settings, club: Library) -> Iterator[FlaskClient]:
    """Somebody who may only read."""
    app = create_app(replace(settings, token=TOKEN))
    yield app.test_client()
    archive_of(app).close()


def test_all_who_speak_are_listed(readers: FlaskClient) -> None:
    """By meetings or by name; a label is nobody's name, and of hidden meetings nothing is told."""
    html = readers.get("/speakers/").text
    words = visible(html)
    assert "Ana 2 meetings 0:06 2 Apr 2024 Priya 1 meeting 0:07 5 Mar 2024 Kofi Mensah 1 meeting 2 Apr 2024" in words
    assert "Speaker 2" not in words
    assert "Omar" not in html
    assert "Secret" not in html
    by_name = visible(readers.get("/speakers/?order=name").text)
    assert by_name.index("Ana 2") < by_name.index("Kofi") < by_name.index("Priya")
    narrowed = visible(readers.get("/speakers/?q=mens").text)
    assert "1 speaker" in narrowed
    assert "No speakers match" in visible(readers.get("/speakers/?q=ensah").text)
    assert "Kofi" in visible(readers.get("/speakers/?page=99").text)
    assert "Priya" not in narrowed


def test_somebody_has_a_page_with_every_meeting(readers: FlaskClient) -> None:
    html = readers.get("/speakers/ana").text
    words = visible(html)
    assert "Ana 2 meetings spoke for 0:06 last on 2 Apr 2024" in words
    assert "2 Apr 2024 Garden club 2024-04-02 0:02 in 1 turn 0:02" in words
    assert 'href="/meetings/april?t=2.50"' in html
    assert 'href="/meetings/garden?t=0.00"' in html
    assert "Secret" not in html
    assert "Rename" not in html
    assert '<input type="search" name="q" value="speaker:Ana "' in html
    assert readers.get("/search?q=speaker:Ana").status_code == 200
    noted = readers.get("/speakers/kofi-mensah").text
    assert "only in the notes" in visible(noted)
    assert "Search what they said" not in noted


def test_who_only_speaks_where_a_reader_may_not_look_is_nobody(readers: FlaskClient, club: Library) -> None:
    for address in ("/speakers/omar", "/speakers/nobody", "/speakers/Speaker 2", "/speakers/%3F"):
        assert readers.get(address).status_code == 404, address
    assert "Omar" not in readers.get("/search?q=speaker:omar").text.partition("<main")[2].replace("speaker:omar", "")
    assert "omar" not in readers.get("/sitemap.xml").text
    assert "No meetings match" in readers.get("/meetings/?speaker=omar").text
    log_in(readers)
    assert "Secret budget" in readers.get("/speakers/omar").text


@pytest.mark.parametrize("name", ["Ann “Bee” Smith", "Ann «Bee»", 'Ann "Bee"', "Ann\x00Bee", "„Ann Bee“", "Ann  Bee"])
def test_a_name_that_no_search_can_say_has_a_page(readers: FlaskClient, club: Library, name: str) -> None:
    """As it does in each meeting, and in the list."""
    club.transcript("april", (Segment(2.5, 5.0, "Hose", speaker=name),))
    assert readers.get("/speakers/").status_code == 200
    found = readers.get(f"/speakers/{speaker_id(name)}")
    assert found.status_code == 200
    assert 'value="speaker:' not in found.text or name == "Ann  Bee"
    assert readers.get("/meetings/april").status_code == 200


def test_names_in_any_spelling_lead_to_the_page(readers: FlaskClient) -> None:
    asked = readers.get("/speakers/Kofi%20MENSAH")
    assert (asked.status_code, asked.location) == (302, "/speakers/kofi-mensah")
    assert readers.get("/speakers/ana/").location == "/speakers/ana"
    assert readers.get("/speakers/Kofi%2FMensah").location == "/speakers/kofi-mensah"
    assert readers.get("/speakers/kofi%2Fnobody").status_code == 404


@pytest.mark.parametrize("name", ["山" * 45, "é" * 200, "1" * 118 + "ab"])
def test_the_longest_names_have_pages(readers: FlaskClient, club: Library, name: str) -> None:
    club.transcript("april", (Segment(2.5, 5.0, "Hose", speaker=name),))
    assert readers.get(f"/speakers/{speaker_id(name)}").status_code == 200
    assert readers.get(f"/speakers/{name}", follow_redirects=True).status_code == 200


def test_an_archive_where_nobody_is_named_has_no_link_to_them(opened: Open, library: Library) -> None:
    library.notes()
    assert 'href="/speakers/"' not in opened("/")
    assert "No transcript names anybody yet" in opened("/speakers/")


def test_editors_rename_somebody_in_all_meetings(client: FlaskClient, club: Library) -> None:
    assert 'action="/speakers/ana"' in client.get("/speakers/ana").text
    renamed = client.post("/speakers/ana", data={"name": " Ana  Silva "})
    assert (renamed.status_code, renamed.location) == (303, "/speakers/ana-silva")
    assert "3 meetings" in visible(client.get("/speakers/ana-silva").text)
    assert client.get("/speakers/ana").status_code == 404
    assert club.store.speaker_names("april") == {"ANA": "Ana Silva"}
    assert "Rename" not in client.get("/speakers/kofi-mensah").text
    assert client.post("/speakers/kofi-mensah", data={"name": "Kofi"}).status_code == 422


def test_nobody_else_renames_anybody(guarded: Flask, club: Library) -> None:
    """Neither strangers, nor other sites for those who may."""
    client = guarded.test_client()
    assert client.post("/speakers/ana", data={"name": "Eve"}).status_code == 401
    log_in(client)
    assert client.post("/speakers/ana", data={"name": "Eve"}).status_code == 403
    assert club.store.speaker_names("garden") == {}


def test_a_site_that_posts_to_this_machine_is_refused(client: FlaskClient, club: Library) -> None:
    answer = client.post("/speakers/ana", data={"name": "Eve"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert club.store.speaker_names("garden") == {}


def test_the_search_leads_to_those_it_names(opened: Open, club: Library) -> None:
    """A query that is nothing but a filter, and one that is nothing but a name, too."""
    for query in ("speaker:an", "hose+speaker:ana", "ANA"):
        html = opened(f"/search?q={query}")
        assert '<a class="target" href="/speakers/ana" dir="auto">Ana spoke in 3 meetings</a>' in html, query
    assert "/speakers/ana" not in opened("/search?q=hose").partition("<main")[2].partition("Filters")[0]


def test_meetings_are_narrowed_down_to_those_of_a_speaker(opened: Open, client: FlaskClient, club: Library) -> None:
    html = opened("/meetings/?speaker=Ana")
    assert "3 meetings" in visible(html)
    assert 'href="/meetings/?speaker=ana"' in opened("/meetings/")
    narrowed = visible(opened("/meetings/?speaker=priya&year=2024"))
    assert "1 meeting " in narrowed
    assert "Garden club 2024-04-02" not in narrowed
    listed = client.get("/api/v1/meetings?speaker=PRIYA").get_json()["meetings"]
    assert [each["slug"] for each in listed] == ["garden"]
    assert client.get("/api/v1/meetings?speaker=nobody").get_json()["meetings"] == []


def test_the_legend_leads_to_the_page_of_those_with_a_name(opened: Open, club: Library) -> None:
    html = opened("/meetings/april")
    assert 'href="/speakers/ana" aria-label="Every meeting with ANA"' in html
    assert "/speakers/speaker-2" not in html

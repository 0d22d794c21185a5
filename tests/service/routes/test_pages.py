"""The pages stay harmless whatever is stored or typed, and say who may correct links."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.records import (
    Failure,
    Notes,
    Recording,
    Segment,
    Verdict,
)
from tests.service.corrections import TOKEN, block_id
from tests.service.html_tags import tags
from tests.service.meetings import VIDEO, Library

Open = Callable[[str], str]


@pytest.mark.parametrize("query", ['"', "*", "- (", '""'])
def test_query_without_words_gets_a_friendly_answer(client: FlaskClient, full: Notes, query: str) -> None:
    """A query of signs alone is a slip: the page says what to type and keeps the search box."""
    response = client.get("/search", query_string={"q": query})
    assert response.status_code == 400
    assert "Type one or more words." in response.text
    assert 'name="q"' in response.text


@pytest.mark.parametrize("query", ["NOT", "a:b:c", "rota*", 'rota "', "rota AND", "NEAR(rota)", "text:rota", "x\x00y"])
def test_query_syntax_is_just_text(client: FlaskClient, full: Notes, query: str) -> None:
    """Nothing a reader types is a command."""
    assert client.get("/search", query_string={"q": query}).status_code == 200


# -- harm --------------------------------------------------------------------------------------------------------------

EVIL = '<script>alert("x")</script>'


def test_query_is_echoed_escaped(opened: Open, full: Notes) -> None:
    """A query cannot bring a script into the page."""
    html = opened("/search?q=<script>alert(1)</script>")
    assert "<script>" not in html
    assert [tag.attributes["src"] for tag in tags(html) if tag.name == "script"] == ["/static/search.js"]
    assert "&lt;script&gt;" in html


def test_stored_text_is_escaped(opened: Open, library: Library) -> None:
    """Titles, words, speakers and messages are text, whoever wrote them."""
    notes = replace(library.notes(), title=EVIL)
    library.store.save_notes(notes)
    library.store.save_recording("garden", Recording("x", EVIL, 20.0, video_id=VIDEO), key="x")
    library.transcript(segments=(Segment(0.0, 1.0, f"alert {EVIL}", speaker=EVIL),))
    library.failed("garden", Failure(EVIL, EVIL, EVIL, False, datetime.now(UTC)))
    for address in ("/", "/meetings/garden", "/search?q=alert"):
        scripts = [tag for tag in tags(opened(address)) if tag.name == "script"]
        assert all(tag.attributes.get("src", "").startswith("/static/") for tag in scripts), address
    assert "alert &lt;script&gt;" in opened("/meetings/garden")


def test_markup_in_notes_is_harmless(opened: Open, library: Library) -> None:
    """Raw HTML in notes runs nothing."""
    library.notes(f'# A\n\n{EVIL}\n\n- <img src=x onerror=alert(1)> [go](javascript:alert(1)) <b onclick="x">b</b>\n')
    found = tags(opened("/meetings/garden"))
    assert not [tag for tag in found for name in tag.attributes if name.startswith("on")]
    assert not [tag for tag in found if "javascript:" in tag.attributes.get("href", "")]
    assert [tag.attributes["src"] for tag in found if tag.name == "script"] == []


@pytest.mark.parametrize("slug", ["..", "../../etc/passwd", "%2e%2e%2fetc%2fpasswd", "nobody", "a%00b", "'--"])
@pytest.mark.parametrize("place", ["/meetings/{}", "/media/{}", "/meetings/{}/transcript.vtt"])
def test_slug_is_only_a_name(client: FlaskClient, full: Notes, place: str, slug: str) -> None:
    """A slug is looked up, never opened."""
    response = client.get(place.format(slug))
    assert response.status_code in {404, 308}
    assert b"root:" not in response.data


def test_who_may_not_write_is_offered_a_way_in_where_there_is_one(guarded: Flask, full: Notes, app: Flask) -> None:
    """With a token there is a way to log in; without one, writing is off from elsewhere."""
    asked = guarded.test_client().get("/meetings/garden").text
    elsewhere = app.test_client().get("/meetings/garden", environ_base={"REMOTE_ADDR": "192.0.2.7"}).text

    assert "Edit links" not in asked
    assert 'href="/login?next=/meetings/garden"' in asked
    assert "Edit links" not in elsewhere
    assert "/login" not in elsewhere


def test_logged_in_the_page_edits(guarded: Flask, full: Notes) -> None:
    """After the login the page offers editing under the person's name, and a way out."""
    client = guarded.test_client()
    client.post("/login", data={"name": "Ana", "token": TOKEN, "next": "/meetings/garden"})
    page = client.get("/meetings/garden").text

    assert "Edit links" in page
    assert "Log out Ana" in page
    assert 'data-csrf=""' not in page


def test_a_correction_whose_text_is_gone_is_listed(full: Notes, library: Library, app: Flask) -> None:
    """What a person said is not lost with the line it was said of."""
    library.store.correct("garden", block_id(full, "Compost heap"), Verdict.TIME, 3.0, "Ana", seen=None)
    library.notes("# Garden club 2024-03-05\n\nYouTube Link: https://youtu.be/gArDenCall0\n\n## Bees\n\nMany.\n")
    page = app.test_client().get("/meetings/garden").text

    assert "1 correction of text that is no longer in the notes" in page
    assert "“Compost heap”: set to 0:03 by Ana" in page

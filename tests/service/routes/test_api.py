"""The API says what the pages say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from pipeline.records import Failure, Notes
from pipeline.refresh import Archive
from tests.service.meetings import Library


def test_meetings(client: FlaskClient, full: Notes) -> None:
    """The list has a line for every meeting."""
    (meeting,) = client.get("/api/v1/meetings").get_json()["meetings"]
    assert meeting == {
        "slug": "garden",
        "title": "Garden club 2024-03-05",
        "date": "2024-03-05",
        "duration": 20.0,
        "sections": 3,
        "linked": 2,
        "has_video": True,
        "has_transcript": True,
        "failed": False,
        "damaged": False,
        "url": "/meetings/garden",
    }


def test_meeting(client: FlaskClient, library: Library, full: Notes) -> None:
    """A meeting has every block with its moment, the transcript, and why the last run failed."""
    library.failed("garden", Failure("fetching", "gone", "Look.", True, datetime(2024, 3, 6, tzinfo=UTC)))
    meeting = client.get("/api/v1/meetings/garden").get_json()
    blocks = {block["text"]: block for block in meeting["blocks"]}
    assert blocks["Compost heap"]["start"] == 12.75
    assert blocks["Seed swap"]["start"] is None
    assert meeting["transcript"]["segments"][0] == {
        "start": 0.0,
        "end": 4.0,
        "speaker": "Ana",
        "text": "Good evening everybody.",
    }
    assert meeting["failure"]["at"] == "2024-03-06T00:00:00+00:00"


def test_meeting_with_notes_alone(client: FlaskClient, library: Library) -> None:
    """What is not known is null."""
    library.notes()
    meeting = client.get("/api/v1/meetings/garden").get_json()
    assert meeting["transcript"] is None
    assert meeting["failure"] is None


def test_search(client: FlaskClient, full: Notes) -> None:
    """Hits come with their place and with what matches."""
    found = client.get("/api/v1/search?q=evening").get_json()
    (hit,) = found["hits"]
    assert (hit["slug"], hit["source"], hit["start"]) == ("garden", "transcript", 1.33)
    ((start, end),) = hit["matches"]
    assert hit["text"][start:end] == "evening"


def test_search_for_nothing(client: FlaskClient) -> None:
    """An empty query is the caller's mistake, explained."""
    response = client.get("/api/v1/search")
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert response.get_json() == {
        "type": "/problems#invalid-query",
        "title": "Nothing to search for",
        "status": 400,
        "detail": "Nothing to search for in ''.",
        "hint": "Type one or more words.",
    }


def test_search_in_pages(client: FlaskClient, full: Notes, library: Library) -> None:
    """`next` leads from page to page until every hit came once."""
    library.notes(slug="copy")
    whole = client.get("/api/v1/search?q=rota").get_json()
    paged, address = [], "/api/v1/search?q=rota&limit=1"
    while address:
        page = client.get(address).get_json()
        assert len(page["hits"]) == 1
        paged += page["hits"]
        address = page["next"]
    assert len(whole["hits"]) > 1
    assert whole["next"] is None
    assert paged == whole["hits"]


def test_search_for_all_of_the_words(client: FlaskClient, full: Notes) -> None:
    """`whole` leaves out moments that lack a word."""
    assert client.get("/api/v1/search?q=rota+zebra").get_json()["hits"][0]["missing"] == ["zebra"]
    assert client.get("/api/v1/search?q=rota+zebra&whole=true").get_json()["hits"] == []


def test_search_with_facets(client: FlaskClient, full: Notes) -> None:
    """In how many meetings, of which kind; only for who asks."""
    found = client.get("/api/v1/search?q=evening&facets=true").get_json()
    assert found["facets"]["meetings"] == 1
    assert found["facets"]["speakers"] == {"Ana": 1, "Priya": 1}
    assert found["facets"]["sources"] == {"transcript": 1}
    assert "facets" not in client.get("/api/v1/search?q=evening").get_json()


def test_a_meeting_that_is_not_searched_yet_is_told(
    client: FlaskClient, full: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is found in it, and the pages say so, too."""
    monkeypatch.setattr(Archive, "missing", lambda _: frozenset({"garden"}))
    for address in ("/api/v1/search?q=evening", "/api/v1/search?q=evening&facets=true"):
        found = client.get(address).get_json()
        assert (found["hits"], found["not_searched"]) == ([], 1)
    assert found["facets"] == {"meetings": 0, "years": {}, "series": {}, "speakers": {}, "sources": {}}
    assert "1 meeting is still being added to the search" in client.get("/search?q=evening").text
    assert "<entry>" not in client.get("/search.atom?q=evening").text


def test_a_word_that_is_spelt_almost_so(client: FlaskClient, full: Notes) -> None:
    """Says what stands there; the page asks whether that was meant."""
    (hit,) = client.get("/api/v1/search?q=evenning").get_json()["hits"]
    assert hit["similar"] == "evening"
    page = client.get("/search?q=evenning").text
    assert "similar: “evening”" in page
    assert "Did you mean" in page
    assert client.get("/api/v1/search?q=evening").get_json()["hits"][0]["similar"] is None


@pytest.mark.parametrize("wrong", ["limit=0", "limit=101", "limit=x", "cursor=-1", "cursor=1001", "cursor="])
def test_search_for_an_impossible_page(client: FlaskClient, full: Notes, wrong: str) -> None:
    """An impossible page is a 400 that says what is wrong."""
    response = client.get(f"/api/v1/search?q=rota&{wrong}")
    assert response.status_code == 400
    assert wrong.partition("=")[0] in response.get_json()["detail"]

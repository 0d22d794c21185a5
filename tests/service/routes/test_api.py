"""The API says what the pages say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from pipeline.config import Settings
from pipeline.records import Failure, Notes
from pipeline.refresh import Archive
from service import create_app
from service.web.store import archive_of
from tests.service.meetings import Library


def test_meetings(client: FlaskClient, full: Notes) -> None:
    """The list has a line for every meeting."""
    found = client.get("/api/v1/meetings").get_json()
    (meeting,) = found["meetings"]
    assert found["next"] is None
    assert datetime.now(UTC) - datetime.fromisoformat(meeting.pop("updated_at")) < timedelta(minutes=1)
    assert meeting == {
        "slug": "garden",
        "title": "Garden club 2024-03-05",
        "series": "Garden club",
        "date": "2024-03-05",
        "duration": 20.0,
        "sections": 3,
        "linked": 2,
        "has_video": True,
        "has_transcript": True,
        "failed": False,
        "damaged": False,
        "url": "http://localhost/meetings/garden",
    }


@pytest.fixture
def listed(library: Library, client: FlaskClient, full: Notes) -> Callable[[str], list[str]]:
    """The slugs that a query of the list has, page by page, of the garden club's and three other meetings."""
    for slug, title in (
        ("april", "Garden club, 2 April 2024"),
        ("board", "Board 2023-11-30"),
        ("plan", "Plan without a day"),
    ):
        library.notes(f"# {title}\n\n- Beds\n", slug=slug, video=False)

    def ask(query: str) -> list[str]:
        slugs, address = [], f"/api/v1/meetings?{query}"
        while address:
            page = client.get(address).get_json()
            slugs += [meeting["slug"] for meeting in page["meetings"]]
            address = page["next"]
        return slugs

    return ask


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("", ["april", "garden", "board", "plan"]),
        ("q=GARDEN+club", ["april", "garden"]),
        ("q=2023-11", ["board"]),
        ("q=march+2024", ["garden"]),
        ("q=club+zebra", []),
        ("series=garden+club", ["april", "garden"]),
        ("series=Garden", []),
        ("after=2024-03-05", ["april", "garden"]),
        ("before=2024-03-05", ["board"]),
        ("after=2023&before=2024-4", ["garden", "board"]),
        ("has=transcript", ["garden"]),
        ("has=recording", ["garden"]),
        ("updated_since=2001-01-01T00:00:00Z", ["april", "garden", "board", "plan"]),
        ("updated_since=2601-01-01T00:00:00%2B01:00", []),
        ("limit=1", ["april", "garden", "board", "plan"]),
        ("limit=1&q=garden&has=recording", ["garden"]),
        ("limit=3", ["april", "garden", "board", "plan"]),
        ("limit=1000&utm_source=elsewhere&endpoint=x", ["april", "garden", "board", "plan"]),
    ],
)
def test_meetings_are_narrowed_down_and_come_in_pages(
    listed: Callable[[str], list[str]], query: str, slugs: list[str]
) -> None:
    """Each of them once, the newest first."""
    assert listed(query) == slugs


def test_a_page_goes_on_where_the_last_one_ended(
    listed: Callable[[str], list[str]], client: FlaskClient, library: Library
) -> None:
    """Though a meeting was added meanwhile. One that was forgotten is nothing to go on from."""
    first = client.get("/api/v1/meetings?limit=2").get_json()
    library.notes("# Newest 2025-01-01\n", slug="newest", video=False)
    second = client.get(first["next"]).get_json()
    assert [meeting["slug"] for meeting in second["meetings"]] == ["board", "plan"]

    library.store.forget("garden")
    gone = client.get(first["next"])
    assert gone.status_code == 400
    assert "Begin again" in gone.get_json()["detail"]


@pytest.mark.parametrize(
    "wrong", ["limit=0", "limit=1001", "after=2024-13", "before=soon", "updated_since=2024-01-01T00:00:00", "has=cake"]
)
def test_an_impossible_list_is_refused(client: FlaskClient, full: Notes, wrong: str) -> None:
    """Rather than to show all meetings, as if they were what was asked for."""
    response = client.get(f"/api/v1/meetings?{wrong}")
    assert response.status_code == 400
    assert wrong.partition("=")[0] in response.get_json()["detail"]


def test_addresses_are_absolute(client: FlaskClient, library: Library, full: Notes) -> None:
    """Where the reader has the site; each leads where the link on the page does."""
    library.spans(full, {"nobody wants August": (4.0, 9.5)})
    meeting = client.get("/api/v1/meetings/garden", base_url="https://club.example/").get_json()
    (hit,) = client.get("/api/v1/search?q=evening", base_url="https://club.example/").get_json()["hits"]
    blocks = {block["text"]: block for block in meeting["blocks"]}

    page = "https://club.example/meetings/garden"
    assert meeting["url"] == page
    assert hit["url"] == f"{page}?t=1.33"
    for text, link, moment in (
        ("Watering rota", "sure", "?t=4"),
        ("Priya drafted a rota for July", "likely", "?t=4"),
        ("nobody wants August", "within", "?t=4"),
        ("Seed swap", "none", ""),
    ):
        assert (blocks[text]["link"], blocks[text]["url"]) == (link, f"{page}{moment}#{blocks[text]['id']}")
    shown = client.get("/meetings/garden").text
    assert f'href="/meetings/garden?t=4#{blocks["Watering rota"]["id"]}"' in shown


def test_addresses_are_those_of_the_settings(settings: Settings, full: Notes) -> None:
    """Whatever the reader calls the server; also of a site that is below a path."""
    app = create_app(replace(settings, site_url="https://garden.example"))
    client = app.test_client()
    here = client.get("/api/v1/meetings").get_json()
    below = client.get("/api/v1/meetings", environ_overrides={"SCRIPT_NAME": "/club"}).get_json()
    archive_of(app).close()
    assert here["meetings"][0]["url"] == "https://garden.example/meetings/garden"
    assert below["meetings"][0]["url"] == "https://garden.example/club/meetings/garden"


def test_every_answer_to_a_get_is_asked_for_again_cheaply(client: FlaskClient, full: Notes) -> None:
    """Each that everybody may read has an ETag and a date, and who sends one back gets a 304."""
    paths = client.get("/api/v1/openapi.json").get_json()["paths"]
    routes = [
        path.format(slug="garden", topic="code/pallets", name="priya")
        for path, operations in paths.items()
        if "get" in operations and "security" not in operations["get"]
    ]
    assert len(routes) == 11
    for address in routes:
        asked = address + ("?q=rota" if address.endswith("search") else "")
        first = client.get(asked)
        assert first.status_code == 200
        for name, value in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
            assert client.get(asked, headers={name: first.headers[value]}).status_code == 304, (asked, name)


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

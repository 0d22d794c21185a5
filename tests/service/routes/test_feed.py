"""New meetings and queries can be subscribed to, and the search can be added to a browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from pipeline.config import Settings
from pipeline.records import Notes, Segment, Verdict
from service import create_app
from service.routes import feed
from service.web import nearest
from service.web.store import archive_of
from tests.service.corrections import block_id
from tests.service.html_tags import tags
from tests.service.meetings import SOURCE, Library

ATOM = "{http://www.w3.org/2005/Atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def linked(client: FlaskClient, address: str, kind: str) -> str:
    """Where the page leads for this media type."""
    links = (tag.attributes for tag in tags(client.get(address).text) if tag.name == "link")
    return next(link["href"] for link in links if link.get("type") == kind)


def entries(client: FlaskClient, query: str) -> list[ElementTree.Element]:
    response = client.get("/search.atom", query_string={"q": query})
    assert response.mimetype == "application/atom+xml"
    return ElementTree.fromstring(response.data).findall(f"{ATOM}entry")


def text(element: ElementTree.Element, name: str) -> str:
    return element.findtext(f"{ATOM}{name}") or ""


def test_a_browser_can_add_the_search(client: FlaskClient, full: Notes) -> None:
    """Every page leads to a description whose address, filled in, is a search."""
    kind = "application/opensearchdescription+xml"
    for page in ("/", "/meetings/garden", "/search", "/nowhere"):
        assert linked(client, page, kind) == "/opensearch.xml"
    response = client.get("/opensearch.xml")
    described = ElementTree.fromstring(response.data)
    assert response.mimetype == kind
    assert described.tag == f"{OPENSEARCH}OpenSearchDescription"
    assert 0 < len(described.findtext(f"{OPENSEARCH}ShortName") or "") <= 16
    addresses = {url.attrib["type"]: url.attrib["template"] for url in described.findall(f"{OPENSEARCH}Url")}
    html = addresses["text/html"]
    assert html == "http://localhost/search?q={searchTerms}"
    assert "<mark>rota</mark>" in client.get(html.replace("{searchTerms}", "rota")).text
    assert client.get(addresses["application/atom+xml"].replace("{searchTerms}", "rota")).status_code == 200


def test_a_query_is_a_feed(client: FlaskClient, full: Notes) -> None:
    """The search page leads to it; an entry is a meeting with links to its moments, in whole addresses."""
    assert linked(client, "/search?q=pallets", "application/atom+xml") == "/search.atom?q=pallets"
    feed = ElementTree.fromstring(client.get("/search.atom?q=pallets").data)
    (entry,) = feed.findall(f"{ATOM}entry")
    assert text(feed, "id") == "http://localhost/search.atom?q=pallets"
    assert text(entry, "id").startswith("urn:uuid:")
    assert [link.attrib["href"] for link in entry.findall(f"{ATOM}link")] == ["http://localhost/meetings/garden"]
    assert text(entry, "title") == "Garden club 2024-03-05"
    assert text(feed, "updated") == text(entry, "updated")
    at = datetime.fromisoformat(text(entry, "updated"))
    assert at.tzinfo is not None
    assert abs((datetime.now(UTC) - at).total_seconds()) < 3600
    hits = tags(text(entry, "content"))
    heap = block_id(full, "Compost heap")
    assert f"http://localhost/meetings/garden?t=13.88#{heap}" in [
        tag.attributes["href"] for tag in hits if tag.name == "a"
    ]
    assert next(tag.text for tag in hits if tag.name == "b")[0] == "pallets"


def test_a_new_meeting_is_the_first_entry(client: FlaskClient, library: Library, full: Notes) -> None:
    """The latest meeting comes first, however well the others match, and no entry changes its id or time."""
    (before,) = entries(client, "rota")
    library.notes("# Old call\n\n- A word on the rota, among others that have nothing to do with it\n", slug="old")
    library.notes(SOURCE + "\n- Marigolds\n")
    assert [text(entry, "title") for entry in entries(client, "rota")] == ["Old call", "Garden club 2024-03-05"]
    after = entries(client, "rota")[1]
    assert (text(after, "id"), text(after, "updated")) == (text(before, "id"), text(before, "updated"))


def test_a_new_meeting_is_there_however_much_speaks_for_others(client: FlaskClient, library: Library) -> None:
    """One word of a new meeting is not lost among better places of older ones."""
    library.notes(
        "# New\n\n- Much was said, and at great length, and at its very end there came the word rota\n", slug="new"
    )
    blocks = "".join(f"- rota {number}\n" for number in range(600))
    library.notes(f"# Old\n\n{blocks}", slug="old")
    assert {text(entry, "title") for entry in entries(client, "rota")} == {"New", "Old"}


def test_older_meetings_follow(client: FlaskClient, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Among more meetings than are looked through one by one, an older one is found where it is the best."""
    monkeypatch.setattr(feed, "_MAX_MEETINGS", 3)
    for number in range(5):
        library.notes(f"# Call {number}\n\n- {'rota' if number < 2 else 'hose'}\n", slug=f"call-{number}")
    assert [text(entry, "title") for entry in entries(client, "rota")] == ["Call 1", "Call 0"]
    assert [text(entry, "title") for entry in entries(client, "rota OR hose")] == ["Call 4", "Call 3", "Call 2"]


def test_an_entry_is_the_same_wherever_it_is_read(client: FlaskClient, full: Notes) -> None:
    """By another address of the server; another query has entries of its own."""
    (here,) = entries(client, "rota")
    (there,) = ElementTree.fromstring(client.get("/search.atom?q=rota", base_url="https://notes.test").data).iter(
        f"{ATOM}entry"
    )
    (other,) = entries(client, "hose")
    assert text(here, "id") == text(there, "id") != text(other, "id")


def test_what_did_not_change_is_not_sent_again(client: FlaskClient, library: Library, full: Notes) -> None:
    """A reader that asks with the mark of its copy gets no second one, until there is something new."""
    mark = {"If-None-Match": client.get("/search.atom?q=rota").headers["ETag"]}
    again = client.get("/search.atom?q=rota", headers=mark)
    assert (again.status_code, again.data) == (304, b"")
    library.notes("# Next call\n\n- Back to the rota\n", slug="next")
    assert client.get("/search.atom?q=rota", headers=mark).status_code == 200


def test_a_feed_without_entries(client: FlaskClient, full: Notes) -> None:
    """A query that finds nothing yet can be subscribed to; one without words is a mistake."""
    assert entries(client, "submarine") == []
    assert client.get("/search.atom").status_code == 400


def test_a_feed_is_well_formed_whatever_is_in_it(client: FlaskClient, library: Library, full: Notes) -> None:
    """Markup in text stays text, and characters that XML has no place for are left out."""
    library.transcript(segments=(Segment(0.0, 1.0, "pallets \x0b <script>alert(1)</script> ]]> & so \ufffe on"),))
    (entry,) = entries(client, "pallets \x0b < &")
    assert "script" not in [tag.name for tag in tags(text(entry, "content"))]
    assert "<script>alert(1)" not in text(entry, "content")


# -- new meetings ------------------------------------------------------------------------------------------------------


def new_meetings(client: FlaskClient) -> ElementTree.Element:
    response = client.get("/feed.atom")
    assert response.mimetype == "application/atom+xml"
    return ElementTree.fromstring(response.data)


def test_new_meetings_are_a_feed(client: FlaskClient, full: Notes) -> None:
    """Every page leads to it; an entry has the topics as links to their moments, in whole addresses."""
    for page in ("/", "/meetings/", "/meetings/garden", "/search", "/nowhere"):
        assert linked(client, page, "application/atom+xml") == "/feed.atom"
    found = new_meetings(client)
    (entry,) = found.findall(f"{ATOM}entry")
    assert text(found, "id") == "http://localhost/feed.atom"
    assert {(link.attrib["rel"], link.attrib["href"]) for link in found.findall(f"{ATOM}link")} == {
        ("self", "http://localhost/feed.atom"),
        ("alternate", "http://localhost/"),
    }
    assert text(entry, "title") == "Garden club 2024-03-05"
    assert [link.attrib["href"] for link in entry.findall(f"{ATOM}link")] == ["http://localhost/meetings/garden"]
    content = tags(text(entry, "content"))
    assert [tag.text for tag in content if tag.name == "p"] == [["5 Mar 2024 · 0:20"]]
    assert [(tag.attributes["href"], tag.text[0]) for tag in content if tag.name == "a"] == [
        (f"http://localhost/meetings/garden?t=4#{full.sections[1].id}", "0:04"),
        (f"http://localhost/meetings/garden?t=12#{full.sections[2].id}", "0:12"),
    ]
    assert "</a> Watering rota" in text(entry, "content")


def test_a_feed_has_what_the_standard_asks_for(client: FlaskClient, library: Library, full: Notes) -> None:
    """RFC 4287: ids that are IRIs and no two the same, titles, authors, and dates with an offset."""
    library.notes("# Next call\n\n- Back to the rota\n", slug="next", video=False)
    for found in (new_meetings(client), ElementTree.fromstring(client.get("/search.atom?q=rota").data)):
        every = [found, *found.findall(f"{ATOM}entry")]
        assert len(every) == 3
        assert found.findtext(f"{ATOM}author/{ATOM}name")
        assert len({text(each, "id") for each in every}) == 3
        for each in every:
            assert text(each, "id").startswith(("urn:uuid:", "http://"))
            assert text(each, "title")
            assert datetime.fromisoformat(text(each, "updated")).tzinfo is not None
        assert text(found, "updated") == max(text(each, "updated") for each in every[1:])


def test_the_feed_is_at_the_address_of_the_settings(settings: Settings, full: Notes) -> None:
    """However it was asked for, and with the name of the site."""
    app = create_app(replace(settings, site_title="Garden & club", site_url="https://notes.test"))
    found = new_meetings(app.test_client())
    (entry,) = found.findall(f"{ATOM}entry")
    assert text(found, "title") == found.findtext(f"{ATOM}author/{ATOM}name") == "Garden & club"
    assert text(found, "id") == "https://notes.test/feed.atom"
    assert "https://notes.test/meetings/garden?t=4#" in text(entry, "content")
    assert "localhost" not in app.test_client().get("/feed.atom").text + app.test_client().get("/opensearch.xml").text
    nearest.close(app)
    archive_of(app).close()


def test_the_latest_to_be_added_come_first(
    client: FlaskClient, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of those that came in on one day, such as the years of a new archive, the latest to take place; so many only."""
    monkeypatch.setattr(feed, "_MAX_NEW", 4)
    added: Mapping[str, datetime] = {
        "c-2021": datetime(2026, 1, 2, 9, tzinfo=UTC),
        "c-2024": datetime(2026, 1, 1, 9, tzinfo=UTC),
        "c-2023": datetime(2026, 1, 1, 10, tzinfo=UTC),
        "undated": datetime(2026, 1, 1, 12, tzinfo=UTC),
        "c-2022": datetime(2026, 1, 1, 11, tzinfo=UTC),
    }
    for slug in added:
        year = slug.partition("-")[2]
        library.notes(f"# Call {year}-01-01\n\n- a\n" if year else "# Undated\n\n- a\n", slug=slug, video=False)
    monkeypatch.setattr(archive_of(client.application).store, "first_stored", lambda: added)
    found = new_meetings(client).findall(f"{ATOM}entry")
    assert [text(entry, "title")[:9] for entry in found] == ["Call 2021", "Call 2024", "Call 2023", "Call 2022"]
    assert [text(entry, "updated")[:13] for entry in found[:2]] == ["2026-01-02T09", "2026-01-01T09"]


def test_an_entry_stays_the_same(client: FlaskClient, library: Library, full: Notes) -> None:
    """A rerun of the notes makes it no news, and nothing is sent again while nothing changes."""
    (before,) = new_meetings(client).findall(f"{ATOM}entry")
    mark = {"If-None-Match": client.get("/feed.atom").headers["ETag"]}
    assert client.get("/feed.atom", headers=mark).status_code == 304
    library.notes(SOURCE + "\n## Marigolds\n")
    (after,) = new_meetings(client).findall(f"{ATOM}entry")
    assert (text(after, "id"), text(after, "updated")) == (text(before, "id"), text(before, "updated"))
    library.notes("# Next call\n\n- a\n", slug="next", video=False)
    assert client.get("/feed.atom", headers=mark).status_code == 200


def test_the_feed_of_new_meetings_is_well_formed_whatever_is_in_it(client: FlaskClient, library: Library) -> None:
    """Markup in a title is text, in the title and in the content."""
    notes = library.notes("# A <b>&amp; ]]>\n\n## <script>alert(1)</script> &\n", video=False)
    library.local()
    library.store.correct("garden", notes.topics[0].id, Verdict.TIME, 3.0, "Ana", seen=None)
    (entry,) = new_meetings(client).findall(f"{ATOM}entry")
    assert "a" in [tag.name for tag in tags(text(entry, "content"))]
    assert "script" not in [tag.name for tag in tags(text(entry, "content"))]


def test_an_empty_archive_has_a_feed(client: FlaskClient) -> None:
    found = new_meetings(client)
    assert found.findall(f"{ATOM}entry") == []
    assert datetime.fromisoformat(text(found, "updated")).tzinfo is not None

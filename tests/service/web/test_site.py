"""What the site is, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.config import Settings
from pipeline.records import Notes
from service import create_app
from service.web import nearest
from service.web.store import archive_of
from tests.service.html_tags import Tag, tags

PAGES = ("/", "/meetings/", "/meetings/garden", "/search", "/search?q=rota", "/problems", "/nowhere")


@pytest.fixture
def somewhere(settings: Settings) -> Iterator[Flask]:
    """The app of a site that knows its address."""
    app = create_app(replace(settings, site_title="Garden club", site_url="https://notes.test"))
    yield app
    nearest.close(app)
    archive_of(app).close()


def described(html: str) -> dict[str, list[str]]:
    """What a page says of itself, by property."""
    found: dict[str, list[str]] = {}
    for tag in tags(html):
        name = tag.attributes.get("property") or tag.attributes.get("name") or tag.attributes.get("rel", "")
        if tag.name in {"meta", "link"} and name:
            found.setdefault(name, []).append(tag.attributes.get("content") or tag.attributes.get("href", ""))
    return found


@pytest.mark.parametrize("address", PAGES)
def test_every_page_says_where_it_belongs(somewhere: Flask, full: Notes, address: str) -> None:
    """Its title ends with the site's, and there is one description, for search engines and previews."""
    html = somewhere.test_client().get(address).text
    title = next(tag for tag in tags(html) if tag.name == "title").text[0]
    found = described(html)
    assert title.endswith("Garden club")
    assert found["og:site_name"] == ["Garden club"]
    for name in ("description", "og:title", "og:description", "og:type"):
        assert len(found[name]) == 1, name
        assert found[name][0], name
    assert "/feed.atom" in found["alternate"]


def test_the_address_of_a_page_is_that_of_the_settings(somewhere: Flask, full: Notes) -> None:
    """However it was asked for; results and failures have none."""
    client = somewhere.test_client()
    for address in ("/", "/meetings/", "/meetings/garden"):
        found = described(client.get(f"{address}?t=3&year=2024", base_url="http://127.0.0.1:8000").text)
        assert found["canonical"] == found["og:url"] == [f"https://notes.test{address}"]
    for address in ("/search?q=rota", "/nowhere"):
        found = described(client.get(address).text)
        assert "canonical" not in found
        assert ("robots" in found) is (address == "/nowhere")


def test_an_address_that_nobody_gave_is_not_made_up(client: FlaskClient, full: Notes) -> None:
    """Behind a proxy, the request may know another one."""
    assert "canonical" not in described(client.get("/", base_url="http://127.0.0.1").text)


def footer(html: str) -> list[Tag]:
    return tags(html[html.index("<footer") :])


def test_the_end_of_a_page_leads_on(client: FlaskClient, guarded: Flask, full: Notes) -> None:
    """To the feed, the API and, on a server where one can, the way in."""
    here = [tag.attributes.get("href") for tag in footer(client.get("/meetings/").text) if tag.name == "a"]
    there = [tag.attributes.get("href") for tag in footer(guarded.test_client().get("/search?q=rota").text)]
    assert here == ["/feed.atom", "/api/v1/openapi.json", "/subscriptions", "/language/de?next=/meetings/"]
    assert "/login?next=/search?q%3Drota" in there

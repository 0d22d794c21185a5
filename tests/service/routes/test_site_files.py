"""What machines ask of a site."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from pipeline.config import Settings
from pipeline.records import Notes
from service import create_app
from service.web.store import archive_of
from tests.service.meetings import Library

LOC, LASTMOD = (f"{{http://www.sitemaps.org/schemas/sitemap/0.9}}{name}" for name in ("loc", "lastmod"))


def test_crawlers_read_the_pages_and_find_them_all(settings: Settings, library: Library, full: Notes) -> None:
    """At the address that the settings say; the days are those of the last changes."""
    library.notes("# Plan\n", slug="plan", video=False)
    app = create_app(replace(settings, site_url="https://garden.example"))
    client = app.test_client()
    rules, sitemap = client.get("/robots.txt").text, client.get("/sitemap.xml")
    archive_of(app).close()

    assert "Disallow: /api/\nDisallow: /login\n" in rules
    assert "Sitemap: https://garden.example/sitemap.xml\n" in rules
    assert sitemap.mimetype == "application/xml"
    urls = list(ElementTree.fromstring(sitemap.text))
    assert [url.findtext(LOC) for url in urls] == [
        "https://garden.example/",
        "https://garden.example/meetings/garden",
        "https://garden.example/meetings/plan",
        "https://garden.example/topics/",
        "https://garden.example/speakers/",
        "https://garden.example/speakers/priya",
        "https://garden.example/speakers/ana",
    ]
    updated_at = library.store.meeting("garden").updated_at
    assert updated_at
    assert urls[1].findtext(LASTMOD) == updated_at.date().isoformat()

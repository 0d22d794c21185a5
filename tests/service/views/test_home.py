"""The first page says what the site is, and what is new."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.config import Settings
from pipeline.errors import MeetingDamaged
from pipeline.records import Notes
from service import create_app
from service.views.home import MAX_LATEST
from service.web import nearest
from service.web.store import archive_of
from tests.service.html_tags import chips, visible
from tests.service.meetings import Library

Open = Callable[[str], str]


@pytest.fixture
def named(settings: Settings) -> Iterator[Flask]:
    """The app of a site with a name of its own."""
    app = create_app(
        replace(
            settings,
            site_title="Garden & friends",
            site_description="What the <garden> club said.",
            site_links={"Our club": "https://club.test/?a&b"},
            site_url="https://notes.test",
        )
    )
    yield app
    nearest.close(app)
    archive_of(app).close()


def test_the_first_page_says_what_the_site_is(named: Flask, full: Notes) -> None:
    """Its name, a sentence and its links, on the page and to those who are given a link to it."""
    html = named.test_client().get("/").text
    assert "<title>Garden &amp; friends</title>" in html
    assert '<h1 dir="auto">Garden &amp; friends</h1>' in html
    assert "What the &lt;garden&gt; club said.</p>" in html
    assert '<a href="https://club.test/?a&amp;b" dir="auto">Our club</a>' in html
    assert '<meta name="description" content="What the &lt;garden&gt; club said.">' in html
    assert '<meta property="og:url" content="https://notes.test/">' in html


def test_without_settings_it_explains_itself(opened: Open, full: Notes) -> None:
    words = visible(opened("/"))
    assert "Meeting notes, linked to the minute of the recording where each part was discussed." in words


def test_the_newest_meeting_has_its_topics(opened: Open, library: Library, full: Notes) -> None:
    """As the links that its own page has, with their times; topics without a moment are left out."""
    library.notes("# Winter call 2023-12-01\n\n## Frost\n", slug="winter")
    html = opened("/")
    found = re.findall(
        r'<li><a href="([^"]+)"><span class="chip">(.*?)</span><span class="name" dir="auto">(.*?)<', html
    )
    rota, compost = full.sections[1].id, full.sections[2].id
    assert found == [
        (f"/meetings/garden?t=4#{rota}", "0:04", "Watering rota"),
        (f"/meetings/garden?t=12#{compost}", "0:12", "Compost heap"),
    ]
    own = {chip.attributes["href"] for chip in chips(opened("/meetings/garden")).values()}
    assert {href for href, _, _ in found} <= own
    assert "5 Mar 2024" in html
    assert html.index("Garden club 2024-03-05") < html.index("Earlier meetings") < html.index("Winter call")


def test_a_small_archive_is_all_there(opened: Open, library: Library) -> None:
    """Only of a larger one, the first page leads on to the rest."""
    for number in range(MAX_LATEST + 1):
        library.notes(f"# Call 2024-01-{number + 1:02}\n\n- a\n", slug=f"call-{number}", video=False)
    html = opened("/")
    assert html.count('class="row"') == MAX_LATEST
    assert "All 11 meetings" not in html
    library.notes("# Call 2024-02-01\n\n- a\n", slug="another", video=False)
    html = opened("/")
    assert html.count('class="row"') == MAX_LATEST
    assert '<a href="/meetings/">All 12 meetings</a>' in html


def test_a_damaged_newest_meeting_takes_nothing_else_away(
    client: FlaskClient, library: Library, full: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named without its topics."""
    library.notes("# Winter call 2023-12-01\n", slug="winter")

    def damaged(slug: str, **_options: object) -> None:
        raise MeetingDamaged(slug, "unreadable")

    monkeypatch.setattr(archive_of(client.application).store, "meeting", damaged)
    words = visible(client.get("/").text)
    assert "Garden club 2024-03-05" in words
    assert "Winter call" in words
    assert "Watering rota" not in words

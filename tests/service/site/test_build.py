"""The site: what is in it, what is not, and that it is only written where something changed."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from pipeline.config import Settings
from pipeline.errors import ConfigError
from pipeline.records import Recording
from service.site.build import _Site, write_site
from service.site.writer import MANIFEST
from tests.service.html_tags import chips, tags, visible
from tests.service.meetings import VIDEO, Library
from tests.service.site.conftest import BASE, FAILURE, contents, texts, written
from tests.service.site.whole import problems

ATOM = "{http://www.w3.org/2005/Atom}"


def test_every_link_of_a_site_leads_somewhere(site: Path, site_at_base: Path, tmp_path: Path) -> None:
    """To a file, and to what is named in it; every page closes what it opens, and names nothing twice."""
    assert problems(site) == []
    assert {path.name for path in site.iterdir()} >= {"index.html", "meetings.json", "feed.atom", "robots.txt"}
    assert {path.name for path in (site / "meetings" / "garden").iterdir()} == {
        "chapters.json", "chapters.vtt", "chapters.xml",
        "index.html", "meeting.json", "recording.wav", "transcript.srt", "transcript.vtt",
    }  # fmt: skip
    known = shutil.copytree(site_at_base, tmp_path / "known")
    (known / "404.html").unlink()  # its addresses begin at the root of the server: it is shown in any folder
    assert problems(known) == []


def test_a_folder_of_any_host_will_do(site: Path, client: FlaskClient) -> None:
    """No address names a server, and what the server calls a meeting leads to the same on a site and back."""
    assert [path for path, text in texts(site).items() if "localhost" in text or ".invalid" in text] == []
    assert client.get("/meetings/garden/?t=12").location == "/meetings/garden?t=12"
    assert client.get("/search/?q=a+b").location == "/search?q=a+b"


def test_what_is_for_editors_is_on_no_page(site: Path, filled: Path) -> None:
    """Neither failures, nor where files are, nor commands, nor a way to log in, to new meetings or to the jobs."""
    found = texts(site)
    assert [path for path, text in found.items() if ">New meeting<" in text or ">Jobs<" in text] == []
    for secret in (FAILURE.message, FAILURE.hint, "jumpnotes run", str(filled), "garden.md", "login", "/api/", "csrf"):
        assert [path for path, text in found.items() if secret in text] == [], secret
    assert json.loads(found["meetings/broken/meeting.json"])["failure"] is None
    assert [each["slug"] for each in json.loads(found["meetings.json"])["meetings"] if each["failed"]] == []
    assert "Broken call" in found["meetings/index.html"]


def test_the_second_run_has_nothing_to_do(public: Settings, out: Path, tmp_path: Path) -> None:
    """And a run into another folder writes the same, byte for byte."""
    written(public, out, searchable=True)
    before = {path: (out / path).stat().st_mtime_ns for path in contents(out)}
    again = written(public, out, searchable=True)
    written(public, tmp_path / "other", searchable=True)

    assert (again.written, again.removed) == (0, 0)
    assert {path: (out / path).stat().st_mtime_ns for path in contents(out)} == before
    assert contents(tmp_path / "other") == contents(out)


def scribble(page: Path) -> str:
    """Change a page without changing its size, so that one sees whether it is written again."""
    text = page.read_text().replace("Garden", "gARDEN")
    page.write_text(text)
    return text


def test_only_what_changed_is_made_again(archive: Library, public: Settings, out: Path) -> None:
    """A new meeting costs itself and the lists, a correction its meeting, another name of the site every page."""
    written(public, out)
    garden = out / "meetings" / "garden" / "index.html"
    scribbled = scribble(garden)
    archive.notes("# New call 2024-05-01\n\n- peas\n", slug="new", video=False)
    new = written(public, out)
    assert garden.read_text() == scribbled
    assert new.written == 6  # its page and its JSON, the first page, the list, its JSON and the feed
    assert "New call" in (out / "index.html").read_text()

    archive.youtube("garden")
    written(public, out)
    assert "gARDEN" not in garden.read_text()
    scribble(garden)
    written(replace(public, site_title="Club"), out)
    assert "gARDEN" not in garden.read_text()


def test_a_topic_is_made_again_where_it_shows_something_else(library: Library, settings: Settings, out: Path) -> None:
    """Another title of a meeting costs its topics, and the meetings it is told beside; no other topic."""
    for number in range(6):
        named = "#1200" if number < 3 else "#3400"
        library.notes(f"# Call {number} 2024-03-0{number + 1}\n\n- {named}\n", slug=f"call-{number}", video=False)
    written(settings, out)
    pages = {name: out / name / "index.html" for name in ("topics/issue/1200", "topics/issue/3400", "meetings/call-1")}
    for page in pages.values():
        page.write_text(page.read_text().replace("Call", "cALL"))
    library.notes("# Walk 0 2024-03-01\n\n- #1200\n", slug="call-0", video=False)
    written(settings, out)

    shown = {name: page.read_text() for name, page in pages.items()}
    assert "cALL" not in shown["topics/issue/1200"]
    assert "Walk 0" in shown["topics/issue/1200"]
    assert "cALL" in shown["topics/issue/3400"]
    assert "Walk 0" in shown["meetings/call-1"]


def test_a_topic_that_has_no_page_any_more_is_no_empty_file(
    library: Library, settings: Settings, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was there a moment ago."""
    for number in range(2):
        library.notes(f"# Call {number} 2024-03-0{number + 1}\n\n- #1200\n", slug=f"call-{number}", video=False)
    page = _Site._page

    def gone(site: _Site, asked: str, path: str, recordings: Mapping[str, str]) -> bytes | None:
        return None if "1200" in asked else page(site, asked, path, recordings)

    monkeypatch.setattr(_Site, "_page", gone)
    written(settings, out)
    assert not list(out.glob("topics/issue/**/*"))


def test_another_language_makes_the_search_anew(archive: Library, public: Settings, out: Path) -> None:
    """Though no page has changed."""
    written(public, out, searchable=True)
    archive.store.save_language("german")
    written(public, out, searchable=True)
    assert [*json.loads((out / "pagefind" / "pagefind-entry.json").read_text())["languages"]] == ["de"]


def test_what_is_lost_is_written_again(archive: Library, public: Settings, out: Path) -> None:
    """A file that somebody deleted, or that a full disk cut off."""
    written(public, out)
    before = contents(out)
    (out / "meetings" / "garden" / "transcript.vtt").unlink()
    (out / "meetings" / "tube" / "index.html").write_text("<!doc")
    written(public, out)
    assert contents(out) == before


def test_what_is_gone_is_removed_and_nothing_else(archive: Library, public: Settings, out: Path) -> None:
    """A meeting leaves the site with its folder, the lists and the search; what others put there stays."""
    (out / "meetings" / "tube").mkdir(parents=True)
    (out / "CNAME").write_text("club.example")
    (out / "meetings" / "tube" / "mine.txt").write_text("mine")
    written(public, out, searchable=True)
    pieces = set((out / "pagefind" / "fragment").iterdir())
    for slug in ("tube", "garden"):
        archive.store.forget(slug)
    report = written(public, out, searchable=True)

    assert report.removed > 8
    assert {path.name for path in (out / "meetings").iterdir()} == {
        "blank", "broken", "index.html", "last-year", "parts", "tube",
    }  # fmt: skip
    assert (out / "CNAME").read_text() == "club.example"
    assert [path.name for path in (out / "meetings" / "tube").iterdir()] == ["mine.txt"]
    assert len(set((out / "pagefind" / "fragment").iterdir()) & pieces) < len(pieces)
    assert "meetings/garden" not in (out / "index.html").read_text() + (out / "meetings" / "index.html").read_text()


def test_a_damaged_meeting_is_left_out_and_told(archive: Library, public: Settings, out: Path) -> None:
    """The others are published, and no list leads to it."""
    with closing(sqlite3.connect(public.database_file)) as db:
        db.execute("UPDATE notes SET document = '{' WHERE slug = 'garden'")
        db.commit()
    report = written(public, out, searchable=True)

    assert report.left_out == ("garden",)
    assert report.meetings == 5
    assert problems(out) == []


# -- recordings --------------------------------------------------------------------------------------------------------


def test_without_javascript_a_time_opens_the_recording_there(site: Path) -> None:
    """On YouTube, or the file of the recording, or of its part."""
    links = {
        slug: chips((site / "meetings" / slug / "index.html").read_text())["Compost heap"].attributes["href"]
        for slug in ("garden", "tube", "parts")
    }
    assert links == {
        "garden": "recording.wav#t=12.75",
        "tube": f"https://youtu.be/{VIDEO}?t=12",
        "parts": "recording-2.wav#t=2.75",
    }
    html = (site / "meetings" / "garden" / "index.html").read_text()
    timed = [tag for tag in tags(html) if tag.name == "a" and "data-start" in tag.attributes]
    assert len(timed) > 8
    assert [tag for tag in timed if not tag.attributes.get("href")] == []


def test_recordings_are_published_only_where_a_setting_says_so(public: Settings, out: Path, filled: Path) -> None:
    """Up to a size. Otherwise the video that the notes link to is played in their place."""
    size = (filled / "garden.wav").stat().st_size
    written(replace(public, site_media_mb=(size - 1) / 1e6), out)
    html = (out / "meetings" / "garden" / "index.html").read_text()
    assert list(out.rglob("garden/recording*")) == []
    assert f'data-video="{VIDEO}"' in html
    assert chips(html)["Compost heap"].attributes["href"] == f"https://youtu.be/{VIDEO}?t=12"

    written(replace(public, site_media_mb=size / 1e6), out)
    (copied,) = out.rglob("garden/recording*")
    assert copied.read_bytes() == (filled / "garden.wav").read_bytes()
    written(replace(public, site_media_mb=0.0), out)
    assert list(out.rglob("recording*")) == []


def test_a_recording_that_is_nowhere_else_is_told(library: Library, settings: Settings, out: Path) -> None:
    """Then times are text."""
    notes = library.notes(video=False)
    library.local()
    library.aligned(notes)
    written(settings, out)
    html = (out / "meetings" / "garden" / "index.html").read_text()
    assert "The recording is not on this site." in visible(html)
    assert chips(html) == {}
    assert "0:12" in visible(html)


def test_a_recording_that_is_a_file_on_the_web_is_linked_there(library: Library, settings: Settings, out: Path) -> None:
    """Nothing of it is published here, and nothing is loaded from there before somebody follows a link."""
    notes = library.notes(video=False)
    url = "https://media.example/garden.mp3"
    library.store.save_recording("garden", Recording(url, "Call", 20.0, str(library.folder / "x.mp3")), key=url)
    library.aligned(notes)
    written(settings, out)
    html = (out / "meetings" / "garden" / "index.html").read_text()
    assert chips(html)["Compost heap"].attributes["href"] == f"{url}#t=12.75"
    assert [tag for tag in tags(html) if tag.attributes.get("src", "").startswith("http")] == []


# -- where it is published ---------------------------------------------------------------------------------------------


def test_what_has_to_be_absolute_needs_the_address(site: Path, site_at_base: Path) -> None:
    """With it there are a sitemap, canonical addresses and a search for browsers; without it these are left out."""
    garden = (site_at_base / "meetings" / "garden" / "index.html").read_text()
    assert f'<link rel="canonical" href="{BASE}meetings/garden/">' in garden
    assert f"<loc>{BASE}meetings/garden/</loc>" in (site_at_base / "sitemap.xml").read_text()
    assert f"Sitemap: {BASE}sitemap.xml" in (site_at_base / "robots.txt").read_text()
    assert f'template="{BASE}search/?q={{searchTerms}}"' in (site_at_base / "opensearch.xml").read_text()
    assert "search.atom" not in (site_at_base / "opensearch.xml").read_text()
    assert re.findall('href="([^"]*style.css)"', (site_at_base / "404.html").read_text())[0].startswith(
        "/notes/static/"
    )

    assert not [name for name in ("sitemap.xml", "opensearch.xml") if (site / name).exists()]
    assert "canonical" not in (site / "meetings" / "garden" / "index.html").read_text()
    assert "opensearch" not in (site / "index.html").read_text()


def test_the_feed_has_ids_that_last(site: Path, site_at_base: Path) -> None:
    """Its address where that is known, or else what the archive is known by; entries lead to their moments."""
    feed, known = (ET.parse(folder / "feed.atom").getroot() for folder in (site, site_at_base))
    assert (feed.findtext(f"{ATOM}id") or "").startswith("urn:uuid:")
    assert known.findtext(f"{ATOM}id") == f"{BASE}feed.atom"
    for found, base in ((feed, ""), (known, BASE)):
        told = "".join(content.text or "" for content in found.iter(f"{ATOM}content"))
        assert f'href="{base}meetings/parts/?t=4#' in told


def test_a_page_says_its_own_policy(site: Path) -> None:
    """No server does: scripts and styles are the site's, and the search may run WebAssembly."""
    for page in site.rglob("*.html"):
        policy = next(tag for tag in tags(page.read_text()) if "http-equiv" in tag.attributes).attributes["content"]
        assert "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'" in policy
        assert "frame-ancestors" not in policy


def test_the_site_is_in_its_language(public: Settings, out: Path) -> None:
    """In one; nobody is asked for theirs."""
    written(replace(public, site_language="de"), out)
    html = (out / "index.html").read_text()
    assert '<html lang="de">' in html
    assert "Besprechungen</a>" in html
    assert "language/" not in html


def test_an_empty_archive_is_a_site_too(settings: Settings, out: Path, empty: Path) -> None:
    """That says so, and is the same the next time."""
    written(settings, out, searchable=True)
    before = contents(out)
    shutil.copytree(empty, settings.data_dir, dirs_exist_ok=True)
    assert written(settings, out, searchable=True).written == 0
    assert contents(out) == before
    assert "no meetings here yet" in (out / "index.html").read_text()


def test_without_pagefind_one_learns_how_to_install_it(
    public: Settings, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or does without a search: then no page offers one."""
    monkeypatch.setitem(sys.modules, "pagefind.service", None)
    with pytest.raises(ConfigError) as caught:
        write_site(public, out)
    assert "pip install 'jumpnotes[site]'" in caught.value.hint
    assert "--no-search" in caught.value.hint
    assert not out.exists()

    written(public, out)
    assert [path for path, text in texts(out).items() if "Search everything" in text] == []
    assert not (out / "search").exists()


def test_the_manifest_names_no_place_of_this_machine(site: Path, filled: Path) -> None:
    """It is published with the rest."""
    assert "meeting garden" in (site / MANIFEST).read_text()
    assert str(filled) not in (site / MANIFEST).read_text()

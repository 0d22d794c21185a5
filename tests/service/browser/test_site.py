"""A site of files: its search, what it does without a server, a script or a web at all, and what readers suggest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from pipeline.config import Settings
from pipeline.corrections import toml_file
from pipeline.corrections.locate import locate, locators
from pipeline.records import Notes, Segment, Verdict
from service.site.build import write_site
from tests.service.browser.everywhere import SITE_FOLDER
from tests.service.browser.watching import TIME
from tests.service.corrections import block_id
from tests.service.file_server import serving_files
from tests.service.meetings import Library

pytestmark = pytest.mark.browser

MAX_FIRST_QUERY_BYTES = 200_000


@pytest.fixture
def publish(settings: Settings, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Write the site as it is now, and say where it is."""
    with serving_files(tmp_path / "www") as url:

        def write(*, searchable: bool = True, **wanted: object) -> str:
            of_site = replace(settings, **({"site_media_mb": 1.0} | wanted))  # type: ignore[arg-type]
            write_site(of_site, tmp_path / "www" / SITE_FOLDER, searchable=searchable)
            return f"{url}{SITE_FOLDER}/"

        yield write


@pytest.fixture
def two(library: Library, full: Notes) -> Notes:
    """A second meeting, of another year and series, which nobody recorded."""
    library.notes("# Bee keepers 2023-05-01\n\n## Hives\n\n- The pallets for hives\n", slug="bees", video=False)
    return full


def test_the_search_is_loaded_once_somebody_wants_it(
    two: Notes, publish: Callable[..., str], page: Page, abroad: list[str]
) -> None:
    """What was found is listed by meeting, leads to its moment, and no word of it leaves the site."""
    asked: list[tuple[str, int]] = []
    page.on("response", lambda answer: asked.append((answer.url, len(answer.body()))))
    site = publish()
    page.goto(site)
    page.get_by_role("searchbox").fill("pallets")
    assert [url for url, _ in asked if "/pagefind/" in url] == []
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Found in 2 meetings")
    expect(page).to_have_url(f"{site}search/?q=pallets")
    garden = page.locator(".meeting-hits").filter(has_text="Garden club")
    expect(garden.locator(".hit")).to_have_count(3)
    assert sum(size for url, size in asked if "/pagefind/" in url) < MAX_FIRST_QUERY_BYTES
    garden.locator(".hit", has_text="Two of the").click()
    expect(page).to_have_url(f"{site}meetings/garden/?t=12.75")
    page.wait_for_function(f"() => {TIME} >= 12.7")
    assert abroad == []


def test_what_looks_like_html_is_found_as_it_was_written(
    library: Library, publish: Callable[..., str], page: Page
) -> None:
    library.notes("# Call 2024-03-05\n\n- seedlings -> <beds> & pots\n", slug="call", video=False)
    page.goto(f"{publish()}search/?q=seedlings")
    expect(page.locator(".hit")).to_contain_text("seedlings -> <beds> & pots")


def test_a_search_is_narrowed_down(two: Notes, publish: Callable[..., str], page: Page) -> None:
    """To notes or speech, and to words in their order; a block is a block, with its moment where it has one."""
    site = publish()
    page.goto(f"{site}search/?q=pallets&in=notes")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Found in 2 meetings")
    expect(page.get_by_role("button", name="Notes", exact=True)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Transcripts", exact=True).click()
    expect(heading).to_have_text("Found in 1 meeting")
    expect(page).to_have_url(f"{site}search/?q=pallets&in=transcript")
    expect(page.locator(".hit .context")).to_have_text("Priya")
    page.get_by_role("searchbox").fill('"pallets are"')
    expect(page.locator("mark").first).to_have_text("pallets")
    page.get_by_role("searchbox").fill('"are pallets"')
    expect(heading).to_have_text("Nothing found")
    page.get_by_role("button", name="Notes and").click()
    page.get_by_role("searchbox").fill("compost")
    page.locator(".hit").click()
    expect(page).to_have_url(f"{site}meetings/garden/?t=12#{block_id(two, 'Compost heap')}")
    page.goto(f"{site}search/?q=hives")
    page.locator(".hit", has_text="The pallets").click()
    expect(page).to_have_url(re.compile(r"/meetings/bees/#the-pallets"))
    page.go_back()
    expect(page.locator("mark").first).to_have_text("Hives")


def test_a_word_in_a_long_line_is_found_where_it_is_said(
    library: Library, publish: Callable[..., str], page: Page
) -> None:
    """As far into the line as it stands there, and some seconds before, for nobody knows just when."""
    library.notes(video=False)
    library.local(duration=100.0)
    long_line = "so " * 45 + "greenhouse " + "so " * 44
    library.transcript(segments=(Segment(0.0, 89.0, long_line.strip()), Segment(90.0, 95.0, "The end.")))
    page.goto(f"{publish()}search/?q=greenhouse")
    expect(page.locator(".hit")).to_have_attribute("href", re.compile(r"/garden/\?t=40\.00$"))
    expect(page.locator(".hit .chip")).to_have_text("0:40")


def test_a_site_that_was_moved_still_finds(two: Notes, publish: Callable[..., str], page: Page, tmp_path: Path) -> None:
    """Nothing in it knows in which folder it is."""
    site = publish()
    (tmp_path / "www" / SITE_FOLDER).rename(tmp_path / "www" / "elsewhere")
    page.goto(f"{site.replace(SITE_FOLDER, 'elsewhere')}search/?q=compost")
    expect(page.locator(".hit").first).to_be_visible()
    page.locator(".meeting-hits h2 a").click()
    expect(page).to_have_url(re.compile("/elsewhere/meetings/garden/$"))


def test_pages_can_be_read_as_files(two: Notes, publish: Callable[..., str], page: Page, tmp_path: Path) -> None:
    """From page to page, with their looks; the search says that it cannot."""
    publish()
    root = (tmp_path / "www" / SITE_FOLDER).as_uri()
    page.goto(f"{root}/index.html")
    page.get_by_role("link", name="Garden club 2024-03-05").first.click()
    expect(page).to_have_url(f"{root}/meetings/garden/index.html")
    assert page.evaluate("getComputedStyle(document.querySelector('.block.topic')).display") != "block"
    page.get_by_role("link", name="All meetings").click()
    expect(page).to_have_url(f"{root}/meetings/index.html")
    page.get_by_role("searchbox").first.fill("rota")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{root}/search/index.html?q=rota")
    expect(page.get_by_text("opened as files")).to_be_visible()


def test_a_suggestion_is_a_corrections_file(
    full: Notes, publish: Callable[..., str], page: Page, tmp_path: Path
) -> None:
    """Of the block that was meant, at the moment that was heard, by whoever says so; an issue can take it along."""
    site = publish(searchable=False, site_issues="https://code.example/club/issues/new?labels=time")
    page.goto(f"{site}meetings/garden/#t=8.25")
    page.wait_for_function(f"() => {TIME} >= 8.25")
    page.evaluate("document.querySelector('audio').pause()")
    page.get_by_role("button", name="Suggest a correction").click()
    page.get_by_role("row", name="Tomasz").get_by_role("button").click()
    page.get_by_role("button", name="Set to current time").click()
    dialog = page.get_by_role("dialog", name="Suggest a correction")
    dialog.get_by_label("Your name").fill('Ana "Bee" Li')
    file = tmp_path / "suggested.toml"
    file.write_text(dialog.get_by_label("Correction").input_value())
    suggested = toml_file.read(file)
    (made,) = suggested.corrections
    assert toml_file.meeting_of(file, suggested.notes_name, {"garden": "/notes/x.md"}) == "garden"
    assert locate([made.locator], locators(full)) == [block_id(full, "Tomasz")]
    assert (made.verdict, made.author) == (Verdict.TIME, 'Ana "Bee" Li')
    assert made.start == pytest.approx(page.evaluate(TIME), abs=0.01)

    address = urlsplit(dialog.get_by_role("link").get_attribute("href") or "")
    asked = parse_qs(address.query)
    assert (address.netloc, asked["labels"]) == ("code.example", ["time"])
    assert file.read_text() in asked["body"][0]
    assert f"{site}meetings/garden/#{block_id(full, 'Tomasz')}" in asked["body"][0]

    dialog.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("Correction copied")
    page.get_by_role("button", name="Correct: Seed swap").click()
    page.get_by_role("button", name="Not discussed").click()
    file.write_text(dialog.get_by_label("Correction").input_value())
    (made,) = toml_file.read(file).corrections
    assert (made.verdict, made.start) == (Verdict.NOT_DISCUSSED, None)
    assert locate([made.locator], locators(full)) == [block_id(full, "Seed swap")]


def test_the_list_is_narrowed_down_by_its_address(
    library: Library, two: Notes, publish: Callable[..., str], page: Page
) -> None:
    """As on a server: a filter says how many it leaves, works with others, and is taken off by a second click."""
    library.notes("# Garden club 2023-06-01\n", slug="june", video=False)
    site = publish(searchable=False)
    page.goto(f"{site}meetings/?year=2023")
    shown = page.locator(".rows li:visible")
    expect(shown).to_have_count(2)
    expect(page.locator(".shown")).to_have_text("2 meetings")
    page.get_by_role("link", name="Garden club 1").click()
    expect(shown).to_have_text([re.compile("Garden club 2023-06-01")])
    assert parse_qs(urlsplit(page.url).query) == {"year": ["2023"], "series": ["Garden club"]}
    page.get_by_role("link", name="2023 1").click()
    expect(shown).to_have_count(2)
    expect(page).to_have_url(f"{site}meetings/?series=Garden+club")


def test_nothing_stands_in_the_way_of_assistive_technology(two: Notes, publish: Callable[..., str], page: Page) -> None:
    """axe finds nothing to object to on what only a site has."""
    site = publish(site_issues="https://code.example/issues/new")
    for address in ("search/", "search/?q=pallets", "404.html", "meetings/garden/"):
        page.goto(site + address)
        if address.endswith("pallets"):
            expect(page.locator(".hit").first).to_be_visible()
        if address == "meetings/garden/":
            page.get_by_role("button", name="Suggest a correction").click()
            page.get_by_role("button", name="Correct: Seed swap").click()
            page.get_by_role("button", name="Not discussed").click()
        violations = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in violations] == [], address

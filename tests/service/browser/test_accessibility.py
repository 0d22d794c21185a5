"""Nothing stands in the way of assistive technology."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from pipeline.config import Settings
from pipeline.jobs.presence import only_worker
from pipeline.records import Failure, HeardLine, JobHeard, JobProgress, Notes
from tests.service.jobs import fail, garden, look, own_meeting, put, taken
from tests.service.meetings import Library
from tests.service.season import HOSE, season, slug_of

NOW = datetime(2024, 3, 6, tzinfo=UTC)


PAGES = (
    "",
    "meetings/",
    "meetings/?year=2024",
    "meetings/garden",
    "meetings/long#t=300",
    "meetings/unfetched",
    "meetings/silent",
    "meetings/blank",
    "meetings/broken",
    "meetings/nobody",
    "meetings/parts?t=12",
    f"meetings/{slug_of(1)}",
    "topics/",
    f"topics/{HOSE}",
    "search?q=rota",
    "search?q=rota+in:notes",
    "speakers/",
    "speakers/?q=nobody",
    "speakers/priya",
    "search?q=speaker:priya",
    "meetings/?speaker=priya",
    "nowhere",
    "search?q=submarine",
    "search",
    "decisions/",
    "decisions/?kind=action",
)

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_the_way_of_assistive_technology(
    library: Library, full: Notes, long: Notes, live: str, browser: Browser, scheme: str
) -> None:
    """axe finds nothing to object to, on every page and in every state of it."""
    library.notes(slug="unfetched")
    library.notes(slug="silent", video=False)
    library.notes("", slug="blank", video=False)
    library.notes(slug="broken")
    library.failed("broken", Failure("fetching", "the video is private", "Give the file.", False, NOW))
    parts = library.notes(slug="parts")
    library.in_parts(10.0, 10.0, slug="parts", videos=("gArDenCall1", "gArDenCall2"))
    library.aligned(parts)
    season(library)
    library.notes("# Talks\n\nDecision: red\n\n## Action items\n\n- [ ] @ana: buy it\n- [x] wash\n", slug="talks")
    library.notes("# Last year 2023-03-05\n\n- rota\n", slug="last-year", video=False)
    opened = browser.new_context(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = opened.new_page()
    for address in PAGES:
        page.goto(live + address)
        if address == "meetings/garden":
            page.get_by_role("link", name="Play from 0:12: Compost heap").click()
            page.keyboard.press("/")
            page.keyboard.type("pallets")
            page.keyboard.press("Enter")
            page.get_by_text("Name the speakers").click()
            page.get_by_role("button", name="Priya", exact=True).click()
        if address == "speakers/priya":
            page.get_by_text("Rename in all meetings").click()
        if address.endswith("#t=300"):
            page.locator(".lines").hover()
            page.mouse.wheel(0, -900)
            page.locator(".show-shortcuts").click()
        assert violations(page) == [], address
    opened.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_the_way_of_those_who_add_meetings(
    library: Library, settings: Settings, live: str, browser: Browser, scheme: str
) -> None:
    """The same for their pages: the form, what was understood, the jobs, one that is running, and the editor."""
    own_meeting(library, settings)
    put(library, "Failed")
    fail(library)
    put(library)
    claim = taken(library)
    library.store.jobs.report(claim, JobProgress("transcribing", 750.0, 3480.0, "seconds", pace=0.25))
    library.store.jobs.report(claim, JobHeard((HeardLine(0.0, "Good evening."),)))
    opened = browser.new_context(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = opened.new_page()
    with only_worker(settings.data_dir):
        for address in ("jobs", "jobs/queue", "jobs/1", "jobs/2", "meetings/garden/edit", "new"):
            page.goto(live + address)
            assert violations(page) == [], address
        page.get_by_text("Write notes here").click()
        page.get_by_label("Notes, in Markdown").fill("# Garden club")
        page.get_by_label("Choose files").set_input_files(
            {"name": "garden.mp4", "mimeType": "video/mp4", "buffer": b"garden"}
        )
        with page.expect_response(lambda response: response.url.endswith("/look")):
            page.get_by_role("button", name="Continue").click()
        assert violations(page) == [], "sent"
        look(library, garden())
        page.get_by_text("Preview of the notes").click()
        page.locator(".previewed").wait_for()
        assert violations(page) == [], "understood"
    opened.close()


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe objects to, and where. In the dark, only colours are others."""
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    options = {"runOnly": {"type": "rule", "values": ["color-contrast"]}} if is_dark else {}
    found = Axe().run(page, options=options).response["violations"]
    return [(each["id"], each["nodes"][0]["html"]) for each in found]

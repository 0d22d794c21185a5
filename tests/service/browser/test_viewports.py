"""On every screen each control can be seen, reached and hit: a walk through all pages at twelve sizes of window."""

from __future__ import annotations

import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from pipeline.config import Settings
from pipeline.jobs.presence import only_worker
from pipeline.records import JobProgress, Notes
from pipeline.refresh import Archive
from service import create_app
from service.web import nearest
from service.web.store import archive_of
from tests.service.jobs import fail, own_meeting, put, taken
from tests.service.meetings import Library, long_clocks, ten_minutes
from tests.service.season import HOSE, season, slug_of
from tests.service.serving import served

pytestmark = pytest.mark.browser

VIEWPORTS = (
    (320, 256),  # 1280×1024, magnified four times
    (320, 568),
    (360, 740),
    (390, 844),
    (568, 320),
    (640, 512),  # 1280×1024, magnified twice
    (768, 1024),
    (844, 390),
    (1024, 768),
    (1100, 420),
    (1280, 800),
    (1440, 900),
)
PHONES = ((320, 568), (844, 390))
TWO_COLUMNS_WIDTH = 960
"""From which width on notes and transcript stand side by side: a script asks for it when the page opens."""

SHARES = (0, 1 / 3, 2 / 3, 1)
"""Of the way down at which the page is looked at."""

PAGES = {
    "first": "",
    "list": "meetings/",
    "search": "search?q=rota",
    "video": "meetings/video",
    "audio": "meetings/long",
    "youtube": "meetings/tube",
    "hours": "meetings/hours",
    "parts": "meetings/parts",
    "topics": "topics/",
    "topic": f"topics/{HOSE}",
    "beside": f"meetings/{slug_of(1)}",
    "new": "new",
    "jobs": "jobs",
    "queue": "jobs/queue",
    "job": "jobs/2",
    "edit": "meetings/own/edit",
}
LIKE_OTHERS = {"topics", "topic", "beside", "new", "jobs", "queue", "job", "edit"}
"""Pages of one column, whose head and foot are those of the others: a third of the sizes shows what is theirs."""

SCROLL = "(share) => scrollTo(0, share * (document.documentElement.scrollHeight - innerHeight))"
UNFOLD = "() => { for (const details of document.querySelectorAll('details')) details.open = true; }"

JS = Path(__file__).with_name("walk.js").read_text()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, empty: Path) -> Iterator[str]:
    """A server with a meeting of each kind, by its URL."""
    folder = tmp_path_factory.mktemp("walk")
    settings = Settings(data_dir=folder / "data")
    shutil.copytree(empty, settings.data_dir)
    archive = Archive.open(settings)
    _fill(Library(archive.store, folder), settings)
    archive.close()
    app = create_app(settings)
    with only_worker(settings.data_dir), served(app) as url:
        yield url
    nearest.close(app)
    archive_of(app).close()


def _fill(library: Library, settings: Settings) -> None:
    own_meeting(library, settings, slug="own")
    put(library, "Failed")
    fail(library)
    put(library, "Running")
    library.store.jobs.report(taken(library), JobProgress("transcribing", 750.0, 3480.0, "seconds", pace=0.25))
    put(library, "Waiting")
    spans = {"Seed swap": (12.0, 19.0), "nobody wants August": (4.0, 12.0), "The hose leaks": (4.0, 12.0)}
    for slug in ("video", "tube", "parts"):
        notes = library.notes(slug=slug)
        if slug == "video":
            library.local(slug, file="video.mp4")
        elif slug == "tube":
            library.youtube(slug)
        else:
            library.in_parts(10.0, 10.0, slug=slug, videos=("gArDenCall1", "gArDenCall2"))
        library.aligned(notes)
        library.spans(notes, spans)
    season(library)
    ten_minutes(library)
    library.spans(long_clocks(library), {"Barrel": (4000.0, 9000.0), "Seeds": (4000.0, 9000.0)})


@pytest.fixture
def opened(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Open one of the pages, all in one profile."""
    contexts: list[BrowserContext] = []

    def open_page(name: str, width: int, height: int, *, finger: bool = False) -> Page:
        if not _is_there(site + PAGES[name]):
            pytest.skip("there is no such page")
        if not contexts:
            contexts.append(browser.new_context(reduced_motion="reduce", has_touch=finger, is_mobile=finger))
        page = contexts[0].pages[0] if contexts[0].pages else contexts[0].new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.goto(site + PAGES[name], wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()


def _is_there(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=30).close()
    except urllib.error.HTTPError:
        return False
    return True


class Findings:
    """What is wrong, and where it was seen."""

    def __init__(self) -> None:
        self._places: dict[str, dict[str, str]] = {}  # of each finding: by size of the window, how far down first

    def look(self, page: Page, *functions: str, shares: tuple[float, ...] = SHARES) -> None:
        """Add what functions of walk.js find as the page is scrolled down by each of the shares."""
        size = page.viewport_size
        assert size
        for share in shares:
            page.evaluate(SCROLL, share)
            for finding in page.evaluate(f"() => {{ const walk = {JS}; return [{_calls(functions)}].flat(); }}"):
                self._places.setdefault(finding, {}).setdefault(f"{size['width']}×{size['height']}", f"{share:.0%}")

    def walk(self, page: Page) -> None:
        """Add everything that is wrong in a window of this size."""
        self.look(page, "covered", "small")
        self.look(page, "wide", "hidden", shares=(0,))

    def lines(self) -> list[str]:
        return [
            f"{finding} at " + ", ".join(f"{size} (scrolled to {share})" for size, share in places.items())
            for finding, places in self._places.items()
        ]


def _calls(functions: tuple[str, ...]) -> str:
    return ", ".join(f"...walk.{function}()" for function in functions)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_lies_on_a_control_in_any_window(opened: Callable[..., Page], name: str) -> None:
    """Or, below a bar that stays, it comes out when the page is scrolled; nor is any cut off, or too small to hit."""
    findings, viewports = Findings(), VIEWPORTS[::3] if name in LIKE_OTHERS else VIEWPORTS
    for sizes in (
        [size for size in viewports if size[0] < TWO_COLUMNS_WIDTH],
        [size for size in viewports if size[0] >= TWO_COLUMNS_WIDTH],
    ):
        page = opened(name, *sizes[0])
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            findings.walk(page)
    assert not findings.lines(), "\n".join(findings.lines())


@pytest.mark.parametrize("size", [(320, 568), (844, 390), (1100, 420)])
@pytest.mark.parametrize("name", ["audio", "youtube"])
def test_nothing_lies_on_a_control_while_the_page_is_used(
    opened: Callable[..., Page], name: str, size: tuple[int, int]
) -> None:
    """With everything unfolded, words found in the meeting, and the links being edited."""
    findings = Findings()
    page = opened(name, *size)
    page.evaluate(UNFOLD)
    if page.get_by_role("button", name="Find", exact=True).is_visible():
        page.get_by_role("button", name="Find", exact=True).click()
    page.locator("main input[type=search]").first.fill("a")
    findings.walk(page)
    page.locator("main input[type=search]").first.fill("")
    page.get_by_role("button", name="Edit links").first.click()
    findings.walk(page)
    assert not findings.lines(), "\n".join(findings.lines())


@pytest.mark.parametrize("live", ["files"], indirect=True)
def test_nothing_lies_on_a_control_of_a_site_of_files(page: Page, long: Notes, live: str) -> None:
    """There the button to suggest a correction, which is wider, is in the place of that to edit."""
    findings = Findings()
    for width, height in ((320, 568), (844, 390), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{live}meetings/long")
        if page.get_by_role("button", name="Find", exact=True).is_visible():
            page.get_by_role("button", name="Find", exact=True).click()
        page.get_by_role("button", name="Suggest a correction").click()
        findings.walk(page)
    assert not findings.lines(), "\n".join(findings.lines())


@pytest.mark.parametrize("name", PAGES)
def test_a_finger_hits_what_it_is_meant_to(opened: Callable[..., Page], name: str) -> None:
    """Buttons, fields and links of bars are as high as a fingertip, times in the text as wide or as high."""
    findings = Findings()
    for width, height in PHONES:
        page = opened(name, width, height, finger=True)
        assert page.evaluate("matchMedia('(pointer: coarse)').matches")
        findings.look(page, "untouchable", shares=(0, 1))
    assert not findings.lines(), "\n".join(findings.lines())

"""What the page of a long meeting costs the server, and how fast it is in Chromium: 3 hours, 300 blocks, 30,000 words.

    python -m tests.bench.page

It prints the compressed size, the processor time of the server, the first paint, and while playing the longest task and
the share of time that scripts and layout take. Beside them the same for a bare page of the same text, so that the ratio
can be compared between machines.
"""

from __future__ import annotations

import gzip
import statistics
import tempfile
import time
from collections.abc import Callable
from html import escape
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from pipeline.config import Settings
from pipeline.refresh import Archive
from service import create_app
from service.web.store import archive_of
from tests.conftest import chromium_path
from tests.service.meetings import Library, three_hours
from tests.service.serving import served

RUNS = 25
SECONDS = 10  # of playing
TICKS = 4  # of the player's clock a second

WATCH = """
window.longest = 0;
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
}).observe({type: "longtask", buffered: false});
"""
PLAY = """async ([seconds, ticks]) => {
  const {NotesSync, Sync, TranscriptSync} = await import("/static/meeting/sync.js");
  const lines = document.querySelector(".lines");
  const [notes, transcript] = [new NotesSync(document), new TranscriptSync(lines)];
  const sync = new Sync(notes, transcript, document.querySelector(".follow"));
  for (let tick = 0; tick < seconds * ticks; tick++) {
    sync.show(5000 + tick * 30 / ticks);  // fast, so that lines and blocks change often
    await new Promise((done) => setTimeout(done, 1000 / ticks));
  }
  return window.longest;
}"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        archive = Archive.open(settings)
        three_hours(Library(archive.store, Path(folder)))
        archive.close()
        app = create_app(settings)
        bare: list[str] = []
        app.add_url_rule("/bare", view_func=lambda: bare[0])
        html = app.test_client().get("/meetings/hours").text
        bare.append(_bare(html))
        print(f"compressed {len(gzip.compress(html.encode())) / 1000:.0f} kB")
        _measure_server(app)
        with served(app) as url:
            _measure(url)


def _bare(html: str) -> str:
    return f"<!doctype html><title>bare</title><pre>{escape(html)}</pre>"


def _measure_server(app: Flask) -> None:
    client, store = app.test_client(), archive_of(app).store
    packed = {"Accept-Encoding": "gzip"}
    ours = _processor_ms(lambda: client.get("/meetings/hours", headers=packed))
    bare = _processor_ms(lambda: client.get("/bare", headers=packed))
    reading = _processor_ms(lambda: store.meeting("hours"))
    print(
        f"server {ours:.0f} ms of processor time, {reading:.0f} of them for reading the store; "
        f"a bare page with the same text {bare:.0f} ms, ratio {ours / bare:.1f}"
    )


def _processor_ms(act: Callable[[], object]) -> float:
    """The median over RUNS, after one to warm up."""
    act()
    times = []
    for _ in range(RUNS):
        before = time.process_time()
        act()
        times.append(time.process_time() - before)
    return statistics.median(times) * 1000


def _measure(url: str) -> None:
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=quiet)
        ours, bare = (min(_painted(browser, url + path) for _ in range(3)) for path in ("meetings/hours", "bare"))
        print(f"first paint {ours:.0f} ms, of a bare page with the same text {bare:.0f} ms, ratio {ours / bare:.2f}")
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(url + "meetings/hours")
        page.wait_for_load_state("networkidle")
        page.evaluate(WATCH)
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable")
        before = _busy(devtools)
        longest = page.evaluate(PLAY, [SECONDS, TICKS])
        busy = _busy(devtools) - before
        print(f"playing {SECONDS} s: longest task {longest or 'under 50':} ms, busy {busy / SECONDS:.1%} of the time")
        browser.close()


def _painted(browser: Browser, url: str) -> float:
    """Milliseconds from the click to the first paint, in a browser that has nothing of the site yet."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page: Page = context.new_page()
    page.goto(url)
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    context.close()
    return float(painted)


def _busy(devtools: CDPSession) -> float:
    """Seconds the page has spent in scripts, styles and layout."""
    metrics = {metric["name"]: metric["value"] for metric in devtools.send("Performance.getMetrics")["metrics"]}
    return float(metrics["ScriptDuration"] + metrics["LayoutDuration"] + metrics["RecalcStyleDuration"])


if __name__ == "__main__":
    main()

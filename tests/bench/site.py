"""What a site costs: to write, to bring up to date, to store, and to search for whoever has nothing of it yet.

    python -m tests.bench.site [--meetings N] [--words N]

By default 268 meetings of 254 hours in all. Times are by the clock, and of processors, Pagefind's included. The ratio
is that of the latter to reading every meeting from the database once, which can be compared between machines. Of a
query is counted what Chromium gets for it from a web server that compresses nothing: Pagefind, the pieces of its index,
and the pages behind the first results; not the page of the search itself, which is told apart.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Response, sync_playwright

from pipeline.config import Settings
from pipeline.refresh import Archive
from service.site.build import write_site
from tests.bench.archive import Speech, fill
from tests.conftest import chromium_path
from tests.service.file_server import serving_files

MEETINGS = 268
WORDS = 8_530  # of a meeting; in all 254 hours
QUERIES = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--meetings", type=int, default=MEETINGS)
    parser.add_argument("--words", type=int, default=WORDS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(data_dir=Path(scratch) / "data")
        archive = Archive.open(settings)
        speech = Speech()
        slugs = [fill(archive.store, speech, number, options.words) for number in range(options.meetings)]
        _, unit = _seconds(lambda: [archive.store.meeting(slug) for slug in slugs])
        print(f"{options.meetings} meetings, read once in {unit:.1f} s of a processor", flush=True)
        _measure_writing(settings, archive, speech, Path(scratch) / "www", unit, options.words)
        archive.close()
        with serving_files(Path(scratch) / "www") as url:
            _measure_search(f"{url}searched/search/", speech.words[200 : 200 + 40 * QUERIES : 40])


def _measure_writing(settings: Settings, archive: Archive, speech: Speech, www: Path, unit: float, words: int) -> None:
    def report(what: str, act: Callable[[], object]) -> None:
        seconds, busy = _seconds(act)
        print(f"{what}: {seconds:.1f} s, {busy:.1f} s of processors, ratio {busy / unit:.1f}", flush=True)

    plain = replace(settings, site_title="Club")
    report("written, without a search", lambda: write_site(plain, www / "plain", searchable=False))
    report("again, nothing new", lambda: write_site(plain, www / "plain", searchable=False))
    fill(archive.store, speech, 1_000_000, words)
    report("one new meeting", lambda: write_site(plain, www / "plain", searchable=False))
    report("written with the search", lambda: write_site(plain, www / "searched"))
    for name in ("meetings", "pagefind"):
        files = [path for path in (www / "searched" / name).rglob("*") if path.is_file()]
        print(f"{name}: {len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.1f} MB")


def _measure_search(url: str, words: list[str]) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        loads: list[tuple[int, int, float]] = []
        for word in words:
            context = browser.new_context()
            page = context.new_page()
            sizes: list[tuple[str, int]] = []

            def note(answer: Response, sizes: list[tuple[str, int]] = sizes) -> None:
                sizes.append((answer.url, len(answer.body())))

            page.on("response", note)
            page.goto(url)
            started = time.perf_counter()
            page.locator(".search input").fill(word)
            page.locator(".hit").first.wait_for()
            took = time.perf_counter() - started
            page.wait_for_load_state("networkidle")
            searching = sum(size for at, size in sizes if "/pagefind/" in at)
            loads.append((searching, sum(size for _, size in sizes) - searching, took))
            context.close()
        browser.close()
    query = sorted(load for load, _, _ in loads)
    print(f"first query: {query[len(query) // 2] / 1000:.0f} kB, at most {query[-1] / 1000:.0f} kB", flush=True)
    print(f"the page of the search beside it: {loads[0][1] / 1000:.0f} kB")
    print(f"first results after {sorted(took for _, _, took in loads)[len(loads) // 2] * 1000:.0f} ms")


def _seconds(act: Callable[[], object]) -> tuple[float, float]:
    """How long it takes, by the clock and of processors, those of children included."""
    started, busy = time.perf_counter(), sum(os.times()[:4])
    act()
    return time.perf_counter() - started, sum(os.times()[:4]) - busy


if __name__ == "__main__":
    main()

"""What Lighthouse says of the pages, on a phone and on a desk: the median of five runs, and what costs points.

    python -m tests.bench.lighthouse [--meeting FOLDER] [--runs N] [--only PAGE] [--preset mobile|desktop]

The pages are the first one, the list of meetings, a meeting that was recorded in a file, one whose recording is on
YouTube, one of three hours, and a search. `--meeting` takes a long meeting of your own: a folder with notes.md and
transcript.vtt. It needs Node.js, which `make bench` uses to install Lighthouse into .venv.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import sync_playwright

from pipeline import align as aligner
from pipeline import cues, notes
from pipeline.config import Settings
from pipeline.records import Notes, Origin, Recording, Segment, Transcript
from pipeline.refresh import Archive
from pipeline.store import AlignmentInputs, Store
from tests.bench.archive import Speech, fill
from tests.bench.serve import ROOT, serving
from tests.conftest import chromium_path
from tests.service.meetings import VIDEO, Library, three_hours

LIGHTHOUSE = ROOT / ".venv" / "node" / "node_modules" / "lighthouse" / "cli" / "index.js"
MIN_NODE = 18  # of Lighthouse 12
SEEDS = ROOT / "seeds"
MEETINGS = 40  # in the list, besides those that are measured
WORDS = 2_000  # of each of these
RUNS = 5
PRESETS = ("mobile", "desktop")
CATEGORIES = {"performance": "perf", "accessibility": "access", "best-practices": "best", "seo": "seo"}
PAGES = {
    "first": "",
    "list": "meetings/",
    "audio": "meetings/seed",
    "youtube": "meetings/call-0",
    "long": "meetings/hours",
    "search": "search?q=osquery",
}


class Cost(NamedTuple):
    """An audit that costs points of its category, and what it objects to first."""

    points: float
    title: str
    about: str


class PageReport(NamedTuple):
    """Of one run: the score of each category, in 0..100, and by category and audit what others cost."""

    scores: dict[str, float]
    costs: dict[tuple[str, str], Cost]


def main() -> None:
    options = _options()
    if problem := _missing():
        print(f"Lighthouse: {problem}")
        return
    with tempfile.TemporaryDirectory() as folder:
        _build(Path(folder), options.meeting)
        with serving(ROOT, Path(folder)) as url:
            for preset in options.preset or PRESETS:
                for name in options.only or PAGES:
                    if not _is_there(url + PAGES[name]):
                        print(f"{preset:<8}{name:<9}there is no such page", flush=True)
                        continue
                    reports = [run(url + PAGES[name], preset) for _ in range(options.runs)]
                    print("\n".join(table(preset, name, reports)), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--meeting", type=Path, metavar="FOLDER", help="a long one, with notes.md and transcript.vtt")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--only", action="append", choices=PAGES, metavar="PAGE", help=", ".join(PAGES))
    parser.add_argument("--preset", action="append", choices=PRESETS)
    return parser.parse_args()


def _missing() -> str | None:
    """What has to be installed first, if anything."""
    node = shutil.which("node")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout if node else ""
    if not node or int(re.findall(r"\d+", version)[0]) < MIN_NODE:
        return f"install Node.js {MIN_NODE} or newer and npm, then run make bench again"
    return None if LIGHTHOUSE.exists() else "run make .venv/lighthouse, which installs it (with npm)"


def _build(folder: Path, long_meeting: Path | None) -> None:
    """Make the archive that is served."""
    archive = Archive.open(Settings(data_dir=folder))
    store, speech = archive.store, Speech()
    for number in range(MEETINGS):
        fill(store, speech, number, WORDS)
    gold = json.loads((SEEDS / "reenactment.gold.json").read_text())
    said = tuple(Segment(part["start"], part["end"], part["text"], (), part["speaker"]) for part in gold["utterances"])
    file = SEEDS / gold["audio"]
    recording = Recording(str(file), gold["meeting"], gold["duration"], str(file))
    heard = Transcript("en", Origin.ASR, "tiny.en", said, gold["duration"])
    _store(store, "seed", notes.read(SEEDS / gold["notes"]), heard, recording)
    if long_meeting:
        transcript = cues.read(long_meeting / "transcript.vtt")
        url = f"https://www.youtube.com/watch?v={VIDEO}"
        published = Recording(url, "Call", transcript.duration, video_id=VIDEO)
        _store(store, "hours", notes.read(long_meeting / "notes.md"), transcript, published)
    else:
        three_hours(Library(store, folder))
    archive.close()


def _store(store: Store, slug: str, read: Notes, transcript: Transcript, recording: Recording) -> None:
    """Add a meeting with the links that the aligner finds."""
    read = replace(read, slug=store.claim(f"/notes/{slug}.md", slug))
    inputs = store.save_notes(read)
    store.save_recording(slug, recording, key=recording.source)
    run_id = store.save_transcript(slug, transcript, key=slug)
    found = aligner.align(read, transcript)
    store.save_alignments(slug, found.alignments, AlignmentInputs(inputs, run_id, "1"), within=found.within)


def _is_there(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=60).close()
    except urllib.error.HTTPError:
        return False
    return True


def run(url: str, preset: str) -> PageReport:
    """Ask Lighthouse once."""
    command = ["node", str(LIGHTHOUSE), url, "--output=json", "--quiet", "--no-enable-error-reporting"]
    command += ["--chrome-flags=--headless=new --no-sandbox"]
    command += ["--preset=desktop"] if preset == "desktop" else []
    environment = os.environ | {"CHROME_PATH": _chromium()}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise SystemExit(f"Lighthouse failed on {url}:\n{done.stderr[-2000:]}")
    return read_report(json.loads(done.stdout))


def _chromium() -> str:
    """The system's, or else the one Playwright installed."""
    if path := shutil.which("chromium") or chromium_path():  # tests alone make do without the first
        return path
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def read_report(report: Mapping[str, Any]) -> PageReport:
    """The scores in Lighthouse's JSON, and each audit that lowers one."""
    scores: dict[str, float] = {}
    costs: dict[tuple[str, str], Cost] = {}
    for name in CATEGORIES:
        category = report["categories"][name]
        scores[name] = 100 * (category["score"] or 0)
        counted = [ref for ref in category["auditRefs"] if ref["weight"] and _counts(report["audits"][ref["id"]])]
        total = sum(ref["weight"] for ref in counted)
        for ref in counted:
            audit = report["audits"][ref["id"]]
            if (points := 100 * ref["weight"] * (1 - (audit["score"] or 0)) / total) >= 0.05:
                costs[name, ref["id"]] = Cost(points, audit["title"], _about(audit))
    return PageReport(scores, costs)


def _counts(audit: Mapping[str, Any]) -> bool:
    return audit["scoreDisplayMode"] not in {"notApplicable", "informative", "manual", "error"}


def _about(audit: Mapping[str, Any]) -> str:
    """A measured value, or the first things that the audit objects to."""
    if "displayValue" in audit:
        return str(audit["displayValue"])
    items = (audit.get("details") or {}).get("items", [])
    shown = [
        text
        for item in items[:3]
        if (text := (item.get("node") or {}).get("snippet") or item.get("description") or item.get("source"))
    ]
    return " ".join(str(text) for text in shown)[:200]


def table(preset: str, name: str, reports: Sequence[PageReport]) -> list[str]:
    """A line with the median scores, and one for each audit that costs points, as it does in the median."""
    medians = {category: statistics.median(report.scores[category] for report in reports) for category in CATEGORIES}
    shown = "  ".join(f"{short} {medians[category]:3.0f}" for category, short in CATEGORIES.items())
    lines = [f"{preset:<8}{name:<9}{shown}"]
    seen: dict[tuple[str, str], list[Cost]] = defaultdict(list)
    for report in reports:
        for key, cost in report.costs.items():
            seen[key].append(cost)
    for (category, audit), costs in seen.items():
        points = statistics.median([cost.points for cost in costs] + [0.0] * (len(reports) - len(costs)))
        if points and medians[category] < 100:
            lines.append(f"  {CATEGORIES[category]} -{points:.1f}  {audit}: {costs[0].title} {costs[0].about}".rstrip())
    return lines


if __name__ == "__main__":
    main()

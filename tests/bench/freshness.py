"""What a search costs in an archive on PostgreSQL beside one in a file, with the look at what is new.

    python -m tests.bench.freshness [WINDOWS] [--json FILE]

The index is the same engine on the disk of whoever searches. Before each search, the database is asked whether it has
changed; nothing of what was committed before is missed.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipeline.config import Settings
from pipeline.refresh import Archive
from pipeline.search import search
from tests.bench.search_archive import QUERIES, fill, queries, texts
from tests.postgresql import running_server

WINDOWS = 20_000
MAX_HITS = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("windows", type=int, nargs="?", default=WINDOWS)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder) / "server") as server:
        databases = {"sqlite": None, "postgresql": server.url()}
        found = {name: measured(Path(folder) / name, url, options.windows) for name, url in databases.items()}
    for name, one in found.items():
        print(f"{name}: built in {one['build_seconds']:.1f} s")
        for what in ("search", "look"):
            median, p95 = one[what]
            print(f"  {what:<8}median {median:6.2f} ms, 95 % within {p95:6.2f} ms")
        print(f"  {one['statements']} statements a look")
    if options.json:
        command = "python -m tests.bench.freshness --json docs/figures/freshness.json"
        options.json.write_text(json.dumps({"command": command, "windows": options.windows, **found}, indent=1) + "\n")


def measured(folder: Path, url: str | None, windows: int) -> dict[str, Any]:
    """Times in milliseconds, median and 95th percentile: of the look alone, and with the search after it."""
    archive = Archive.open(Settings(data_dir=folder, database=url), refreshed=False)
    with archive.store.telling_once():
        words = fill(archive.store, windows)
    begin = time.perf_counter()
    archive.rebuild(archive.store.language())
    build_seconds = time.perf_counter() - begin
    asked = list(itertools.chain(*zip(*queries(words, list(texts(archive.store))).values(), strict=True)))[
        : 3 * QUERIES
    ]
    statements = 0

    def count(*_: object) -> None:
        nonlocal statements
        statements += 1

    looks, searches = [], []
    archive.missing()
    sa.event.listen(archive.store._engine, "before_cursor_execute", count)
    for query in asked:
        begin = time.perf_counter()
        assert not archive.missing()
        looks.append(1000 * (time.perf_counter() - begin))
        search(archive.index, query, limit=MAX_HITS)
        searches.append(1000 * (time.perf_counter() - begin))
    archive.close()
    return {
        "build_seconds": build_seconds,
        "look": _median_and_p95(looks),
        "search": _median_and_p95(searches),
        "statements": statements / len(asked),
    }


def _median_and_p95(took: list[float]) -> tuple[float, float]:
    return statistics.median(took), statistics.quantiles(took, n=20)[-1]


if __name__ == "__main__":
    main()

"""The memory of a process that searches: asks the queries of standard input, a JSON list, and prints megabytes.

python -m tests.bench.search_memory DATA_DIR
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from pipeline.config import Settings
from pipeline.refresh import Archive
from pipeline.search import search


def main() -> None:
    archive = Archive.open(Settings(data_dir=Path(sys.argv[1])))
    for query in json.load(sys.stdin):
        search(archive.index, query)
    # What the program takes for itself: the pages of the index belong to the system's cache.
    print(int(re.findall(r"RssAnon:\s+(\d+)", Path("/proc/self/status").read_text())[0]) * 1024 / 1e6)


if __name__ == "__main__":
    main()

"""Print what the changelog says of a release, as Markdown; refuse a tag that is not the project's version.

python .ci/release_notes.py v1.2.3
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path


def notes_of(version: str, changelog: str) -> str:
    """The section of a version, "" if it has none. An entry is one line: where it is shown, breaks stay."""
    found = re.split(rf"^## \[?{re.escape(version)}\]?(?: .*)?$", changelog, maxsplit=1, flags=re.MULTILINE)[1:]
    section = re.split(r"^## ", found[0], maxsplit=1, flags=re.MULTILINE)[0] if found else ""
    return re.sub(r"\n +(?=\S)", " ", section).strip()


def main(tag: str) -> str:
    """The notes of the release with this tag.

    Raises:
        SystemExit: the tag is not `v` and the version of the project, or the changelog does not say what is new.
    """
    version = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    if tag != f"v{version}":
        raise SystemExit(f"The tag is {tag}, and pyproject.toml has the version {version}: it has to be v{version}.")
    notes = notes_of(version, Path("CHANGELOG.md").read_text(encoding="utf-8"))
    if not notes:
        raise SystemExit(f"CHANGELOG.md has nothing under “## {version}”: that is where Unreleased goes in a release.")
    return notes


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1]) + "\n")

"""What is installed is all there is: templates, scripts and tables go with the code."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_file_of_the_packages_is_installed() -> None:
    """A kind of file nobody named would be missing in a container, where the program is not run from its folder."""
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["*"]
    files = [path for package in ("pipeline", "service") for path in (ROOT / package).rglob("*") if path.is_file()]
    others = [path for path in files if path.suffix not in {".py", ".pyc"}]

    assert {path.suffix for path in others} >= {".html", ".js", ".json", ".xml"}
    assert [path.name for path in others if not any(fnmatch(path.name, pattern) for pattern in patterns)] == []
